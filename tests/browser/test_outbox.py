"""On site without a signal: stage and photo stay in the phone, and are sent once, by who filled them in."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import Evidence, Project, Session, User
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

LOSE_WHAT_HTMX_HEARS = """() => {
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (...how) {
    open.apply(this, how);
    if (how[0].toUpperCase() !== "POST") return;
    XMLHttpRequest.prototype.open = open;
    this.addEventListener("load", (event) => {
      event.stopImmediatePropagation();
      this.dispatchEvent(new ProgressEvent("error"));
    });
  };
}"""
PHONE = {"width": 390, "height": 844}
LOSE_THE_FIRST_ANSWER = """() => {
  const real = window.fetch;
  window.fetch = async (address, options) => {
    const answer = await real(address, options);
    if (options?.method !== "POST") return answer;
    window.fetch = real;
    throw new TypeError("the server has carried it out, and its answer is lost");
  };
}"""


@pytest.fixture
def project(live_server) -> Project:
    project = build.project("热泵机组", organisation=build.town("罗溪镇"))
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "topped_out", planned="2024-09-30")
    return project


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "IMG_20240930.jpg"
    path.write_bytes(build.photo(size=(400, 300), exif=build.taken("2024:09:30 10:30:00")))
    return path


def enter(page: Page, live_server, user: User, address: str = "/projects/") -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/accounts/login/?next={address}")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{live_server.url}{address}")
    page.wait_for_load_state(
        "networkidle"
    )  # the count of the to-do, too: it leads away once the session has ended


def stage_of(project: Project) -> str:
    return f"/projects/{project.pk}/milestones/topped_out/"


def filled(page: Page, photo: Path) -> None:
    """The roof is on, with a photo; the button is the person's own click."""
    page.get_by_label("照片或证照（可选）").set_input_files(photo)
    page.get_by_role("button", name="登记", exact=True).click()


def kept(page: Page) -> int:
    return page.evaluate(
        """() => new Promise((done) => {
          const request = indexedDB.open("outbox", 1);
          request.onsuccess = () => {
            const count = request.result.transaction("forms").objectStore("forms").count();
            count.onsuccess = () => { request.result.close(); done(count.result); };
          };
        })"""
    )


def reached(project: Project) -> bool:
    return project.milestones.get(stage="topped_out").reached_on is not None


def test_a_lost_signal_keeps_stage_and_photo_and_sends_them_once(
    page: Page, context: BrowserContext, live_server, project: Project, photo: Path
) -> None:
    enter(page, live_server, build.staff(project.organisation), stage_of(project))
    context.set_offline(True)
    filled(page, photo)
    expect(page.locator("#outbox")).to_contain_text("还没有发出，留在本机：热泵机组 封顶（1 个文件，")
    expect(page.locator("#outbox")).to_contain_text("连不上服务器")
    assert (kept(page), reached(project)) == (1, False)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    context.set_offline(False)
    expect(page.locator("#outbox")).to_contain_text("已发出：热泵机组 封顶")
    assert kept(page) == 0
    assert reached(project)
    evidence = Evidence.objects.get()
    assert evidence.taken_at is not None  # the photo came as it was taken
    page.get_by_role("link", name="查看").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("热泵机组")


def test_an_answer_that_never_arrived_makes_no_second_entry(
    page: Page, live_server, project: Project, photo: Path
) -> None:
    enter(page, live_server, build.staff(project.organisation), stage_of(project))

    page.evaluate(LOSE_THE_FIRST_ANSWER)
    filled(page, photo)
    expect(page.locator("#outbox")).to_contain_text("还没有发出，留在本机：热泵机组 封顶")
    assert reached(project)
    page.get_by_role("button", name="现在发送").click()
    expect(page.locator("#outbox")).to_contain_text("已发出：热泵机组 封顶")

    assert kept(page) == 0
    assert Evidence.objects.count() == 1
    assert project.milestones.get(stage="topped_out").history.filter(history_type="~").count() == 1


def test_another_account_on_the_same_phone_neither_sees_nor_sends_it(
    page: Page, context: BrowserContext, live_server, project: Project, photo: Path
) -> None:
    staff, colleague = build.staff(project.organisation), build.staff(project.organisation)
    enter(page, live_server, staff, stage_of(project))
    context.set_offline(True)
    filled(page, photo)
    expect(page.get_by_role("button", name="现在发送")).to_be_visible()
    context.clear_cookies()
    context.set_offline(False)
    expect(page.locator("#outbox")).to_contain_text("登录已过期，重新登录后自动发出")

    page.goto(f"{live_server.url}/accounts/login/")
    expect(page.locator("#outbox")).to_contain_text("本机有 1 项登记还没有发出，请用填写时的账号登录")
    enter(page, live_server, colleague)
    expect(page.locator("#outbox")).to_contain_text("本机还有另一个账号留下的 1 项登记")
    expect(page.locator("#outbox")).not_to_contain_text("热泵机组")
    assert (kept(page), reached(project)) == (1, False)

    context.clear_cookies()
    enter(page, live_server, staff)
    expect(page.locator("#outbox")).to_contain_text("已发出：热泵机组 封顶")
    assert reached(project)
    assert project.milestones.get(stage="topped_out").history.first().history_user == staff


def test_a_session_that_has_ended_keeps_it_until_after_signing_in(
    page: Page, live_server, project: Project, photo: Path
) -> None:
    staff = build.staff(project.organisation)
    enter(page, live_server, staff, stage_of(project))
    Session.objects.all().delete()
    filled(page, photo)
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    expect(page.locator("#outbox")).to_contain_text("登录后自动发出")
    page.get_by_label("用户名").fill(staff.username)
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#outbox")).to_contain_text("已发出：热泵机组 封顶")

    assert (kept(page), reached(project), Evidence.objects.count()) == (0, True, 1)


def test_what_waits_is_dropped_after_a_second_click(
    page: Page, context: BrowserContext, live_server, project: Project, photo: Path
) -> None:
    enter(page, live_server, build.staff(project.organisation), stage_of(project))
    context.set_offline(True)
    filled(page, photo)
    page.get_by_role("button", name="丢掉").click()
    page.get_by_role("button", name="确定丢掉，不再发送").click()
    expect(page.locator("#outbox")).to_be_hidden()
    context.set_offline(False)

    assert (kept(page), reached(project)) == (0, False)


def test_what_the_server_refuses_later_says_why(
    page: Page, context: BrowserContext, live_server, project: Project, photo: Path
) -> None:
    enter(page, live_server, build.staff(project.organisation), stage_of(project))
    context.set_offline(True)
    filled(page, photo)
    expect(page.get_by_role("button", name="现在发送")).to_be_visible()
    milestone = project.milestones.get(stage="topped_out")
    milestone.reached_on, milestone.reached_precision = "2024-09-01", "day"
    milestone.recorded_on = "2024-09-01"
    build.kept(milestone)  # a colleague was quicker
    context.set_offline(False)

    expect(page.locator("#outbox")).to_contain_text("没有收下：热泵机组 封顶")
    expect(page.get_by_role("link", name="打开这个节点")).to_be_visible()
    assert kept(page) == 1
    assert not Evidence.objects.exists()


def test_with_a_signal_it_is_sent_at_once_and_leads_on(
    page: Page, live_server, project: Project, photo: Path
) -> None:
    enter(page, live_server, build.staff(project.organisation), stage_of(project))
    filled(page, photo)
    expect(page.get_by_role("status").first).to_contain_text("封顶：登记完成，已保存。")
    assert (kept(page), reached(project)) == (0, True)
    page.goto(f"{live_server.url}{stage_of(project)}")
    page.locator("#upload_evidence").set_input_files(photo)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("status").first).to_contain_text("没有上传：")  # the same photo a second time


@pytest.mark.parametrize("is_carried_out", [False, True])
def test_a_form_in_the_place_of_a_row_waits_too(
    page: Page, context: BrowserContext, live_server, project: Project, photo: Path, is_carried_out: bool
) -> None:
    enter(page, live_server, build.staff(project.organisation))
    page.get_by_role("link", name="登记封顶：热泵机组").click()
    if is_carried_out:  # and only the answer is lost
        page.evaluate(LOSE_WHAT_HTMX_HEARS)
    else:
        page.get_by_label("照片或证照（可选）").wait_for()
        context.set_offline(True)
    filled(page, photo)
    expect(page.locator("#outbox")).to_contain_text("还没有发出，留在本机：热泵机组 封顶（1 个文件，")
    assert reached(project) is is_carried_out
    context.set_offline(False)
    if is_carried_out:
        page.get_by_role("button", name="现在发送").click()
    expect(page.locator("#outbox")).to_contain_text("已发出：热泵机组 封顶")

    assert (kept(page), Evidence.objects.count()) == (0, 1)
    assert project.milestones.get(stage="topped_out").history.filter(history_type="~").count() == 1

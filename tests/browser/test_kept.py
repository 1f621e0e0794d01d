"""A session ends, a right is lost, a server fails: nothing typed is lost, nothing is drawn where it does not belong."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from projects.models import Project, Session, User
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = re.compile(
    "Failed to load resource: .* status of (403|404|409|413|500|503)|net::ERR"
    "|Response Status Error Code|htmx:(afterRequest|sendError)"
)


@pytest.fixture
def project(live_server) -> Project:
    project = build.project("热泵机组", organisation=build.town("罗溪镇"))
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "topped_out", planned="2024-09-30")
    return project


@pytest.fixture
def staff(project: Project) -> User:
    return build.staff(project.organisation, username="staff")


@pytest.fixture
def at(page: Page, live_server) -> Iterator[Page]:
    """A browser whose console may only say that the server refused something."""
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert [said for said in complaints if not REFUSED.search(said)] == []


def sign_in(page: Page, user: User) -> None:
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()


def enter(page: Page, live_server, user: User, address: str) -> None:
    page.goto(f"{live_server.url}/accounts/login/?next={address}")
    sign_in(page, user)
    page.wait_for_url(f"{live_server.url}{address}")
    page.wait_for_load_state("networkidle")


KEPT = "JSON.stringify(Object.entries(sessionStorage).filter(([key]) => key.startsWith('typed:')))"


def stored(page: Page) -> str:
    return page.evaluate(KEPT)


def expect_nothing_stored(page: Page) -> None:
    """What was kept is dropped by the script of the page that says so, which may run after its words are seen."""
    page.wait_for_function(f"{KEPT} === '[]'")


def fails(page: Page, address: str, status: int, sentence: str) -> None:
    page.route(
        address,
        lambda route: route.fulfill(
            status=status,
            content_type="text/html; charset=utf-8",
            body=f"<html><body><main><p>{sentence}</p></main></body></html>",
        ),
    )


def test_a_form_sent_after_the_session_is_offered_again_and_not_sent(
    at: Page, live_server, staff, project
) -> None:
    edit = f"/projects/{project.pk}/edit/"
    enter(at, live_server, staff, edit)
    at.get_by_label("建设单位", exact=True).fill("河海集团")
    at.get_by_label("变更原因").fill("企业来函")
    Session.objects.all().delete()
    at.get_by_role("button", name="保存").click()

    expect(at.get_by_role("heading", name="登录")).to_be_visible()
    expect(at.get_by_role("status")).to_contain_text("用原来的账号登录后会填回")
    assert "河海集团" not in at.content()
    assert "csrf" not in stored(at)
    sign_in(at, staff)

    expect(at).to_have_url(f"{live_server.url}{edit}")
    expect(at.get_by_role("status")).to_contain_text("已填回上次没有提交成功的内容")
    expect(at.get_by_label("建设单位", exact=True)).to_have_value("河海集团")
    project.refresh_from_db()
    assert project.enterprise == ""
    at.get_by_role("button", name="保存").click()
    expect(at.get_by_role("status")).to_contain_text("已保存")
    project.refresh_from_db()
    assert project.enterprise == "河海集团"
    expect_nothing_stored(at)


def test_another_person_sees_nothing_of_it(at: Page, live_server, staff, project) -> None:
    edit = f"/projects/{project.pk}/edit/"
    enter(at, live_server, staff, edit)
    at.get_by_label("建设单位", exact=True).fill("河海集团")
    at.get_by_label("变更原因").fill("企业来函")
    Session.objects.all().delete()
    at.get_by_role("button", name="保存").click()
    expect(at.get_by_role("heading", name="登录")).to_be_visible()
    sign_in(at, build.office(username="office"))

    expect(at).to_have_url(f"{live_server.url}{edit}")
    expect(at.get_by_label("建设单位", exact=True)).to_have_value("")
    assert "河海集团" not in at.content()


def test_a_row_form_leads_to_the_sign_in_page_and_comes_back_filled(
    at: Page, live_server, staff, project
) -> None:
    enter(at, live_server, staff, "/projects/?q=rbjz")
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    at.get_by_label("说明（可选）").fill("主体封顶")
    Session.objects.all().delete()
    at.get_by_role("button", name="登记", exact=True).click()

    at.wait_for_url(re.compile("/accounts/login/"))
    sign_in(at, staff)
    expect(at).to_have_url(f"{live_server.url}/projects/?q=rbjz")
    expect(at.get_by_role("status")).to_contain_text("说明（可选）：主体封顶")
    assert project.milestones.get(stage="topped_out").reached_on is None
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(at.get_by_label("说明（可选）")).to_have_value("主体封顶")
    expect(at.get_by_role("status")).to_contain_text("已填回")


def test_signing_in_in_another_tab_ends_in_a_sentence_and_keeps_the_words(
    at: Page, live_server, staff, project
) -> None:
    edit = f"/projects/{project.pk}/edit/"
    enter(at, live_server, staff, edit)
    at.get_by_label("建设单位", exact=True).fill("河海集团")
    at.get_by_label("变更原因").fill("企业来函")
    other = at.context.new_page()
    Session.objects.all().delete()
    other.goto(f"{live_server.url}/accounts/login/")
    sign_in(other, staff)
    at.get_by_role("button", name="保存").click()

    expect(at.get_by_role("heading", name="页面已过期")).to_be_visible()
    at.get_by_role("link", name="回到刚才的页面").click()
    expect(at.get_by_label("建设单位", exact=True)).to_have_value("河海集团")
    at.get_by_role("button", name="保存").click()
    expect(at.get_by_role("status")).to_contain_text("已保存")


def test_the_same_in_a_row_is_a_message_with_a_way_on(at: Page, live_server, staff, project) -> None:
    enter(at, live_server, staff, "/projects/")
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    at.get_by_label("说明（可选）").fill("主体封顶")
    other = at.context.new_page()
    Session.objects.all().delete()
    other.goto(f"{live_server.url}/accounts/login/")
    sign_in(other, staff)
    at.get_by_role("button", name="登记", exact=True).click()

    expect(at.get_by_role("alert")).to_contain_text("页面已过期")
    expect(at.get_by_label("说明（可选）")).to_have_value("主体封顶")
    at.get_by_role("button", name="刷新页面").click()
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(at.get_by_label("说明（可选）")).to_have_value("主体封顶")


@pytest.mark.parametrize("status", [403, 404, 409, 413, 500, 503])
def test_an_error_is_a_message_and_never_a_row(at: Page, live_server, staff, project, status: int) -> None:
    enter(at, live_server, staff, "/projects/")
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    at.get_by_label("说明（可选）").fill("主体封顶")
    fails(at, "**/update/", status, f"这是 {status} 的说明。")
    at.get_by_role("button", name="登记", exact=True).click()

    expect(at.get_by_role("alert")).to_have_text(f"这是 {status} 的说明。填写的内容还在这一页。")
    expect(at.get_by_label("说明（可选）")).to_have_value("主体封顶")
    at.unroute("**/update/")
    at.get_by_role("button", name="登记", exact=True).click()
    expect(at.get_by_text("封顶已登记")).to_be_visible()
    expect(at.get_by_role("alert")).to_have_count(0)


def test_what_a_faulty_server_did_not_take_is_filled_in_again(at: Page, live_server, staff, project) -> None:
    """Its plainest page has no script of ours: what it did not take is known by what comes after."""
    edit = f"/projects/{project.pk}/edit/"
    enter(at, live_server, staff, edit)
    at.get_by_label("建设单位", exact=True).fill("河海集团")
    at.get_by_label("变更原因").fill("企业来函")
    fails(at, f"**{edit}", 500, "系统出错")
    at.get_by_role("button", name="保存").click()
    expect(at.get_by_text("系统出错")).to_be_visible()
    at.unroute(f"**{edit}")
    at.goto(f"{live_server.url}/")
    at.goto(f"{live_server.url}{edit}")

    expect(at.get_by_label("建设单位", exact=True)).to_have_value("河海集团")
    expect(at.get_by_role("status")).to_contain_text("已填回")


def test_no_answer_and_a_strange_page_are_messages_too(at: Page, live_server, staff, project) -> None:
    enter(at, live_server, staff, "/projects/")
    at.route("**/update/**", lambda route: route.abort())
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(at.get_by_role("alert")).to_have_text("连不上服务器，没有保存；请稍后再试。")
    at.unroute("**/update/**")
    fails(at, "**/update/**", 200, "别处的登录页")
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(at.get_by_role("alert")).to_contain_text("服务器返回了别的页面")
    assert "别处的登录页" not in at.content()


def test_a_right_lost_in_the_middle_is_told(at: Page, live_server, staff, project) -> None:
    enter(at, live_server, staff, "/projects/")
    at.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(at.get_by_label("实际日期")).to_be_visible()
    project.organisation = build.town("薛家镇")
    build.kept(project)
    build.helper(project, build.town("罗溪镇"))
    at.get_by_role("button", name="登记", exact=True).click()

    expect(at.get_by_role("alert")).to_contain_text("您的账号不能修改这个项目。")


def test_passwords_and_files_are_never_kept_and_leaving_clears(
    at: Page, live_server, staff, project, tmp_path
) -> None:
    photo = tmp_path / "封顶.jpg"
    photo.write_bytes(build.photo())
    at.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")  # as on plain HTTP
    enter(at, live_server, staff, f"/projects/{project.pk}/milestones/topped_out/")
    at.get_by_label("说明（可选）").first.fill("主体封顶")
    at.get_by_label("照片或证照（可选）").set_input_files(photo)
    Session.objects.all().delete()
    at.get_by_role("button", name="登记", exact=True).click()
    expect(at.get_by_role("heading", name="登录")).to_be_visible()
    kept = stored(at)
    assert "主体封顶" in kept
    assert "封顶.jpg" not in kept
    assert build.PASSWORD not in kept
    sign_in(at, staff)
    expect(at.get_by_role("status")).to_contain_text("照片和附件须重新选择")
    at.get_by_role("button", name="退出").click()
    expect(at.get_by_role("heading", name="登录")).to_be_visible()
    expect_nothing_stored(at)


def test_the_screen_and_the_month_sheet_go_to_the_sign_in_page(at: Page, live_server, staff, project) -> None:
    build.listing(project)
    enter(at, live_server, staff, "/months/2024-09/")
    Session.objects.all().delete()
    at.locator(f"#id_p{project.pk}-invested").fill("0.5")
    at.keyboard.press("Enter")
    at.wait_for_url(re.compile("/accounts/login/"))
    sign_in(at, staff)
    expect(at).to_have_url(f"{live_server.url}/months/2024-09/")
    expect(at.locator(f"#id_p{project.pk}-invested")).to_have_value("0.5")
    expect(at.locator("#kept")).to_have_text("已自动保存")
    assert project.reports.get().invested == 50_000_000

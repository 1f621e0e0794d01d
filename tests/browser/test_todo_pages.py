"""A day's work in a real browser: what is due, a photo from the phone, a problem closed, a slip taken back."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.actions import registry
from projects.models import Evidence, Milestone, Problem, Project
from tests import build

pytestmark = [pytest.mark.django_db(transaction=True)]

TODAY = timezone.localdate()
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def project(live_server) -> Project:
    """Two milestones late, a problem overdue, photos of the start."""
    project = build.project("热泵", organisation=build.town("罗溪镇"), total_investment=10**9)
    started = build.milestone(project, "started", "2024-03-01")
    build.evidence(started, build.photo(size=(800, 600), exif=build.taken()), name="奠基.jpg")
    build.milestone(project, "topped_out", planned=TODAY - timedelta(days=45))
    build.milestone(project, "completed", planned=TODAY - timedelta(days=5))
    build.problem(project, "未交地", person="王强", due_on=TODAY - timedelta(days=3))
    return project


@pytest.fixture
def desk(sign_in, project: Project) -> Page:
    return sign_in(build.staff(project.organisation, username="staff"), "/todo/")


def test_a_photo_is_taken_on_the_phone(desk: Page, project: Project) -> None:
    desk.set_viewport_size(PHONE)
    expect(desk.locator(".nav .count")).to_have_text("3 项待办")
    desk.get_by_role("link", name="更新热泵封顶").click()
    desk.locator("#upload_evidence").set_input_files(
        [
            {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": build.photo(colour=colour)}
            for colour in ("red", "green")
        ]
    )
    desk.get_by_role("button", name="上传").click()

    expect(desk.get_by_role("status")).to_contain_text("封顶：已上传 2 份佐证。")
    photo = desk.get_by_role("img", name="red.jpg")
    expect(photo).to_be_visible()
    photo.scroll_into_view_if_needed()  # it is loaded only when it comes near the screen
    expect(photo).to_have_js_property("naturalWidth", 40)
    assert Evidence.objects.count() == 3


def test_the_camera_of_a_phone_and_its_album_bring_one_lot_of_photos(
    browser, browser_context_args, live_server, project: Project
) -> None:
    context = browser.new_context(**browser_context_args, viewport=PHONE, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(f"{live_server.url}/accounts/login/?next=/projects/%3Fq=热泵")
    phone.get_by_label("用户名").fill(build.staff(project.organisation).username)
    phone.get_by_label("密码").fill(build.PASSWORD)
    phone.get_by_role("button", name="登录").tap()
    phone.get_by_role("link", name="登记封顶：热泵").tap()
    camera = phone.get_by_label("现在拍一张")
    expect(camera).to_be_visible()
    expect(camera).to_have_attribute("capture", "environment")
    for control, colour in ((camera, "red"), (phone.get_by_label("照片或证照（可选）"), "green")):
        photo = {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": build.photo(colour=colour)}
        control.set_input_files([photo])
    phone.get_by_role("button", name="登记", exact=True).tap()

    expect(phone.get_by_role("status")).to_have_text("封顶已登记")
    kept = Evidence.objects.filter(milestone__stage="topped_out")
    assert sorted(item.caption for item in kept) == ["green.jpg", "red.jpg"]
    context.close()


def test_a_problem_is_closed_by_the_keyboard_alone(desk: Page, project: Project) -> None:
    tab_to(desk, "销号")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(re.compile("#close$"))
    tab_to(desk, "办理情况*")
    desk.keyboard.type("地已交付")
    tab_to(desk, "销号", "button")
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("status")).to_contain_text("已销号。")
    assert Problem.objects.get().resolution == "地已交付"


def test_a_slip_is_taken_back(desk: Page, project: Project) -> None:
    project.total_investment = 10**10
    registry.amend(project, by=build.office(), reason="核对")
    desk.goto(desk.url.replace("/todo/", f"/projects/{project.pk}/"))
    recent = desk.get_by_role("region", name="动态")
    expect(recent).to_contain_text("100 亿元")
    recent.get_by_role("link", name="全部").click()
    desk.get_by_role("link", name=re.compile("撤销此项：项目")).click()
    desk.get_by_label("撤销原因").fill("多了一个零")
    desk.get_by_role("button", name="撤销此项").click()

    expect(desk.get_by_role("status")).to_contain_text("已撤销")
    assert Project.objects.get().total_investment == 10**9


def test_no_page_has_a_fault_of_access(desk: Page, project: Project) -> None:
    home, milestone = desk.url.removesuffix("/todo/"), Milestone.objects.get(stage="started")
    photo, entry, problem = milestone.evidence.get(), milestone.history.first(), Problem.objects.get()
    main = ["/todo/", "/problems/", f"/projects/{project.pk}/", f"/projects/{project.pk}/milestones/started/"]
    other = [
        f"/problems/{problem.pk}/",
        f"/projects/{project.pk}/problems/new/",
        f"/projects/{project.pk}/history/",
        f"/projects/{project.pk}/history/milestone/{entry.history_id}/undo/",
        f"/evidence/{photo.pk}/delete/",
    ]
    for size, pages in (({"width": 1360, "height": 900}, other), (PHONE, main)):
        desk.set_viewport_size(size)
        for page in pages:
            desk.goto(f"{home}{page}")
            found = Axe().run(desk)
            assert found.violations_count == 0, f"{page}: {found.generate_report()}"
            assert not desk.evaluate("document.documentElement.scrollWidth > window.innerWidth"), page


def tab_to(page: Page, name: str, tag: str = "") -> None:
    """Press Tab until the control of that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "e => [(e.labels?.[0] ?? e).innerText.trim(), e.tagName.toLowerCase()]",
            page.evaluate_handle("document.activeElement"),
        )
        if found[0] == name and tag in ("", found[1]):
            return
    raise AssertionError(f"no control “{name}” by keyboard")


def test_the_number_of_the_masthead_follows_what_was_just_sent(desk: Page, live_server) -> None:
    count = desk.locator(".nav .count")
    expect(count).to_have_text("3 项待办")
    desk.goto(f"{live_server.url}/problems/{Problem.objects.get().pk}/")
    desk.get_by_label("办理情况").fill("已交地")
    desk.get_by_role("button", name="销号").click()
    expect(desk.get_by_text("已销号。")).to_be_visible()
    expect(count).to_have_text("2 项待办")

"""Everybody at work: what each role finds at the doors of the daily work, and its jobs by keyboard alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from projects.models import MonthlyReport, Project, Reopening, SavedView, User
from tests import build
from tests.browser.test_projects_pages import tab_to

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = pytest.mark.parametrize("width", [1360, 390])
SHEET, REVIEW = "/months/2024-09/", "/months/2024-09/review/"


@pytest.fixture
def heat_pump(live_server) -> Project:
    """A project of 罗溪镇 that reports and is late, one of 薛家镇, each with a person in charge."""
    heat_pump, other = (
        build.project(name, organisation=build.town(town), contact="张三", total_investment=10 * build.YI)
        for name, town in (("热泵机组", "罗溪镇"), ("苹果酸", "薛家镇"))
    )
    for project in (heat_pump, other):
        build.listing(project)
        build.evidence(build.milestone(project, "started", "2024-02-01"))
        build.milestone(project, "topped_out", planned="2024-08-31")
        build.report(project, "2024-08", build.YI, progress="主体施工")
    return heat_pump


def at(page: Page, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    return page


def faults(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{page.url}: {wide} px too wide"] * (wide > 0) + [
        f"{page.url} {fault['id']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(page).response["violations"]
    ]


CAST = [
    # person, what the navigation counts, projects on the list, rows on the sheet, buttons to record a stage
    (lambda: build.staff(build.town("罗溪镇")), True, 1, 1, 1),
    (lambda: build.staff(), True, 2, 2, 2),
    (lambda: build.office(), False, 2, 2, 2),
    (lambda: build.admin(), False, 2, 2, 2),
    (lambda: build.leader(), False, 2, None, 0),
    (lambda: build.leader(build.town("薛家镇")), False, 1, None, 0),
]


@WIDTHS
@pytest.mark.parametrize(("make", "owes", "listed", "rows", "buttons"), CAST)
def test_each_finds_their_own_and_no_page_has_a_fault(
    sign_in,
    live_server,
    heat_pump: Project,
    make,
    owes: bool,
    listed: int,
    rows: int | None,
    buttons: int,
    width: int,
) -> None:
    user: User = make()
    page = at(sign_in(user, "/projects/"), width)
    expect(page.get_by_role("link", name="登记封顶：")).to_have_count(buttons)
    expect(page.locator(".register tbody tr")).to_have_count(listed)
    expect(page.locator(".nav .count")).to_have_count(int(owes))
    assert faults(page) == []
    addresses = ["/projects/views/", "/problems/"]
    if user.writes:
        addresses += ["/todo/", "/projects/bulk/"]
    if user.is_keeper:
        addresses += [REVIEW, "/handover/?contact=张三"]
    for address in addresses:
        page.goto(f"{live_server.url}{address}")
        assert faults(page) == []
    if rows is not None:
        page.goto(f"{live_server.url}{SHEET}")
        expect(page.locator(".sheet tbody tr")).to_have_count(rows)
        assert faults(page) == []


@WIDTHS
def test_the_month_is_typed_and_handed_in_by_keyboard_alone(sign_in, heat_pump: Project, width: int) -> None:
    page = at(sign_in(build.staff(heat_pump.organisation), SHEET), width)
    tab_to(page, "热泵机组 本月完成")
    page.keyboard.type("0.5")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("=")
    expect(page.locator("#kept")).to_have_text("已自动保存")
    page.locator("h1").click()  # from the top again
    tab_to(page, "提交审核")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").first).to_contain_text("已提交 1 个项目的月报")
    expect(page.locator(".sheet")).to_contain_text("待审核 · 迟报")
    report = MonthlyReport.objects.get(month="2024-09-01")
    assert (report.state, report.invested, report.progress) == ("submitted", build.YI // 2, "主体施工")


@WIDTHS
def test_the_office_returns_one_and_approves_the_rest_by_keyboard_alone(
    sign_in, live_server, heat_pump: Project, width: int
) -> None:
    for project in Project.objects.all():
        build.report(project, "2024-09", build.YI // 2, state="submitted")
    page = at(sign_in(build.office(), REVIEW), width)
    tab_to(page, "选择热泵机组")
    page.keyboard.press("Space")
    tab_to(page, "退回原因（退回时必填）")
    page.keyboard.type("缺少现场照片")
    tab_to(page, "退回选中的")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已退回 1 个项目的月报。")
    tab_to(page, "通过全部无疑问的 1 个…")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="通过无疑问的 1 个")).to_be_visible()
    tab_to(page, "通过 1 个")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已通过 1 个项目的月报。")
    expect(page.get_by_text("没有等待审核的月报。")).to_be_visible()

    states = dict(MonthlyReport.objects.filter(month="2024-09-01").values_list("project__name", "state"))
    assert states == {"热泵机组": "returned", "苹果酸": "approved"}
    page = sign_in(build.staff(heat_pump.organisation), "/todo/")
    expect(page.get_by_role("region", name="已经晚了")).to_contain_text("缺少现场照片")


def test_a_month_is_asked_for_granted_until_a_day_and_written_again(sign_in, heat_pump: Project) -> None:
    build.report(heat_pump, "2024-09", build.YI, state="approved")
    staff, office = build.staff(heat_pump.organisation), build.office()
    page = sign_in(staff, SHEET)
    page.get_by_text("申请重开…").click()
    page.get_by_label("申请原因").fill("发票补到")
    page.get_by_role("button", name="申请重开").click()
    expect(page.get_by_role("status").first).to_contain_text("重开申请已送项目办。")

    page = sign_in(office, "/todo/")
    expect(page.locator(".nav .count")).to_contain_text("1")
    page.get_by_role("link", name="罗溪镇 2024 年 9 月").click()
    expect(page.get_by_role("main")).to_contain_text("发票补到")
    page.get_by_label("同意，可改至").fill("2099-12-31")
    page.get_by_role("button", name="同意", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已同意罗溪镇重开。")

    page = sign_in(staff, "/todo/")
    page.get_by_role("link", name="2024 年 9 月月报已重新开放").click()
    page.get_by_label("热泵机组 本月完成").fill("0.8")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status").first).to_contain_text("已提交 1 个项目的月报")
    request = Reopening.objects.get()
    assert (request.reason, request.decided_by, str(request.until)) == ("发票补到", office, "2099-12-31")
    assert MonthlyReport.objects.get(month="2024-09-01").invested == build.YI * 8 // 10


@WIDTHS
def test_a_person_s_projects_are_handed_over_by_keyboard_alone(
    sign_in, heat_pump: Project, width: int
) -> None:
    page = at(sign_in(build.office(), "/projects/"), width)
    tab_to(page, "更多")
    page.keyboard.press("Enter")
    tab_to(page, "移交责任人")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="移交责任人")).to_be_visible()
    tab_to(page, "现责任人")
    page.keyboard.press("ArrowDown")
    tab_to(page, "查看项目")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="张三的 2 个项目")).to_be_visible()
    for label, words in (("新责任人*", "李四"), ("原因*", "岗位调整")):
        tab_to(page, label)
        page.keyboard.type(words)
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("张三的 2 个项目已移交给李四。")
    assert set(Project.objects.values_list("contact", flat=True)) == {"李四"}


@WIDTHS
def test_a_shared_view_is_on_everybody_s_list_and_shows_each_their_own(
    sign_in, live_server, heat_pump: Project, width: int
) -> None:
    page = at(sign_in(build.office(), "/projects/"), width)
    page.goto(f"{live_server.url}/projects/?late=1&columns=contact")
    tab_to(page, "视图")
    page.keyboard.press("Enter")
    tab_to(page, "＋ 存为视图")
    page.keyboard.press("Enter")
    tab_to(page, "视图名称")
    page.keyboard.type("晚点的")
    tab_to(page, "谁能看到")
    page.keyboard.press("End")
    tab_to(page, "保存视图")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("已保存视图“晚点的”。")
    expect(page.locator("#totals")).to_contain_text("2 个")
    assert SavedView.objects.get().audience == "all"

    page = at(sign_in(build.staff(heat_pump.organisation), "/projects/"), width)
    tab_to(page, "视图")
    page.keyboard.press("Enter")
    tab_to(page, "晚点的")
    page.keyboard.press("Enter")
    expect(page.locator("#totals")).to_contain_text("1 个")
    expect(page.locator(".register tbody")).to_contain_text("热泵机组")
    expect(page.locator(".register tbody")).not_to_contain_text("苹果酸")

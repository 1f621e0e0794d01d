"""The daily work at the list: a stage, its postponing, columns and views, by keyboard too, and the way back."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.models import Milestone, Project, SavedView, User
from tests import build
from tests.browser.test_projects_pages import tab_to

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = pytest.mark.parametrize("width", [1360, 390])


@pytest.fixture
def project(live_server) -> Project:
    luoxi = build.town("罗溪镇")
    project = build.project("热泵机组", enterprise="河海集团", organisation=luoxi, contact="张三")
    build.milestone(project, "started", "2024-03-01")
    build.milestone(project, "topped_out", planned="2024-09-30")
    build.project("苹果酸产线", organisation=luoxi)
    return project


@pytest.fixture
def staff(project: Project) -> User:
    return build.staff(project.organisation, username="staff")


def stands(project: Project, stage: str = "topped_out") -> Milestone:
    return project.milestones.get(stage=stage)


def at(page: Page, width: int) -> Page:
    page.set_viewport_size({"width": width, "height": 900})
    return page


@WIDTHS
def test_the_keyboard_alone_records_undoes_and_postpones(
    sign_in, staff: User, project: Project, width: int
) -> None:
    page = at(sign_in(staff, "/projects/?q=rbjz"), width)
    press = page.keyboard.press
    tab_to(page, "登记封顶：热泵机组")
    press("Enter")
    expect(page.get_by_label("实际日期")).to_be_focused()
    press("Escape")
    expect(page.get_by_label("实际日期")).to_have_count(0)
    tab_to(page, "登记封顶：热泵机组")
    press("Enter")
    expect(page.get_by_label("实际日期")).to_be_focused()
    page.evaluate("document.activeElement.blur()")  # as after a refused photo
    press("Escape")
    expect(page.get_by_label("实际日期")).to_have_count(0)
    tab_to(page, "登记封顶：热泵机组")
    press("Enter")
    expect(page.get_by_label("实际日期")).to_be_focused()
    tab_to(page, "说明（可选）")
    page.keyboard.type("主体封顶")
    press("Enter")
    expect(page.get_by_role("button", name="撤销：热泵机组封顶已登记")).to_be_focused()
    assert (stands(project).reached_on, stands(project).reached_note) == (timezone.localdate(), "主体封顶")

    press("Enter")
    expect(page.get_by_role("link", name="登记封顶：热泵机组")).to_be_focused()
    press("Tab")
    press("Enter")
    expect(page.get_by_label("推迟到")).to_be_focused()
    page.get_by_label("推迟到").fill("2030-03-31")
    tab_to(page, "原因*")
    for _ in range(7):  # 天气 is the seventh reason
        press("ArrowDown")
    tab_to(page, "推迟")
    press("Enter")
    expect(page.get_by_role("status")).to_have_text("封顶已推迟")
    assert (str(stands(project).current_on), stands(project).reason) == ("2030-03-31", "weather")


def test_what_is_wrong_stays_in_the_row(sign_in, staff: User, project: Project) -> None:
    page = sign_in(staff, "/projects/")
    page.get_by_role("link", name="登记封顶：热泵机组").click()
    tomorrow = timezone.localdate().replace(year=timezone.localdate().year + 1, day=1).isoformat()
    page.get_by_label("实际日期").fill(tomorrow)
    page.get_by_label("说明（可选）").fill("不该丢")
    page.keyboard.press("Enter")

    expect(page.get_by_text("实际日期不能晚于今天")).to_be_visible()
    expect(page.get_by_label("说明（可选）")).to_have_value("不该丢")
    page.get_by_role("link", name="取消").click()
    expect(page.get_by_role("link", name="登记封顶：热泵机组")).to_be_visible()


@pytest.mark.parametrize("choice", ["仍按我的登记", "保留对方的"])
def test_two_at_one_stage_the_second_is_shown_what_the_first_wrote_and_chooses(
    sign_in, staff: User, project: Project, choice: str
) -> None:
    page = sign_in(staff, "/projects/")
    page.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(page.get_by_label("实际日期")).to_be_visible()
    moved = stands(project)
    moved.current_on = "2024-12-31"
    build.kept(moved, by=build.office(last_name="李", first_name="四"), reason="业主来函")
    page.get_by_role("button", name="登记", exact=True).click()

    conflict = page.get_by_role("alert")
    expect(conflict).to_contain_text("李四")
    expect(conflict.get_by_role("row", name="现计划")).to_contain_text("2024年12月31日")
    assert stands(project).reached_on is None
    tab_to(page, choice)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    is_mine = choice == "仍按我的登记"
    expect(page.get_by_role("button", name="撤销：热泵机组封顶已登记")).to_have_count(int(is_mine))
    assert (str(stands(project).reached_on), str(stands(project).current_on)) == (
        str(timezone.localdate()) if is_mine else "None",
        "2024-12-31",
    )


def test_two_edit_one_project_and_the_second_chooses(
    browser, browser_context_args, live_server, staff: User, project: Project
) -> None:
    context = browser.new_context(**browser_context_args)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/?next=/projects/{project.pk}/edit/")
    page.get_by_label("用户名").fill("staff")
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("总投资（亿元）").fill("13")
    page.get_by_label("建设地点").fill("黄河路")
    page.get_by_label("变更原因").fill("核对备案")
    theirs = Project.objects.get(pk=project.pk)
    theirs.total_investment, theirs.contact = 12 * build.YI, "王五"
    build.kept(theirs, by=build.office(last_name="李", first_name="四"), reason="企业来函")
    page.get_by_role("button", name="保存", exact=True).click()

    conflict = page.get_by_role("alert")
    expect(conflict).to_contain_text("李四")
    expect(conflict).to_contain_text("企业来函")
    conflict.get_by_label("12").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已保存。")
    context.close()
    project.refresh_from_db()
    assert (project.total_investment, project.contact, project.place) == (12 * build.YI, "王五", "黄河路")


def test_columns_are_chosen_and_a_view_is_kept_and_opened(sign_in, staff: User, project: Project) -> None:
    page = sign_in(staff, "/projects/")
    page.get_by_role("searchbox").fill("rbjz")
    expect(page.locator("#totals")).to_have_text("1 个 · 总投资 未公布")
    expect(page.locator("mark")).to_have_text("热泵机组")
    page.get_by_text("显示的列").click()
    page.get_by_label("列：项目代码").check()
    expect(page.get_by_role("columnheader", name="项目代码")).to_have_count(1)
    page.get_by_label("列：责任单位").uncheck()
    expect(page.get_by_role("columnheader", name="责任单位")).to_have_count(0)
    expect(page.locator("#totals")).to_have_text("1 个 · 总投资 未公布")
    page.get_by_text("视图", exact=True).click()
    page.get_by_text("＋ 存为视图").click()
    page.get_by_label("视图名称").fill("热泵")
    page.get_by_role("button", name="保存视图").click()

    expect(page.get_by_role("status")).to_contain_text("已保存视图“热泵”。")
    page.get_by_text("视图", exact=True).click()
    expect(page.get_by_role("link", name="热泵", exact=True)).to_have_attribute("aria-current", "true")
    assert SavedView.objects.get().query.startswith("q=rbjz&columns=")
    page.keyboard.press("Escape")  # the open menu lies over the conditions
    page.get_by_role("link", name="清除全部条件").click()
    page.get_by_text("视图", exact=True).click()
    page.get_by_role("link", name="热泵", exact=True).click()
    expect(page.get_by_role("columnheader", name="项目代码")).to_have_count(1)
    expect(page.locator("#totals")).to_have_text("1 个 · 总投资 未公布")


def test_a_project_is_paused_by_keyboard(sign_in, staff: User, project: Project) -> None:
    page = sign_in(staff, f"/projects/{project.pk}/")
    tab_to(page, "更多")
    page.keyboard.press("Enter")
    tab_to(page, "暂停、终止")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="项目状态")).to_be_visible()
    tab_to(page, "原因*")
    for _ in range(4):  # 资金 is the fourth reason
        page.keyboard.press("ArrowDown")
    tab_to(page, "说明（原因选“其他”时必填）")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("已暂停。")
    assert Project.objects.get(pk=project.pk).side_state == "paused"


@WIDTHS
def test_no_page_of_this_work_has_a_serious_fault(sign_in, project: Project, width: int) -> None:
    office = build.office(username="office")
    page = at(sign_in(office, "/projects/"), width)
    SavedView.objects.create(owner=office, name="晚点", query="late=1")
    page.goto(f"{page.url}?q=rbjz&columns=contact&columns=level")
    page.get_by_role("link", name="登记封顶：热泵机组").click()
    expect(page.get_by_label("实际日期")).to_be_focused()
    assert faults(page, width) == []
    base = re.sub(r"/projects/.*", "", page.url)
    for address in ("/projects/views/", f"/projects/{project.pk}/state/", "/handover/?contact=张三"):
        page.goto(f"{base}{address}")
        assert faults(page, width) == []


def faults(page: Page, width: int) -> list[str]:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    return [
        f"{page.url} {fault['id']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(page).response["violations"]
    ]

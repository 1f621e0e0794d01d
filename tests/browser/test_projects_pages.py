"""The pages of the register in a real browser: found, opened, recorded; by mouse and by keyboard; no faults."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from projects.models import Milestone, Project
from tests import build

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def heat_pump(live_server) -> Project:
    """The article's own project among others, planned as the article says."""
    luoxi = build.town("罗溪镇")
    project = build.project("超导吸收式热泵机组生产项目", enterprise="河海新能源集团", total_investment=10**9)
    build.listing(project, "province")
    build.milestone(project, "topped_out", "2024-11-30", "not_later")
    build.milestone(project, "completed", planned="2024-12-31", planned_precision="month", note="报道")
    build.milestone(project, "in_production", planned="2024-12-31", planned_precision="month")
    for number in range(60):
        build.project(f"其他项目{number:02}", organisation=luoxi)
    return project


@pytest.fixture
def desk(sign_in, heat_pump: Project) -> Page:
    """The list, before signed-in staff of the district."""
    return sign_in(build.staff(username="staff"), "/projects/")


def reached(project: Project, stage: str) -> str:
    return str(Milestone.objects.get(project=project, stage=stage).reached_on)


def test_staff_finds_the_heat_pump_and_records_its_completion(desk: Page, heat_pump: Project) -> None:
    desk.get_by_role("searchbox").fill("热泵")
    expect(desk.locator("#totals")).to_have_text("1 个 · 总投资 10.0 亿元")
    expect(desk).to_have_url(re.compile("q=%E7%83%AD%E6%B3%B5"))
    desk.get_by_role("link", name="超导吸收式热泵机组生产项目", exact=True).click()
    desk.get_by_label("实际日期").fill("2024-12-26")
    desk.get_by_role("button", name="登记竣工").click()

    expect(desk.get_by_role("status")).to_contain_text("竣工：登记完成，已保存。")
    expect(desk.get_by_role("row", name=re.compile("^竣工"))).to_contain_text("2024年12月26日")
    assert reached(heat_pump, "completed") == "2024-12-26"


def test_the_keyboard_alone_will_do(desk: Page, heat_pump: Project) -> None:
    desk.get_by_role("searchbox").focus()
    desk.keyboard.type("热泵")
    expect(desk.locator("#totals")).to_have_text("1 个 · 总投资 10.0 亿元")
    tab_to(desk, "登记竣工：超导吸收式热泵机组生产项目")
    desk.keyboard.press("Enter")
    expect(desk.get_by_label("实际日期")).to_be_focused()
    desk.keyboard.press("Enter")  # today is offered, whatever was planned

    expect(desk.get_by_role("status")).to_have_text("竣工已登记")
    expect(desk).to_have_url(re.compile(r"/projects/\?q="))
    assert reached(heat_pump, "completed") == str(timezone.localdate())

    desk.reload()
    tab_to(desk, "超导吸收式热泵机组生产项目")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="基本情况")).to_be_visible()
    tab_to(desk, "竣工")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="撤回登记")).to_be_visible()
    tab_to(desk, "原因*")
    desk.keyboard.type("误报")
    desk.keyboard.press("Enter")

    expect(desk.get_by_role("status")).to_contain_text("竣工：撤回登记，已保存。")
    assert reached(heat_pump, "completed") == "None"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what a screen reader calls `name`."""
    for _ in range(80):
        page.keyboard.press("Tab")
        called = page.evaluate(
            """() => { const at = document.activeElement;
            return (at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "").trim(); }"""
        )
        if called == name:
            return
    pytest.fail(f"the keyboard does not reach {name}")


def test_conditions_sort_and_pages_work_together(desk: Page) -> None:
    desk.get_by_role("searchbox").fill("其他")
    expect(desk.locator("#totals")).to_have_text("60 个 · 总投资 未公布")
    by_name = desk.get_by_role("columnheader", name="项目 / 企业")
    desk.get_by_role("link", name="项目 / 企业").click()
    expect(by_name).to_have_attribute("aria-sort", "ascending")
    desk.get_by_role("link", name="项目 / 企业").click()
    expect(desk.get_by_role("row").nth(1)).to_contain_text("其他项目59")
    desk.get_by_role("link", name="下一页").click()
    expect(desk.get_by_role("row").nth(1)).to_contain_text("其他项目09")
    desk.wait_for_load_state()  # the next page is a page of its own: its script must be there
    desk.get_by_label("阶段", exact=True).select_option(value="topped_out")
    expect(desk.get_by_text("没有符合条件的项目。")).to_be_visible()
    desk.go_back()
    expect(desk.get_by_role("row").nth(1)).to_contain_text("其他项目09")


def test_without_javascript_the_button_asks(browser, browser_context_args, live_server, heat_pump) -> None:
    build.staff(username="staff")
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/?next=/projects/")
    page.locator("[name=username]").fill("staff")
    page.locator("[name=password]").fill(build.PASSWORD)
    page.locator("form.form button").click()
    page.locator("#id_q").fill("热泵")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="超导吸收式热泵机组生产项目", exact=True).click()
    page.locator("[name=on]").fill("2024-12-26")
    page.get_by_role("button", name="登记竣工").click()
    context.close()

    assert reached(heat_pump, "completed") == "2024-12-26"


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize(
    "address",
    ["", "?year=2024&late=1", "{pk}/", "{pk}/history/", "{pk}/milestones/completed/", "{pk}/edit/", "new/"],
)
def test_no_page_has_a_serious_fault(
    desk: Page, live_server, heat_pump: Project, address: str, width: int
) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    desk.goto(f"{live_server.url}/projects/{address.format(pk=heat_pump.pk)}")
    faults = [
        f"{fault['id']}: {fault['help']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(desk).response["violations"]
    ]

    assert faults == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width

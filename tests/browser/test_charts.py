"""Wall, board and calendar at a real browser: on paper, on a phone, without a script, and for those who cannot see."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ("wall", "board", "calendar")
A3 = (1190, 842)
MIDDLE = "each => { const box = each.getBoundingClientRect(); return box.left + box.width / 2; }"


@pytest.fixture
def units(live_server) -> None:
    """Sixty projects of ten units, some of them late, with a problem that is due today."""
    today = timezone.localdate()
    towns = [build.town(f"测试{number}镇") for number in range(10)]
    for number in range(60):
        project = build.project(
            f"第{number:02}号项目", organisation=towns[number % 10], total_investment=number * build.YI
        )
        build.milestone(project, Stage.STARTED, today - timedelta(days=100 + number))
        build.milestone(project, Stage.COMPLETED, planned=today + timedelta(days=7 * number - 21))
    build.problem(project, "线路迁改", raised=today, due_on=today)


def pages_of(pdf: bytes) -> list[tuple[int, int]]:
    """The size of each sheet, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(int(float(width)), int(float(height))) for width, height in boxes]


@pytest.mark.usefixtures("units")
def test_fifty_rows_of_the_wall_are_one_sheet_of_a3_and_all_rows_one_more(sign_in, live_server) -> None:
    page: Page = sign_in(build.leader(), "/projects/wall/")
    expect(page.locator(".wall-row")).to_have_count(50)
    [sheet] = pages_of(page.pdf(prefer_css_page_size=True))
    assert all(abs(side - wanted) <= 2 for side, wanted in zip(sheet, A3, strict=True))

    page.get_by_role("link", name="列出全部 60 条（可打印）").click()
    expect(page.locator(".wall-row")).to_have_count(60)
    assert len(pages_of(page.pdf(prefer_css_page_size=True))) == 2


@pytest.mark.usefixtures("units")
def test_a_mark_stands_over_its_month_and_what_is_late_left_of_the_day(sign_in) -> None:
    page: Page = sign_in(build.leader(), "/projects/wall/")
    today = page.locator(".wall-chart .today").evaluate(MIDDLE)
    late = page.locator(".wall-chart .mark-late").evaluate_all(f"all => all.map({MIDDLE})")
    ahead = page.locator(".wall-chart .mark-now").evaluate_all(f"all => all.map({MIDDLE})")

    assert len(late) == 3
    assert all(x < today for x in late)
    assert all(x > today - 6 for x in ahead)
    expect(page.locator(".wall-chart text.words")).to_have_count(3)


@pytest.mark.usefixtures("units")
@pytest.mark.parametrize("name", PAGES)
def test_nothing_keeps_anybody_from_reading(sign_in, name: str) -> None:
    page: Page = sign_in(build.leader(), f"/projects/{name}/")
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:2]) for each in found] == []


@pytest.mark.usefixtures("units")
def test_on_a_phone_the_calendar_lists_the_days_that_hold_something(sign_in) -> None:
    page: Page = sign_in(build.leader(), "/projects/calendar/")
    page.set_viewport_size({"width": 360, "height": 800})
    today = page.locator(".calendar .today")
    expect(today).to_be_visible()
    expect(today).to_contain_text("线路迁改")
    assert page.locator(".calendar td:visible").count() == page.locator(".calendar td:has(li)").count()


@pytest.mark.usefixtures("units")
def test_on_a_phone_a_lane_fills_the_screen(sign_in) -> None:
    page: Page = sign_in(build.leader(), "/projects/board/")
    page.set_viewport_size({"width": 360, "height": 800})
    boxes = [lane.bounding_box() for lane in page.locator(".lane").all()]
    assert len(boxes) == 5
    assert all(box and 260 < box["width"] < 300 for box in boxes)


@pytest.mark.usefixtures("units")
def test_without_a_script_the_conditions_narrow_and_the_views_lead_on(browser: Browser, live_server) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    leader = build.leader()
    page.goto(f"{live_server.url}/accounts/login/?next=/projects/wall/")
    page.get_by_label("用户名").fill(leader.username)
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()

    page.get_by_role("searchbox", name="搜索", exact=True).fill("第07号")
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".wall-row")).to_have_count(1)
    page.get_by_role("link", name="按阶段").click()
    expect(page.locator(".lane li")).to_have_count(1)
    expect(page.locator(".lane li")).to_contain_text("第07号项目")
    context.close()

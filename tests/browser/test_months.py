"""The month in a real browser: forty projects by keyboard, a pasted block, a lost connection."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from projects.models import MonthlyReport, Project
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)

SHEET = "/months/2024-09/"


def owing(number: int) -> Project:
    project = build.project(f"项目{number:02}", total_investment=90 * build.YI)
    build.listing(project)
    build.milestone(project, "started", "2024-02-01")
    return project


def amounts() -> list[int | None]:
    return list(MonthlyReport.objects.order_by("project").values_list("invested", flat=True))


def saved(page: Page) -> None:
    expect(page.locator("#kept")).to_have_text("已自动保存")
    page.wait_for_load_state("networkidle")


def test_forty_projects_in_forty_one_strokes_of_work(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(40)]
    page = sign_in(build.staff(), SHEET)
    page.locator(f"#id_p{projects[0].pk}-invested").focus()
    groups = 0
    for number in range(40):  # one group: the figure and Enter
        page.keyboard.type(f"0.{number + 10}")
        page.keyboard.press("Enter")
        groups += 1
    saved(page)
    page.get_by_role("button", name="提交审核").click()
    groups += 1

    expect(page.get_by_role("status").first).to_contain_text("已提交 40 个项目的月报")
    assert groups <= 45
    assert amounts() == [(number + 10) * build.YI // 100 for number in range(40)]
    assert set(MonthlyReport.objects.values_list("state", flat=True)) == {"submitted"}


def test_a_block_is_pasted_and_no_change_is_one_key(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(4)]
    build.report(projects[0], "2024-08", build.YI)
    page = sign_in(build.staff(), SHEET)
    first = page.locator(f"#id_p{projects[0].pk}-invested")
    first.focus()
    first.evaluate(
        """(input) => {
          const data = new DataTransfer();
          data.setData("text", "0.5\\n1.25\\n600万\\n");
          input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(page.locator(f"#id_p{projects[0].pk}-year_to_date")).to_have_value("1.5")
    page.locator(f"#id_p{projects[3].pk}-invested").focus()
    page.keyboard.press("n")
    saved(page)
    expect(page.locator("#sums")).to_contain_text("1.81")

    september = MonthlyReport.objects.filter(month="2024-09-01").order_by("project")
    assert [report.invested for report in september] == [50_000_000, 125_000_000, 6_000_000, None]
    assert september[3].unchanged


def test_what_the_server_never_got_is_there_after_a_closed_window(sign_in, live_server) -> None:
    project = owing(1)
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    page.locator(f"#id_p{project.pk}-invested").fill("2.5")  # typed, and the window closed before it was sent
    assert amounts() == []
    page.goto(f"{live_server.url}{SHEET}")
    saved(page)

    assert amounts() == [250_000_000]


def test_a_doubtful_figure_is_asked_about_at_once(sign_in, live_server) -> None:
    project = owing(1)
    page = sign_in(build.staff(), SHEET)
    page.locator(f"#id_p{project.pk}-invested").fill("1020")
    page.keyboard.press("Tab")

    expect(page.locator(f"#check-{project.pk}")).to_contain_text("单位是否应为万元？")


@pytest.mark.parametrize("width", [1360, 390])
def test_the_sheet_is_fit_to_be_shown(sign_in, live_server, width: int) -> None:
    owing(1)
    page = sign_in(build.office(), SHEET)
    page.set_viewport_size({"width": width, "height": 900})
    for address in (SHEET, f"{SHEET}review/"):
        page.goto(f"{live_server.url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        found = Axe().run(page).response["violations"]
        assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []
    expect(page).to_have_title(re.compile("审核"))

"""The month in a real browser: walked by keyboard, a pasted block, a lost connection, two at one cell."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from projects.figures import month_page
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
    """The server has all of it: the browser need not remember anything."""
    expect(page.locator("#kept")).to_have_text("已自动保存")
    page.wait_for_function("['', '{}'].includes(Object.values(localStorage).join(''))")


def test_a_block_is_pasted_and_no_change_is_one_key(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(4)]
    build.report(projects[0], "2024-08", build.YI)
    page = sign_in(build.staff(), SHEET)
    paste(page, cell(projects[0]), "0.5\n1.25\n600万\n")
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


def test_an_amount_beyond_the_total_is_kept_once_it_is_explained(sign_in, live_server) -> None:
    project, other = owing(1), owing(2)
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("load")
    paste(page, cell(project), "102\n0.5\n")
    words = page.get_by_label("金额说明")
    expect(words).to_be_visible()
    expect(page.locator(f"#check-{other.pk}")).to_contain_text("草稿")
    assert amounts() == [50_000_000]

    words.fill("并入二期")
    words.press("Enter")
    expect(page.locator(f"#check-{project.pk}")).to_contain_text("草稿")
    saved(page)
    assert amounts() == [102 * build.YI, 50_000_000]
    assert MonthlyReport.objects.get(project=project).explanation == "并入二期"


def test_words_for_an_amount_outlast_a_closed_window(sign_in, live_server) -> None:
    project, staff = owing(1), build.staff()
    page = sign_in(staff, SHEET)
    page.wait_for_load_state("load")
    page.locator(cell(project)).fill("102")
    page.keyboard.press("Tab")
    page.get_by_label("金额说明").fill("并入二期")  # and the window closed before it was sent
    page.goto(f"{page.url}?")
    saved(page)

    assert MonthlyReport.objects.get().explanation == "并入二期"


def paste(page: Page, cell: str, text: str) -> None:
    page.locator(cell).evaluate(
        """(input, text) => {
          input.focus();
          const data = new DataTransfer();
          data.setData("text", text);
          input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def cell(project: Project, name: str = "invested") -> str:
    return f"#id_p{project.pk}-{name}"


def test_the_arrows_walk_the_sheet_and_the_cursor_keeps_its_own(sign_in, live_server) -> None:
    first, second = owing(1), owing(2)
    page = sign_in(build.staff(), SHEET)
    at, press = page.locator("*:focus"), page.keyboard.press
    page.locator(cell(first)).focus()
    for key, reached in (
        ("ArrowDown", cell(second)),
        ("ArrowRight", cell(second, "year_to_date")),
        ("ArrowRight", cell(second, "unchanged")),
        ("ArrowUp", cell(first, "unchanged")),
        ("ArrowRight", cell(first, "progress")),
        ("ArrowLeft", cell(first, "unchanged")),
        ("Tab", cell(first, "progress")),
        ("Shift+Tab", cell(first, "unchanged")),
        ("ArrowLeft", cell(first, "year_to_date")),
    ):
        press(key)
        expect(at).to_have_id(reached.removeprefix("#"))
    page.keyboard.type("12")
    press("ArrowLeft")  # within the number
    page.keyboard.type("0.")
    expect(page.locator(cell(first, "year_to_date"))).to_have_value("10.2")
    expect(page.locator(cell(first))).to_have_value("10.2")


def test_last_month_s_text_is_one_key_away(sign_in, live_server) -> None:
    project, other = owing(1), owing(2)
    for reported in (project, other):
        build.report(reported, "2024-08", build.YI, progress="主体施工到三层")
    page = sign_in(build.staff(), SHEET)
    page.locator(cell(project, "progress")).focus()
    page.keyboard.press("=")
    expect(page.locator(cell(project, "progress"))).to_have_value("主体施工到三层")
    page.get_by_role("button", name="沿用上月").nth(1).click()
    expect(page.locator(cell(other, "progress"))).to_have_value("主体施工到三层")
    saved(page)

    september = MonthlyReport.objects.filter(month="2024-09-01")
    assert [report.progress for report in september] == ["主体施工到三层"] * 2


def test_a_chinese_input_method_is_understood(sign_in, live_server) -> None:
    """It swallows the key: n and = arrive as text, the figures in full width."""
    first, second = owing(1), owing(2)
    build.report(first, "2024-08", build.YI, progress="主体施工")
    page = sign_in(build.staff(), SHEET)
    keyboard = page.context.new_cdp_session(page)
    page.locator(cell(first)).focus()
    keyboard.send("Input.imeSetComposition", {"text": "n", "selectionStart": 1, "selectionEnd": 1})
    saved(page)
    expect(page.locator(cell(first, "unchanged"))).to_be_checked()
    expect(page.locator(cell(first))).to_have_value("")
    page.locator(cell(first, "progress")).focus()
    page.keyboard.insert_text("＝")
    expect(page.locator(cell(first, "progress"))).to_have_value("主体施工")
    page.locator(cell(second)).focus()
    page.keyboard.insert_text("１２００万元")
    expect(page.locator(cell(second, "year_to_date"))).to_have_value("0.12")
    page.keyboard.press("Tab")
    saved(page)

    september = {report.project: report for report in MonthlyReport.objects.filter(month="2024-09-01")}
    assert (september[first].unchanged, september[first].progress) == (True, "主体施工")
    assert september[second].invested == 12_000_000


def test_a_block_passes_over_what_is_handed_in_and_keeps_quoted_lines_together(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(3)]
    build.report(projects[1], "2024-09", 5, state="submitted")
    page = sign_in(build.staff(), SHEET)
    paste(page, cell(projects[0]), '0.1\t\t"一层封闭\n二层施工"\r\n0.2\t\t别的\r\n0.3\t\t桩基\r\n')
    saved(page)

    assert amounts() == [10_000_000, 5, 30_000_000]
    said = list(MonthlyReport.objects.order_by("project").values_list("progress", flat=True))
    assert said == ["一层封闭 二层施工", "", "桩基"]


def test_what_the_server_refuses_is_kept_in_the_browser(sign_in, live_server) -> None:
    project = owing(1)
    build.report(project, "2024-08", build.YI)
    page = sign_in(build.staff(), SHEET)
    page.locator(cell(project, "year_to_date")).fill("0.5")
    page.keyboard.press("Tab")
    expect(page.locator(f"#check-{project.pk}")).to_contain_text("年累计低于上月的年累计 1.0 亿元")
    page.goto(f"{live_server.url}{SHEET}")

    expect(page.locator(cell(project, "year_to_date"))).to_have_value("0.5")
    expect(page.locator(f"#check-{project.pk}")).to_contain_text("年累计低于上月的年累计")
    assert not MonthlyReport.objects.filter(month="2024-09-01").exists()


def test_what_one_typed_is_not_sent_by_the_next_at_the_same_computer(sign_in, live_server) -> None:
    project = owing(1)
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    page.locator(cell(project)).fill("2.5")
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")

    expect(page.locator(cell(project))).to_have_value("")
    assert amounts() == []


def test_a_session_that_ended_leads_to_the_sign_in_page_and_loses_nothing(sign_in, live_server) -> None:
    project, staff = owing(1), build.staff()
    page = sign_in(staff, SHEET)
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies(name="sessionid")
    page.locator(cell(project)).fill("2.5")
    page.keyboard.press("Tab")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert amounts() == []

    page = sign_in(staff, SHEET)
    saved(page)
    assert amounts() == [250_000_000]


def meanwhile(project: Project, invested: int, progress: str = "") -> None:
    """李四 keeps the row."""
    report = MonthlyReport.objects.filter(project=project, month="2024-09-01").first()
    report = report or MonthlyReport(project=project, month=build.day("2024-09-01"))
    report.invested, report.progress = invested, progress
    build.kept(report, by=build.staff(last_name="李", first_name="四"))


def test_two_at_one_cell_choose_by_keyboard_and_what_one_alone_wrote_comes_together(
    sign_in, live_server
) -> None:
    project = owing(1)
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    meanwhile(project, 2 * build.YI, "主体施工")
    page.locator(cell(project)).focus()
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    check = page.locator(f"#check-{project.pk}")
    expect(check.get_by_role("alert")).to_contain_text("李四")
    expect(check).to_contain_text("原来 空")
    assert amounts() == [2 * build.YI]

    check.get_by_label("对方的：2 亿元").focus()
    page.keyboard.press("ArrowDown")  # to mine, as in any group of radio buttons
    saved(page)
    expect(page.locator(cell(project, "progress"))).to_have_value("主体施工")
    expect(check.get_by_role("alert")).to_have_count(0)
    report = MonthlyReport.objects.get()
    assert (report.invested, report.progress) == (3 * build.YI, "主体施工")


def test_what_was_typed_before_the_window_closed_does_not_overwrite_what_came_after(
    sign_in, live_server
) -> None:
    project = owing(1)
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    page.locator(cell(project)).fill("2.5")  # and the window closed
    page.goto(f"{live_server.url}/todo/")
    meanwhile(project, 4 * build.YI)
    page.goto(f"{live_server.url}{SHEET}")

    check = page.locator(f"#check-{project.pk}")
    expect(check.get_by_role("alert")).to_contain_text("李四")
    check.get_by_label("对方的：4 亿元").check()
    saved(page)
    expect(page.locator(cell(project))).to_have_value("4")
    expect(page.locator(cell(project, "year_to_date"))).to_have_value("4")
    assert amounts() == [4 * build.YI]


@pytest.mark.parametrize("width", [1360, 390])
def test_the_sheet_is_fit_to_be_shown(sign_in, live_server, width: int) -> None:
    owing(1)
    page = sign_in(build.office(), SHEET)
    page.set_viewport_size({"width": width, "height": 900})
    for address in (SHEET, f"{SHEET}review/"):
        page.goto(f"{live_server.url}{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        found = Axe().run(page).response["violations"]
        assert [fault["id"] for fault in found] == []
    expect(page).to_have_title(re.compile("审核"))


@pytest.fixture
def three_pages(monkeypatch: pytest.MonkeyPatch) -> list[Project]:
    """Seven projects, three to a page."""
    monkeypatch.setattr(month_page, "PAGE_SIZE", 3)
    return [owing(number) for number in range(7)]


def test_the_keys_walk_from_page_to_page_and_what_was_typed_is_kept(
    three_pages: list[Project], sign_in, live_server
) -> None:
    projects = three_pages
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    page.locator(cell(projects[2])).focus()
    page.keyboard.type("1.5")
    page.keyboard.press("Enter")
    page.wait_for_url("**page=2**")
    expect(page.locator("*:focus")).to_have_id(cell(projects[3]).removeprefix("#"))
    page.keyboard.type("2.5")
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**page=1**")
    expect(page.locator("*:focus")).to_have_id(cell(projects[2]).removeprefix("#"))
    expect(page.locator(cell(projects[2]))).to_have_value("1.5")
    expect(page.locator("#whole")).to_contain_text("4.0")

    assert amounts() == [150_000_000, 250_000_000]
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main")).to_contain_text("还有 5 个项目没有填写")


def test_a_page_is_turned_when_what_was_typed_on_it_is_kept(
    three_pages: list[Project], sign_in, live_server
) -> None:
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    page.locator(cell(three_pages[0])).fill("1.5")
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**page=2**")

    assert amounts() == [150_000_000]


def test_a_block_that_is_longer_than_the_page_is_refused(
    three_pages: list[Project], sign_in, live_server
) -> None:
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    paste(page, cell(three_pages[1]), "1\n2\n3\n")

    expect(page.locator("#kept")).to_contain_text("没有粘贴：共 3 行，本页从这一格起只有 2 行")
    expect(page.locator(cell(three_pages[1]))).to_have_value("")
    assert amounts() == []


def test_what_another_page_could_not_keep_is_told_and_one_click_away(
    three_pages: list[Project], sign_in, live_server
) -> None:
    page = sign_in(build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    page.locator(cell(three_pages[6])).wait_for(state="detached")
    page.goto(f"{live_server.url}{SHEET}?page=3")
    page.wait_for_load_state("networkidle")
    page.locator(cell(three_pages[6])).fill("2.5")  # and the window closed before it was sent
    page.goto(f"{live_server.url}{SHEET}")
    page.get_by_role("link", name="其他页有 1 个项目填的内容还没有保存").click()
    saved(page)

    assert amounts() == [250_000_000]


def test_a_project_is_found_by_its_initials(three_pages: list[Project], sign_in, live_server) -> None:
    page = sign_in(build.staff(), SHEET)
    page.get_by_role("searchbox", name="查找项目").fill("xm06")
    page.get_by_role("button", name="查找").click()

    expect(page.locator("tr[data-project]")).to_have_count(1)
    expect(page.locator(cell(three_pages[6]))).to_be_visible()

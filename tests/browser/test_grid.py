"""The month's sheet as a grid: a block by names, ranges, filling down, undo, and the unit of money of the reader."""

import pytest
from playwright.sync_api import Page, expect

from projects.models import MonthlyReport, Project, User
from tests import build
from tests.browser.test_months import SHEET, amounts, cell, owing, paste, saved

pytestmark = pytest.mark.django_db(transaction=True)

WAN = 10**4


def opened(sign_in, user: User | None = None) -> Page:
    page = sign_in(user or build.staff(), SHEET)
    page.wait_for_load_state("networkidle")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def copied(page: Page) -> str:
    """What Ctrl+C would leave in the clipboard."""
    return page.evaluate(
        """() => {
          const data = new DataTransfer(), at = document.activeElement;
          at.dispatchEvent(new ClipboardEvent("copy", {clipboardData: data, bubbles: true, cancelable: true}));
          return data.getData("text/plain");
        }"""
    )


def values(page: Page, projects: list[Project], name: str = "invested") -> list[str]:
    return [page.locator(cell(project, name)).input_value() for project in projects]


def test_a_block_with_names_in_another_order_lands_on_its_rows(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(40)]
    page = opened(sign_in)
    lines = [
        f"{project.name}\t0.{place:02}\t\t进度{place}" for place, project in enumerate(projects, start=1)
    ]
    block = "\n".join(
        ["项目名称\t本月完成\t年累计\t形象进度", *reversed(lines), "合计\t8.2\t\t", "没有的项目\t1\t\t"]
    )
    paste(page, cell(projects[7]), block)
    dialog = page.get_by_role("dialog", name="粘贴 42 行")
    expect(dialog).to_contain_text("2 行没有对上")
    expect(dialog).to_contain_text("40 行将填入")
    assert amounts() == []
    dialog.get_by_role("button", name="填入 40 行").click()
    expect(page.locator("#kept")).to_have_text("已自动保存")
    saved(page)

    assert amounts() == [place * build.YI // 100 for place in range(1, 41)]
    said = MonthlyReport.objects.order_by("project").values_list("progress", flat=True)
    assert list(said) == [f"进度{place}" for place in range(1, 41)]


def test_a_line_without_a_row_is_given_one_by_hand_and_columns_are_chosen(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(3)]
    page = opened(sign_in)
    paste(page, cell(projects[0]), "项目02\t300\t说明\n项目2（改名）\t100\t二层\n项目00\t200\t三层\n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("“项目2（改名）”对应的项目").select_option("项目01")
    dialog.get_by_label("金额单位").select_option("万元")
    dialog.get_by_label("第 3 列").select_option("不填")
    expect(dialog).to_contain_text("项目01")
    dialog.get_by_role("button", name="填入 3 行").click()
    saved(page)

    assert amounts() == [200 * WAN, 100 * WAN, 300 * WAN]
    assert set(MonthlyReport.objects.values_list("progress", flat=True)) == {""}


def test_the_preview_can_be_left_and_changes_nothing(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(2)]
    page = opened(sign_in)
    paste(page, cell(projects[0]), "项目01\t0.5\n项目00\t0.25\n")
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("*:focus")).to_have_id(cell(projects[0]).removeprefix("#"))
    assert values(page, projects) == ["", ""]
    assert amounts() == []


def test_what_was_typed_pasted_and_filled_is_taken_back_and_done_again(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(3)]
    page = opened(sign_in)
    page.locator(cell(projects[0])).focus()
    page.keyboard.type("0.5")
    press(page, "Enter")
    paste(page, cell(projects[1]), "0.25\n0.75\n")
    assert values(page, projects) == ["0.5", "0.25", "0.75"]
    page.locator(cell(projects[0])).focus()
    press(page, "Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    assert values(page, projects) == ["0.5", "0.5", "0.5"]
    saved(page)
    assert amounts() == [50_000_000] * 3

    press(page, "Control+z")
    assert values(page, projects) == ["0.5", "0.25", "0.75"]
    press(page, "Control+z")
    assert values(page, projects) == ["0.5", "", ""]
    assert values(page, projects, "year_to_date") == ["0.5", "", ""]
    press(page, "Control+z")
    assert values(page, projects) == ["", "", ""]
    saved(page)
    assert amounts() == [None] * 3

    press(page, "Control+y", "Control+y")
    assert values(page, projects) == ["0.5", "0.25", "0.75"]
    saved(page)
    assert amounts() == [50_000_000, 25_000_000, 75_000_000]


def test_a_key_that_says_no_change_is_taken_back_too(sign_in, live_server) -> None:
    project, after = owing(1), owing(2)
    page = opened(sign_in)
    page.locator(cell(project)).focus()
    page.keyboard.type("2")
    press(page, "n")
    expect(page.locator(cell(project, "unchanged"))).to_be_checked()
    expect(page.locator("*:focus")).to_have_id(cell(after).removeprefix("#"))
    press(page, "Control+z")
    expect(page.locator(cell(project, "unchanged"))).not_to_be_checked()


def test_a_range_is_copied_summed_and_cleared(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(3)]
    for place, project in enumerate(projects):
        build.report(project, "2024-09", (place + 1) * build.YI, state="draft", progress=f"第 {place} 层")
    page = opened(sign_in)
    page.locator(cell(projects[0])).focus()
    press(page, "Shift+ArrowDown", "Shift+ArrowRight")
    expect(page.locator("[data-sheet=status]")).to_have_text("选中 2 行 × 2 列 · 求和 6 · 平均 1.5 · 计数 4")
    assert copied(page) == "1\t1\n2\t2"

    page.locator("th", has_text="项目00").first.click(position={"x": 4, "y": 4})
    page.locator(f"td:has({cell(projects[1], 'progress')})").click(
        modifiers=["Shift"], position={"x": 2, "y": 2}
    )
    assert copied(page).splitlines()[0].split("\t")[0] == "项目00"
    assert copied(page).splitlines()[1].endswith("\t第 1 层")

    page.locator(cell(projects[1])).focus()
    press(page, "Shift+ArrowDown", "Delete")
    assert values(page, projects) == ["1", "", ""]
    assert values(page, projects, "year_to_date") == ["1", "", ""]
    saved(page)
    assert amounts() == [build.YI, None, None]


def test_one_value_fills_the_range_that_it_is_pasted_into(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(3)]
    page = opened(sign_in)
    page.locator(cell(projects[0], "progress")).focus()
    press(page, "Shift+ArrowDown", "Shift+ArrowDown")
    paste_here(page, "桩基施工")
    saved(page)

    assert list(MonthlyReport.objects.values_list("progress", flat=True)) == ["桩基施工"] * 3


def paste_here(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
          const data = new DataTransfer();
          data.setData("text", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        text,
    )


def test_the_unit_of_money_is_the_reader_s_and_is_remembered(sign_in, live_server) -> None:
    project, staff = owing(1), build.staff()
    build.report(project, "2024-08", 1230 * WAN)
    page = opened(sign_in, staff)
    page.get_by_role("button", name="万元").click()
    expect(page.get_by_role("button", name="万元")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("columnheader", name="本月完成（万元）")).to_be_visible()
    expect(page.locator("tr[data-project] .last")).to_have_text("1230")
    page.locator(cell(project)).focus()
    page.keyboard.type("4300")
    expect(page.locator(cell(project, "year_to_date"))).to_have_value("5530")
    press(page, "Enter")
    saved(page)
    expect(page.locator("#whole")).to_contain_text("4300 万元")
    assert MonthlyReport.objects.get(month="2024-09-01").invested == 4300 * WAN

    page = sign_in(staff, SHEET)
    expect(page.locator(cell(project))).to_have_value("4300")
    page.get_by_role("button", name="亿元").click()
    expect(page.locator(cell(project))).to_have_value("0.43")


def test_a_page_that_shows_another_unit_is_read_in_its_own(sign_in, live_server) -> None:
    project, staff = owing(1), build.staff()
    page = opened(sign_in, staff)
    User.objects.filter(pk=staff.pk).update(amount_unit=WAN)  # chosen in another window meanwhile
    page.locator(cell(project)).fill("0.5")
    press(page, "Tab")
    saved(page)

    assert amounts() == [50_000_000]


def test_what_was_not_kept_in_one_unit_is_kept_in_the_other(sign_in, live_server) -> None:
    project, staff = owing(1), build.staff()
    page = opened(sign_in, staff)
    page.locator(cell(project)).fill("2.5")  # and the window closed
    User.objects.filter(pk=staff.pk).update(amount_unit=WAN)
    page = sign_in(staff, SHEET)
    saved(page)

    assert amounts() == [250_000_000]
    expect(page.locator(cell(project))).to_have_value("2.5亿元")


def test_the_line_above_tells_what_is_doubtful(sign_in, live_server) -> None:
    project = owing(1)
    build.report(project, "2024-09", 1020 * build.YI, state="draft")
    page = opened(sign_in)
    check = page.locator(f"#check-{project.pk} .brief")
    expect(check).to_have_css("content", '"超总投资"', pseudo="after")
    page.locator(cell(project)).focus()

    expect(page.locator("#cellbar")).to_have_text("项目01 本月完成：累计将超总投资：单位是否应为万元？")


def test_a_key_costs_the_same_on_a_page_of_a_hundred_rows(sign_in, live_server) -> None:
    """What a key changes in the page is what the browser has to draw before the next frame."""
    costs = []
    for count in (3, 120):
        projects = [owing(number) for number in range(Project.objects.count(), count)]
        page = opened(sign_in)
        page.locator(cell(projects[0])).focus()
        page.evaluate(
            """() => {
              window.changes = 0;
              const watch = new MutationObserver((records) => { window.changes += records.length; });
              watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
            }"""
        )
        page.keyboard.type("123")
        expect(page.locator(cell(projects[0], "year_to_date"))).to_have_value("123")
        costs.append(page.evaluate("window.changes"))

    assert costs[1] <= costs[0] <= 9


def test_head_sums_and_names_stay_in_sight(sign_in, live_server) -> None:
    projects = [owing(number) for number in range(60)]
    page = opened(sign_in)
    page.set_viewport_size({"width": 1100, "height": 800})
    page.locator(cell(projects[59], "needs_coordination")).focus()

    for name in ("项目59", "60 个合计"):
        expect(page.get_by_role("rowheader", name=name)).to_be_in_viewport()
    expect(page.get_by_role("columnheader", name="需要协调")).to_be_in_viewport()
    expect(page.get_by_role("button", name="提交审核")).to_be_in_viewport()


def test_rows_keep_one_height_and_the_columns_fit_a_desk(sign_in, live_server) -> None:
    returned, beyond, plain = (owing(number) for number in range(3))
    build.report(
        returned, "2024-09", build.YI, state="returned", return_reason="与形象进度不符，请核实后重报" * 5
    )
    build.report(beyond, "2024-09", 1020 * build.YI, state="draft", explanation="并入二期")
    page = opened(sign_in)
    page.set_viewport_size({"width": 1360, "height": 900})
    page.locator(cell(plain)).fill("102")  # asks for words in its row
    press(page, "Tab")
    expect(page.locator(f"#check-{plain.pk} .explain input")).to_be_visible()

    page.wait_for_function(
        """() => [...document.querySelectorAll("#rows tbody tr")].every((row) => row.offsetHeight <= 40)
          && document.querySelector("#month .pane").scrollWidth <= document.querySelector("#month .pane").clientWidth"""
    )
    page.locator(cell(returned)).focus()
    expect(page.locator("#cellbar")).to_contain_text("已退回：与形象进度不符，请核实后重报")


def test_chips_count_the_rows_of_each_kind_while_one_types(sign_in, live_server) -> None:
    first, second = owing(1), owing(2)
    build.annual_plan(first, 2 * build.YI)
    page = opened(sign_in)
    expect(page.get_by_role("link", name="未填 2")).to_be_visible()
    page.locator(cell(first)).fill("0.5")
    press(page, "Tab")
    saved(page)
    expect(page.get_by_role("link", name="未填 1")).to_be_visible()
    expect(page.locator(f"#rate-{first.pk}")).to_have_text("25.0%")

    page.get_by_role("link", name="未填 1").click()
    expect(page.locator("tr[data-project]")).to_have_count(1)
    expect(page.locator(cell(second))).to_be_visible()

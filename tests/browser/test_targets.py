"""The targets in a real browser: typed by keyboard, saved in one go, read on a phone; no faults."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from projects.models import Target
from tests import build

pytestmark = [pytest.mark.django_db(transaction=True)]

TOWNS = ("孟河镇", "罗溪镇", "薛家镇")
PASTE = """(input, text) => {
  input.focus();
  const data = new DataTransfer();
  data.setData("text", text);
  input.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def desk(page: Page, live_server) -> Iterator[Page]:
    """The office before the grid of 2024; whatever the console complains of fails the test, but a refused form."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    build.target("entered", None)
    for name in TOWNS:
        build.target("started", 12, organisation=build.town(name), due_month=9)
    build.office(username="office")
    page.goto(f"{live_server.url}/accounts/login/?next=/targets/")
    page.get_by_label("用户名").fill("office")
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="2024 年目标")).to_be_visible()
    page.wait_for_load_state("load")
    yield page
    assert [complaint for complaint in complaints if "422" not in complaint] == []


def amounts() -> dict:
    named = Target.objects.values_list("organisation__name", "indicator", "amount")
    return {(unit, indicator): amount for unit, indicator, amount in named}


def test_the_office_types_the_years_targets(desk: Page) -> None:
    desk.get_by_label("全区 完成投资（亿元）").focus()
    for cell in ("647.4", "", "36"):  # 新入库 is only stated as met: passed over
        desk.keyboard.type(cell)
        desk.keyboard.press("Tab")
        if desk.evaluate("document.activeElement.tagName") == "A":
            desk.keyboard.press("Tab")
    desk.get_by_role("button", name="保存").click()

    expect(desk.get_by_role("status").first).to_contain_text("已保存 2 项目标。")
    expect(desk.get_by_role("row", name="差额")).to_contain_text("0")
    assert amounts()[None, "invested"] == 64_740_000_000
    assert amounts()[None, "started"] == 36
    assert amounts()[None, "entered"] is None


def test_a_forgotten_reason_loses_nothing(desk: Page) -> None:
    desk.get_by_label("罗溪镇 新开工（个）").fill("15")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("修改或取消已有的目标，请写明原因。")).to_be_visible()
    expect(desk.get_by_label("罗溪镇 新开工（个）")).to_have_value("15")
    desk.get_by_label("变更原因").fill("区委常委会调整")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("status").first).to_contain_text("已保存 1 项目标。")
    desk.get_by_role("link", name="罗溪镇新开工详情").click()

    expect(desk.get_by_role("heading", name="罗溪镇 · 新开工")).to_be_visible()
    expect(desk.get_by_role("listitem").first).to_contain_text("年度目标：12 个 → 15 个")
    assert amounts()["罗溪镇", "started"] == 15


def shown(desk: Page, indicator: str = "新开工（个）") -> list[str]:
    """What the column holds of the whole and the three towns."""
    return [desk.get_by_label(f"{unit} {indicator}").input_value() for unit in ("全区", *TOWNS)]


def paste_into(desk: Page, label: str, text: str) -> None:
    desk.get_by_label(label).evaluate(PASTE, text)


def test_a_block_of_units_in_another_order_lands_on_its_rows(desk: Page) -> None:
    block = "单位\t封顶\t签约总投资（亿元）\n孟河镇\t3\t1.5\n罗溪镇\t1\t0.5\n没有的镇\t9\t9\n薛家镇\t2\t1\n"
    paste_into(desk, "全区 完成投资（亿元）", block)
    dialog = desk.get_by_role("dialog", name="粘贴 4 行")
    expect(dialog).to_contain_text("1 行没有对上")
    expect(dialog.get_by_label("“没有的镇”对应的单位")).to_be_visible()
    dialog.get_by_role("button", name="填入 3 行").click()
    assert shown(desk, "封顶（个）") == ["", "3", "1", "2"]
    assert shown(desk, "签约总投资（亿元）") == ["", "1.5", "0.5", "1"]
    expect(desk.locator("#unsaved")).to_have_text("6 格改动，还没有保存")
    expect(desk.get_by_role("row", name="各单位合计")).to_contain_text("3.0")

    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("status").first).to_contain_text("已保存 6 项目标。")
    kept = amounts()
    assert [kept[town, "signed_investment"] for town in TOWNS] == [150_000_000, 50_000_000, 100_000_000]


def test_arrows_ranges_filling_and_undo_work_as_in_a_sheet(desk: Page) -> None:
    desk.get_by_label("孟河镇 封顶（个）").focus()
    desk.keyboard.type("4")
    desk.keyboard.press("ArrowDown")
    expect(desk.locator("*:focus")).to_have_attribute("aria-label", "罗溪镇 封顶（个）")
    desk.keyboard.press("ArrowUp")
    for keys in ("Shift+ArrowDown", "Shift+ArrowDown"):
        desk.keyboard.press(keys)
    expect(desk.locator("[data-sheet=status]")).to_have_text("选中 3 行 × 1 列 · 求和 4 · 平均 4 · 计数 1")
    desk.keyboard.press("Control+d")
    assert shown(desk, "封顶（个）") == ["", "4", "4", "4"]
    expect(desk.get_by_role("row", name="各单位合计")).to_contain_text("12")
    desk.keyboard.press("Control+z")
    assert shown(desk, "封顶（个）") == ["", "4", "", ""]
    desk.keyboard.press("Control+z")
    assert shown(desk, "封顶（个）") == ["", "", "", ""]
    expect(desk.locator("#unsaved")).to_be_empty()
    desk.keyboard.press("Control+y")
    desk.keyboard.press("Control+y")
    assert shown(desk, "封顶（个）") == ["", "4", "4", "4"]
    paste_into(desk, "罗溪镇 投产（个）", "7\n8\n")
    assert shown(desk, "投产（个）") == ["", "", "7", "8"]


def test_rows_are_found_and_narrowed_and_the_grid_steps_over_the_others(desk: Page) -> None:
    desk.get_by_label("查找单位").fill("河")
    expect(desk.locator("tbody tr:visible")).to_have_count(1)
    expect(desk.locator("[data-sheet=found]")).to_have_text("本页 4 行中显示 1 行")
    desk.get_by_label("查找单位").fill("")
    desk.get_by_label("薛家镇 封顶（个）").fill("5")
    desk.get_by_label("显示哪些单位").select_option("改过没保存的")
    expect(desk.locator("tbody tr:visible th")).to_have_text(["薛家镇"])
    desk.get_by_label("显示哪些单位").select_option("全部单位")
    desk.get_by_label("查找单位").fill("镇")
    expect(desk.locator("tbody tr:visible")).to_have_count(3)
    desk.get_by_label("孟河镇 封顶（个）").focus()
    desk.keyboard.press("ArrowUp")
    expect(desk.locator("*:focus")).to_have_attribute("aria-label", "孟河镇 封顶（个）")


def test_the_unit_of_money_is_chosen_on_the_page(desk: Page) -> None:
    desk.get_by_role("button", name="万元").click()
    desk.get_by_label("全区 完成投资（万元）").fill("6474000")
    desk.get_by_label("全区 完成投资（万元）").press("Enter")
    desk.get_by_label("罗溪镇 新开工（个）").fill("15")
    desk.get_by_label("罗溪镇 新开工（个）").press("Enter")
    desk.get_by_label("变更原因").fill("区委常委会调整")
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_role("status").first).to_contain_text("已保存 2 项目标。")

    assert amounts()[None, "invested"] == 647_4000_0000


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("of_one", [False, True])
def test_no_page_has_a_serious_fault(desk: Page, live_server, of_one: bool, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    number = Target.objects.get(indicator="entered").pk
    desk.goto(f"{live_server.url}/targets/{f'{number}/' if of_one else ''}")
    faults = [
        f"{fault['id']}: {fault['help']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(desk).response["violations"]
    ]

    assert faults == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width

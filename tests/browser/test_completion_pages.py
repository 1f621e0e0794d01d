"""The leaders' pages in a real browser: by keyboard, on a phone, on the wall and on paper; no faults."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import build

pytestmark = [pytest.mark.django_db(transaction=True)]

ASKED = "?as_of=2024-09-30"
LUOXI, XUEJIA = "罗溪镇", "薛家镇"


@pytest.fixture
def year(live_server) -> int:
    """Two units with starts ahead, behind and late, reports with a gap, targets, lights and a sealed month."""
    units = [build.town(name, position=place) for place, name in enumerate((LUOXI, XUEJIA))]
    for number in range(8):
        project = build.project(
            f"项目{number}", organisation=units[number % 2], total_investment=10 * build.YI
        )
        build.listing(project)
        build.milestone(project, "signed", "2024-01-10")
        reached = "2024-05-20" if number < 5 else None
        milestone = build.milestone(project, "started", reached, planned="2024-06-30")
        if number < 3:
            build.evidence(milestone)
        build.milestone(project, "completed", planned="2024-12-31")
        if number < 6:
            build.report(project, "2024-08", build.YI)
    build.problem(project, due_on="2024-09-10")
    build.light_rule()
    for indicator, amount in (("invested", 12 * build.YI), ("started", 8)):
        build.target(indicator, amount)
        for unit in units:
            build.target(indicator, amount // 2, organisation=unit)
    seal = build.seal("2024-08", least=3)
    build.report(project, "2024-09", build.YI)
    return seal.pk


@pytest.fixture
def leader(sign_in, year: int) -> Page:
    return sign_in(build.leader(), f"/completion/{ASKED}")


def faults(page: Page) -> list[str]:
    return [
        f"{fault['id']}: {fault['help']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(page).response["violations"]
    ]


@pytest.mark.parametrize("width", [1360, 390])
def test_the_offices_pages_have_none_either(sign_in, year: int, live_server, width: int) -> None:
    page = sign_in(build.office(), "/bulletins/")
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/bulletins/seal/?year=2024&month=9&level=city&rank_by=invested", "/targets/?year=2024"):
        page.goto(live_server.url + address)
        assert faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_panels_stand_beside_one_another(leader: Page) -> None:
    """No panel lies upon another one."""
    for width in (1360, 390):
        leader.set_viewport_size({"width": width, "height": 900})
        boxes = leader.eval_on_selector_all(
            ".panel", "panels => panels.map(panel => panel.getBoundingClientRect().toJSON())"
        )
        lying = [
            (one["y"], other["y"])
            for place, one in enumerate(boxes)
            for other in boxes[place + 1 :]
            if one["left"] < other["right"] - 1
            and other["left"] < one["right"] - 1
            and one["top"] < other["bottom"] - 1
            and other["top"] < one["bottom"] - 1
        ]
        assert lying == []


def test_the_targets_stay_a_grid_on_a_phone(sign_in, year: int) -> None:
    page = sign_in(build.office(), "/targets/")
    page.set_viewport_size({"width": 390, "height": 900})
    first, second = (
        page.get_by_label(f"{LUOXI} {indicator}").bounding_box()
        for indicator in ("完成投资（亿元）", "新开工（个）")
    )
    assert first is not None
    assert second is not None
    assert abs(first["y"] - second["y"]) < 2


def test_a_number_is_opened_and_the_rows_add_up(leader: Page) -> None:
    leader.get_by_role("table").first.get_by_role("link", name="新开工", exact=True).focus()
    leader.keyboard.press("Enter")

    expect(leader.get_by_role("heading", name="2024 年新开工")).to_be_visible()
    expect(leader.get_by_role("heading", name="计入 5")).to_be_visible()
    expect(leader.get_by_text("5 个项目合计")).to_be_visible()
    expect(leader.get_by_role("link", name="项目0")).to_be_visible()
    expect(leader.get_by_text("逾期未开工 3")).to_be_visible()


def test_the_table_of_units_sorts_by_the_column_that_is_clicked(leader: Page) -> None:
    units = leader.locator("table.units")
    expect(units.get_by_role("columnheader", name="完成投资")).to_have_attribute("aria-sort", "descending")

    units.get_by_role("link", name="新开工", exact=True).click()

    expect(units.get_by_role("columnheader", name="新开工")).to_have_attribute("aria-sort", "descending")
    expect(units.get_by_role("row").nth(1)).to_contain_text(LUOXI)


def test_paper_has_a_head_and_a_source_and_no_buttons(leader: Page) -> None:
    expect(leader.locator(".runner")).to_be_hidden()

    leader.emulate_media(media="print")

    expect(leader.locator(".runner")).to_be_visible()
    expect(leader.locator(".runner")).to_have_text(
        "常州高新区 · 2024 年完成情况 · 全区 市重点项目 · 截至 2024年9月30日"
    )
    expect(leader.locator(".sources")).to_contain_text("数据来源")
    expect(leader.get_by_role("button", name="查看")).to_be_hidden()
    expect(leader.locator("header.masthead")).to_be_hidden()
    assert (
        leader.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    )
    assert b"/MediaBox [0 0 841" in leader.pdf(prefer_css_page_size=True)  # A4 landscape


def test_what_moved_and_who_is_silent_lead_on(leader: Page) -> None:
    expect(leader.get_by_role("heading", name="上次封存以来")).to_be_visible()
    leader.get_by_role("link", name="是哪些项目").click()

    expect(leader.get_by_role("heading", name="没有报送的项目 7")).to_be_visible()
    expect(leader.get_by_role("heading", name="已签约未开工 3")).to_be_visible()
    expect(leader.get_by_role("heading", name="未办结的问题 1")).to_be_visible()


def test_words_for_a_paper_are_copied_by_a_button(leader: Page) -> None:
    """What the browser copies is the selection, here over plain HTTP."""
    leader.evaluate("document.addEventListener('copy', () => { window.copied = getSelection().toString(); })")
    leader.get_by_text("写进材料的话").click()

    leader.get_by_role("button", name="复制一句话").click()

    expect(leader.locator(".sentences [role=status]").first).to_have_text("已复制")
    assert leader.evaluate("copied.trim()") == leader.locator("#sentence-line").inner_text()
    assert leader.locator("#sentence-line").inner_text().startswith("2024年1—9月，全区市重点项目完成投资")
    assert faults(leader) == []

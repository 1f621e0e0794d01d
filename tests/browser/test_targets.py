"""The targets in a real browser: typed by keyboard, saved in one go, read on a phone; no faults."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from projects.models import Target
from tests import build

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server) -> Iterator[Page]:
    """The office before the grid of 2024; whatever the console complains of fails the test, but a refused form."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    build.target("entered", None)
    for name in ("罗溪镇", "薛家镇", "孟河镇"):
        build.target("started", 12, organisation=build.town(name), due_month=9)
    build.office(username="office")
    page.goto(f"{live_server.url}/accounts/login/?next=/targets/")
    page.get_by_label("用户名").fill("office")
    page.get_by_label("密码").fill(build.PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="2024 年目标")).to_be_visible()
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

    expect(desk.get_by_role("status")).to_contain_text("已保存 2 项目标。")
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
    expect(desk.get_by_role("status")).to_contain_text("已保存 1 项目标。")
    desk.get_by_role("link", name="罗溪镇新开工详情").click()

    expect(desk.get_by_role("heading", name="罗溪镇 · 新开工")).to_be_visible()
    expect(desk.get_by_role("listitem").first).to_contain_text("年度目标：12 个 → 15 个")
    assert amounts()["罗溪镇", "started"] == 15


@pytest.mark.parametrize("width", [1360, 390])
@pytest.mark.parametrize("of_one", [False, True])
def test_no_page_has_a_serious_fault(desk: Page, live_server, of_one: bool, width: int) -> None:
    desk.set_viewport_size({"width": width, "height": 900})
    number = Target.objects.get(indicator="entered").pk
    desk.goto(f"{live_server.url}/targets/{f'{number}/' if of_one else ''}")
    faults = [
        f"{fault['id']}: {fault['help']}: {[node['html'][:120] for node in fault['nodes'][:3]]}"
        for fault in Axe().run(desk).response["violations"]
        if fault["impact"] in {"serious", "critical"}
    ]

    assert faults == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= width

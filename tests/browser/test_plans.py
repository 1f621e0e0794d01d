"""The plans of a project's stages, typed in the browser."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests import build
from tests.browser.test_measured import cost, counted

pytestmark = pytest.mark.django_db(transaction=True)

STAGES = ("signed", "filed", "land", "started", "topped_out", "completed", "in_production", "full_capacity")


@pytest.mark.parametrize("width", [1360, 390])
def test_eight_plan_dates_take_ten_groups_of_keys(sign_in, live_server, width: int) -> None:
    luoxi = build.town("罗溪镇")
    project = build.project("热泵", organisation=luoxi)
    page = sign_in(build.staff(luoxi), f"/projects/{project.pk}/plans/")
    page.set_viewport_size({"width": width, "height": 900})
    counted(page)

    expect(page.get_by_label("签约现计划")).to_be_focused()
    for number in range(8):
        page.keyboard.type(f"2027-{number + 1:02}")
        page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status")).to_contain_text("已保存 8 个节点的计划。")

    spent = cost(page, f"eight plan dates, at {width} px")
    assert spent.groups_with_clicks <= 10
    plans = dict(project.milestones.values_list("stage", "current_on"))
    assert list(plans) == list(STAGES)
    assert plans["full_capacity"] == date(2027, 8, 31)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_reasons_show_where_a_plan_was_changed(sign_in, live_server) -> None:
    project = build.project("热泵")
    build.milestone(project, "started", planned="2027-03-31")
    build.milestone(project, "completed", planned="2027-09-30")
    page = sign_in(build.office(), f"/projects/{project.pk}/plans/")
    started, completed = page.get_by_label("开工现计划"), page.get_by_label("竣工现计划")

    expect(page.get_by_label("竣工推迟原因")).to_be_hidden()
    completed.fill("2027-12")
    expect(page.get_by_label("竣工推迟原因")).to_be_visible()
    started.focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("封顶现计划")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(completed).to_be_focused()
    page.get_by_label("投产现计划").focus()
    page.keyboard.press("Control+d")
    expect(page.get_by_label("投产现计划")).to_have_value("2027-12")
    page.get_by_label("竣工推迟原因").select_option("equipment")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("status")).to_contain_text("已保存 2 个节点的计划。")
    assert project.milestones.get(stage="completed").reason == "equipment"


def test_what_saving_would_do_is_told_while_one_types(sign_in, live_server) -> None:
    project = build.project("热泵")
    build.milestone(project, "started", planned="2027-03-31")
    build.milestone(project, "completed", planned="2027-09-30")
    page = sign_in(build.office(), f"/projects/{project.pk}/plans/")
    completed = page.get_by_label("竣工现计划")
    expect(page.locator("#plans-count")).to_have_text("没有改动")

    completed.fill("2027-12")
    expect(page.locator("#moved-completed")).to_have_text("推迟 92 天")
    expect(page.locator("#plans-count")).to_have_text("1 处改动，还没有保存，1 处要先改好")
    expect(page.locator("#why-completed")).to_have_text("推迟了计划，请选择原因。")
    page.get_by_label("竣工推迟原因").select_option("equipment")
    expect(page.locator("#plans-count")).to_have_text("1 处改动，还没有保存")
    expect(page.get_by_role("region", name="保存后")).to_contain_text("推迟 92 天，记入推迟台账")

    completed.fill("2027-02")
    expect(page.locator("#day-completed")).to_contain_text("早于开工（2027年3月31日），次序不对")
    completed.fill("2027年9月30日")
    expect(page.locator("#plans-count")).to_have_text("没有改动")
    expect(page.get_by_role("region", name="保存后")).to_be_hidden()
    assert project.milestones.get(stage="completed").current_on == date(2027, 9, 30)

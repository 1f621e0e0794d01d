"""The list of projects as a table to work in: ticks, ranges, stars, counts beside the choices, heights, a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from projects.models import Star, User
from tests import build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office() -> User:
    """Sixty projects: two pages of the list."""
    town = build.town("罗溪镇")
    for number in range(60):
        build.listing(
            build.project(f"项目{number:02}", organisation=town if number < 20 else None), "city", 2026
        )
    return build.office()


def ticked(page: Page) -> list[str]:
    boxes = page.locator("#rows .tick:checked")
    return [
        name.removeprefix("选择") for name in boxes.evaluate_all("all => all.map(each => each.ariaLabel)")
    ]


def test_ticks_outlive_a_page_and_shift_ticks_a_range(sign_in, office: User) -> None:
    page = sign_in(office, "/projects/?sort=name")
    page.get_by_label("选择项目03").check()
    page.get_by_label("选择项目06").click(modifiers=["Shift"])
    assert ticked(page) == ["项目03", "项目04", "项目05", "项目06"]
    bar = page.get_by_role("form", name="批量处理")
    expect(bar).to_contain_text("已选 4 个")

    page.get_by_role("link", name="下一页").click()
    expect(page.get_by_label("选择项目55")).to_be_visible()
    expect(bar).to_contain_text("已选 4 个（其他页 4 个）")
    page.get_by_label("选择项目55").check()
    bar.get_by_role("button", name="批量处理所选").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("5")
    for name in ("项目03", "项目06", "项目55"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()

    page.goto(page.url.partition("bulk")[0] + "?sort=name")
    expect(bar).to_contain_text("已选 5 个（其他页 1 个）")
    bar.get_by_role("button", name="清除所选").click()
    expect(page.get_by_label("选择项目03")).not_to_be_checked()
    assert ticked(page) == []


def test_head_sums_and_bulk_bar_stay_in_sight(sign_in, office: User) -> None:
    page = sign_in(office, "/projects/?sort=name")
    page.get_by_role("link", name="项目49", exact=True).scroll_into_view_if_needed()

    for shown in (
        page.get_by_role("columnheader", name="总投资"),
        page.locator("tfoot"),
        page.get_by_role("form", name="批量处理"),
        page.get_by_role("link", name="新建项目"),
    ):
        expect(shown).to_be_in_viewport()


def test_a_star_is_given_without_leaving_the_list(sign_in, office: User) -> None:
    page = sign_in(office, "/projects/?sort=name")
    page.get_by_role("button", name="关注项目02").click()
    expect(page.get_by_role("button", name="关注项目02")).to_have_attribute("aria-pressed", "true")
    assert [star.project.name for star in Star.objects.all()] == ["项目02"]
    page.get_by_role("button", name="关注项目02").click()
    expect(page.get_by_role("button", name="关注项目02")).to_have_attribute("aria-pressed", "false")
    assert not Star.objects.exists()


def test_the_choices_are_counted_anew_and_menus_stay_open(sign_in, office: User) -> None:
    page = sign_in(office, "/projects/")
    unit = page.get_by_label("责任单位", exact=True)
    expect(unit.get_by_role("option", name="罗溪镇（20）")).to_have_count(1)
    page.get_by_role("searchbox").fill("项目1")
    expect(unit.get_by_role("option", name="罗溪镇（10）")).to_have_count(1)
    unit.select_option(label="罗溪镇（10）")
    expect(page).to_have_url(re.compile("organisation=[0-9]"))
    expect(page.locator("#totals")).to_contain_text("10 个")
    page.get_by_text("显示的列").click()
    page.get_by_label("列：项目代码").check()
    expect(page.get_by_role("columnheader", name="项目代码")).to_have_count(1)
    expect(page.get_by_label("列：所属镇街")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("列：所属镇街")).to_be_hidden()


def test_the_height_of_the_rows_is_remembered(sign_in, office: User) -> None:
    page = sign_in(office, "/projects/")
    row = page.locator("#rows tbody tr").first
    tight = row.bounding_box()
    page.get_by_role("button", name="宽松").click()
    wide = row.bounding_box()
    assert tight
    assert wide
    assert wide["height"] > tight["height"] + 10
    page.reload()
    expect(page.get_by_role("button", name="宽松")).to_have_attribute("aria-pressed", "true")
    again = row.bounding_box()
    assert again
    assert again["height"] == wide["height"]


def test_the_first_project_is_on_the_first_screen_of_a_phone(sign_in, office: User) -> None:
    page = sign_in(office, "/projects/")
    page.set_viewport_size({"width": 390, "height": 844})
    first = page.locator("#rows tbody tr").first
    expect(first).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_label("责任单位", exact=True)).to_be_hidden()
    page.get_by_role("button", name="筛选、分组").click()
    page.get_by_label("责任单位", exact=True).select_option(label="罗溪镇（20）")
    page.get_by_role("button", name="看结果").click()
    expect(page.get_by_label("责任单位", exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="项目19", exact=True)).to_have_count(1)
    expect(page.get_by_role("link", name="项目20", exact=True)).to_have_count(0)

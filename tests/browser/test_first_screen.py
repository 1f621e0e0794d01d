"""The first screen answers a leader: was it met, who is behind, why, who answers. Read from the first viewport only."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from projects.models import Project
from tests import build
from tests.browser.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)

WINDOWS = [(1360, 900), (390, 844)]
ADDRESS = "/completion/?as_of=2024-09-30"


def in_first_screen(page: Page, found: Locator) -> list[str]:
    """The texts of what lies in the window as the page opens, whole and not hidden."""
    height = page.viewport_size["height"] if page.viewport_size else 0
    shown = []
    for each in found.all():
        box = each.bounding_box()
        if box and box["y"] >= 0 and box["y"] + box["height"] <= height:
            shown.append(" ".join(each.inner_text().split()))
    return shown


@pytest.fixture
def district() -> None:
    """Three of four towns are behind with their starts; each has a late project, a reason or a problem."""
    build.target("started", 12)
    for town, starts, facts in (
        ("孟河镇", 0, {"reason": "land"}),
        ("薛家镇", 1, {"reason": "equipment"}),
        ("罗溪镇", 1, {}),
        ("奔牛镇", 3, {}),
    ):
        unit = build.town(town)
        build.target("started", 3, organisation=unit)
        for number in range(3):
            project = build.project(f"{town}项目{number}", organisation=unit, contact=f"{town}的人")
            build.listing(project)
            reached = "2024-05-31" if number < starts else None
            entry = build.milestone(project, "started", reached, planned="2024-03-31", **facts)
            if town == "孟河镇" and number == 0:
                build.problem(entry.project, text="土地没有交付", due_on="2024-09-15", person="王主任")


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window[0]))
def test_who_is_behind_why_and_who_answers(window, sign_in: SignIn, page: Page, district) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    sign_in(build.leader(), ADDRESS)

    assert in_first_screen(page, page.locator("h1")) == ["新开工比时间进度落后 33.3 个百分点"]
    assert in_first_screen(page, page.locator(".lights a b")) == ["新开工"]
    assert in_first_screen(page, page.locator(".culprit h3")) == ["孟河镇", "罗溪镇", "薛家镇"]
    assert in_first_screen(page, page.locator(".culprit .pull")) == ["拖 18.8 点", "拖 10.4 点", "拖 10.4 点"]
    late = in_first_screen(page, page.locator(".culprit li:first-child"))
    assert late == [
        "孟河镇项目0 开工晚 183 天 土地供应",
        "罗溪镇项目1 开工晚 183 天 未说明原因 去问",
        "薛家镇项目1 开工晚 183 天 设备到货",
    ]
    answers = in_first_screen(page, page.locator(".answer p:first-child"))
    assert answers == ["责任人 王主任", "责任人 罗溪镇的人", "责任人 薛家镇的人"]


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: str(window[0]))
def test_the_article_says_at_once_that_its_targets_were_met(
    window, sign_in: SignIn, page: Page, article
) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    sign_in(build.leader(), "/completion/?year=2024")

    assert in_first_screen(page, page.locator("h1")) == ["年度目标已提前完成"]
    expect(page.locator(".culprit, .lights li")).to_have_count(0)


def test_a_click_explains_another_indicator(sign_in: SignIn, page: Page, district) -> None:
    build.target("completed", 4)
    build.milestone(Project.objects.get(name="奔牛镇项目0"), "completed", "2024-08-31")
    sign_in(build.leader(), ADDRESS)

    page.locator(".lights a", has_text="竣工").click()

    expect(page.locator(".lights [aria-current]")).to_have_text(re.compile(r"^\s*竣工"))
    expect(page.get_by_text("竣工没有分到单位的目标，说不出是谁落后")).to_be_visible()

"""The light rules: a change shows what it would do to the newest sealed month, and is kept with a reason."""

import pytest
from django.urls import reverse

from projects.models import LightRule
from tests import build

pytestmark = pytest.mark.django_db
ADDRESS = reverse("light_rules")
SENT = {
    "family": "points_behind",
    "yellow": "10",
    "red": "30",
    "applies_from": "2024-10-01",
    "red_after": "3",
    "steps": "约谈、通报",
    "reason": "区办 12 号文",
}


@pytest.fixture
def sealed() -> None:
    """罗溪镇 is behind by 15 to 20 points from July to September; one project has not started."""
    unit = build.town("罗溪镇")
    project = build.project("甲项目", organisation=unit)
    build.listing(project, "city", 2024)
    build.milestone(project, "started", planned="2024-07-31")
    build.target("invested", 100 * build.YI, organisation=unit, level="city")
    for month, amount in enumerate((9, 9, 9, 8, 7, 6, 0, 6, 3), start=1):
        build.report(project, f"2024-{month:02}", amount * build.YI)
    build.light_rule(since="2024-01-01")
    build.light_rule("start_overdue", "1", "3", since="2024-01-01")
    build.seal("2024-09")


def page_of(response) -> str:
    return response.content.decode()


def test_a_change_says_what_would_change_and_writes_nothing(sealed) -> None:
    page = page_of(build.browser_of(build.office()).post(ADDRESS, SENT))
    assert "假定这一条当时已经适用" in page
    assert "连续 3 个月亮灯，转为红灯，今年第 1 次亮红灯：约谈" in page
    assert LightRule.objects.count() == 2


def test_a_project_whose_light_changes_is_named(sealed) -> None:
    sent = SENT | {"family": "start_overdue", "yellow": "1", "red": "2", "red_after": "", "steps": ""}
    page = page_of(build.browser_of(build.office()).post(ADDRESS, sent))
    assert "甲项目</a>" in page
    assert "会变 1 盏" in page  # 新开工 of the unit is red already: its plan was due


def test_a_confirmed_change_is_kept_with_its_reason(sealed) -> None:
    office = build.office()
    response = build.browser_of(office).post(ADDRESS, SENT | {"confirmed": "1"})
    assert response.status_code == 302
    rule = LightRule.objects.get(red_after=3)
    entry = rule.history.get()
    assert (entry.history_user, entry.history_change_reason) == (office, "区办 12 号文")
    page = page_of(build.browser_of(office).get(reverse("light_rule", args=[rule.pk])))
    assert "约谈、通报" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"reason": ""}, "请写明修改的原因"),
        ({"red": "5"}, "红灯阈值应比黄灯更严重"),
        ({"red_after": "1"}, "连续的月数至少是 2"),
        ({"family": "start_overdue"}, "只用于前两种规则"),
        ({"applies_from": "2024-01-01"}, "该规则在这一天已有版本"),
    ],
)
def test_a_wrong_rule_is_refused(sealed, wrong, says: str) -> None:
    response = build.browser_of(build.office()).post(ADDRESS, SENT | wrong | {"confirmed": "1"})
    assert (response.status_code, says in page_of(response)) == (422, True)
    assert LightRule.objects.count() == 2


@pytest.mark.parametrize("who", [build.leader, build.staff])
def test_only_the_office_enters(who) -> None:
    unit = build.town()
    assert build.browser_of(who(unit)).get(ADDRESS).status_code == 403

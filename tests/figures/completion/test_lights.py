"""Lights on the completion page: which version of which rule applies, its edges, and what takes a light away."""

from datetime import date

import pytest

from projects.actions import targets
from projects.figures.completion.lines import IndicatorLine
from projects.figures.completion.page import completion_page
from projects.figures.scope import Scope
from projects.models import Organisation, Project, Target
from projects.models.reach import DISTRICT
from projects.vocabulary import Light
from tests import build

pytestmark = pytest.mark.django_db

JUNE = date(2024, 6, 30)


def invested(amount: int, *, of: int = 1000, month: str = "2024-01") -> None:
    """So much was invested against a target, in 亿元; half of it is due at the end of June."""
    project = build.project()
    build.listing(project)
    build.report(project, month, amount * build.YI)
    build.target("invested", of * build.YI)


def line_on(day: date = JUNE, organisation=None, known_at=None) -> IndicatorLine:
    units = list(Organisation.objects.all())
    scope = Scope(Project.objects.all(), day.year, day, "city", organisation, known_at, units, reach=DISTRICT)
    return completion_page(scope).line("invested")


@pytest.mark.parametrize(
    ("amount", "light"),
    [
        (500, Light.GREEN),
        (499, Light.UNDEFINED),  # the published rule leaves 0 to 10 points open
        (401, Light.UNDEFINED),
        (400, Light.YELLOW),  # exactly 10 points behind
        (200, Light.YELLOW),  # exactly 30
        (199, Light.RED),
    ],
)
def test_points_behind(amount: int, light: Light) -> None:
    invested(amount)
    build.light_rule()
    assert line_on().light == light


@pytest.mark.parametrize(
    ("amount", "light"),
    [
        (500, Light.GREEN),
        (400, Light.GREEN),  # exactly 80 % of what was due
        (399, Light.YELLOW),
        (300, Light.YELLOW),  # exactly 60 %
        (299, Light.RED),
    ],
)
def test_share_of_what_was_due(amount: int, light: Light) -> None:
    invested(amount)
    build.light_rule("share_of_due", "80", "60")
    assert line_on().light == light


def test_a_version_applies_from_its_day() -> None:
    invested(350)  # 6.7 points behind in May, 15 in June
    build.light_rule("points_behind", "10", "30", since="2024-01-01")
    build.light_rule("points_behind", "5", "12", since="2024-06-30")

    assert line_on(date(2024, 5, 31)).light == Light.UNDEFINED
    assert line_on(date(2024, 6, 29)).light == Light.UNDEFINED
    assert line_on(date(2024, 6, 30)).light == Light.RED


def test_the_newest_family_is_in_force() -> None:
    invested(390)  # 11 points behind: yellow by points, 78 % of what was due
    build.light_rule("share_of_due", "70", "50", since="2024-01-01")
    build.light_rule("points_behind", "10", "30", since="2024-06-30")

    assert line_on(date(2024, 6, 29)).light == Light.GREEN
    assert line_on(date(2024, 6, 30)).light == Light.YELLOW


def test_before_the_first_rule_there_is_no_light() -> None:
    invested(1)
    build.light_rule(since="2024-07-01")
    assert line_on().light == Light.NONE


def test_an_unknown_number_and_a_month_rule_have_no_light() -> None:
    build.target("invested")
    build.light_rule("start_overdue", "1", "3")
    assert line_on().light == Light.NONE
    build.light_rule()
    assert line_on().light == Light.NONE


def test_an_accepted_reason_takes_the_light_away_and_is_told() -> None:
    invested(100)
    build.light_rule()
    assert line_on().light == Light.RED

    target = Target.objects.get()
    target.accepted_reason = "省级用地指标八月才下达"
    targets.amend(target, seen=target.history.latest().history_id, by=build.office(), reason="区长办公会")

    line = line_on()
    assert line.target is not None
    assert (line.light, line.target.excuse) == (Light.NONE, "省级用地指标八月才下达")
    assert line.completion.pace_gap is not None  # the number stays as it is


def test_the_reason_of_one_unit_excuses_nobody_else() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for unit, reason in ((luoxi, "缺地"), (xuejia, "")):
        project = build.project(organisation=unit)
        build.listing(project)
        build.report(project, "2024-01", 10 * build.YI)
        build.target("invested", 100 * build.YI, organisation=unit, accepted_reason=reason)
    build.light_rule()

    assert (line_on(organisation=luoxi).light, line_on(organisation=xuejia).light) == (Light.NONE, Light.RED)


def test_before_it_was_accepted_the_light_was_on() -> None:
    project = build.project(at="2024-01-01")
    build.listing(project, at="2024-01-01")
    build.report(project, "2024-01", 10 * build.YI, at="2024-02-05")
    target = build.target("invested", 1000 * build.YI, at="2024-01-05")
    build.light_rule(at="2024-01-01")
    target.accepted_reason = "缺地"
    build.kept(target, at="2024-07-08")

    assert line_on().light == Light.NONE
    assert line_on(known_at=build.moment("2024-07-05")).light == Light.RED

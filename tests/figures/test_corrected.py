"""As published, as corrected; and what changed since the last seal."""

from datetime import date

import pytest
from django.utils import timezone

from projects.figures.completion.page import completion_page
from projects.figures.completion.published import newest_published
from projects.figures.corrected import Correction, SinceSeal, corrections, since_seal
from projects.figures.printed import printed
from projects.figures.scope import Scope
from projects.models import Bulletin, Organisation, Project
from projects.models.reach import DISTRICT as WHOLE
from projects.models.reach import UnitAndBelow
from projects.rules.bounds import exact
from projects.rules.bulletin import Printed, read
from tests import build

pytestmark = pytest.mark.django_db

DISTRICT = "全区 市重点项目"


def page(as_of: date, level: str = "city", organisation=None):
    units = list(Organisation.objects.all())
    scope = Scope(
        Project.objects.all(), as_of.year, as_of, level, organisation, organisations=units, reach=WHOLE
    )
    return completion_page(scope)


def sealed(bulletin: Bulletin) -> Printed:
    month = read(bulletin.content)
    assert month is not None
    return month


def changed(bulletin: Bulletin) -> list[Correction]:
    then = sealed(bulletin)
    now = printed(
        page(bulletin.as_of, bulletin.level, bulletin.organisation),
        known_at=timezone.now(),
        ranked_by=then.ranked_by,
        least=then.least_ranked,
    )
    return corrections(then, now)


@pytest.fixture
def luoxi():
    return build.town("罗溪镇")


@pytest.fixture
def project(luoxi):
    project = build.project(organisation=luoxi)
    build.listing(project)
    build.milestone(project, "started", "2024-05-01")
    build.report(project, "2024-09", 3 * build.YI)
    build.target("invested", 10 * build.YI)
    return project


@pytest.mark.usefixtures("project")
def test_nothing_changed_nothing_to_say() -> None:
    assert changed(build.seal("2024-09")) == []


def test_each_number_that_differs_stands_beside_the_printed_one(project) -> None:
    bulletin = build.seal("2024-09")
    report = project.reports.get()
    report.invested = 4 * build.YI
    build.kept(report)

    assert changed(bulletin) == [
        Correction(DISTRICT, "完成投资", "3.0亿元", "4.0亿元", "+1.0亿元"),
        Correction(DISTRICT, "完成投资完成率", "30.0%", "40.0%", "+10.0点"),
        Correction("罗溪镇", "完成投资", "3.0亿元", "4.0亿元", "+1.0亿元"),
    ]


def test_what_was_taken_back_is_told(project) -> None:
    bulletin = build.seal("2024-09")
    milestone = project.milestones.get()
    milestone.reached_on, milestone.reached_precision, milestone.recorded_on = None, "", None
    build.kept(milestone)

    found = [(item.where, item.what, item.printed, item.now) for item in changed(bulletin)]
    assert (DISTRICT, "新开工", "1个", "0个") in found
    assert ("走到哪一步", "到达开工", "1个", "0个") in found


def test_a_unit_that_came_and_one_that_went(project) -> None:
    bulletin = build.seal("2024-09")
    project.organisation = build.town("薛家镇")
    build.kept(project)

    found = [(item.where, item.what, item.printed, item.now) for item in changed(bulletin)]
    assert found == [("罗溪镇", "项目数", "1个", "0个"), ("薛家镇", "项目数", "", "1个")]


@pytest.mark.usefixtures("article")
def test_a_number_that_only_the_article_knows_is_not_corrected() -> None:
    assert changed(build.seal("2024-09")) == []


def test_what_was_published_otherwise_shows_the_register(project) -> None:
    build.bulletin("2024-09-30", figures={"started": 29})
    bulletin = build.seal("2024-09")

    assert changed(bulletin) == [Correction(DISTRICT, "新开工", "29个", "1个", "−28个")]


def since(as_of: date, organisation=None) -> SinceSeal | None:
    whose = UnitAndBelow(organisation) if organisation else WHOLE
    stated = newest_published(as_of.year, whose, by=as_of, sealed=("city", None))
    return since_seal(page(as_of, organisation=organisation).lines, stated.sealed)


def moves(found: SinceSeal | None) -> list[tuple]:
    assert found is not None
    return [(move.indicator, move.then, exact(move.now), move.change) for move in found.moves]


def test_what_changed_since_the_last_seal(project, luoxi) -> None:
    august = build.seal("2024-08")
    build.milestone(build.project(organisation=luoxi), "started", "2024-09-05")  # on no list
    other = build.project(organisation=build.town("薛家镇"))
    build.listing(other)
    build.milestone(other, "started", "2024-09-10")

    found = since(date(2024, 9, 30))

    assert found is not None
    assert found.bulletin == august
    assert moves(found) == [("invested", None, 3 * build.YI, None), ("started", 1, 2, 1)]
    assert moves(since(date(2024, 9, 30), luoxi)) == [("invested", None, 3 * build.YI, None)]


@pytest.mark.usefixtures("project")
def test_a_seal_of_the_same_day_another_list_or_year_is_not_the_last_one() -> None:
    build.seal("2024-09")
    build.seal("2024-08", level="province")
    build.seal("2023-12")

    assert since(date(2024, 9, 30)) is None


def test_a_units_own_seal_goes_before_the_districts(project, luoxi) -> None:
    build.seal("2024-08")
    own = build.seal("2024-08", organisation=luoxi)

    found = since(date(2024, 9, 30), luoxi)

    assert found is not None
    assert found.bulletin == own


@pytest.mark.usefixtures("project")
def test_a_seal_made_later_was_not_known() -> None:
    build.seal("2024-08")

    def known(at: str) -> bool:
        sealed = ("city", build.moment(at))
        return bool(newest_published(2024, WHOLE, by=date(2024, 9, 30), sealed=sealed).sealed)

    assert known("2024-10-01") is False
    assert known("2099-01-01") is True


@pytest.mark.usefixtures("project")
def test_the_seal_of_another_unit_sets_no_day_and_no_comparison(luoxi) -> None:
    build.seal("2024-09", organisation=luoxi)

    stated = newest_published(2024, WHOLE, by=None, sealed=("city", None))

    assert (stated.day, stated.figures, stated.sealed) == (None, [], [])


@pytest.mark.usefixtures("project")
def test_one_query_with_what_was_published(django_assert_num_queries) -> None:
    build.seal("2024-08")

    with django_assert_num_queries(1):
        assert newest_published(2024, WHOLE, by=date(2024, 9, 30), sealed=("city", None)).sealed

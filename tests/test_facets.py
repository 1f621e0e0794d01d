"""The number beside a choice is the number of projects that the choice would show."""

from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from projects.filters import ProjectFilter
from projects.filters.facets import FACETS
from projects.models import Industry, Organisation, Project, User
from projects.models.sorting import ORDERS
from tests import build

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


def asked(query: str) -> ProjectFilter:
    return ProjectFilter(
        QueryDict(query),
        Project.objects.all(),
        organisations=list(Organisation.objects.all()),
        industries=list(Industry.objects.all()),
        today=TODAY,
    )


@pytest.fixture
def register() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    village = build.town("某村", kind="department", parent=luoxi)
    new, old = build.industry("新能源"), build.industry("新材料")
    build.listing(build.project("甲", organisation=luoxi, town=luoxi, industry=new), "city", 2024)
    second = build.project("乙", organisation=village, town=benniu, industry=new, named=False)
    build.listing(second, "city", 2024)
    build.listing(second, "province", 2024)
    build.milestone(second, "started", "2024-03-01")
    build.milestone(second, "completed", planned="2024-09-01")
    third = build.project("丙", organisation=benniu, industry=old)
    build.listing(third, "district", 2023)
    build.milestone(third, "started", planned="2024-06-01")
    paused = build.project("丁", side_state="paused", side_state_on=date(2024, 1, 1), side_reason="land")
    build.milestone(paused, "started", planned="2023-06-01")


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    "query",
    ["", "level=city", "level=city&year=2024", "year=2023", "stage=started", "late=1&industry=none", "state=paused",
     "q=甲&organisation=none", "named=no&level=province&stage=started"],
)  # fmt: skip
def test_each_count_is_what_the_choice_shows(query: str) -> None:
    question = asked(query)
    assert question.is_valid()
    for facet in question.facets.values():
        for choice in facet.choices:
            data = QueryDict(query, mutable=True)
            data[facet.name] = choice.value
            found = asked(data.urlencode())
            assert found.is_valid()
            if choice.count is not None:
                assert choice.count == found.qs.count(), (facet.name, choice.label)


@pytest.mark.usefixtures("register")
def test_the_choice_that_is_set_is_marked_and_the_others_keep_their_counts() -> None:
    question = asked("level=city")
    assert question.is_valid()
    level = question.facets["level"]

    assert level.is_set
    assert {choice.label: choice.count for choice in level.choices} == {
        "级别：全部": None, "省重大": 1, "市重点": 2, "区重点": 1,
    }  # fmt: skip
    assert [choice.label for choice in level.choices if choice.is_chosen] == ["市重点"]


@pytest.mark.usefixtures("register")
def test_the_index_answers_and_a_year_is_asked_of_the_database() -> None:
    every = "level=city&stage=started&late=1"
    for query, most in (("", 1), ("q=甲", 2), ("level=city", 1), (every, 1), (f"year=2024&{every}", 4)):
        question = asked(query)
        assert question.is_valid()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert set(question.facets) == set(FACETS)
        assert len(queries) == most


EVERY_SORT = [sign + key for key in ORDERS for sign in ("", "-")]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    "query", ["", "level=city&stage=none", "late=1", "q=乙&named=no", "state=succeeded", "mine=unit"]
)
def test_the_index_finds_and_sorts_what_the_database_does(query: str) -> None:
    for sort in EVERY_SORT:
        question = asked(f"{query}&sort={sort}")
        assert question.is_valid()
        in_database = list(question.qs.values_list("pk", flat=True))
        assert question.found is not None
        assert question.found.page(0, 100) == in_database
        assert question.found.page(max(0, len(in_database) - 1), 100) == in_database[-1:]


@pytest.mark.usefixtures("register")
def test_the_index_narrows_to_what_the_reader_may_see() -> None:
    luoxi = Organisation.objects.get(name="罗溪镇")
    reader = User.objects.with_roles().get(pk=build.staff(luoxi).pk)
    question = ProjectFilter(
        QueryDict(""),
        Project.objects.visible_to(reader),
        organisations=list(Organisation.objects.all()),
        industries=[],
        today=TODAY,
        reader=reader,
    )
    assert question.is_valid()
    assert question.found is not None

    assert question.found.page(0, 100) == list(question.qs.values_list("pk", flat=True))
    assert question.found.members().bit_count() == 2
    assert question.facets["stage"].choices[1].count == 0

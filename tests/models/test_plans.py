"""What staff of a unit may see is found by indexes, not row by row: the plans of both engines say so."""

import json
import re

import pytest
from django.db import connection
from django.db.models import QuerySet

from projects.models import Organisation, Problem, Project, User
from tests import build

pytestmark = pytest.mark.django_db
BY_UNIT = {
    "sqlite": re.compile(r"USING (COVERING )?INDEX \S+ \(organisation_id=\?\)"),
    "postgresql": re.compile(r'"Index Cond": "\(organisation_id = ANY'),
}


@pytest.fixture
def staff() -> User:
    """Staff of a town with a village below it, in a register of two towns."""
    town, other = build.town("罗溪镇"), build.town("薛家镇")
    village = build.town("某村", kind="department", parent=town)
    for unit in (town, other, village, None):
        project = build.project(organisation=unit)
        build.problem(project)
    build.helper(build.project(organisation=other), village)
    build.problem(build.project(organisation=other), organisation=town)
    return User.objects.with_roles().get(pk=build.staff(town).pk)


def plan_of(rows: QuerySet) -> str:
    """As the engine tells it; PostgreSQL would read so few rows without any index, so that is forbidden here."""
    if connection.vendor == "sqlite":
        return rows.explain()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    return json.dumps(json.loads(rows.explain(format="json")))


def asked_of(model: type, user: User) -> QuerySet:
    return model.objects.visible_to(user)


@pytest.mark.parametrize("model", [Project, Problem])
def test_the_rights_of_staff_are_read_by_indexes_and_not_row_by_row(model, staff) -> None:
    for rows in (asked_of(model, staff), asked_of(model, staff).order_by("pk")[:50]):
        plan = plan_of(rows)
        assert BY_UNIT[connection.vendor].search(plan)
        assert "CORRELATED" not in plan  # SQLite's word
        assert "SubPlan" not in plan  # PostgreSQL's
        assert "Seq Scan" not in plan


def test_staff_see_their_unit_what_is_below_and_what_they_help_with(staff) -> None:
    seen = asked_of(Project, staff)

    assert {str(project.organisation) for project in seen} == {"罗溪镇", "某村", "薛家镇"}
    assert seen.count() == 3
    assert asked_of(Problem, staff).count() == 3


@pytest.mark.parametrize("units", [1, 12])
def test_the_units_are_asked_for_once(units: int, staff, django_assert_num_queries) -> None:
    for number in range(units):
        build.town(f"村{number}", kind="department", parent=Organisation.objects.get(name="罗溪镇"))
    with django_assert_num_queries(3):
        asked_of(Project, staff).count()
        asked_of(Problem, staff).count()


def test_no_statement_of_a_page_is_compiled() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW jit")
            assert cursor.fetchone() == ("off",)

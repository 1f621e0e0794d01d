"""What the register of projects can be asked, and by whom."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from projects.models import Participation, Project
from projects.vocabulary import Role
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    """A project of each of two towns, one of a village below the first, one helped by the second, one of nobody."""
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    village = build.town("某村", kind="department", parent=luoxi)
    build.project("罗溪", organisation=luoxi)
    build.project("村", organisation=village)
    build.project("奔牛", organisation=benniu)
    build.helper(build.project("罗溪与奔牛", organisation=luoxi), benniu)
    build.project("未明确")
    return {"罗溪镇": luoxi, "奔牛镇": benniu, "某村": village, "常州高新区": build.district()}


EVERYTHING = {"罗溪", "村", "奔牛", "罗溪与奔牛", "未明确"}
OF_LUOXI = {"罗溪", "村", "罗溪与奔牛"}
OF_BENNIU = {"奔牛", "罗溪与奔牛"}

VISIBLE = [
    (Role.LEADER, "常州高新区", EVERYTHING),
    (Role.LEADER, "罗溪镇", OF_LUOXI),
    (Role.STAFF, "常州高新区", EVERYTHING),
    (Role.STAFF, "罗溪镇", OF_LUOXI),
    (Role.STAFF, "奔牛镇", OF_BENNIU),
    (Role.STAFF, "某村", {"村"}),
    (Role.OFFICE, "罗溪镇", EVERYTHING),
    (Role.ADMIN, "某村", EVERYTHING),
    (None, "常州高新区", set()),
]


def names(projects) -> set[str]:
    return {project.name for project in projects}


@pytest.mark.parametrize(("role", "unit", "seen"), VISIBLE)
def test_visible_to_role_and_unit(register, role, unit, seen):
    assert names(Project.objects.visible_to(build.person(role, organisation=register[unit]))) == seen


def test_inactive_people_see_nothing(register):
    for role in (Role.LEADER, Role.STAFF, Role.OFFICE, Role.ADMIN):
        assert not Project.objects.visible_to(build.person(role, is_active=False)).exists()


def test_people_without_a_unit_see_nothing_unless_they_keep_the_register(register):
    for role, seen in ((Role.STAFF, set()), (Role.LEADER, set()), (Role.OFFICE, EVERYTHING)):
        user = build.person(role)
        user.organisation = None
        user.save()
        assert names(Project.objects.visible_to(user)) == seen


def test_a_helped_project_is_counted_once():
    town = build.town()
    project = build.project(organisation=town)
    for name in ("奔牛镇", "孟河镇"):
        build.helper(project, build.town(name))
    assert Project.objects.visible_to(build.staff(town)).count() == 1


def test_answered_by_a_unit_and_what_is_below_it(register):
    assert names(Project.objects.answered_by(register["罗溪镇"])) == OF_LUOXI
    assert names(Project.objects.answered_by(register["奔牛镇"])) == {"奔牛"}  # helping is not answering
    assert names(Project.objects.answered_by(register["常州高新区"])) == EVERYTHING


def test_on_list_by_level_and_year():
    project = build.project("甲")
    build.listing(project, "city", 2024)
    build.listing(project, "province", 2025)
    assert names(Project.objects.on_list("city", 2024)) == {"甲"}
    assert not Project.objects.on_list("province", 2024).exists()
    assert not Project.objects.on_list("city", 2025).exists()


def test_on_list_until_it_is_taken_off():
    build.listing(build.project("甲"), removed_on="2024-06-30", removed_reason="调出")
    assert names(Project.objects.on_list("city", 2024, as_of=date(2024, 6, 29))) == {"甲"}
    assert not Project.objects.on_list("city", 2024, as_of=date(2024, 6, 30)).exists()
    assert names(Project.objects.on_list("city", 2024)) == {"甲"}


@pytest.mark.parametrize(
    ("precision", "day", "counts"),
    [
        ("day", "2024-09-30", True),
        ("month", "2024-09-30", True),
        ("year", "2024-12-31", True),
        ("not_later", "2024-09-30", False),
        ("day", "2023-12-31", False),
        ("day", "2025-01-01", False),
    ],
)
def test_started_in_the_year_for_certain(precision, day, counts):
    build.milestone(build.project(), "started", day, precision)
    assert Project.objects.started_in(2024).exists() is counts


def test_started_in_is_about_the_start_and_not_about_plans():
    build.milestone(build.project(), "topped_out", "2024-09-30")
    build.milestone(build.project(), "started", planned="2024-09-30")
    assert not Project.objects.started_in(2024).exists()


def test_reached_by_a_day_counts_not_later():
    build.milestone(build.project("甲"), "started", "2024-09-30", "not_later")
    assert names(Project.objects.reached("started", by=date(2024, 9, 30))) == {"甲"}
    assert not Project.objects.reached_in("started", 2024, by=date(2024, 9, 30)).exists()


def test_reached_in_is_cut_off_by_the_day():
    build.milestone(build.project("甲"), "started", "2024-09-30")
    assert names(Project.objects.reached_in("started", 2024, by=date(2024, 9, 30))) == {"甲"}
    assert not Project.objects.reached_in("started", 2024, by=date(2024, 9, 29)).exists()


def test_late_on_the_day_after_the_last_possible_one():
    build.milestone(build.project("甲"), "started", planned="2024-09-15", planned_precision="month")
    assert not Project.objects.late_on(date(2024, 9, 30)).exists()
    assert names(Project.objects.late_on(date(2024, 10, 1))) == {"甲"}


def test_late_on_forgets_what_was_reached_but_remembers_that_it_was_late_then():
    build.milestone(build.project("甲"), "started", "2024-11-01", planned="2024-09-30")
    assert names(Project.objects.late_on(date(2024, 10, 31))) == {"甲"}
    assert not Project.objects.late_on(date(2024, 11, 1)).exists()


def test_paused_projects_and_skipped_stages_are_not_late():
    paused = build.project(side_state="paused", side_state_on=date(2024, 1, 1), side_reason="market")
    build.milestone(paused, "started", planned="2024-09-30")
    build.milestone(build.project(), "topped_out", planned="2024-09-30", skipped=True)
    assert not Project.objects.late_on(date(2025, 1, 1)).exists()


def test_named():
    build.project("具名")
    build.project("未具名", named=False)
    assert names(Project.objects.named()) == {"具名"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("credit_code", "91320411MA00000000", "统一社会信用代码"), ("national_code", "2405-320411", "项目代码")],
)
def test_clean_judges_the_codes(field, value, words):
    with pytest.raises(ValidationError) as fault:
        Project(name="甲", **{field: value}).full_clean()
    assert words in "".join(fault.value.message_dict[field])


def test_clean_writes_codes_in_one_way():
    project = Project(name="甲", national_code=" ２４０５—320411–04-01-123456 ")
    project.full_clean()
    assert project.national_code == "2405-320411-04-01-123456"


def test_the_responsible_unit_does_not_help_itself():
    town = build.town()
    with pytest.raises(ValidationError, match="责任单位不必再列为协同单位"):
        Participation(project=build.project(organisation=town), organisation=town).full_clean()


def test_natural_key():
    project = build.project("甲", enterprise="乙公司")
    assert Project.objects.get_by_natural_key(*project.natural_key()) == project

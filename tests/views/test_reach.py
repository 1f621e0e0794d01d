"""How far an account reads: without a unit it sees nothing anywhere, and no page answers with the district's sums."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from projects import access
from projects.figures.completion.published import PublishedFigures, newest_published
from projects.figures.completion.target import targets_of
from projects.figures.scope import Scope
from projects.models import Organisation, Problem, Project, Target, User
from projects.models.reach import DISTRICT, NOTHING, UnitAndBelow
from projects.vocabulary import OrganisationKind, Role
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

SECRET = "77143"
"""In every number and name of the district below: what nobody without a unit may find.

Long enough that no random token of a form holds it."""

ADDRESSES = [
    "/completion/?level=all&year=2024",
    "/completion/?level=city&as_of=2024-09-30",
    "/completion/export.csv?level=all&year=2024",
    "/completion/export.xlsx?level=all&year=2024",
    "/completion/attention/?level=all&year=2024",
    "/completion/attention/export.csv?level=all&year=2024",
    "/completion/screen/?level=all&year=2024",
    "/completion/invested/?level=city&year=2024",
    "/completion/invested/export.csv?level=city&year=2024",
    "/api/v1/completion?level=all&year=2024",
    "/api/v1/forecast?level=city&year=2024",
    "/completion/forecast/?level=city&year=2024",
    "/completion/forecast/export.csv?level=city&year=2024",
    "/api/v1/projects",
    "/targets/?year=2024&level=all",
    "/targets/export.csv?year=2024&level=city",
    "/projects/",
    "/projects/export.csv",
    "/projects/history/export.csv",
    "/projects/cards.pdf",
    "/problems/",
    "/problems/export.csv",
    "/bulletins/",
    "/organisations/export.csv",
    "/todo/",
    "/todo/count",
    "/months/2024-09/",
    "/months/2024-09/export.csv",
    "/months/2024-09/review/",
    "/imports/template/projects.xlsx",
    "/imports/template/reports.xlsx",
    "/imports/template/targets.xlsx",
    "/handover/",
    "/projects/new/",
    "/projects/bulk/?all=1",
    "/projects/import/",
    "/projects/views/",
]


@pytest.fixture
def register() -> dict[str, Organisation]:
    luoxi = build.town("罗溪镇")
    project = build.project(f"项目{SECRET}", organisation=luoxi, total_investment=77143 * YI)
    build.listing(project)
    build.report(project, "2024-09", 77143 * YI)
    build.problem(project, f"问题{SECRET}")
    build.target(amount=77143 * YI)
    build.target(level="", amount=77143 * YI)
    build.target(amount=7714 * YI, organisation=luoxi)
    build.bulletin(figures={"invested": 77143 * YI, "started": 77143})
    return {"罗溪镇": luoxi}


def without_unit(*roles: Role, **facts) -> User:
    first, *more = roles
    user = build.person(first, **facts)
    user.organisation = None
    user.save()
    for role in more:
        user.groups.add(build.group(role))
    return User.objects.with_roles().get(pk=user.pk)


@pytest.mark.parametrize("roles", [(Role.LEADER,), (Role.STAFF,), (Role.LEADER, Role.STAFF)])
def test_an_account_without_a_unit_finds_no_number_at_any_address(register, roles) -> None:
    browser = build.browser_of(without_unit(*roles))
    for address in ADDRESSES:
        answer = browser.get(address, follow=True)
        content = answer.getvalue().decode(errors="replace")
        assert answer.status_code == 403, address
        assert SECRET not in content, address
        assert "没有所属单位" in content, address


def test_the_start_page_tells_an_account_without_a_unit_what_is_missing(register) -> None:
    answer = build.browser_of(without_unit(Role.LEADER)).get("/", follow=True)
    assert answer.status_code == 403
    assert access.NO_UNIT in answer.text


@pytest.mark.parametrize("role", [Role.OFFICE, Role.ADMIN])
def test_keepers_need_no_unit(register, role) -> None:
    answer = build.browser_of(without_unit(role)).get("/completion/?level=city&as_of=2024-09-30")
    assert answer.status_code == 200
    assert SECRET in answer.text


def test_nobody_without_a_role_reads_whatever_the_unit(register) -> None:
    browser = build.browser_of(build.person(None))
    for address in ("/completion/?level=all", "/api/v1/completion", "/targets/", "/projects/"):
        answer = browser.get(address)
        assert answer.status_code == 403, address
        assert SECRET not in answer.text


def test_two_roles_read_as_far_as_the_wider_one(register) -> None:
    assert without_unit(Role.STAFF, Role.OFFICE).reach == DISTRICT
    user = build.staff(register["罗溪镇"])
    user.groups.add(build.group(Role.LEADER))
    assert User.objects.with_roles().get(pk=user.pk).reach == UnitAndBelow(register["罗溪镇"])


def test_a_unit_with_nothing_above_it_is_not_the_district(register) -> None:
    """A unit without a superior unit, as a list may bring one, opens itself and not the register."""
    stray = build.kept(Organisation(name="某镇", kind=OrganisationKind.TOWN))
    user = build.staff(stray)
    assert user.reach == UnitAndBelow(stray)
    assert not Project.objects.visible_to(user).exists()
    assert not access.writable_projects(user).exists()
    assert not Target.objects.visible_to(user).exists()
    assert not Problem.objects.visible_to(user).exists()
    browser = build.browser_of(user)
    for address in (
        "/completion/?as_of=2024-09-30",
        "/completion/screen/",
        "/projects/",
        "/targets/?year=2024",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert SECRET not in answer.text, address


def test_the_leader_of_a_unit_reads_its_numbers_and_not_the_districts(register) -> None:
    browser = build.browser_of(build.leader(build.town("奔牛镇")))
    for address in ("/completion/?as_of=2024-09-30", "/completion/?level=all", "/targets/?year=2024"):
        assert SECRET not in browser.get(address).text, address


def test_a_scope_refuses_what_is_beyond_its_readers_reach(register) -> None:
    luoxi, benniu = register["罗溪镇"], build.town("奔牛镇")
    asked = {"projects": Project.objects.all(), "year": 2024, "as_of": date(2024, 9, 30)}
    units = list(Organisation.objects.all())
    with pytest.raises(PermissionDenied):
        Scope(**asked, organisation=luoxi, organisations=units, reach=UnitAndBelow(benniu))
    with pytest.raises(PermissionDenied):
        Scope(**asked, organisations=units, reach=NOTHING)
    with pytest.raises(TypeError):
        Scope(**asked)  # nobody's eyes


def test_a_units_reader_gets_no_target_of_the_district(register) -> None:
    luoxi, units = register["罗溪镇"], list(Organisation.objects.all())
    scope = Scope(
        Project.objects.all(), 2024, date(2024, 9, 30), "city", organisations=units, reach=UnitAndBelow(luoxi)
    )
    assert {unit for unit, _ in targets_of(scope)} == {luoxi.pk}


def test_of_nothing_nothing_was_published(register) -> None:
    assert newest_published(2024, NOTHING, by=None) == PublishedFigures()
    assert newest_published(2024, DISTRICT, by=None).figures

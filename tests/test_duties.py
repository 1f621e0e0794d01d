"""三员分立: with the setting on, no account holds two of the duties system, security and audit, whatever the way."""

import pytest
from django.contrib.auth.models import Group

from projects import access
from projects.actions import accounts, people
from projects.figures.health import Verdict, health_checks
from projects.models import User
from projects.models.account import PersonFacts
from projects.rules.broken import RuleBroken
from projects.rules.duties import APART, AUDITS_ALONE, duties_fault
from projects.upkeep.checks import data_checks
from projects.vocabulary import Role
from tests import build
from tests.admin import desk

pytestmark = pytest.mark.django_db

TWO = frozenset({Role.ADMIN, Role.SECURITY})


@pytest.fixture
def apart(settings) -> None:
    settings.SEPARATE_DUTIES = True


@pytest.mark.parametrize(
    ("roles", "separate", "fault"),
    [
        ({Role.ADMIN}, True, ""),
        ({Role.ADMIN, Role.OFFICE}, True, ""),
        ({Role.SECURITY, Role.OFFICE}, True, ""),
        (TWO, True, APART),
        ({Role.SECURITY, Role.AUDITOR}, True, APART),
        ({Role.ADMIN, Role.AUDITOR}, True, APART),
        (TWO, False, ""),
        ({Role.ADMIN, Role.AUDITOR}, False, AUDITS_ALONE),
        ({Role.AUDITOR, Role.STAFF}, True, AUDITS_ALONE),
        ({Role.AUDITOR}, True, ""),
        (set(), True, ""),
    ],
)
def test_which_roles_go_together(roles, separate, fault) -> None:
    assert duties_fault(roles, separate=separate) == fault


def facts(*roles: Role) -> PersonFacts:
    return PersonFacts("周岚", "zhou", frozenset(roles), None)


def test_no_way_gives_an_account_two_duties(apart) -> None:
    """The action, the page, a pasted sheet, and the admin."""
    officer = build.security()
    browser = build.browser_of(officer)
    with pytest.raises(RuleBroken, match="三员分立"):
        people.create(facts(*TWO), by=officer)

    typed = {"name": "周岚", "username": "zhou", "roles": ["admin", "security"]}
    assert APART in browser.post("/people/", typed).text
    pasted = {"block": "周岚\tzhou\t管理员、安全员\t\t", "reason": "名单"}
    assert APART in browser.post("/people/paste/", pasted).text
    assert not User.objects.filter(username="zhou").exists()

    assert browser.post("/people/", typed | {"roles": ["admin"]}).status_code == 200
    person = User.objects.get(username="zhou")
    with pytest.raises(RuleBroken, match="三员分立"):
        people.change(person, facts(*TWO), by=officer, reason="兼任")
    officer.is_staff = True  # so that the admin opens at all
    officer.save()
    groups = [str(Group.objects.get(name=role.label).pk) for role in TWO]
    answer = desk.send(browser, desk.change_page(person), groups=groups)
    assert APART in desk.faults(answer)
    assert User.objects.get(pk=person.pk).roles == {Role.ADMIN}


def test_accounts_are_the_security_officers_alone(apart) -> None:
    for person, status in (
        (build.security(), 200),
        (build.admin(), 403),
        (build.office(), 403),
        (build.auditor(), 403),
        (build.person(None, is_superuser=True, is_staff=True), 403),
    ):
        browser = build.browser_of(person)
        assert browser.get("/people/").status_code == status
        assert browser.get("/settings/keys/").status_code == status
        assert browser.get("/admin/projects/user/").status_code in {403, 302}
        assert access.manageable_people(person).exists() is (status == 200)


def test_without_the_setting_administrators_and_security_officers_keep_accounts() -> None:
    for person in (build.security(), build.admin()):
        assert build.browser_of(person).get("/people/").status_code == 200
        assert access.grantable_roles(person) == frozenset(Role)


def test_a_security_officer_begins_with_the_accounts_and_reads_no_project() -> None:
    build.project("热泵")
    browser = build.browser_of(build.security())
    page = browser.get("/", follow=True)
    assert page.redirect_chain == [("/people/", 302)]
    assert ">接口密钥</a>" in page.text
    assert ">项目</a>" not in page.text
    for path in (
        "/projects/",
        "/completion/",
        "/settings/audit/",
        "/settings/district/",
        "/api/v1/projects/",
    ):
        assert browser.get(path).status_code == 403, path


def test_what_was_so_before_is_found(apart) -> None:
    person = build.admin(username="both")
    person.groups.add(build.group(Role.SECURITY))
    (check,) = [found for found in data_checks() if found.title == "职责分离"]
    assert check.faults == [f"账号 both：{APART}"]
    (duties,) = [found for found in health_checks() if found.key == "duties"]
    assert (duties.verdict, str(person) in duties.words) == (Verdict.LOOK, True)


def test_the_page_of_the_installation_says_which_duty_nobody_has(apart) -> None:
    build.admin()
    build.security()
    (duties,) = [found for found in health_checks() if found.key == "duties"]
    assert (duties.verdict, duties.words) == (Verdict.LOOK, "还没有人担任：审计员。")
    build.auditor()
    (duties,) = [found for found in health_checks() if found.key == "duties"]
    assert duties.verdict == Verdict.GOOD


def test_a_new_register_begins_with_the_three(apart) -> None:
    made = accounts.create_first_administrator()
    assert [account.role for account in made] == [Role.ADMIN, Role.SECURITY, Role.AUDITOR]
    assert all(user.has_issued_password for user in User.objects.all())

"""The audit: what it keeps, that nothing of it changes, and that one changed byte is found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.utils import timezone

from projects.actions import people, problems, recording, registry, units
from projects.actions.auditing import SHORTEST_DAYS, note, trim
from projects.actions.light_rules import keep_rule
from projects.figures.audit import UNPROTECTED, checked_audit
from projects.models import AuditEntry, LightRule, Problem, Project, Target, User, append_only
from projects.models.account import PersonFacts
from projects.vocabulary import AuditAct, KeyScope, Role
from tests import build
from tests.fuzz.stranger import close
from tests.test_sign_in import PASSWORD, sign_in

pytestmark = pytest.mark.django_db

PAGE = "/settings/audit/"


def kept(act: AuditAct) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(act=act).chain())


def said(act: AuditAct) -> list[tuple]:
    return [(entry.by, entry.address, entry.subject, entry.detail, entry.rows) for entry in kept(act)]


def grown(entries: int = 5) -> None:
    for number in range(entries):
        note(AuditAct.EXPORTED, by=None, by_name="zhang", subject=f"项目清单 {number}", rows=number)


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def signing_in(user: User) -> User:
    user.set_password(PASSWORD)
    user.save()
    return user


# What it keeps


def test_sign_ins_good_bad_and_locked_with_name_and_address(settings) -> None:
    leader = signing_in(build.leader(username="wang"))

    sign_in("wang", "wrong", address="10.0.0.7")
    sign_in("nobody", "wrong", address="10.0.0.8")
    sign_in("wang", PASSWORD, address="10.0.0.7")
    failed = [(entry.by, entry.by_name, entry.address) for entry in kept(AuditAct.SIGN_IN_FAILED)]
    assert failed == [(leader, "wang", "10.0.0.7"), (None, "nobody", "10.0.0.8")]
    (came,) = kept(AuditAct.SIGNED_IN)
    assert (came.by, came.by_name, came.address) == (leader, "wang", "10.0.0.7")

    for _ in range(settings.AXES_FAILURE_LIMIT + 1):
        sign_in("wang", "wrong", address="10.0.0.9")
    locked = kept(AuditAct.LOCKED_OUT)
    assert {(entry.by_name, entry.address) for entry in locked} == {("wang", "10.0.0.9")}
    assert not AuditEntry.objects.filter(detail__contains=PASSWORD).exists()


def test_signing_out() -> None:
    leader = build.leader()
    build.browser_of(leader).post("/accounts/logout/")

    assert [entry.by for entry in kept(AuditAct.SIGNED_OUT)] == [leader]


def test_refusals_say_who_asked_for_what_from_where() -> None:
    staff = build.staff()
    client = build.browser_of(staff)

    client.get("/settings/district/?x=1", REMOTE_ADDR="10.0.0.7")
    client.get("/projects/")
    Client().get("/projects/")  # is asked to sign in

    assert said(AuditAct.REFUSED) == [(staff, "10.0.0.7", "GET /settings/district/?x=1", "", None)]


def test_refusals_of_the_api_name_the_key() -> None:
    staff, project = build.staff(build.town()), build.project("热泵", organisation=build.town())
    key, text = build.api_key(staff)
    client = Client(headers={"authorization": f"Bearer {text}"})

    client.patch(f"/api/v1/projects/{project.pk}/", {}, "application/json")
    Client().get("/api/v1/projects/", headers={"authorization": "Bearer moon"})
    Client().get("/api/v1/projects/")

    by_key, unknown = kept(AuditAct.REFUSED)
    assert (by_key.by, by_key.subject) == (staff, f"PATCH /api/v1/projects/{project.pk}/")
    assert by_key.detail == f"这个密钥只能读，不能修改。；经接口密钥：{key}"
    assert (unknown.by, unknown.detail) == (None, "密钥无效。")


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_exports_say_what_and_how_many_rows(suffix: str) -> None:
    for name in ("热泵", "储能", "风机"):
        build.listing(build.project(name))
    leader = build.leader()

    answer = build.browser_of(leader).get(f"/projects/export.{suffix}?q=热", REMOTE_ADDR="10.0.0.7")
    b"".join(answer)
    close(answer)

    ((by, address, subject, detail, rows),) = said(AuditAct.EXPORTED)
    assert (by, address, rows) == (leader, "10.0.0.7", 1)
    assert subject.startswith("项目清单-")
    assert detail.startswith(f"/projects/export.{suffix}?q=")


def test_the_list_of_the_api_is_an_export_with_its_rows() -> None:
    build.project("热泵")
    leader = build.leader()
    key, text = build.api_key(leader)

    Client().get("/api/v1/projects/", headers={"authorization": f"Bearer {text}"})

    assert said(AuditAct.EXPORTED) == [
        (leader, "127.0.0.1", "接口：项目清单", f"/api/v1/projects/；经接口密钥：{key}", 1)
    ]


def test_original_photos_are_exports() -> None:
    photo = build.evidence(build.milestone(build.project("热泵"), "started", "2024-03-01"))
    office = build.office()

    for path in (f"/evidence/{photo.pk}/", f"/evidence/{photo.pk}/original/"):
        close(build.browser_of(office).get(path))

    ((by, _, subject, _, rows),) = said(AuditAct.EXPORTED)
    assert (by, rows) == (office, None)
    assert subject.startswith("热泵-开工-")


def test_contact_data_is_noted_once_a_day_for_each_reader_and_project() -> None:
    project = build.project("热泵", contact="张三", contact_phone="13900000000")
    silent = build.project("储能")
    leader, other = build.leader(), build.leader()

    for user in (leader, leader, other):
        for subject in (project, silent):
            assert build.browser_of(user).get(f"/projects/{subject.pk}/").status_code == 200

    assert [(by, subject) for by, _, subject, _, _ in said(AuditAct.CONTACT_READ)] == [
        (leader, "项目：热泵"),
        (other, "项目：热泵"),
    ]
    assert not AuditEntry.objects.filter(detail__contains="139").exists()


def test_lists_with_contact_data_are_noted_too() -> None:
    office = build.browser_of(build.office())
    person = build.leader(phone="13900000000")
    for path in ("/projects/", "/projects/?columns=contact", "/people/", f"/people/{person.pk}/"):
        assert office.get(path).status_code == 200

    assert [entry.subject for entry in kept(AuditAct.CONTACT_READ)] == [
        "项目清单的责任人", "人员", f"账号：{person.username}",
    ]  # fmt: skip


def test_rights_from_what_to_what() -> None:
    admin, clerk = build.admin(), build.staff(build.town("罗溪镇"), username="li")
    facts = PersonFacts("李敏", "li", frozenset({Role.OFFICE}), clerk.organisation)

    people.change(clerk, facts, by=admin, reason="调岗")

    (entry,) = kept(AuditAct.ACCOUNT)
    assert (entry.by, entry.subject) == (admin, "修改：li")
    assert "角色：经办 → 项目办" in entry.detail
    assert "调岗" in entry.detail


def test_keys_rules_settings_and_seals() -> None:
    admin = build.admin()
    build.browser_of(admin).post(
        "/account/keys/",
        {
            "act": "make",
            "name": "平台",
            "scope": KeyScope.READ,
            "expires_on": timezone.localdate().isoformat(),
        },
    )
    rule = LightRule(family="points_behind", yellow=10, red=30, applies_from="2024-01-01")
    keep_rule(rule, by=admin, reason="区办 12 号文")
    build.listing(build.project("热泵"))
    seal = build.seal(by=admin)

    assert kept(AuditAct.KEY)[0].subject == f"建接口密钥：{admin.username}"
    assert (kept(AuditAct.RULES)[0].by, kept(AuditAct.RULES)[0].detail) == (admin, "区办 12 号文")
    assert kept(AuditAct.SEALED)[-1].subject == f"通报：{seal}"


def test_settings_of_the_district() -> None:
    admin = build.admin()
    client = build.browser_of(admin)
    page = client.get("/settings/district/").context["form"]
    filled = {name: page[name].value() or "" for name in page.fields if name != "logo"}

    answer = client.post("/settings/district/", filled | {"name": "新北区", "reason": "更名"})

    assert answer.status_code == 302
    *_, entry = kept(AuditAct.SETTINGS)  # the units of the test come first
    assert (entry.by, entry.detail) == (admin, "更名")


# Nothing of it changes


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_auditentry SET rows = 7 WHERE number = 2",
        "DELETE FROM projects_auditentry WHERE number = 2",
        "DELETE FROM projects_auditentry",
    ],
)
def test_the_database_refuses_to_change_or_delete(statement: str) -> None:
    grown()

    with pytest.raises(DatabaseError, match=append_only.REFUSED), transaction.atomic():
        sql(statement)

    assert checked_audit().entries == 5


def test_the_database_refuses_to_replace_or_empty() -> None:
    grown()
    columns = ", ".join(str(field.column) for field in AuditEntry._meta.concrete_fields)
    other = {
        "postgresql": "TRUNCATE projects_auditentry",
        "sqlite": f"INSERT OR REPLACE INTO projects_auditentry ({columns}) "
        f"SELECT {columns} FROM projects_auditentry WHERE number = 2",
    }[connection.vendor]

    connection.check_constraints()  # what waits to be checked would be refused for that

    with pytest.raises(DatabaseError, match=append_only.REFUSED), transaction.atomic():
        sql(other)


def test_the_orm_and_the_admin_change_nothing_either() -> None:
    grown()
    entry = AuditEntry.objects.first()
    assert entry is not None
    entry.detail = "anders"

    for act in (entry.save, entry.delete, lambda: AuditEntry.objects.update(rows=0)):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()

    assert build.browser_of(build.admin()).get("/admin/projects/auditentry/").status_code == 404


def test_after_migrations_the_triggers_stand() -> None:
    assert append_only.is_protected()
    append_only.unprotect()
    assert not append_only.is_protected()

    call_command("migrate", verbosity=0)

    assert append_only.is_protected()


def verified(**options: str) -> str:
    printed = StringIO()
    call_command("verify_audit", stdout=printed, **options)
    return printed.getvalue()


def test_an_untouched_chain_is_intact() -> None:
    assert verified() == "还没有审计记录。\n"
    grown()
    newest = AuditEntry.objects.newest()
    assert newest is not None

    assert verified().startswith(f"完好 5 条，最后一条 5:{newest.digest}\n")
    assert verified(noted=f"5:{newest.digest}").startswith("完好")


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE projects_auditentry SET subject = '项目清单 9' WHERE number = 3", "第 3 条：内容、摘要"),
        ("UPDATE projects_auditentry SET rows = 3 WHERE number = 3", "第 3 条：内容、摘要"),
        ("UPDATE projects_auditentry SET by_name = 'zhanh' WHERE number = 1", "第 1 条：内容、摘要"),
        ("UPDATE projects_auditentry SET address = '10.0.0.1' WHERE number = 5", "第 5 条：内容、摘要"),
        ("DELETE FROM projects_auditentry WHERE number = 3", "第 4 条：前面缺少记录"),
        ("DELETE FROM projects_auditentry WHERE number <= 2", "第 3 条：开头的记录被删除"),
    ],
)
def test_one_changed_byte_is_found(statement: str, fault: str) -> None:
    """By somebody who may do everything in the database."""
    grown()
    append_only.unprotect()
    sql(statement)
    append_only.protect()

    with pytest.raises(CommandError, match=fault):
        verified()


def test_an_entry_that_was_written_anew_breaks_the_next_one() -> None:
    grown()
    entry = AuditEntry.objects.get(number=3)
    before = AuditEntry.objects.get(number=2)
    entry.detail = "nothing happened"
    entry.follow(before)  # number and digest fit again
    append_only.unprotect()
    entry.save()
    append_only.protect()

    with pytest.raises(CommandError, match="第 4 条：记下的上一期摘要与前一期不符"):
        verified()


def test_a_cut_end_is_found_by_what_was_noted_elsewhere() -> None:
    grown()
    noted = f"5:{AuditEntry.objects.get(number=5).digest}"
    append_only.unprotect()
    sql("DELETE FROM projects_auditentry WHERE number = 5")
    append_only.protect()

    assert verified().startswith("完好 4 条")
    with pytest.raises(CommandError, match="末尾被删除"):
        verified(noted=noted)


def test_missing_triggers_are_a_fault() -> None:
    grown()
    append_only.unprotect()

    assert checked_audit().fault == UNPROTECTED


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_entries_of_the_same_moment_follow_one_another() -> None:
    def noted(number: int) -> None:
        try:
            for _ in range(5):
                note(AuditAct.EXPORTED, by=None, subject=f"线程 {number}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(noted, range(6)))

    checked = checked_audit()
    assert (checked.entries, checked.newest, checked.fault) == (30, 30, "")


# How long it is kept


@pytest.fixture
def aged() -> None:
    """Two entries of 200 days ago and two of today."""
    grown(4)
    append_only.unprotect()
    before = None
    for entry in AuditEntry.objects.chain():
        if entry.number <= 2:
            entry.at = timezone.now() - timedelta(days=200)
        entry.follow(before)
        entry.save()
        before = entry
    append_only.protect()


@pytest.mark.parametrize(("days", "gone"), [(0, 0), (365, 0), (190, 2), (1, 2)])
def test_old_entries_go_by_setting_and_the_chain_says_so(settings, aged, days: int, gone: int) -> None:
    settings.AUDIT_DAYS = days

    assert trim(now=timezone.now()) == gone

    checked = checked_audit()
    assert (checked.entries, checked.fault) == (4 - gone + bool(gone), "")
    assert append_only.is_protected()


def test_six_months_are_kept_whatever_the_setting(settings) -> None:
    settings.AUDIT_DAYS = 1
    grown()

    assert SHORTEST_DAYS >= 183
    assert trim(now=timezone.now() + timedelta(days=182)) == 0
    assert trim(now=timezone.now() + timedelta(days=184)) == 5


# Who reads it


@pytest.mark.parametrize("role", [Role.LEADER, Role.STAFF, Role.OFFICE, Role.ADMIN, None])
def test_only_auditors_read_it(role: Role | None) -> None:
    assert build.browser_of(build.person(role)).get(PAGE).status_code == 403


def test_an_auditor_begins_with_the_audit_and_finds_entries() -> None:
    wang = build.leader(username="wang", last_name="王", first_name="强")
    note(AuditAct.EXPORTED, by=wang, subject="项目清单-2026", rows=12)
    note(AuditAct.REFUSED, by=None, by_name="li", subject="GET /people/")
    client = build.browser_of(build.auditor())

    assert client.get("/")["Location"] == PAGE
    for query, found in {
        "": {"项目清单-2026", "GET /people/"}, "words=王": {"项目清单-2026"}, "words=li people": {"GET /people/"},
        "act=exported": {"项目清单-2026"}, f"until={timezone.localdate() - timedelta(days=1)}": set(),
        f"since={timezone.localdate()}": {"项目清单-2026", "GET /people/"}, "words=无": set(),
    }.items():  # fmt: skip
        shown = client.get(f"{PAGE}?{query}").content.decode()
        assert {text for text in ("项目清单-2026", "GET /people/") if text in shown} == found, query
    wrong = client.get(f"{PAGE}?since=2026-02-01&until=2026-01-01")
    assert (wrong.status_code, "“从”应不晚于“到”。" in wrong.content.decode()) == (400, True)


def test_an_auditor_reads_and_changes_nothing_else() -> None:
    project = build.project("热泵", organisation=build.district())
    auditor = build.auditor(organisation=build.district())
    client = build.browser_of(auditor)

    assert (auditor.writes, auditor.is_keeper, auditor.reads) == (False, False, False)
    for path in (
        "/projects/",
        "/completion/",
        "/people/",
        "/settings/district/",
        "/todo/",
        "/api/v1/projects/",
    ):
        assert client.get(path).status_code == 403, path
    assert client.get(f"/projects/{project.pk}/").status_code == 403
    assert client.get("/admin/").status_code == 302
    assert client.post(PAGE).status_code == 405
    assert ">项目</a>" not in client.get(PAGE).content.decode()


def test_an_auditor_has_no_other_role() -> None:
    admin = build.browser_of(build.admin())
    filled = {"name": "周", "username": "zhou", "roles": ["auditor", "office"]}

    both = admin.post("/people/", filled)
    assert both.status_code == 422
    assert "审计员不能兼任其他角色" in both.content.decode()
    assert admin.post("/people/", filled | {"roles": ["auditor"]}).status_code == 200

    assert User.objects.get(username="zhou").roles == {Role.AUDITOR}
    assert "审计员" not in build.browser_of(build.office()).get("/people/").context["form"].as_p()


@pytest.mark.parametrize("entries", [3, 60])
def test_the_page_asks_as_much_for_many_entries(entries: int, django_assert_num_queries) -> None:
    for _ in range(entries):
        note(AuditAct.EXPORTED, by=build.leader(), subject="项目清单")
    client = build.browser_of(build.auditor())

    with django_assert_num_queries(4):
        client.get(PAGE)


# What else it keeps


def test_targets_problems_and_handovers() -> None:
    office, luoxi, benniu = build.office(), build.town("罗溪镇"), build.town("奔牛镇")
    moved = build.staff(luoxi, username="yidong")
    project = build.project("热泵", organisation=luoxi, contact="张三")
    target = build.target(amount=5 * build.YI, by=office)
    raised = Problem(text="土地尚未交付", kind="land", raised_on=date(2024, 3, 1))
    problems.raise_problem(project, raised, by=office)
    recording.erase(target, by=office, reason="重复")
    registry.hand_over(Project.objects.all(), "张三", to="李四", expected=1, by=office, reason="调岗")
    units.close_unit(
        luoxi,
        on=date(2024, 6, 1),
        successor=benniu,
        expected=1,
        with_people=True,
        by=office,
        reason="区划调整",
    )

    withdrawn = [entry for entry in kept(AuditAct.TARGETS) if entry.subject.startswith("删除：")]
    assert [(entry.by, entry.detail) for entry in withdrawn] == [(office, "重复")]
    assert [entry.detail for entry in kept(AuditAct.PROBLEMS)] == ["登记问题"]
    person, unit = kept(AuditAct.HANDOVER)
    assert (person.subject, person.detail, person.rows) == ("责任人：张三 → 李四", "调岗", 1)
    assert (unit.subject, unit.rows) == ("单位：罗溪镇 → 奔牛镇", 1)
    assert unit.detail.endswith(f"账号随单位转移：{moved.username}")
    assert checked_audit().fault == ""


def test_records_that_were_written_at_once_are_one_entry() -> None:
    office = build.office()
    targets = [Target(year=2030, indicator="invested", level="city", amount=number) for number in (1, 2)]
    targets[1].level = "province"
    for target in targets:
        recording.attribute(target, by=office, reason="导入")
    recording.record_all(targets, by=office, is_new=True)

    (entry,) = kept(AuditAct.TARGETS)
    assert (entry.by, entry.detail, entry.rows) == (office, "导入", 2)

"""Columns that are encrypted: what stands in the table, what comes back, what cannot be asked."""

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from pytest_django.fixtures import Settings

from projects.actions import people
from projects.models import AccountEntry, AuditEntry, ImportRow, Project, User
from projects.models.account import PersonFacts
from projects.rules.ciphers import KeyRing, UnknownKey
from projects.upkeep.checks import data_checks
from projects.upkeep.reencrypting import encrypted_columns
from projects.vocabulary import Role
from tests import build
from tests.workbooks.sheets_made import applied, received, xlsx

PHONE, OTHER = "13912340000", "13999990000"


@pytest.mark.once
def test_a_token_says_nothing_and_comes_back_by_its_key() -> None:
    old, new = KeyRing(["old"]), KeyRing(["new", "old"])
    token = old.encrypt(PHONE)

    assert PHONE not in token
    assert old.encrypt(PHONE) == token  # so that records and histories can be compared
    assert new.encrypt(PHONE) != token
    assert (new.decrypt(token), new.decrypt(new.encrypt(PHONE))) == (PHONE, PHONE)
    assert [new.is_current(one) for one in (token, new.encrypt(PHONE))] == [False, True]
    assert KeyRing(["new", "old", "new"]).is_current(new.encrypt(PHONE))


@pytest.mark.once
@pytest.mark.parametrize(
    "token", ["enc1", "enc1:", "enc1:ab:c", "enc1:00000000:AAAA", "enc1:{}:AAAA", "enc1:{}:%"]
)
def test_what_was_altered_is_not_read(token: str) -> None:
    ring = KeyRing(["old"])
    number = ring.encrypt(PHONE).split(":")[1]

    if ":" in token:
        with pytest.raises(UnknownKey):
            ring.decrypt(token.format(number))
    else:
        assert ring.decrypt(token) == token


def everything_stored() -> str:
    """All texts of all tables, as the database has them."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.django_db
def test_no_number_stands_in_any_table() -> None:
    """A project with its history, an import with a fault, an account with its entries: written, read and changed."""
    office, town = build.office(), build.town()
    project = build.project("热泵", organisation=town, contact_phone=PHONE)
    project.contact_phone = OTHER
    build.kept(project, reason="换号")
    head = ["项目名称", "责任单位", "联系电话", "总投资（亿元）"]
    applied(
        received(xlsx(head, ["光伏", town.name, PHONE, "1"], ["储能", town.name, OTHER, "x"]), by=office),
        by=office,
    )
    person = people.create(
        PersonFacts("王敏", "wangmin", frozenset({Role.STAFF}), town, PHONE), by=office
    ).person
    people.change_own(person, name="王敏", phone=OTHER, email="")

    stored = everything_stored()
    assert PHONE not in stored
    assert OTHER not in stored
    assert Project.objects.get(contact_phone=OTHER) == project
    assert [one.contact_phone for one in project.history.order_by("history_id")] == [PHONE, OTHER]
    assert {row.cells["contact_phone"] for row in ImportRow.objects.all()} == {PHONE, OTHER}
    assert User.objects.get(username="wangmin").phone == OTHER
    assert "电话：139****0000 → 139****0000" in {entry.changes for entry in AccountEntry.objects.all()}
    assert any("139****0000" in entry.detail for entry in AuditEntry.objects.all())
    assert [check.faults for check in data_checks() if check.title in ("历史", "加密内容")] == [[], []]


@pytest.mark.django_db
def test_what_the_database_cannot_know_is_not_asked_of_it() -> None:
    with pytest.raises(FieldError):
        Project.objects.filter(contact_phone__contains="139").exists()
    with pytest.raises(FieldError):
        ImportRow.objects.filter(cells__contact_phone=PHONE).exists()
    assert not Project.objects.filter(contact_phone="").exists()


@pytest.mark.django_db
def test_an_import_without_its_key_is_one_sentence(settings: Settings) -> None:
    settings.CONTACT_KEYS = ["old"]
    office = build.office()
    imported = received(xlsx(["项目名称"], ["光伏"]), by=office)
    settings.CONTACT_KEYS = ["new"]

    answer = build.browser_of(office).get(f"/imports/{imported.pk}/")
    assert answer.status_code == 503
    assert "解密的密钥不在服务器上" in answer.content.decode()


@pytest.mark.once
def test_every_column_of_a_telephone_number_is_encrypted() -> None:
    found = {(column.model.__name__, column.field.name) for column in encrypted_columns()}
    assert {("Project", "contact_phone"), ("HistoricalProject", "contact_phone"), ("User", "phone")} <= found

"""Keys of the API: made and revoked on a page, shown once, stored as a digest, narrower than their account."""

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from projects.actions import people
from projects.actions.api_keys import MOST_KEYS
from projects.models import AccountEntry, ApiKey, Project, User
from projects.vocabulary import KeyScope, Role
from tests import build
from tests.api import answers

pytestmark = pytest.mark.django_db

OWN, ALL, LIST = "/account/keys/", "/settings/keys/", "/api/v1/projects/"
KEY = re.compile(r"hk_[a-z2-7]{8}_[A-Za-z0-9_-]{43}")


def filled(**facts: str) -> dict[str, str]:
    last = timezone.localdate() + timedelta(days=30)
    return {"act": "make", "name": "市平台", "scope": "read", "expires_on": last.isoformat()} | facts


def made(user: User, page: str = OWN, **facts: str) -> str:
    """The text of a new key, as the page shows it."""
    answer = build.browser_of(user).post(page, filled(**facts))
    assert answer.status_code == 200
    (text,) = KEY.findall(answer.content.decode())
    return text


def asked(text: str, path: str = LIST, **options: str) -> tuple[int, dict]:
    answer = Client().get(path, headers={"authorization": f"Bearer {text}"}, **options)
    return answer.status_code, answers.told(answer, answer.status_code)


def names(text: str) -> set[str]:
    status, told = asked(text)
    assert status == 200, told
    return {project["name"] for project in told["results"]}


def test_a_key_is_shown_once_and_only_its_digest_is_stored() -> None:
    leader = build.leader()
    build.project("热泵")

    text = made(leader)

    assert names(text) == {"热泵"}
    page = build.browser_of(leader).get(OWN).content.decode()
    assert "市平台" in page
    assert text[:11] in page
    assert text not in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM projects_apikey")
        assert text[12:] not in str(cursor.fetchall())


def test_it_is_noted_when_and_from_where_a_key_was_used_last() -> None:
    key, text = build.api_key(build.leader())

    asked(text, REMOTE_ADDR="10.1.2.3")
    asked(text, REMOTE_ADDR="10.1.2.4")  # within the minute

    key.refresh_from_db()
    assert key.last_used_from == "10.1.2.3"
    assert timezone.now() - key.last_used_at < timedelta(minutes=1)
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    asked(text, REMOTE_ADDR="10.1.2.4")
    key.refresh_from_db()
    assert key.last_used_from == "10.1.2.4"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "密钥已过期，请换一个新的。"),
        ({"networks": "10.1.2.0/24,192.168.1.1"}, "这个密钥不能从这个地址使用。"),
    ],
)
def test_a_key_ends_on_its_day_and_holds_for_its_addresses_only(facts: dict, said: str) -> None:
    _, text = build.api_key(build.leader(), **facts)

    assert asked(text) == (401, {"detail": said})


def test_addresses_are_those_of_the_client(settings) -> None:
    settings.PROXY_NETWORKS = [ip_network("127.0.0.1")]
    _, text = build.api_key(build.leader(), networks="10.1.2.0/24,192.168.1.1")
    client = Client(headers={"authorization": f"Bearer {text}"})

    assert client.get(LIST, headers={"X-Forwarded-For": "10.1.2.77"}).status_code == 200
    assert client.get(LIST, headers={"X-Forwarded-For": "10.1.3.77"}).status_code == 401
    assert client.get(LIST, REMOTE_ADDR="192.168.1.1").status_code == 200
    assert client.get(LIST, REMOTE_ADDR="192.168.1.2").status_code == 401


def test_the_last_day_is_within() -> None:
    _, text = build.api_key(build.leader(), expires_on=timezone.localdate())

    assert asked(text)[0] == 200


def test_a_revoked_key_is_refused_at_once_and_the_account_says_why() -> None:
    leader = build.leader()
    key, text = build.api_key(leader)
    browser = build.browser_of(leader)

    missing = browser.post(OWN, {"act": "revoke", "key": key.pk, "reason": ""})
    assert missing.status_code == 422
    assert "请写明撤销的原因。" in missing.content.decode()
    assert asked(text)[0] == 200
    assert browser.post(OWN, {"act": "revoke", "key": key.pk, "reason": "平台停用"}).status_code == 302

    assert asked(text) == (401, {"detail": "密钥已撤销。"})
    entry = AccountEntry.objects.get(person=leader, act="key_revoked")
    assert (entry.by, entry.reason, entry.changes) == (leader, "平台停用", str(key))
    again = browser.post(OWN, {"act": "revoke", "key": key.pk, "reason": "再来"})
    assert "已经撤销" in again.content.decode()


def test_keys_end_with_the_account_and_stay_ended() -> None:
    leader, office = build.leader(), build.admin()
    _, text = build.api_key(leader)

    people.close(leader, by=office, reason="调离")
    assert asked(text) == (401, {"detail": "账号已停用，密钥不再有效。"})
    people.open_again(leader, by=office, reason="返岗")
    User.objects.filter(pk=leader.pk).update(issued_until=None)

    assert asked(text) == (401, {"detail": "密钥已撤销。"})


def test_an_account_closed_in_the_admin_ends_its_keys_too() -> None:
    leader = build.leader()
    _, text = build.api_key(leader)
    admin = build.browser_of(build.admin())
    said = {
        "username": leader.username,
        "organisation": leader.organisation_id,
        "groups": leader.groups.get().pk,
    }

    assert admin.post(f"/admin/projects/user/{leader.pk}/change/", said).status_code == 302

    assert not User.objects.get(pk=leader.pk).is_active
    assert ApiKey.objects.get().revoked_reason == "账号停用"
    assert asked(text)[0] == 401


def test_a_key_reads_no_more_than_its_unit() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    village = build.town("某村", parent=luoxi)
    for name, unit in (("罗溪", luoxi), ("村", village), ("奔牛", benniu), ("未明确", None)):
        build.project(name, organisation=unit)
    office, staff = build.office(), build.staff(luoxi)

    assert names(build.api_key(office)[1]) == {"罗溪", "村", "奔牛", "未明确"}
    assert names(build.api_key(office, organisation=luoxi)[1]) == {"罗溪", "村"}
    assert names(build.api_key(staff, organisation=village)[1]) == {"村"}
    assert asked(build.api_key(staff, organisation=benniu)[1])[0] == 403


def changed(text: str, project: Project, **body: object) -> tuple[int, dict]:
    version = asked(text, f"{LIST}{project.pk}/")[1].get("version")
    said = {"version": version, "reason": "平台同步"} | body
    answer = Client().patch(
        f"{LIST}{project.pk}/", said, "application/json", headers={"authorization": f"Bearer {text}"}
    )
    return answer.status_code, answers.told(answer, answer.status_code)


def test_a_key_writes_only_where_it_may_and_the_history_names_it() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    ours, theirs = build.project("罗溪", organisation=luoxi), build.project("奔牛", organisation=benniu)
    office = build.office()
    _, reads = build.api_key(office)
    key, writes = build.api_key(office, scope=KeyScope.WRITE, organisation=luoxi)

    assert changed(reads, ours, enterprise="河海") == (403, {"detail": "这个密钥只能读，不能修改。"})
    assert changed(writes, theirs, enterprise="河海")[0] == 404
    assert changed(writes, ours, organisation=benniu.pk)[0] == 400  # out of the unit of the key
    status, told = changed(writes, ours, enterprise="河海")

    assert (status, told["enterprise"]) == (200, "河海")
    newest = ours.history.first()
    assert (newest.history_user, newest.history_change_reason) == (office, f"平台同步（经接口密钥：{key}）")
    assert str(key) in build.browser_of(office).get(f"/projects/{ours.pk}/history/").content.decode()


def test_a_change_of_a_person_in_the_browser_names_no_key() -> None:
    project = build.project("热泵")
    client = build.browser_of(build.office())
    version = client.get(f"{LIST}{project.pk}/").json()["version"]

    client.patch(
        f"{LIST}{project.pk}/",
        {"version": version, "reason": "改错", "enterprise": "河海"},
        "application/json",
    )

    assert project.history.first().history_change_reason == "改错"


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"name": ""}, "该字段是必填项。"),
        ({"expires_on": "2020-01-01"}, "应在今天到 365 天以后之间。"),
        (
            {"expires_on": (timezone.localdate() + timedelta(days=400)).isoformat()},
            "应在今天到 365 天以后之间。",
        ),
        ({"networks": "10.1.2.3, 平台"}, "“平台”不是 IP 地址或网段"),
        ({"networks": "10.1.2.3/24"}, "不是 IP 地址或网段"),
        ({"scope": "write"}, "选择一个有效的选项"),  # a leader writes nothing
    ],
)
def test_what_cannot_be_a_key_is_refused_in_words(facts: dict[str, str], fault: str) -> None:
    answer = build.browser_of(build.leader()).post(OWN, filled(**facts))

    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_addresses_are_kept_in_one_spelling() -> None:
    made(build.leader(), networks="10.1.2.3 10.2.0.0/16、10.1.2.3；2001:DB8::1/128")

    assert ApiKey.objects.get().networks == "10.1.2.3,10.2.0.0/16,2001:db8::1"


def test_an_account_has_a_bounded_number_of_keys() -> None:
    leader = build.leader()
    for _ in range(MOST_KEYS):
        build.api_key(leader)

    answer = build.browser_of(leader).post(OWN, filled())

    assert answer.status_code == 422
    assert f"已有 {MOST_KEYS} 个在用的密钥" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.LEADER, Role.STAFF, Role.OFFICE])
def test_only_administrators_see_and_end_the_keys_of_others(role: Role) -> None:
    key, text = build.api_key(build.leader(), name="别人的密钥")
    browser = build.browser_of(build.person(role))

    assert browser.get(ALL).status_code == 403
    assert "别人的密钥" not in browser.get(OWN).content.decode()
    assert browser.post(OWN, {"act": "revoke", "key": key.pk, "reason": "?"}).status_code == 404
    assert asked(text)[0] == 200


def test_an_administrator_makes_and_ends_keys_of_every_account() -> None:
    admin, staff = build.admin(), build.staff(build.town("罗溪镇"))
    build.project("罗溪", organisation=staff.organisation)
    build.project("别处")

    text = made(admin, ALL, owner=str(staff.pk))

    key = ApiKey.objects.get()
    assert (key.owner, key.made_by) == (staff, admin)
    assert names(text) == {"罗溪"}
    assert AccountEntry.objects.get(person=staff, act="key_made").by == admin
    page = build.browser_of(admin).get(ALL).content.decode()
    assert f"/people/{staff.pk}/" in page
    build.browser_of(admin).post(ALL, {"act": "revoke", "key": key.pk, "reason": "查出泄露"})
    assert asked(text) == (401, {"detail": "密钥已撤销。"})


def test_no_key_is_made_for_a_superuser_or_a_closed_account() -> None:
    admin, superuser = build.browser_of(build.admin()), build.person(None, is_superuser=True)
    for user in (superuser, build.leader(is_active=False)):
        assert admin.post(ALL, filled(owner=str(user.pk))).status_code == 422

    assert build.browser_of(superuser).get(OWN).status_code == 403
    assert not ApiKey.objects.exists()


def test_a_form_sent_twice_makes_one_key() -> None:
    browser = build.browser_of(build.leader())
    said = filled(form_key="once")

    first, second = browser.post(OWN, said), browser.post(OWN, said)

    assert (first.status_code, second.status_code) == (200, 302)
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("keys", [3, 30])
def test_the_page_asks_as_much_for_many_keys(keys: int, django_assert_num_queries) -> None:
    for _ in range(keys):
        build.api_key(build.leader(), organisation=build.town())
    admin = build.browser_of(build.admin())
    admin.get(ALL)

    with django_assert_num_queries(5):
        admin.get(ALL)

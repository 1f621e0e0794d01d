"""Accounts: who sees and changes whom, temporary passwords, several people from a sheet, one's own account."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from projects.models import AccountEntry, Session, User
from projects.vocabulary import AccountAct, Role
from tests import build

pytestmark = pytest.mark.django_db
AGENT = "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36"


def sent(client: Client, address: str, status: int = 302, **data: object):
    response = client.post(address, data)
    assert response.status_code == status, response.content.decode()[:3000]
    return response


def new(**facts: object) -> dict[str, object]:
    return {"name": "吴敏", "username": "wumin", "roles": ["staff"], "organisation": "", "phone": "", **facts}


def shown_password(page: str) -> str:
    return page.split('<code class="secret">')[1].split("</code>")[0]


@pytest.mark.parametrize("address", ["/people/", "/people/paste/", "/people/{pk}/"])
@pytest.mark.parametrize(
    ("role", "status"), [("leader", 403), ("staff", 403), ("office", 200), ("admin", 200), (None, 403)]
)
def test_who_may_enter(role: str | None, status: int, address: str) -> None:
    other = build.staff()
    assert build.browser_of(build.person(role)).get(address.format(pk=other.pk)).status_code == status


def test_a_new_person_signs_in_once_with_the_temporary_password_and_must_change_it() -> None:
    town = build.town("西夏墅镇")
    page = sent(
        build.browser_of(build.office()), "/people/", 200, **new(organisation=town.pk)
    ).content.decode()
    password = shown_password(page)
    client = Client(headers={"user-agent": AGENT})

    sent(client, "/accounts/login/", username="wumin", password=password)
    for address in ("/projects/", "/", "/api/v1/projects/", "/account/"):
        answer = client.get(address)
        assert answer.status_code == 403 if "/api/" in address else answer.url == "/accounts/password_change/"
    told = client.get("/projects/", headers={"HX-Request": "true"})
    assert told.headers["HX-Redirect"] == "/accounts/password_change/"
    page = client.get("/accounts/password_change/").content.decode()
    assert "请先改密码" in page
    assert "主导航" not in page  # its count of to-dos would lead here again and again

    same = {"old_password": password, "new_password1": password, "new_password2": password}
    assert "不能和现在的密码相同" in sent(client, "/accounts/password_change/", 422, **same).content.decode()
    own = {"old_password": password, "new_password1": "西夏墅-经办-2027", "new_password2": "西夏墅-经办-2027"}
    sent(client, "/accounts/password_change/", **own)
    assert client.get("/projects/").status_code == 200
    person = User.objects.get(username="wumin")
    assert (person.issued_until, str(person), person.organisation) == (None, "吴敏", town)
    acts = AccountEntry.objects.filter(person=person).order_by("pk").values_list("act", flat=True)
    assert list(acts) == [AccountAct.CREATED, AccountAct.PASSWORD_CHANGED]


def test_a_temporary_password_ends() -> None:
    page = sent(build.browser_of(build.admin()), "/people/", 200, **new(roles=["office"])).content.decode()
    User.objects.filter(username="wumin").update(issued_until=timezone.now() - timedelta(minutes=1))
    answer = sent(Client(), "/accounts/login/", 200, username="wumin", password=shown_password(page))
    assert "临时密码已过有效期" in answer.content.decode()


def test_the_password_stands_nowhere_but_in_the_answer() -> None:
    client = build.browser_of(build.office())
    page = sent(client, "/people/", 200, **new(organisation=build.district().pk)).content.decode()
    password = shown_password(page)
    pk = User.objects.get(username="wumin").pk
    for address in ("/people/", f"/people/{pk}/"):
        assert password not in client.get(address).content.decode()
    assert not AccountEntry.objects.filter(changes__contains=password).exists()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"name": ""}, "该字段是必填项"),
        ({"username": "张 三"}, "请输入合法的用户名"),
        ({"roles": []}, "请选择角色"),
        ({"roles": ["staff"], "organisation": ""}, "“经办”须有所属单位"),
        ({"roles": ["admin"]}, "admin 不在可用的选项中"),
        ({"roles": ["office"]}, "office 不在可用的选项中"),
        ({"organisation": "9" * 30}, "选择一个有效的选项"),
    ],
)
def test_what_is_wrong_is_told_and_nobody_is_created(facts: dict, words: str) -> None:
    data = new(organisation=build.district().pk) | facts
    page = sent(build.browser_of(build.office()), "/people/", 422, **data).content.decode()
    assert words in page
    assert not User.objects.filter(username=data["username"]).exists()


def test_a_name_that_is_taken_is_refused() -> None:
    build.staff(username="wumin")
    data = new(organisation=build.district().pk)
    assert "已存在" in sent(build.browser_of(build.office()), "/people/", 422, **data).content.decode()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.ADMIN])
def test_the_office_does_not_raise_anybody_to_its_own_rights(role: Role) -> None:
    office, other, staff = build.office(), build.person(role), build.staff()
    client = build.browser_of(office)
    for act in ("change", "issue", "close", "unlock"):
        sent(client, f"/people/{other.pk}/", 403, act=act, reason="试")
    raised = new(act="change", username=staff.username, roles=[role.value], organisation=build.district().pk)
    sent(client, f"/people/{staff.pk}/", 422, **raised, reason="试")
    assert User.objects.get(pk=staff.pk).roles == {Role.STAFF}


def test_superusers_are_not_to_be_found() -> None:
    root = build.person(None, is_superuser=True)
    assert build.browser_of(build.admin()).get(f"/people/{root.pk}/").status_code == 404


def test_a_change_says_from_what_to_what_and_why() -> None:
    admin, staff = build.admin(), build.staff(username="wumin", first_name="吴敏")
    town = build.town("罗溪镇")
    data = new(act="change", roles=["leader", "staff"], organisation=town.pk, phone="0519-1", reason="轮岗")
    sent(build.browser_of(admin), f"/people/{staff.pk}/", **data)
    (entry,) = AccountEntry.objects.all()
    assert entry.changes == (
        f"角色：经办 → 领导、经办；单位：{build.DISTRICT} → 罗溪镇；电话：无 → 051****91"
    )
    assert (entry.act, entry.by, entry.reason, entry.person) == (AccountAct.CHANGED, admin, "轮岗", staff)
    sent(build.browser_of(admin), f"/people/{staff.pk}/", **data | {"reason": "又一次"})
    assert AccountEntry.objects.count() == 1


def test_the_admin_keeps_the_same_record() -> None:
    admin, staff = build.admin(), build.staff(username="wumin", first_name="吴敏")
    data = {
        "username": "wumin", "first_name": "吴敏", "last_name": "", "email": "", "phone": "",
        "organisation": staff.organisation_id, "groups": [build.group("leader").pk], "is_active": "on",
    }  # fmt: skip
    sent(build.browser_of(admin), f"/admin/projects/user/{staff.pk}/change/", **data)
    (entry,) = AccountEntry.objects.all()
    assert (entry.changes, entry.by) == ("角色：经办 → 领导", admin)


def test_nobody_closes_or_demotes_oneself() -> None:
    admin = build.admin(username="root", first_name="管")
    client = build.browser_of(admin)
    assert (
        "不能停用自己" in sent(client, f"/people/{admin.pk}/", 422, act="close", reason="试").content.decode()
    )
    data = new(act="change", name="管", username="root", roles=["office"], reason="试")
    assert "不能修改自己的角色" in sent(client, f"/people/{admin.pk}/", 422, **data).content.decode()
    assert User.objects.get(pk=admin.pk).roles == {Role.ADMIN}


def test_a_closed_account_is_out_at_once_and_comes_back_with_a_new_password() -> None:
    staff, client = build.staff(username="wumin"), build.browser_of(build.office())
    theirs = build.browser_of(staff)
    assert theirs.get("/projects/").status_code == 200
    sent(client, f"/people/{staff.pk}/", act="close", reason="离岗")
    assert theirs.get("/projects/").status_code == 302
    assert not Session.objects.filter(user=staff).exists()
    page = sent(client, f"/people/{staff.pk}/", 200, act="open", reason="回岗").content.decode()
    sent(theirs, "/accounts/login/", username="wumin", password=shown_password(page))
    assert list(AccountEntry.objects.order_by("pk").values_list("act", "reason")) == [
        ("closed", "离岗"),
        ("opened", "回岗"),
    ]


def test_a_lock_is_seen_and_lifted() -> None:
    staff, client = build.staff(username="wumin"), build.browser_of(build.office())
    for _ in range(5):
        Client().post("/accounts/login/", {"username": "wumin", "password": "wrong-password"})
    right = {"username": "wumin", "password": build.PASSWORD}
    sent(Client(), "/accounts/login/", 429, **right)
    page = client.get("/people/?state=locked").content.decode()
    assert "锁定：连错 5 次" in page
    assert f"/people/{staff.pk}/" in page
    sent(client, f"/people/{staff.pk}/", act="unlock", reason="本人来电")
    assert not AccessAttempt.objects.exists()
    sent(Client(), "/accounts/login/", **right)
    assert (
        "没有被锁定"
        in sent(client, f"/people/{staff.pk}/", 422, act="unlock", reason="再一次").content.decode()
    )


def test_the_list_is_narrowed_by_state_and_words() -> None:
    town = build.town("罗溪镇")
    build.staff(town, username="wangmin", first_name="王敏")
    build.person(None, username="zhaoqian", first_name="赵倩")
    build.staff(username="old01", first_name="旧账号", is_active=False)
    client = build.browser_of(build.office(username="zhoulan", first_name="周岚"))

    def found(query: str) -> list[str]:
        page = client.get(f"/people/?{query}").context["page"]
        return [str(line.person) for line in page.lines]

    assert set(found("")) == {"王敏", "赵倩", "旧账号", "周岚"}
    assert found("words=罗溪") == found("words=WANG 敏") == ["王敏"]
    assert found("state=no_role") == ["赵倩"]
    assert found("state=closed") == ["旧账号"]
    assert found("state=bogus") == found("")
    assert found("words=没有这个人") == []


@pytest.mark.parametrize("people", [3, 60])
def test_the_list_asks_the_same_queries_for_many(people: int, django_assert_num_queries) -> None:
    for number in range(people):
        build.staff(build.town(f"镇{number}"), first_name=f"人{number}")
    client = build.browser_of(build.office())
    client.get("/people/")
    with django_assert_num_queries(11):
        client.get("/people/")


def pasted(block: str, act: str = "check") -> dict[str, str]:
    return {"block": block, "reason": "各镇名单", "act": act}


def test_people_are_pasted_from_a_sheet_judged_and_created_together() -> None:
    build.town("罗溪镇"), build.town("薛家镇")
    client = build.browser_of(build.office())
    block = "单位\t姓名\t账号\t角色\t电话\r\n"
    block += "罗溪镇\t王敏\twangmin\t经办\t0519-1\r\n薛家镇\t刘洋\tliuyang\t领导、经办\t—\r\n"
    page = sent(client, "/people/paste/", 200, **pasted(block)).content.decode()
    assert "2 人都可以新增" in page
    assert not User.objects.filter(username="wangmin").exists()
    page = sent(client, "/people/paste/", 200, **pasted(block, "create")).content.decode()
    liu = User.objects.get(username="liuyang")
    assert (liu.roles, liu.organisation.name, liu.phone) == ({Role.LEADER, Role.STAFF}, "薛家镇", "")
    assert page.count('class="secret"') == 2
    assert {entry.reason for entry in AccountEntry.objects.all()} == {"各镇名单"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("王敏\twang min\t经办\t罗溪镇\t", "账号：请输入合法的用户名"),
        ("\twangmin\t经办\t罗溪镇\t", "姓名：该字段是必填项"),
        ("王敏\twangmin\t\t罗溪镇\t", "没有写角色"),
        ("王敏\twangmin\t镇长\t罗溪镇\t", "角色“镇长”不能用；可以写：领导、经办"),
        ("王敏\twangmin\t项目办\t罗溪镇\t", "角色“项目办”不能用"),
        ("王敏\twangmin\t经办\t罗溪乡\t", "没有叫“罗溪乡”的单位"),
        ("王敏\twangmin\t经办\t\t", "“经办”须有所属单位"),
        ("王敏\ttaken\t经办\t罗溪镇\t", "账号“taken”已经有人用了"),
        ("王敏\tgood\t经办\t罗溪镇\t", "账号“good”已经有人用了，或在上面出现过"),
        ("王敏\twangmin\t经办\t罗溪镇\t" + "1" * 40, "电话：确保该变量包含不超过 30 字符"),
    ],
)
def test_a_faulty_line_stops_all_and_says_why(line: str, words: str) -> None:
    build.town("罗溪镇")
    build.staff(username="taken")
    client = build.browser_of(build.office())
    page = sent(
        client, "/people/paste/", 422, **pasted(f"好\tgood\t经办\t罗溪镇\t\n{line}", "create")
    ).content.decode()
    assert words in page.replace("&#x27;", "'")
    assert not User.objects.filter(username="good").exists()


@pytest.mark.parametrize("block", ["", "姓名\t账号\t角色", '"' * 3 + "\0", "a\n" * 201])
def test_what_is_no_sheet_is_refused(block: str) -> None:
    sent(build.browser_of(build.office()), "/people/paste/", 422, **pasted(block))


def test_somebody_without_a_role_is_told_whom_to_ask() -> None:
    build.office(first_name="周岚", phone="0519-2")
    page = build.browser_of(build.person(None)).get("/completion/").content.decode()
    assert "还没有角色" in page
    assert "周岚（0519-2）" in page
    page = build.browser_of(build.staff()).get("/people/").content.decode()
    assert "没有这个页面的权限" in page
    assert "周岚" not in page


# One's own account


def test_people_correct_their_own_facts_and_nothing_else() -> None:
    town = build.town("罗溪镇")
    staff = build.staff(town, first_name="王敏")
    client = build.browser_of(staff)
    data = {"act": "facts", "name": "王敏敏", "phone": "0519-3", "email": "", "amount_unit": "10000"}
    sent(client, "/account/", **data, organisation=build.district().pk, roles=["admin"], is_superuser="on")
    person = User.objects.get(pk=staff.pk)
    assert (str(person), person.phone, person.amount_unit) == ("王敏敏", "0519-3", 10_000)
    assert (person.organisation, person.roles, person.is_superuser) == (town, {Role.STAFF}, False)
    (entry,) = AccountEntry.objects.all()
    assert entry.changes == "姓名：王敏 → 王敏敏；电话：无 → 051****93"


def test_one_s_own_sessions_are_listed_and_ended_and_no_other_s() -> None:
    staff, other = build.staff(username="wangmin"), build.browser_of(build.staff())
    here, there = (
        Client(headers={"user-agent": AGENT}),
        Client(headers={"user-agent": "MicroMessenger iPhone"}),
    )
    for client in (here, there):
        sent(client, "/accounts/login/", username="wangmin", password=build.PASSWORD)
    page = here.get("/account/").content.decode()
    assert "现在这里" in page
    assert "Chrome · Windows" in page
    assert "微信 · iPhone" in page
    assert here.session.session_key not in page
    sent(here, "/account/", act="end")
    assert here.get("/account/").status_code == other.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert Session.objects.filter(user=staff).count() == 1


def test_only_one_other_session_is_ended_by_its_name() -> None:
    build.staff(username="wangmin")
    clients = [Client() for _ in range(3)]
    for client in clients:
        sent(client, "/accounts/login/", username="wangmin", password=build.PASSWORD)
    name = Session.objects.get(session_key=clients[1].session.session_key).name
    sent(clients[0], "/account/", act="end", name=name)
    assert [client.get("/account/").status_code for client in clients] == [200, 302, 200]


def test_a_changed_password_ends_the_other_sessions() -> None:
    build.staff(username="wangmin")
    here, there = Client(), Client()
    for client in (here, there):
        sent(client, "/accounts/login/", username="wangmin", password=build.PASSWORD)
    own = {
        "old_password": build.PASSWORD,
        "new_password1": "罗溪-经办-2027",
        "new_password2": "罗溪-经办-2027",
    }
    sent(here, "/accounts/password_change/", **own)
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)
    assert Session.objects.count() == 1


@pytest.mark.parametrize("act", ["", "other"])
def test_an_unknown_act_is_refused(act: str) -> None:
    staff = build.staff()
    sent(build.browser_of(staff), "/account/", 400, act=act)
    sent(build.browser_of(build.office()), f"/people/{staff.pk}/", 400, act=act or "nothing")

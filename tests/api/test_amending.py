"""Changes by other systems: judged as the page's are, with who and why, and nothing overwritten unseen."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from projects.forms.project import FACTS
from projects.models import ApiKey, Project, User
from projects.vocabulary import KeyScope
from tests import build
from tests.api.test_projects import ask, change, door, send, version_of
from tests.build import YI
from tests.views.test_project_edit import as_shown

pytestmark = pytest.mark.django_db

CREDIT_CODE = "91320411MA1XABCD0J"


@pytest.fixture
def office() -> User:
    return build.office(last_name="张", first_name="三")


@pytest.fixture
def other() -> User:
    return build.office(last_name="李", first_name="四")


@pytest.fixture
def project() -> Project:
    return build.project(
        "热泵", enterprise="河海", organisation=build.town("罗溪镇"), total_investment=10 * YI, remark="一期"
    )


def test_a_change_is_in_the_history_with_who_and_why(office, project) -> None:
    build.helper(project, build.town("奔牛镇"))

    told = change(
        office,
        project,
        total_investment=1_234_567_891,
        contract_amount=0,
        town=build.town("薛家镇").pk,
        remark="一期\n二期",
        reason="企业更新备案",
    )

    entry = project.history.latest("history_id")
    assert (entry.history_user, entry.history_change_reason) == (
        office,
        f"企业更新备案（经接口密钥：{ApiKey.objects.latest('pk')}）",
    )
    assert (told["total_investment"], told["contract_amount"]) == (1_234_567_891, 0)
    assert told["town"] == {"id": build.town("薛家镇").pk, "name": "薛家镇"}
    assert (told["remark"], told["enterprise"], told["version"]) == ("一期\n二期", "河海", entry.history_id)
    assert [str(entry.organisation) for entry in project.participations.all()] == ["奔牛镇"]


def test_the_unknown_is_null_and_a_sent_record_is_no_change(office, project) -> None:
    told = change(office, project, total_investment=None, organisation=None, remark="")
    assert (told["total_investment"], told["organisation"], told["remark"]) == (None, None, "")

    again = {name: told[name] for name in FACTS if not isinstance(told[name], dict)}
    assert change(office, project, **again) == told
    assert project.history.count() == 2


def test_what_is_left_out_stays_to_the_last_blank(office, other, project) -> None:
    version = version_of(project)
    project.remark, project.total_investment = "一期\r\n ", 1_000_000_001
    build.kept(project, by=other)

    told = change(office, project, version=version, place="黄河路")

    assert (told["remark"], told["total_investment"]) == ("一期\r\n ", 1_000_000_001)
    assert project.history.first().remark == "一期\r\n "


@pytest.mark.parametrize(
    ("facts", "errors"),
    [
        ({"side_state": "paused"}, {"side_state": ["没有这个字段，或者不能在这里修改。"]}),
        ({"总投资": 1}, {"总投资": ["没有这个字段，或者不能在这里修改。"]}),
        ({"total_investment": "10亿元"}, {"total_investment": ["请填整数，单位为元；未知填 null。"]}),
        ({"total_investment": 1.5}, {"total_investment": ["请填整数，单位为元；未知填 null。"]}),
        ({"total_investment": True}, {"total_investment": ["请填整数，单位为元；未知填 null。"]}),
        ({"total_investment": -5}, {"total_investment": ["金额不能为负：“-5元”"]}),
        ({"foreign_amount": "1"}, {"foreign_amount": ["请填整数；未知填 null。"]}),
        ({"town": {"id": 1}}, {"town": ["请填编号（整数）；未知填 null。"]}),
        ({"town": 10**30}, {"town": ["选择一个有效的选项： 该选择不在可用的选项中。"]}),
        ({"name": ""}, {"name": ["该字段是必填项。"]}),
        ({"place": None}, {"place": ["请填文字；未知填空文字。"]}),
        ({"place": "\ud800"}, {"place": ["含有无法保存的字符。"]}),
        ({"nature": "moon"}, {"nature": ["选择一个有效的选项。 moon 不在可用的选项中。"]}),
        ({"foreign_amount": 5}, {"__all__": ["外资金额与币种应同时填写。"]}),
        ({"version": "1"}, {"version": ["请填读取时的版本号（整数）。"]}),
        ({"reason": " "}, {"reason": ["该字段是必填项。"]}),
        ({"reason": None}, {"reason": ["请填文字；未知填空文字。"]}),
    ],
)
def test_faults_are_told_by_field_and_nothing_is_written(office, project, facts, errors) -> None:
    assert change(office, project, 400, **facts) == {"errors": errors}
    assert Project.history.count() == 1


def test_bad_codes_are_refused_with_the_pages_own_words(office, project) -> None:
    told = change(office, project, 400, credit_code=CREDIT_CODE, national_code="2024-1")

    page = build.browser_of(office).post(
        f"/projects/{project.pk}/edit/",
        {"name": "热泵", "credit_code": CREDIT_CODE, "national_code": "2024-1", "reason": "核对"},
    )
    faults = page.context["dossier"].facts.errors
    assert set(told["errors"]) == {"credit_code", "national_code"}
    assert all(told["errors"][name] == list(faults[name]) for name in told["errors"])


def test_a_rule_that_only_the_record_knows_is_told_in_its_words(office, project) -> None:
    Project.objects.update(side_state="moon", side_state_on="2024-03-01", side_reason="land")

    told = change(office, project, 400, place="黄河路")

    assert told == {"errors": {"__all__": ["值 'moon' 不是有效选项。"]}}
    assert Project.history.count() == 1


@pytest.mark.parametrize("body", ["{", "[]", "null", '"x"', "[" * 100_000])
def test_what_is_no_object_is_refused(office, project, body: str) -> None:
    told = send(office, project, body, 400)

    assert told == {"errors": {"__all__": ["请求的内容应为一个 JSON 对象。"]}}


def test_a_change_says_its_version_and_its_reason(office, project) -> None:
    told = send(office, project, {"place": "黄河路"}, 428)
    assert told["errors"] == {"version": ["请填写。"]}

    told = send(office, project, {"place": "黄河路", "version": version_of(project)}, 400)
    assert told == {"errors": {"reason": ["该字段是必填项。"]}}


# Two at a time


def test_fields_that_only_one_side_changed_are_merged_in_silence(office, other, project) -> None:
    version = version_of(project)
    change(other, project, contact="王五", total_investment=12 * YI)

    # a contact as it was read is no change of mine
    told = change(office, project, version=version, place="黄河路", contact="")

    assert (told["contact"], told["total_investment"], told["place"]) == ("王五", 12 * YI, "黄河路")
    assert [entry.history_user for entry in project.history.all()] == [office, other, None]


def test_a_field_that_both_changed_is_shown_and_nothing_is_written(office, other, project) -> None:
    version, luoxi, benniu, xuejia = version_of(project), *map(build.town, ("罗溪镇", "奔牛镇", "薛家镇"))
    change(other, project, total_investment=12 * YI, organisation=benniu.pk, reason="对方的原因")

    mine = {"total_investment": 13 * YI, "organisation": xuejia.pk, "place": "黄河路"}
    their_key = ApiKey.objects.get(owner=other)
    told = change(office, project, 409, version=version, **mine)

    assert told == {
        "detail": f"这个项目被别人改过（最近一次：李四，对方的原因（经接口密钥：{their_key}）），"
        "有字段双方都改了，什么都没有写入。"
        "请核对后带新的 version 再提交。",
        "conflicts": [
            {
                "field": "organisation",
                "label": "责任单位",
                "before": {"id": luoxi.pk, "name": "罗溪镇"},
                "theirs": {"id": benniu.pk, "name": "奔牛镇"},
                "mine": {"id": xuejia.pk, "name": "薛家镇"},
            },
            {
                "field": "total_investment",
                "label": "总投资（元）",
                "before": 10 * YI,
                "theirs": 12 * YI,
                "mine": 13 * YI,
            },
        ],
        "version": version_of(project),
    }
    assert project.history.count() == 2
    assert ask(office, door(project))["place"] == ""

    # again with the new version: it is meant
    told = change(office, project, version=told["version"], **mine)
    assert (told["total_investment"], told["organisation"]["name"]) == (13 * YI, "薛家镇")
    assert project.history.count() == 3


def test_the_new_version_holds_only_for_what_was_shown(office, other, project) -> None:
    version = version_of(project)
    change(other, project, total_investment=12 * YI)
    shown = change(office, project, 409, version=version, total_investment=13 * YI)["version"]
    change(other, project, total_investment=11 * YI)

    (line,) = change(office, project, 409, version=shown, total_investment=13 * YI)["conflicts"]
    assert (line["before"], line["theirs"], line["mine"]) == (12 * YI, 11 * YI, 13 * YI)


def test_the_same_change_twice_is_no_conflict(office, other, project) -> None:
    version = version_of(project)
    change(other, project, total_investment=12 * YI)

    assert change(office, project, version=version, total_investment=12 * YI)["total_investment"] == 12 * YI
    assert project.history.count() == 2


@pytest.mark.parametrize("version", [999_999, -1, 10**30, None])
def test_a_forged_version_is_no_way_around(office, project, version: int | None) -> None:
    told = change(office, project, 409, version=version, total_investment=13 * YI)

    (line,) = told["conflicts"]
    assert (line["before"], line["theirs"], line["mine"]) == (None, 10 * YI, 13 * YI)
    assert told["version"] == version_of(project)
    assert project.history.count() == 1


def test_the_page_and_the_api_see_each_other(office, other, project) -> None:
    version, page = version_of(project), build.browser_of(other)
    address = f"/projects/{project.pk}/edit/"
    sent = as_shown(page, address) | {"contact": "王五", "total_investment": "12", "reason": "核对"}

    change(office, project, total_investment=13 * YI)
    shown = page.post(address, sent)
    assert shown.status_code == 409
    (line,) = shown.context["dossier"].conflict.differences
    assert (line.before, line.theirs, line.mine) == ("10", "13", "12")

    page.post(address, sent | {"version": str(version_of(project))})
    told = change(office, project, 409, version=version, total_investment=14 * YI, contact="赵六")
    assert [(line["field"], line["theirs"]) for line in told["conflicts"]] == [
        ("total_investment", 12 * YI),
        ("contact", "王五"),
    ]


def test_a_record_without_a_history_is_changed_from_null(office, project) -> None:
    Project.history.all().delete()
    assert ask(office, door(project))["version"] is None

    told = send(office, project, {"version": None, "reason": "核对", "place": "黄河路"})

    assert (told["place"], told["version"]) == ("黄河路", version_of(project))


# At the same moment


def at_once(user: User, project: Project, bodies: list[dict[str, Any]]) -> list[int]:
    """The answers to bodies that are sent together, each over a connection of its own."""
    start, headers, version = (
        Barrier(len(bodies)),
        build.key_header(user, scope=KeyScope.WRITE),
        version_of(project),
    )

    def run(body: dict[str, Any]) -> int:
        try:
            start.wait(timeout=60)
            sent = {"version": version, "reason": "同时", **body}
            return Client().patch(door(project), sent, "application/json", headers=headers).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(run, bodies))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_different_fields_at_the_same_moment_are_all_kept(office, project) -> None:
    facts = {"place": "黄河路", "contact": "王五", "linked_leader": "赵六"}

    assert at_once(office, project, [{name: value} for name, value in facts.items()]) == [200] * len(facts)

    told = ask(office, door(project))
    assert {name: told[name] for name in facts} == facts
    assert project.history.count() == 1 + len(facts)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_one_field_at_the_same_moment_one_writer_has_it_and_the_others_are_told(office, project) -> None:
    places = ["黄河路", "长江路", "汉江路"]

    answers = at_once(office, project, [{"place": place} for place in places])

    assert sorted(answers) == [200, 409, 409]
    assert ask(office, door(project))["place"] == places[answers.index(200)]
    assert project.history.count() == 2

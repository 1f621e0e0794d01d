"""How every endpoint writes: by version, once for each Idempotency-Key, told in the history, and not too often."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from projects.models import ApiKey, KeptAnswer, Project
from projects.vocabulary import KeyScope
from tests import build
from tests.api.answers import told

pytestmark = pytest.mark.django_db

LIST = "/api/v1/projects/"


@pytest.fixture
def program() -> Client:
    """A program that writes in the name of the staff of 罗溪镇."""
    staff = build.staff(build.town("罗溪镇"))
    return Client(headers=build.key_header(staff, scope=KeyScope.WRITE))


def post(program: Client, body: Any, status: int = 201, **headers: str) -> Any:
    return told(program.post(LIST, body, "application/json", headers=headers), status)


def new() -> dict[str, Any]:
    return {"name": "热泵", "organisation": build.town("罗溪镇").pk, "total_investment": 1_200_000_000}


def test_a_project_is_registered_as_on_the_page_and_the_history_names_the_key(program) -> None:
    answer = program.post(LIST, new(), "application/json")

    made = told(answer, 201)
    project = Project.objects.get()
    assert (made["id"], made["name"], made["total_investment"]) == (project.pk, "热泵", 1_200_000_000)
    assert (answer["Location"], answer["ETag"]) == (f"{LIST}{project.pk}/", f'"{made["version"]}"')
    entry = project.history.get()
    assert entry.history_change_reason == f"新建项目（经接口密钥：{ApiKey.objects.get()}）"
    assert str(entry.history_user) == str(ApiKey.objects.get().owner)


def test_the_form_of_the_page_judges_a_new_project(program) -> None:
    faults = post(program, new() | {"organisation": build.town("薛家镇").pk, "credit_code": "1"}, 400)[
        "errors"
    ]
    assert set(faults) == {"organisation", "credit_code"}
    assert post(program, {"name": "热泵", "reason": "x"}, 400)["errors"] == {
        "reason": ["没有这个字段，或者不能在这里修改。"]
    }
    assert not Project.objects.exists()


def test_a_change_sends_the_version_back_as_it_came(program) -> None:
    door = f"{LIST}{post(program, new())['id']}/"
    tag = program.get(door)["ETag"]

    def amend(body: dict[str, Any], status: int, **headers: str) -> Any:
        sent = {"reason": "核对", **body}
        return told(program.patch(door, sent, "application/json", headers=headers), status)

    assert amend({"place": "黄河路"}, 428)["errors"] == {"version": ["请填写。"]}
    assert amend({"place": "黄河路"}, 200, **{"If-Match": tag})["place"] == "黄河路"
    told_later = amend({"place": "长江路"}, 409, **{"If-Match": tag})
    (line,) = told_later["conflicts"]
    assert (line["field"], line["before"], line["theirs"], line["mine"]) == ("place", "", "黄河路", "长江路")
    assert program.get(door)["ETag"].startswith(f'"{told_later["version"]}-')
    for tags in ("*", "42", 'W/"42"', '"x"'):
        assert set(amend({"place": "长江路"}, 400, **{"If-Match": tags})["errors"]) == {"If-Match"}
    other = int(tag.strip('"').partition("-")[0]) + 1000
    refused = amend({"version": other, "place": "长江路"}, 400, **{"If-Match": tag})
    assert set(refused["errors"]) == {"version"}


def test_the_same_request_is_carried_out_once(program) -> None:
    headers = {"Idempotency-Key": "4f0c"}
    first = program.post(LIST, new(), "application/json", headers=headers)
    again = program.post(LIST, new(), "application/json", headers=headers)

    assert told(again, 201) == told(first, 201)
    assert (again["Location"], again["ETag"]) == (first["Location"], first["ETag"])
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert post(program, new() | {"name": "电池"}, 422, **headers)["detail"].startswith(
        "这个 Idempotency-Key"
    )
    assert Project.objects.count() == 1

    other = Client(headers=build.key_header(ApiKey.objects.get().owner, scope=KeyScope.WRITE))
    post(other, new() | {"name": "电池"}, **headers)  # the key of another program is another key
    assert Project.objects.count() == 2


def test_a_refused_request_leaves_its_key_free_and_an_answer_is_kept_for_a_day(program) -> None:
    headers = {"Idempotency-Key": "4f0c"}
    post(program, new() | {"name": ""}, 400, **headers)
    post(program, new(), **headers)
    assert set(post(program, new(), 400, **{"Idempotency-Key": "x" * 201})["errors"]) == {"Idempotency-Key"}

    call_command("prune", verbosity=0)
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(asked_at=timezone.now() - timedelta(days=1, minutes=1))
    call_command("prune", verbosity=0)
    assert not KeptAnswer.objects.exists()


def test_a_cursor_walks_through_all_that_the_question_finds(program) -> None:
    for number in range(5):
        build.project(f"热泵{number}", organisation=build.town("罗溪镇"))
    build.project("电池", organisation=build.town("罗溪镇"))
    build.project("热泵", organisation=build.town("薛家镇"))

    names, address = [], f"{LIST}?cursor=&page_size=2&q={quote('热泵')}"
    while address:
        page = told(program.get(address))
        names += [record["name"] for record in page["results"]]
        address = page["next"]
        assert "count" not in page
    assert names == [f"热泵{number}" for number in range(5)]
    for cursor in ("x", "cD1hYmM=", "cD0tMQ=="):  # p=abc, p=-1
        assert told(program.get(f"{LIST}?cursor={cursor}"), 404) == {"detail": "没有这一页。"}


def test_who_asks_too_often_is_told_when_to_come_again(program, settings) -> None:
    caches["limits"].clear()
    settings.API_KEY_PER_MINUTE, settings.API_ACCOUNT_PER_MINUTE = 2, 3
    other = Client(headers=build.key_header(ApiKey.objects.get().owner))

    assert [program.get(LIST).status_code for _ in range(2)] == [200, 200]
    assert other.get(LIST).status_code == 200
    assert [program.get(LIST).status_code, other.get(LIST).status_code] == [429, 429]
    refused = other.get(LIST)  # the account has asked three times
    assert told(refused, 429)["detail"].startswith("请求已被限流")
    assert 0 < int(refused["Retry-After"]) <= 60


def test_an_unknown_address_and_another_format_are_told_as_problems(program) -> None:
    assert told(program.get("/api/v1/moon"), 404) == {"detail": "接口没有这个地址。"}
    assert told(program.get(f"{LIST}7/"), 404) == {"detail": "没有这条记录，或者您的账号看不到它。"}
    assert told(program.post(LIST, "name=热泵", "application/x-www-form-urlencoded"), 415)["detail"]

"""Completion for other systems: the payload, who may read it, and what a faulty question is told."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from projects.models import User
from projects.vocabulary import Stage
from tests import build
from tests.api import answers

NO_ROLE = "您的账号还没有角色，打不开任何页面。请联系管理员，让他们在“人员”页填写。"

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/completion"
INDICATOR = {
    "code", "label", "unit", "actual", "target", "completion", "time_progress",
    "certain", "possible", "completion_certain", "completion_possible",
    "pace_gap", "light", "light_reason", "published", "difference", "reported", "expected",
}  # fmt: skip


def answer(user: User, query: str = "", status: int = 200) -> Any:
    """What a system with a key of the user is told."""
    response = Client(headers=build.key_header(user)).get(f"{ADDRESS}?{query}")
    return answers.told(response, status)


def indicator(told: dict[str, Any], code: str) -> dict[str, Any]:
    return next(each for each in told["indicators"] if each["code"] == code)


def golden() -> None:
    """629.0 of 647.4亿元 by October."""
    project = build.project(organisation=build.town("罗溪镇"))
    build.listing(project)
    build.report(project, "2024-10", 62_900_000_000)
    build.target("invested", 64_740_000_000)
    build.light_rule()


def test_the_payload_is_exact() -> None:
    golden()

    told = answer(build.leader(), "as_of=2024-10-31")

    assert list(told) == [
        "year",
        "as_of",
        "known_at",
        "basis",
        "level",
        "organisation",
        "indicators",
        "units",
    ]
    assert told["basis"] == "ledger"  # nothing was sealed or published of the day
    assert (told["year"], told["as_of"], told["known_at"]) == (2024, "2024-10-31", None)
    assert (told["level"], told["organisation"]) == ("city", None)
    assert indicator(told, "invested") == {
        "code": "invested",
        "label": "完成投资",
        "unit": "yuan",
        "actual": 62_900_000_000,
        "certain": 62_900_000_000,
        "possible": 62_900_000_000,
        "target": 64_740_000_000,
        "completion": "0.971579",
        "completion_certain": "0.971579",
        "completion_possible": "0.971579",
        "time_progress": "0.833333",
        "pace_gap": "0.138245",
        "light": "green",
        "light_reason": "",
        "published": None,
        "difference": None,
        "reported": 1,
        "expected": 1,
    }
    assert indicator(told, "started")["unit"] == "count"
    assert all(set(each) == INDICATOR for each in told["indicators"])


def test_units_carry_their_rank_and_their_own_indicators() -> None:
    for name, yi in (("罗溪镇", 3), ("薛家镇", 6)):
        unit = build.town(name)
        for _ in range(3):
            project = build.project(organisation=unit)
            build.listing(project)
            build.report(project, "2024-09", yi * build.YI)
        build.target("invested", 30 * build.YI, organisation=unit)
    build.listing(build.project(organisation=build.town("奔牛镇")))

    units = answer(build.leader(), "as_of=2024-09-30")["units"]

    assert [(unit["organisation"], unit["rank"]) for unit in units] == [
        ("薛家镇", 1),
        ("罗溪镇", 2),
        ("奔牛镇", None),
    ]
    assert indicator(units[0], "invested")["completion"] == "0.600000"
    assert set(units[0]["indicators"][0]) == INDICATOR


@pytest.mark.usefixtures("article")
def test_a_number_within_bounds_carries_both_ends() -> None:
    build.target("topped_out", 2, level="")
    build.light_rule("points_behind", "10", "30", since="2024-02-01")

    entered = indicator(answer(build.leader(), "as_of=2024-09-29"), "entered")
    topped_out = indicator(answer(build.leader(), "as_of=2024-09-29&level=all"), "topped_out")

    assert (entered["actual"], entered["certain"], entered["possible"]) == (None, 0, 34)
    assert (entered["target"], entered["completion"], entered["light"]) == (None, None, "none")
    assert (topped_out["actual"], topped_out["completion"], topped_out["pace_gap"]) == (None, None, None)
    assert (topped_out["completion_certain"], topped_out["completion_possible"]) == ("0.000000", "0.500000")
    assert topped_out["light"] == "pending"


@pytest.mark.usefixtures("article")
def test_the_articles_numbers_are_published_and_the_unknown_is_null() -> None:
    invested = indicator(answer(build.leader()), "invested")

    assert (invested["actual"], invested["published"], invested["target"]) == (
        11_030_000_000,
        11_030_000_000,
        None,
    )
    assert (invested["completion"], invested["difference"], invested["light"]) == (None, None, "none")
    assert (invested["reported"], invested["expected"]) == (0, 80)


def test_levels_clocks_and_units_are_asked_as_on_the_page() -> None:
    golden()
    unit = build.town("罗溪镇")

    told = answer(build.leader(), f"as_of=2024-10-31&level=all&organisation={unit.pk}&known_at=2024-11-05")

    assert (told["level"], told["organisation"]) == ("all", "罗溪镇")
    assert told["known_at"].startswith("2024-11-05T23:59:59")
    assert indicator(told, "invested")["actual"] is None
    assert [each["code"] for each in told["indicators"]][-2:] == ["signed", "signed_investment"]


def test_a_unit_is_told_its_own_numbers_only() -> None:
    golden()
    xuejia = build.town("薛家镇")
    project = build.project(organisation=xuejia)
    build.listing(project)
    build.milestone(project, Stage.STARTED, "2024-05-01")

    told = answer(build.staff(xuejia), "as_of=2024-10-31")

    assert told["organisation"] == "薛家镇"
    assert indicator(told, "invested")["actual"] is None
    assert indicator(told, "started")["actual"] == 1
    answer(build.leader(xuejia), f"organisation={build.town('罗溪镇').pk}", 400)


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("as_of=2024-13-01", {"as_of": ["输入一个有效的日期。"]}),
        ("year=1066", {"year": ["确保该值大于或等于2000。"]}),
        ("level=moon", {"level": ["选择一个有效的选项。 moon 不在可用的选项中。"]}),
        ("year=2023&as_of=2024-01-31", {"as_of": ["截至日应在 2023 年内。"]}),
    ],
)
def test_a_faulty_question_is_told_what_is_wrong(query: str, errors: dict[str, list[str]]) -> None:
    assert answer(build.leader(), query, 400) == {"errors": errors}


# Who may


@pytest.mark.parametrize("person", [build.leader, build.staff, build.office, build.admin])
def test_the_whole_cast_reads_it_by_session_too(person) -> None:
    golden()

    told = build.browser_of(person()).get(f"{ADDRESS}?as_of=2024-10-31").json()

    assert indicator(told, "invested")["actual"] == 62_900_000_000


@pytest.mark.parametrize("address", [ADDRESS, "/api/v1/schema"])
def test_outsiders_are_refused_in_words_and_not_sent_to_a_page(address: str) -> None:
    for headers, said in (({}, "身份认证信息未提供。"), ({"authorization": "Bearer moon"}, "密钥无效。")):
        response = Client().get(address, headers=headers)
        assert answers.told(response, 401) == {"detail": said}
        assert response["WWW-Authenticate"] == "Bearer"


def test_an_account_without_a_role_or_closed_is_refused() -> None:
    assert answer(build.person(None), status=403) == {"detail": NO_ROLE}
    assert answer(build.leader(is_active=False), status=401) == {"detail": "账号已停用，密钥不再有效。"}


def test_nothing_is_written_here() -> None:
    client = build.browser_of(build.office())

    assert answers.told(client.post(ADDRESS), 405) == {"detail": "方法 “POST” 不被允许。"}
    assert client.delete(ADDRESS).status_code == 405


# The document


def test_the_openapi_document_is_valid_and_without_a_warning(tmp_path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))

    document = (tmp_path / "schema.yaml").read_text()
    assert "/api/v1/completion" in document
    assert all(f"'{code}'" in document for code in (200, 400, 401, 403))


def test_the_document_is_served_to_readers() -> None:
    document = build.browser_of(build.leader()).get("/api/v1/schema").json()

    operation = document["paths"]["/api/v1/completion"]["get"]
    assert {each["name"] for each in operation["parameters"]} >= {
        "year",
        "as_of",
        "level",
        "organisation",
        "known_at",
    }
    assert set(document["components"]["schemas"]["IndicatorPayload"]["properties"]) == INDICATOR


@pytest.mark.parametrize("projects", [3, 60])
def test_it_asks_as_much_for_many_projects(projects: int, django_assert_max_num_queries) -> None:
    for _ in range(projects):
        build.listing(build.project(organisation=build.town()))
    program = Client(headers=build.key_header(build.leader()))

    with django_assert_max_num_queries(14):
        program.get(ADDRESS)

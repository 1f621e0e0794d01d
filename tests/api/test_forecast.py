"""The year-end forecast for other systems: the numbers of the page, who may read it, and its filters."""

import pytest
from django.test import Client

from projects.models import User
from projects.vocabulary import Indicator
from tests import build
from tests.figures.forecast.test_page import MONTHS, register, sealed

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/forecast"
SEPTEMBER = "level=city&as_of=2024-09-30"


def answer(user: User | None, query: str = SEPTEMBER, status: int = 200):
    headers = {}
    if user is not None:
        headers = build.key_header(user)
    response = Client().get(f"{ADDRESS}?{query}", headers=headers)
    assert response.status_code == status
    return response.json()


def started(told):
    return next(each for each in told["indicators"] if each["code"] == Indicator.STARTED)


def test_it_tells_what_the_page_tells() -> None:
    register()
    build.target("started", 8, at="2024-01-05")
    sealed(*MONTHS)

    told = answer(build.leader())
    page = build.browser_of(build.leader()).get(f"/completion/forecast/?{SEPTEMBER}").context["page"]

    assert (told["year"], told["sealed_as_of"], told["until"]) == (2024, "2024-09-30", "2024-12-31")
    assert told["projects"] == page.listed == 6
    line, shown = started(told), next(line for line in page.lines if line.indicator == Indicator.STARTED)
    assert (line["reached"], line["target"], line["unit"]) == (shown.outlook.reached, 8, "count")
    assert (line["middle"], line["half"], line["most"]) == (None, None, None)
    assert line["refusal"] == shown.refusal == "历史不足：同样提前期的预测只有 1 次可以核对"
    assert [(each["made_on"], each["until"], each["outcome"]) for each in line["past"]] == [
        (each.made_on.isoformat(), each.until.isoformat(), each.outcome) for each in shown.past
    ]


def test_a_forecast_that_is_vouched_for_carries_its_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    register()
    sealed(*MONTHS)
    monkeypatch.setattr("projects.rules.forecast.LEAST_CASES", 1)
    monkeypatch.setattr("projects.rules.forecast.MOST_KEPT", 1)

    told = answer(build.leader())
    page = build.browser_of(build.leader()).get(f"/completion/forecast/?{SEPTEMBER}").context["page"]

    assert page.told
    for line in page.told:
        each = next(each for each in told["indicators"] if each["code"] == line.indicator)
        assert (each["middle"], each["half"], each["most"], each["refusal"]) == (
            line.spread.middle, list(line.spread.half), list(line.spread.most), "",
        )  # fmt: skip


def test_a_part_of_the_district_has_no_target_of_its_own() -> None:
    register()
    build.target("started", 8, at="2024-01-05")
    sealed(*MONTHS)
    town = build.town("罗溪镇")
    asked = f"{SEPTEMBER}&town={town.pk}"

    told = answer(build.leader(), asked)
    page = build.browser_of(build.leader()).get(f"/completion/forecast/?{asked}").content.decode()

    assert {each["target"] for each in told["indicators"]} == {None}
    assert "镇街、产业没有单独的目标" in page
    assert "未设" not in page


def test_without_a_sealed_month_there_is_nothing_to_tell() -> None:
    told = answer(build.leader(), "level=city&year=2024")

    assert (told["sealed_as_of"], told["until"], told["projects"], told["indicators"]) == (None, None, 0, [])


def test_who_may_read_it_and_what_a_wrong_question_is_told() -> None:
    answer(None, status=401)
    answer(build.person(None), status=403)
    luoxi = build.town("罗溪镇")
    assert answer(build.staff(luoxi))["projects"] == 0
    faults = answer(build.leader(), "year=1", status=400)
    assert "year" in faults["errors"]

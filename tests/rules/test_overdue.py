"""Starts and entries that are overdue: from which day on, for how many months, and by which version of the rule."""

from datetime import date
from decimal import Decimal

import pytest

from projects.rules.lifecycle import Standstill, Step
from projects.rules.lights import Rule
from projects.rules.overdue import OverdueCount, judge, waiting, worst
from projects.vocabulary import Light, LightFamily, Precision, Stage


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def rule(family: LightFamily, yellow: str, red: str, since: str = "2024-01-01") -> Rule:
    return Rule(family, Decimal(yellow), Decimal(red), date.fromisoformat(since))


START = rule(LightFamily.START_OVERDUE, "1", "3")
ENTRY = rule(LightFamily.ENTRY_OVERDUE, "1", "2")


def start(planned: str | None = None, reached: str | None = None, **facts) -> Step:
    precise = Precision.DAY
    return Step(Stage.STARTED, None, None, day(planned), precise, day(reached), precise, **facts)


def reached(stage: Stage, on: str, **facts) -> Step:
    return Step(stage, reached_on=day(on), reached_precision=Precision.DAY, **facts)


def lit(on: str, *steps: Step, rules=(START, ENTRY), still=()) -> tuple[Light, str] | None:
    as_of = date.fromisoformat(on)
    found = judge(waiting({step.stage: step for step in steps}, as_of), rules, as_of, still)
    return (found.light, found.words) if found else None


@pytest.mark.parametrize(
    ("on", "light"),
    [
        ("2024-05-21", None),  # late by a day, and its month is not over
        ("2024-05-31", None),
        ("2024-06-01", (Light.YELLOW, "开工逾期 1 个月")),
        ("2024-07-31", (Light.YELLOW, "开工逾期 2 个月")),
        ("2024-08-01", (Light.RED, "开工逾期 3 个月")),
        ("2025-01-01", (Light.RED, "开工逾期 8 个月")),
    ],
)
def test_a_start_is_overdue_when_its_planned_month_has_passed(on: str, light) -> None:
    assert lit(on, start("2024-05-20")) == light


@pytest.mark.parametrize(
    ("on", "light"),
    [
        ("2024-06-09", None),
        ("2024-06-10", (Light.YELLOW, "开工 1 个月未入库")),
        ("2024-07-10", (Light.YELLOW, "开工 2 个月未入库")),
        ("2024-07-11", (Light.RED, "开工 2 个月未入库")),  # over two months
        ("2024-08-10", (Light.RED, "开工 3 个月未入库")),
    ],
)
def test_an_entry_is_overdue_a_month_after_the_start(on: str, light) -> None:
    assert lit(on, start("2024-01-01", "2024-05-10")) == light


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (start(),),
        (start("2024-05-20", skipped=True),),
        (
            start("2024-05-20"),
            reached(Stage.TOPPED_OUT, "2024-07-01"),
        ),  # started on a day that nobody recorded
        (start("2024-05-20", "2024-05-10"), reached(Stage.ENTERED, "2024-06-01")),
        (start("2024-05-20", "2024-05-10"), Step(Stage.ENTERED, skipped=True)),
    ],
)
def test_nothing_is_overdue(steps: tuple[Step, ...]) -> None:
    assert lit("2024-12-31", *steps) is None


def test_what_happens_after_the_day_was_still_open_on_it() -> None:
    steps = (start("2024-05-20", "2024-09-01"), reached(Stage.ENTERED, "2024-12-01"))

    assert lit("2024-08-31", *steps) == (Light.RED, "开工逾期 3 个月")
    assert lit("2024-11-30", *steps) == (Light.RED, "开工 2 个月未入库")
    assert lit("2024-12-01", *steps) is None


def test_a_day_within_a_pause_has_no_light_and_its_days_do_not_count() -> None:
    paused = (Standstill(date(2024, 3, 1), date(2024, 7, 1)),)

    assert lit("2024-06-30", start("2024-02-10"), still=paused) is None
    assert lit("2024-07-01", start("2024-02-10"), still=paused) == (Light.YELLOW, "开工逾期 1 个月")
    assert lit("2024-07-01", start("2024-02-10")) == (Light.RED, "开工逾期 5 个月")
    assert lit("2024-07-01", start(None, "2024-02-15"), still=paused) is None


def test_the_version_of_the_day_decides_and_without_one_there_is_no_light() -> None:
    rules = (START, rule(LightFamily.START_OVERDUE, "2", "2.5", since="2024-07-01"))

    assert [
        lit(on, start("2024-05-20"), rules=rules) for on in ("2024-06-30", "2024-07-01", "2024-08-01")
    ] == [
        (Light.YELLOW, "开工逾期 1 个月"),
        (Light.YELLOW, "开工逾期 2 个月"),
        (Light.RED, "开工逾期 3 个月"),
    ]
    assert lit("2024-06-30", start("2024-05-20"), rules=(rules[1],)) is None
    assert lit("2024-08-31", start("2024-05-20"), rules=(ENTRY,)) is None


def test_a_count_says_how_many_by_which_threshold() -> None:
    later = rule(LightFamily.START_OVERDUE, "1.00", "3.00")

    assert OverdueCount(later, 1, 2).words == "2 个项目开工逾期 3 个月以上，另有 1 个项目开工逾期 1 个月以上"
    assert OverdueCount(later, 0, 2).words == "2 个项目开工逾期 3 个月以上"
    assert OverdueCount(ENTRY, 4, 0).words == "4 个项目开工满 1 个月未入库"
    assert [OverdueCount(ENTRY, *counts).light for counts in ((0, 1), (3, 0))] == [Light.RED, Light.YELLOW]


def test_the_worst_of_two_lights() -> None:
    order = (Light.NONE, Light.UNDEFINED, Light.GREEN, Light.YELLOW, Light.RED)
    assert all(worst(a, b) == order[max(order.index(a), order.index(b))] for a in order for b in order)

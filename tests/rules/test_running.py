"""Lights with the months before: running, kept until caught up, repeated."""

from datetime import date
from decimal import Decimal

import pytest

from projects.rules.lights import Rule, judge_growth
from projects.rules.running import MonthLight, growth_words, with_months
from projects.vocabulary import Light, LightFamily

GREEN, YELLOW, RED, UNDEFINED = Light.GREEN, Light.YELLOW, Light.RED, Light.UNDEFINED


def rule(**options) -> Rule:
    return Rule(LightFamily.POINTS_BEHIND, Decimal(10), Decimal(30), date(2024, 1, 1), **options)


def months(*lights: Light) -> list[MonthLight]:
    return [MonthLight(light, caught_up=light == GREEN) for light in lights]


@pytest.mark.parametrize(
    ("lights", "light", "words"),
    [
        ((YELLOW, YELLOW), YELLOW, ""),
        ((YELLOW, YELLOW, YELLOW), RED, "连续 3 个月亮灯，转为红灯"),
        ((RED, RED, YELLOW), RED, "连续 3 个月亮灯，转为红灯"),
        ((YELLOW, YELLOW, GREEN), GREEN, ""),
        ((YELLOW, YELLOW, GREEN, YELLOW), YELLOW, ""),
        ((YELLOW, YELLOW, Light.NONE, YELLOW), YELLOW, ""),
        ((YELLOW, YELLOW, Light.PENDING, YELLOW), YELLOW, ""),
    ],
)
def test_so_many_months_running_turn_red_and_catching_up_ends_it(lights, light, words: str) -> None:
    found = with_months(rule(red_after=3), months(*lights))
    assert (found.light, found.words) == (light, words)


@pytest.mark.parametrize(
    ("lights", "light"),
    [
        ((UNDEFINED,), UNDEFINED),
        ((YELLOW, UNDEFINED, UNDEFINED), YELLOW),
        ((RED, GREEN), GREEN),
        ((YELLOW, GREEN, UNDEFINED), UNDEFINED),
    ],
)
def test_a_light_goes_on_until_it_is_caught_up(lights, light) -> None:
    assert with_months(rule(until_green=True), months(*lights)).light == light
    assert with_months(rule(), months(*lights)).light == lights[-1]


def test_repeated_red_lights_say_what_follows() -> None:
    steps = rule(steps=("约谈", "通报", "督查"))
    found = [with_months(steps, months(*[RED, GREEN] * times)[:-1]).words for times in (1, 2, 3, 4)]
    assert found == [
        "今年第 1 次亮红灯：约谈",
        "今年第 2 次亮红灯：通报",
        "今年第 3 次亮红灯：督查",
        "今年第 4 次亮红灯：督查",
    ]


@pytest.mark.parametrize(
    ("actual", "before", "light", "words"),
    [
        (100, 100, GREEN, ""),
        (99, 100, YELLOW, "比上年同期下降 1.0%"),
        (90, 100, YELLOW, "比上年同期下降 10.0%"),
        (89, 100, RED, "比上年同期下降 11.0%"),
        (None, 100, Light.NONE, ""),
        (5, None, Light.NONE, ""),
        (5, 0, Light.NONE, ""),
    ],
)
def test_growth_beside_the_same_day_of_last_year(actual, before, light, words: str) -> None:
    growth = Rule(LightFamily.GROWTH, Decimal(0), Decimal(-10), date(2024, 1, 1))
    found = judge_growth(growth, actual, before)
    assert (found, growth_words(found, actual, before)) == (light, words)

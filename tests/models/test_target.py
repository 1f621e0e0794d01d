"""Targets by scope, their monthly curves, and the versions of the rules of the lights."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from projects.models import LightRule, Target
from tests import build

pytestmark = pytest.mark.django_db


def test_of_scope_takes_the_district_for_no_unit_and_for_the_root():
    town = build.town()
    whole, part = build.target(amount=100), build.target(amount=10, organisation=town)
    build.target(amount=1, level="province")
    build.target(amount=1, year=2025)
    assert list(Target.objects.of_scope(2024, "city", None)) == [whole]
    assert list(Target.objects.of_scope(2024, "city", build.district())) == [whole]
    assert list(Target.objects.of_scope(2024, "city", town)) == [part]


RISING = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


@pytest.mark.parametrize(
    ("curve", "fault"),
    [
        (RISING, None),
        (None, None),
        (RISING[:11], "须为十二个整数"),
        ([*RISING[:11], "12"], "须为十二个整数"),
        ([*RISING[:11], True], "须为十二个整数"),
        ({"1": 1}, "须为十二个整数"),
        ([2, 1, *RISING[2:]], "只能逐月增加或持平"),
        ([-1, *RISING[1:]], "只能逐月增加或持平"),
        ([*RISING[:11], 13], "应等于年度目标值"),
    ],
)
def test_a_curve_is_twelve_rising_numbers_that_end_at_the_target(curve, fault):
    target = Target(year=2024, indicator="started", level="city", amount=12, curve=curve)
    if fault is None:
        target.full_clean()
        return
    with pytest.raises(ValidationError, match=fault):
        target.full_clean()


def test_rules_apply_from_their_day_on():
    old, new = build.light_rule(since="2024-01-01"), build.light_rule(since="2025-01-01")
    assert list(LightRule.objects.applying_on(date(2024, 12, 31))) == [old]
    assert set(LightRule.objects.applying_on(date(2025, 1, 1))) == {old, new}


@pytest.mark.parametrize(
    ("family", "yellow", "red", "is_sane"),
    [
        ("points_behind", 10, 30, True),
        ("points_behind", 30, 10, False),
        ("share_of_due", 80, 60, True),
        ("share_of_due", 60, 80, False),
    ],
)
def test_red_is_graver_than_yellow(family, yellow, red, is_sane):
    rule = LightRule(family=family, yellow=Decimal(yellow), red=Decimal(red), applies_from=date(2024, 1, 1))
    if is_sane:
        rule.full_clean()
        return
    with pytest.raises(ValidationError, match="红灯阈值应比黄灯更严重"):
        rule.full_clean()


def test_natural_keys():
    target, rule = build.target(), build.light_rule()
    assert Target.objects.get_by_natural_key(*target.natural_key()) == target
    assert LightRule.objects.get_by_natural_key(*rule.natural_key()) == rule

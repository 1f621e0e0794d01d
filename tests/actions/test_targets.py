"""Writing targets: the grid in one go, one target, what is taken back; and the history that remains."""

import pytest

from projects.actions import targets
from projects.models import Target
from projects.rules.broken import RuleBroken
from projects.vocabulary import Indicator
from tests import build

pytestmark = pytest.mark.django_db

STARTED, INVESTED = Indicator.STARTED, Indicator.INVESTED
CURVE = list(range(1, 13))


def newest(target: Target) -> tuple[str, object, str]:
    entry = Target.history.filter(id=target.pk).latest()
    return entry.history_type, entry.history_user, entry.history_change_reason


def amounts() -> dict:
    return {(target.organisation_id, target.indicator): target.amount for target in Target.objects.all()}


def test_a_grid_is_entered_without_a_reason():
    office, luoxi = build.office(), build.town()
    changes = {(None, INVESTED): (None, 647 * build.YI), (luoxi.pk, STARTED): (None, 0)}

    written = targets.set_targets(2024, "city", changes, by=office)

    assert amounts() == {(None, "invested"): 647 * build.YI, (luoxi.pk, "started"): 0}
    assert [newest(target) for target in written] == [("+", office, "填写年度目标")] * 2
    assert {(target.year, target.level, target.due_month) for target in written} == {(2024, "city", 12)}


def test_a_change_and_a_withdrawal_keep_every_version():
    office, luoxi = build.office(), build.town()
    whole, part = build.target("started", 60), build.target("started", 12, organisation=luoxi)
    changes = {(None, STARTED): (60, 55), (luoxi.pk, STARTED): (12, None)}

    targets.set_targets(2024, "city", changes, by=office, reason="调整任务")

    assert amounts() == {(None, "started"): 55}
    assert newest(whole) == ("~", office, "调整任务")
    assert newest(part) == ("-", office, "调整任务")
    assert [entry.amount for entry in whole.history.all()] == [55, 60]


@pytest.mark.parametrize("wanted", [55, None])
def test_an_existing_target_needs_a_reason(wanted: int | None):
    build.target("started", 60)
    with pytest.raises(RuleBroken, match="请写明原因"):
        targets.set_targets(2024, "city", {(None, STARTED): (60, wanted)}, by=build.office(), reason=" ")
    assert amounts() == {(None, "started"): 60}


def test_one_broken_cell_leaves_the_whole_grid_unwritten():
    build.target("started", 60)
    changes = {(None, INVESTED): (None, 10), (None, STARTED): (59, 55)}

    with pytest.raises(RuleBroken, match="全区新开工：目标刚刚被别人改过"):
        targets.set_targets(2024, "city", changes, by=build.office(), reason="调整")

    assert amounts() == {(None, "started"): 60}
    assert Target.history.count() == 1


def test_a_cell_that_somebody_took_back_meanwhile_is_refused():
    with pytest.raises(RuleBroken, match="全区新开工：目标刚刚被别人改过"):
        targets.set_targets(2024, "city", {(None, STARTED): (60, 55)}, by=build.office(), reason="调整")


def test_other_years_and_lists_are_untouched():
    build.target("started", 1, year=2023)
    build.target("started", 2, level="province")

    targets.set_targets(2024, "city", {(None, STARTED): (None, 3)}, by=build.office())

    assert sorted(Target.objects.values_list("year", "level", "amount")) == [
        (2023, "city", 1),
        (2024, "city", 3),
        (2024, "province", 2),
    ]


def test_a_statement_takes_an_amount_and_survives_without_it():
    office, stated = build.office(), build.target("started", None)

    targets.set_targets(2024, "city", {(None, STARTED): (None, 29)}, by=office)
    stated.refresh_from_db()
    assert (stated.amount, stated.stated_met) == (29, True)

    targets.set_targets(2024, "city", {(None, STARTED): (29, None)}, by=office, reason="数值有误")
    stated.refresh_from_db()
    assert (stated.amount, stated.stated_met) == (None, True)
    assert [entry.amount for entry in stated.history.all()] == [None, 29, None]


def test_a_target_with_a_curve_is_changed_on_its_own_page():
    curved = build.target("started", 12, curve=CURVE)
    with pytest.raises(RuleBroken, match="全区新开工：已有逐月累计计划"):
        targets.set_targets(2024, "city", {(None, STARTED): (12, 13)}, by=build.office(), reason="加")
    targets.set_targets(2024, "city", {(None, STARTED): (12, None)}, by=build.office(), reason="取消")
    assert newest(curved)[0] == "-"


def test_a_target_that_comes_back_goes_on_with_its_history():
    office, first = build.office(), build.target("started", 60)
    targets.set_targets(2024, "city", {(None, STARTED): (60, None)}, by=office, reason="误填")

    (again,) = targets.set_targets(2024, "city", {(None, STARTED): (None, 40)}, by=office)

    assert again.pk == first.pk
    assert [(entry.history_type, entry.amount) for entry in again.history.all()] == [
        ("+", 40),
        ("-", 60),
        ("+", 60),
    ]


def seen(target: Target) -> int:
    return target.history.latest().history_id


def test_the_terms_of_a_target_are_amended():
    office, target = build.office(), build.target("started", 12)
    target.due_month, target.accepted_reason = 9, "用地指标八月才下达"

    targets.amend(target, seen=seen(target), by=office, reason="区长办公会")

    target.refresh_from_db()
    assert (target.due_month, target.accepted_reason) == (9, "用地指标八月才下达")
    assert newest(target) == ("~", office, "区长办公会")


def test_what_somebody_else_wrote_is_not_written_over():
    office, target = build.office(), build.target("started", 12)
    before = seen(target)
    targets.set_targets(2024, "city", {(None, STARTED): (12, 20)}, by=office, reason="加")
    target.amount = 13

    for act in (targets.amend, targets.withdraw):
        with pytest.raises(RuleBroken, match="刚刚被别人改过"):
            act(target, seen=before, by=office, reason="改")

    assert amounts() == {(None, "started"): 20}


def test_a_target_that_is_gone_is_not_written_again():
    office, target = build.office(), build.target("started", 12)
    targets.withdraw(Target.objects.get(), seen=seen(target), by=office, reason="误填")
    with pytest.raises(RuleBroken, match="刚刚被别人改过"):
        targets.amend(target, seen=seen(target), by=office, reason="改")
    assert amounts() == {}


def test_a_target_is_taken_back_with_its_statement():
    office, target = build.office(), build.target("started", None)
    number = target.pk

    targets.withdraw(target, seen=seen(target), by=office, reason="来源撤回")

    assert amounts() == {}
    assert Target.history.filter(id=number).latest().history_change_reason == "来源撤回"


@pytest.mark.parametrize("act", [targets.amend, targets.withdraw])
def test_every_later_write_needs_its_reason(act):
    target = build.target("started", 12)
    with pytest.raises(RuleBroken, match="请写明原因"):
        act(target, seen=seen(target), by=build.office(), reason="")


def test_the_models_rules_hold():
    target = build.target("started", 12)
    target.curve = [5, 4, *CURVE[2:]]
    with pytest.raises(RuleBroken, match="只能逐月增加或持平"):
        targets.amend(target, seen=seen(target), by=build.office(), reason="下达")

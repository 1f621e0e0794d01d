"""A row laid upon a unit's targets, without a file."""

from datetime import date
from typing import Any

from projects.actions.importing.drafts import Said, Terms, Writer
from projects.actions.importing.targets import TargetStanding, draft
from projects.models import Target
from projects.vocabulary import ImportKind, Indicator, Outcome

TERMS = Terms(2024, date(2024, 4, 2), Writer(None, None, needs_unit=False), {}, kind=ImportKind.TARGETS)


def standing(*targets: Target, **facts: Any) -> TargetStanding:
    held = {Indicator(target.indicator): target for target in targets}
    return TargetStanding(
        **{"unit": 2, "label": "罗溪镇", "subject": 2, "level": "city", "targets": held} | facts
    )


def held(indicator: str, amount: int | None, **facts: Any) -> Target:
    return Target(
        pk=5, year=2024, level="city", indicator=indicator, organisation_id=2, amount=amount, **facts
    )


def test_what_is_new_needs_no_reason() -> None:
    row = draft(Said({"started": 12}), standing(), TERMS, reason="")

    assert (row.outcome, row.state["started"]) == (Outcome.NEW, 12)
    record = row.records[0]
    assert (record.year, record.level, record.organisation_id, record.amount) == (2024, "city", 2, 12)


def test_an_amount_for_a_target_that_a_source_says_was_met_needs_no_reason() -> None:
    met = held("started", None, stated_met=True, source_id=1)
    row = draft(Said({"started": 12}), standing(met), TERMS, reason="")

    assert row.outcome == Outcome.CHANGED
    assert (row.records[0].amount, row.records[0].stated_met, met.amount) == (12, True, None)


def test_a_change_without_a_reason_writes_no_other_cell_either() -> None:
    row = draft(Said({"started": 12, "completed": 3}), standing(held("started", 10)), TERMS, reason=" ")

    assert row.faults == {"started": "修改或取消已有的目标，请写明原因。"}
    assert row.records == []

"""A row of a table of targets laid beside the unit's targets of the year; by the rules of the page's grid."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from projects.actions.importing.drafts import Draft, Said, Terms
from projects.actions.importing.laying import Laying
from projects.actions.targets import HAS_CURVE, WANTS_REASON
from projects.models import Target
from projects.models.checks import broken
from projects.vocabulary import Indicator

type Amounts = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class TargetStanding:
    """A unit's targets of one year and level, None for the district; `before`: as the sheet was made.

    `withdrawn`: the numbers of targets that were taken back, under which they come again.
    """

    unit: int | None
    label: str
    subject: int | None
    level: str
    targets: Mapping[Indicator, Target] = field(default_factory=dict)
    withdrawn: Mapping[Indicator, int] = field(default_factory=dict)
    before: Amounts | None = None

    @property
    def amounts(self) -> dict[str, int | None]:
        held = self.targets
        return {
            indicator.value: held[indicator].amount if indicator in held else None for indicator in Indicator
        }


def draft(said: Said, standing: TargetStanding, terms: Terms, *, reason: str) -> Draft:
    """What the row would set; `state` is the amounts that would stand. `reason`: why a target changes."""
    row = Draft(label=standing.label, subject=standing.subject)
    row.faults.update(said.faults)
    amounts = {key: value for key, value in said.values.items() if key in Indicator}
    laying = Laying(row, standing.amounts, terms, said.choice)
    wanted = laying.wanted(amounts, standing.before)
    row.is_new = bool(wanted) and not standing.targets
    for key, amount in wanted.items():
        _set(laying, standing, Indicator(key), amount, reason)
    row.state = standing.amounts | wanted
    if row.faults or row.clashes:
        row.records, row.stated = [], []
    return row


def _set(laying: Laying, standing: TargetStanding, indicator: Indicator, amount: Any, reason: str) -> None:
    row, held = laying.row, standing.targets.get(indicator)
    if held is not None and held.curve:
        row.faults.setdefault(indicator.value, HAS_CURVE)
    elif held is not None and held.amount is not None and not reason.strip():
        row.faults.setdefault(indicator.value, WANTS_REASON)
    target = copy(held) if held else _new(standing, indicator, laying.terms.year)
    target.amount, target.curve = amount, None
    for sentence in broken(target):
        row.faults.setdefault(indicator.value, sentence)
    laying.tell(indicator.value, amount)
    row.write(held, target)


def _new(standing: TargetStanding, indicator: Indicator, year: int) -> Target:
    return Target(
        pk=standing.withdrawn.get(indicator),
        year=year,
        level=standing.level,
        indicator=indicator,
        organisation_id=standing.unit,
    )

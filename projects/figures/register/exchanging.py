"""Sums of the register after a write: what the written projects counted for is taken away, what they count for now is
added. Called for sums that `cache` has kept.
"""

from collections.abc import Mapping
from dataclasses import fields

from projects.figures.register.grouping import Address
from projects.figures.register.sheet import Amounts, RegisterSheet, StageCount

type Sheets = Mapping[Address, RegisterSheet]

KNOWN_HOLDINGS = {4: 1, 5: 2}
KNOWN_REPORTS = {1: 4, 2: 5, 3: 6}
"""By place of a sum, the place of how many projects or reports it is known of: it is unknown where there is none."""
KNOWN_STAGES = {"investment": "priced", "perhaps_investment": "perhaps_priced"}


class _TakenTooMuch(Exception):
    """The kept sums do not hold what is to be taken away: they are not of the same register."""


def exchanged(kept: Sheets, gone: Sheets, come: Sheets) -> dict[Address, RegisterSheet] | None:
    """The kept sheets without those `gone` and with those that have `come`; None where they cannot be."""
    sheets = dict(kept)
    try:
        for address in gone.keys() | come.keys():
            parts = [sheets_.get(address) or RegisterSheet() for sheets_ in (kept, gone, come)]
            sheet = _sheet(*parts)
            if sheet.is_empty:
                sheets.pop(address, None)
            else:
                sheets[address] = sheet
    except _TakenTooMuch:
        return None
    return sheets


def _sheet(kept: RegisterSheet, gone: RegisterSheet, come: RegisterSheet) -> RegisterSheet:
    stages = {
        stage: _stage(*(sheet.stage(stage) for sheet in (kept, gone, come)))
        for stage in kept.stages.keys() | come.stages.keys()
    }
    return RegisterSheet(
        stages={stage: count for stage, count in stages.items() if count != StageCount()},
        spans=_numbers(kept.spans, gone.spans, come.spans),
        holdings=_amounts(kept.holdings, gone.holdings, come.holdings, KNOWN_HOLDINGS),
        reports=_amounts(kept.reports, gone.reports, come.reports, KNOWN_REPORTS),
        waiting=_numbers(kept.waiting, gone.waiting, come.waiting),
    )


def _stage(kept: StageCount, gone: StageCount, come: StageCount) -> StageCount:
    names = [field.name for field in fields(StageCount)]
    sums: dict[str, int | None] = {
        name: _exchanged(getattr(kept, name), getattr(gone, name), getattr(come, name)) for name in names
    }
    for name, known in KNOWN_STAGES.items():
        if not sums[known]:
            sums[name] = None
    return StageCount(**sums)  # type: ignore[arg-type]


def _numbers[Key](
    kept: Mapping[Key, int], gone: Mapping[Key, int], come: Mapping[Key, int]
) -> dict[Key, int]:
    if missing := gone.keys() - kept.keys():
        raise _TakenTooMuch(missing)
    numbers = dict(kept)
    for key in gone.keys() | come.keys():
        numbers[key] = _exchanged(kept.get(key, 0), gone.get(key, 0), come.get(key, 0))
        if not numbers[key]:
            del numbers[key]
    return numbers


def _amounts[Key](
    kept: Mapping[Key, Amounts],
    gone: Mapping[Key, Amounts],
    come: Mapping[Key, Amounts],
    known: Mapping[int, int],
) -> dict[Key, Amounts]:
    """By key, amounts of which the first is how many there are."""
    if missing := gone.keys() - kept.keys():
        raise _TakenTooMuch(missing)
    amounts = dict(kept)
    for key in gone.keys() | come.keys():
        nothing: Amounts = [None] * len(kept.get(key) or come[key])
        parts = zip(kept.get(key, nothing), gone.get(key, nothing), come.get(key, nothing), strict=True)
        sums: Amounts = [_exchanged(*part) for part in parts]
        for place, of in known.items():
            if not sums[of]:
                sums[place] = None
        if sums[0]:
            amounts[key] = sums
        else:
            amounts.pop(key, None)
    return amounts


def _exchanged(kept: int | None, gone: int | None, come: int | None) -> int:
    found = (kept or 0) - (gone or 0) + (come or 0)
    if found < 0:
        raise _TakenTooMuch(found)
    return found

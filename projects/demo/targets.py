"""The made-up district's targets, drawn from what its projects plan."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from random import Random

from projects.demo import words
from projects.demo.district import District, moment
from projects.demo.life import Life
from projects.demo.writing import DemoRecord, Version
from projects.demo.years import Year
from projects.models import Organisation, Target
from projects.vocabulary import MONEY_INDICATORS, STAGE_OF_INDICATOR, Indicator

YI = 10**8
EVERY_LEVEL = ""
WEIGHTS = (4, 4, 8, 8, 9, 10, 8, 8, 10, 9, 10, 12)
"""How a year's investment spreads over its months, in hundredths."""

type Key = tuple[int, str, Organisation | None, Indicator]


@dataclass(slots=True)
class Plans:
    """What the projects plan, by year, level ("" = all), unit (None = district) and indicator."""

    amounts: Counter[Key] = field(default_factory=Counter)

    def add(self, life: Life, year: int, listed: Year | None) -> None:
        levels = (EVERY_LEVEL, *life.levels) if listed else (EVERY_LEVEL,)
        for indicator, amount in self._planned(life, year, listed):
            for level in levels:
                if level and indicator in (Indicator.SIGNED, Indicator.SIGNED_INVESTMENT):
                    continue
                for unit in (None, life.project.organisation):
                    self.amounts[year, level, unit, indicator] += amount

    @staticmethod
    def _planned(life: Life, year: int, listed: Year | None) -> Iterator[tuple[Indicator, int]]:
        if listed:
            yield Indicator.INVESTED, listed.planned
        for indicator, stage in STAGE_OF_INDICATOR.items():
            if stage in life.drawn and life.planned(stage).year == year:
                yield indicator, 1
                if indicator == Indicator.SIGNED:
                    yield Indicator.SIGNED_INVESTMENT, life.investment


def targets(plans: Plans, *, rng: Random, district: District) -> Iterator[DemoRecord]:
    """A target for whatever somebody plans; the district's is the sum of its units', now and then a little more."""
    excused = False
    for (year, level, unit, indicator), planned in plans.amounts.items():
        if not planned:
            continue
        ambition = rng.uniform(0.85, 1.05) if unit else 0.97
        amount = _whole(planned * ambition, indicator)
        fields: dict[str, object] = {
            "year": year,
            "level": level,
            "organisation": unit,
            "indicator": indicator,
            "amount": amount,
            "due_month": words.DUE_MONTHS.get(indicator, 12),
            "curve": _curve(amount) if indicator == Indicator.INVESTED else None,
            "source": district.source,
        }
        if unit and not excused and year == district.until.year and indicator == Indicator.INVESTED:
            fields["accepted_reason"], excused = words.EXCUSE, True
        yield DemoRecord.of(Target, _versions(fields, year, indicator, rng, district))


def _versions(
    fields: dict[str, object], year: int, indicator: Indicator, rng: Random, district: District
) -> list[Version]:
    office = district.authors.office
    versions = [Version(moment(date(year, 1, 25), rng), office, f"下达 {year} 年目标", fields)]
    adjusted, amount = date(year, 7, 15), fields["amount"]
    if adjusted <= district.until and rng.random() < 0.06 and isinstance(amount, int):
        more = _whole(amount * 1.08, indicator) + (indicator not in MONEY_INDICATORS)
        change = {"amount": more, "curve": _curve(more) if indicator == Indicator.INVESTED else None}
        versions.append(Version(moment(adjusted, rng), office, "年中调整目标", change))
    return versions


def _whole(amount: float, indicator: Indicator) -> int:
    """Money to the tenth of a 亿元, as targets are set; at least one project."""
    if indicator in MONEY_INDICATORS:
        return max(1, round(amount / YI * 10)) * YI // 10
    return max(1, round(amount))


def _curve(amount: int) -> list[int]:
    return [amount * share // 100 for share in accumulate(WEIGHTS)]

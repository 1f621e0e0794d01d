"""The made-up district: its units, industries, light rules, and the people who write in its register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random

from django.db.models import Model
from django.utils import timezone

from projects.actions.guarding import CORRECTION
from projects.demo import words
from projects.demo.proof import DemoPhoto
from projects.demo.writing import DemoRecord, Version, write
from projects.models import Industry, LightRule, Organisation, Source, User
from projects.rules import periods
from projects.vocabulary import OrganisationKind

SEALED_AFTER = 10
"""How many days after its end a month is sealed."""


@dataclass(frozen=True, slots=True)
class Authors:
    """Who the history says wrote what; None where the writer has no account."""

    office: User | None = None
    staff: User | None = None


@dataclass(frozen=True)
class District:
    """What every project of the demonstration refers to; `until` is the last day on which anybody wrote."""

    units: Sequence[tuple[Organisation, words.UnitWords]]
    industries: Sequence[Industry]
    source: Source
    first_day: date
    until: date
    authors: Authors = Authors()
    proof: DemoPhoto | None = None

    @property
    def root(self) -> Organisation:
        """The district itself, above all units."""
        root = self.units[0][0].parent
        assert root is not None
        return root

    @cached_property
    def towns(self) -> list[Organisation]:
        return [
            unit
            for unit, _ in self.units
            if unit.kind in (OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT)
        ]

    @cached_property
    def parks(self) -> list[Organisation]:
        return [unit for unit, _ in self.units if unit.kind == OrganisationKind.PARK]

    @cached_property
    def answering(self) -> list[Organisation]:
        """Units that answer for projects."""
        return [unit for unit, facts in self.units if facts.weight]

    @cached_property
    def weights(self) -> list[int]:
        return [facts.weight for _, facts in self.units if facts.weight]

    @cached_property
    def paces(self) -> dict[str, float]:
        return {facts.name: facts.pace for _, facts in self.units}

    @property
    def years(self) -> tuple[int, int]:
        """The year before and this one."""
        return self.until.year - 1, self.until.year


def sealed_on(day: date) -> date:
    """When the month of a day is sealed: what is written about it later is a correction."""
    return periods.month_end(day) + timedelta(days=SEALED_AFTER)


def reason(words_said: str, *, about: date, written: date) -> str:
    """Why something was written, as the office says it of a month that is sealed."""
    return f"{CORRECTION}{words_said}" if written > sealed_on(about) else words_said


def moment(day: date, rng: Random) -> datetime:
    """A minute of the day's office hours."""
    minutes = int(rng.random() * 540)
    zone = timezone.get_default_timezone()
    return datetime(day.year, day.month, day.day, 8 + minutes // 60, minutes % 60, tzinfo=zone)


def found(*, today: date) -> District:
    """Write the directory of the district."""
    until = today - timedelta(days=1)
    first_day = date(until.year - 3, 1, 1)
    at = moment(first_day, Random(0))

    def kept[M: Model](subject: M) -> M:
        fields = {
            field.name: getattr(subject, field.name)
            for field in subject._meta.concrete_fields
            if not field.primary_key
        }
        write([DemoRecord(subject, [Version(at, None, f"建立{words.MARK}区", fields)])])
        return subject

    root = kept(Organisation(name=words.DISTRICT, short_name="高新区本级", kind=OrganisationKind.DISTRICT))
    units = [(kept(_unit(facts, root)), facts) for facts in words.UNITS]
    industries = [
        kept(Industry(name=name, position=position)) for position, name in enumerate(words.PRODUCTS, start=1)
    ]
    source = kept(
        Source(title=words.SOURCE, publisher=words.MARK, note=f"仅供{words.MARK}，不得作为统计依据。")
    )
    for rule in words.RULES:
        kept(
            LightRule(
                family=rule.family,
                yellow=rule.yellow,
                red=rule.red,
                applies_from=first_day,
                note=f"{words.MARK}规则",
            )
        )
    return District(units, industries, source, first_day, until)


def _unit(facts: words.UnitWords, root: Organisation) -> Organisation:
    return Organisation(
        name=facts.name,
        short_name=facts.short_name,
        kind=facts.kind,
        position=facts.position,
        former_names=facts.former_names,
        parent=root,
    )

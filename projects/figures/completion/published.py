"""What was published or sealed, beside what the register adds up to now.

A difference is shown, never mended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from projects.figures.completion.lines import Published
from projects.figures.register.sheet import RegisterSheet, computed
from projects.models import Bulletin, Figure
from projects.models.reach import NOTHING, Reach, UnitAndBelow
from projects.rules.bounds import Bounds
from projects.vocabulary import FigureTopic, Indicator, Stage, Unit

if TYPE_CHECKING:
    from projects.figures.register.tally import Tally


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """What bulletins state of a unit (or of the district): of their newest day, and of the last seal before it.

    `seal`: that of the list on the newest day; the district's before the unit's own, so that a unit's number is the
    same on the district's page and on its own.
    """

    day: date | None = None
    figures: Sequence[Figure] = ()
    sealed: Sequence[Figure] = ()
    seal: Bulletin | None = None


def newest_published(
    year: int | None,
    whose: Reach,
    *,
    by: date | None,
    today: date | None = None,
    sealed: tuple[str, datetime | None] | None = None,
) -> PublishedFigures:
    """The newest day (of the year, not after `by`, or else `today`) that something was published of, with its figures;
    one query.

    `whose`: the district's figures or a unit's; of nothing there are none, and not even the day.
    `sealed`, a list and a moment or None: besides, the figures of the last seal of that list before the day.
    """
    if whose == NOTHING:
        return PublishedFigures()
    organisation = whose.unit if isinstance(whose, UnitAndBelow) else None
    found = list(Figure.objects.newest(year, organisation, by=by, today=today, sealed=sealed))
    newest = [figure for figure in found if figure.bulletin.as_of == figure.newest_on]
    day = newest[0].newest_on if newest else None
    unit = organisation.pk if organisation else None
    before = [figure for figure in found if figure.organisation_id == unit]
    return PublishedFigures(
        day,
        [figure for figure in newest if figure.organisation_id == unit],
        _of_last_seal(before, by or day, *sealed) if sealed else (),
        _seal_of_day(newest, sealed[0]) if sealed else None,
    )


def _seal_of_day(newest: Sequence[Figure], level: str) -> Bulletin | None:
    """The seal of the list among the bulletins of the newest day."""
    seals = {
        figure.bulletin.organisation_id: figure.bulletin
        for figure in newest
        if figure.bulletin.is_sealed and figure.bulletin.level == level
    }
    return seals.get(None) or next(iter(seals.values()), None)


def _of_last_seal(
    figures: list[Figure], day: date | None, level: str, known_at: datetime | None
) -> list[Figure]:
    """Those of the newest seal of the list before the day; a unit's own seal goes before the district's."""
    if day is None:
        return []
    bulletins = {figure.bulletin_id: figure.bulletin for figure in figures}
    seals = [each for each in bulletins.values() if each.precedes(day, level=level, known_at=known_at)]
    if not seals:
        return []
    last = max(seals, key=lambda seal: (seal.as_of, seal.organisation_id is not None))
    return [figure for figure in figures if figure.bulletin_id == last.pk]


def beside_register(figures: list[Figure], register: "Tally", *, as_of: date) -> list[Published]:
    """Each published figure with the register's number, where both speak of the same day."""
    return [_published(figure, register if figure.bulletin.as_of == as_of else None) for figure in figures]


def _published(figure: Figure, register: "Tally | None") -> Published:
    return Published(
        code=figure.code,
        label=figure.label,
        topic=FigureTopic(figure.topic),
        level=figure.level,
        unit=Unit(figure.unit),
        amount=figure.amount,
        share=figure.share,
        growth=figure.growth,
        printed=figure.printed,
        statement=figure.statement,
        paragraph=figure.paragraph,
        bulletin=figure.bulletin,
        register=register_answer(register.sheet(figure.level), figure.code) if register else None,
    )


def register_answer(sheet: RegisterSheet, code: str) -> Bounds | None:
    """The register's own number for a published code; None for what the register does not hold."""
    if code == "projects":
        return Bounds.exactly(sheet.holding.count)
    if code == "started_total":
        return sheet.ever(Stage.STARTED)
    if code in ("signed_over_1bn", "signed_over_10bn"):
        sizes = sheet.stage(Stage.SIGNED).large(code.removeprefix("signed_"))
        return sizes if sheet.of_year(Stage.SIGNED) else None
    return computed(sheet, Indicator(code)) if code in Indicator else None

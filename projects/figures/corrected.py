"""As published, as corrected: what became of the numbers of a sealed month, in the register of today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.models import Bulletin, Figure
from projects.rules.bounds import Bounds, exact
from projects.rules.bulletin import Printed, PrintedCoverage, PrintedLine, PrintedUnit
from projects.rules.completion import difference
from projects.templatetags import formats
from projects.vocabulary import MONEY_INDICATORS, Indicator, Unit


@dataclass(frozen=True, slots=True)
class Correction:
    """A printed number that the register no longer adds up to; all three in words, "" where there is nothing to say."""

    where: str
    what: str
    printed: str
    now: str
    difference: str


def corrections(then: Printed, now: Printed) -> list[Correction]:
    """The numbers that differ, in the order of the bulletin; `now` is printed from the register alone.

    A number that came from elsewhere, and of which the register knows nothing either time, has no correction; nor
    has a rank where not every unit is seen.
    """
    found = [*_of_counts(then, now), *_of_lines(then.scope, then.indicators, now.indicators)]
    found += _of_funnel(then, now)
    rows = {row.organisation: row for row in now.units}
    for row in then.units:
        found += _of_unit(row, rows.pop(row.organisation, None), ranks=then.shows_whole)
    found += [_changed(row.label, "项目数", None, row.projects) for row in rows.values()]
    return found


def _of_counts(then: Printed, now: Printed) -> Iterator[Correction]:
    if then.counts is None or now.counts is None:
        return
    for name, label in (
        ("projects", "项目数"),
        ("carried_over", "年初在库"),
        ("newly_entered", "当年新入库项目"),
    ):
        was, is_now = getattr(then.counts, name), getattr(now.counts, name)
        if was != is_now:
            yield _changed(then.scope, label, was, is_now)
    if then.counts.total_investment != now.counts.total_investment:
        amounts = then.counts.total_investment, now.counts.total_investment
        yield _changed(then.scope, "总投资", *amounts, Unit.YUAN)
    yield from _of_coverage(then.scope, then.coverage, now.coverage)


def _of_coverage(
    where: str, then: PrintedCoverage | None, now: PrintedCoverage | None
) -> Iterator[Correction]:
    for name, label in (("expected", "应报月报"), ("approved", "已审核月报"), ("missing", "未报月报")):
        was, is_now = getattr(then, name, None), getattr(now, name, None)
        if was != is_now:
            yield _changed(where, label, was, is_now)


def _of_funnel(then: Printed, now: Printed) -> Iterator[Correction]:
    for was, step in zip(then.funnel, now.funnel, strict=False):
        if was.count != step.count:
            yield _changed("走到哪一步", f"到达{was.label}", was.count, step.count)
        if was.investment != step.investment:
            yield _changed(
                "走到哪一步", f"到达{was.label}的总投资", was.investment, step.investment, Unit.YUAN
            )


def _of_unit(row: PrintedUnit, now: PrintedUnit | None, *, ranks: bool) -> Iterator[Correction]:
    if now is None:
        yield _changed(row.label, "项目数", row.projects, 0)
        return
    if row.projects != now.projects:
        yield _changed(row.label, "项目数", row.projects, now.projects)
    yield from _of_lines(row.label, row.indicators, now.indicators)
    yield from _of_coverage(row.label, row.coverage, now.coverage)
    if ranks and row.rank != now.rank:
        yield Correction(row.label, "名次", _place(row.rank), _place(now.rank), "")


def _of_lines(where: str, then: Sequence[PrintedLine], now: Sequence[PrintedLine]) -> Iterator[Correction]:
    lines = {line.code: line for line in now}
    for was in then:
        if (line := lines.get(was.code)) is None:
            continue
        unit = Unit(was.unit)
        if was.target != line.target:
            yield _changed(where, f"{was.label}目标", was.target, line.target, unit)
        if was.computed is None and line.computed is None:
            continue
        if was.actual != line.computed:
            yield _changed(where, was.label, was.actual, line.computed, unit)
        if was.accepted != line.accepted:
            yield _changed(where, f"{was.label}（列统）", was.accepted, line.accepted, unit)
        if was.completion != line.completion:
            yield Correction(
                where, f"{was.label}完成率", was.completion_words, line.completion_words, _points(was, line)
            )


def _changed(where: str, what: str, was: int | None, now: int | None, unit: Unit = Unit.COUNT) -> Correction:
    """`difference`: what is now, less what was printed."""
    gap = difference(now, was)
    return Correction(where, what, _words(was, unit), _words(now, unit), _signed(gap, unit))


def _points(then: PrintedLine, now: PrintedLine) -> str:
    if then.completion is None or now.completion is None:
        return ""
    return f"{formats.points(Fraction(now.completion) - Fraction(then.completion))}点"


def _place(rank: int | None) -> str:
    return "不排名" if rank is None else f"第 {rank}"


def _words(number: int | None, unit: Unit) -> str:
    if number is None:
        return ""
    return f"{formats.yi(number)}亿元" if unit == Unit.YUAN else f"{number}{unit.label}"


def _signed(gap: int | None, unit: Unit) -> str:
    return "" if gap is None else f"{'−' if gap < 0 else '+'}{_words(abs(gap), unit)}"


# Since the last seal


@dataclass(frozen=True, slots=True)
class ChangedIndicator:
    """One indicator at the last seal and now: whole yuan or projects, None where it was or is unknown."""

    indicator: Indicator
    then: int | None
    now: Bounds | None

    @property
    def change(self) -> int | None:
        return difference(exact(self.now), self.then)

    @property
    def is_money(self) -> bool:
        return self.indicator in MONEY_INDICATORS


@dataclass(frozen=True, slots=True)
class SinceSeal:
    """What changed since the newest seal that ended before the day of a page; only what did change."""

    bulletin: Bulletin
    moves: list[ChangedIndicator]


def since_seal(lines: Sequence[IndicatorLine], sealed: Sequence[Figure]) -> SinceSeal | None:
    """The lines of a page beside what the last seal printed of them (`Stated.sealed`); None without one.

    Not for a page that is narrowed to a town or an industry: a seal knows units only.
    """
    if not sealed:
        return None
    then = {figure.code: figure.amount for figure in sealed}  # a number that was unknown then has no figure
    moves = [ChangedIndicator(line.indicator, then.get(line.indicator), line.bounds) for line in lines]
    return _since(sealed[0].bulletin, moves)


def since_this_seal(page: CompletionPage) -> SinceSeal | None:
    """What the register adds up to now beside a page of sealed numbers; None for another page."""
    if page.seal is None:
        return None
    moves = [ChangedIndicator(line.indicator, line.actual, line.ledger) for line in page.lines]
    return _since(page.seal, moves)


def _since(seal: Bulletin, moves: list[ChangedIndicator]) -> SinceSeal:
    return SinceSeal(seal, [move for move in moves if move.now != Bounds.of(move.then)])

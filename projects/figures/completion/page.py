"""Completion against target: what was reached, against the year's target and the time that has passed."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from projects.figures.completion.liner import SIGNING_LINES, Liner, liner_of
from projects.figures.completion.lines import (
    CompletionPage,
    FunnelStep,
    Published,
    RowLine,
)
from projects.figures.completion.published import beside_register
from projects.figures.completion.ranks import ranked
from projects.figures.completion.target import (
    light_rules,
    targets_of,
    with_targets,
)
from projects.figures.register.sheet import RegisterSheet
from projects.figures.register.tally import Tally, tally
from projects.figures.scope import Scope
from projects.models import Bulletin, Figure, Organisation
from projects.rules import lights, periods
from projects.rules.natural import natural
from projects.vocabulary import (
    Stage,
)

FUNNEL = (Stage.SIGNED, Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION)


def completion_page(
    scope: Scope,
    figures: Sequence[Figure] = (),
    *,
    rows: dict[int, str] | None = None,
    is_headed: bool = True,
    rules: list[lights.Rule] | None = None,
) -> CompletionPage:
    """The page's figures in seven queries: five of the register, targets, rules.

    `figures`: what was published (`newest_published`); unless `is_headed` it is only shown beside the register's own.
    `rows`: names of the rows by industry instead of by unit. `rules`: other light rules than those on record.
    A rule that looks at the months before, or at last year, takes five queries more for each.
    """
    same_day = {figure.level for figure in figures if figure.bulletin.as_of == scope.as_of}
    group = "industry" if rows is not None else "organisation"
    register = tally(scope, group=group, levels=same_day)
    published = beside_register(list(figures), register, as_of=scope.as_of)
    targets = targets_of(scope)
    rules = light_rules(scope.as_of, scope.known_at) if rules is None else rules
    whole = register.sheet(scope.level)
    liner = liner_of(scope, targets, rules, group=group, levels=same_day)
    stated = _stated(published, scope) if is_headed else {}
    passed = periods.months_passed(scope.year, scope.as_of)
    return CompletionPage(
        scope=scope,
        months_passed=passed,
        time_passed=Fraction(passed, 12),
        holding=whole.holding,
        carried_over=whole.carried_over,
        newly_entered=whole.newly_entered,
        lines=liner.lines(whole, scope.organisation, stated),
        rows=_industry_rows(register, liner, rows) if rows is not None else _unit_rows(register, liner),
        published=published,
        funnel=_funnel(whole),
        rules=rules,
    )


def _stated(published: Sequence[Published], scope: Scope) -> dict[str, Published]:
    """By code what was published of the very question; the sealed come first and win."""
    return {
        figure.code: figure
        for figure in reversed(published)
        if figure.level == scope.level and figure.as_of == scope.as_of
    }


def sealed_page(
    scope: Scope, figures: Sequence[Figure], seal: Bulletin, *, rows: dict[int, str] | None = None
) -> CompletionPage:
    """The page as it was sealed, with what the register adds up to now beside each number; twice the queries.

    The register is read as it was known at the moment of the seal, so that rows, ranks, months and evidence are what
    they were. `scope` is of now.
    """
    page = page_of_seal(scope, figures, seal, rows=rows)
    now = completion_page(scope, figures, rows=rows)
    return replace(
        page,
        published=now.published,
        lines=[
            replace(line, ledger=beside.register) for line, beside in zip(page.lines, now.lines, strict=True)
        ],
    )


def page_of_seal(
    scope: Scope, figures: Sequence[Figure], seal: Bulletin, *, rows: dict[int, str] | None = None
) -> CompletionPage:
    """The page as it was sealed, without the register of now beside it; `scope` is of now."""
    printed = [figure for figure in figures if figure.bulletin_id == seal.pk or not figure.bulletin.is_sealed]
    page = completion_page(replace(scope, known_at=seal.sealed_at), printed, rows=rows)
    return replace(page, seal=seal)


def _unit_rows(register: Tally, liner: Liner) -> list[RowLine]:
    """The units directly below the scope, and the scope itself for what none of them answers for.

    A unit with a target has its row before it has a project.
    """
    tree = liner.scope.units
    units, top = tree.by_id, liner.scope.organisation or tree.root
    rows = []
    for pk in _waiting_units(liner, top).union(register.rows(liner.scope.level)):
        unit, sheet = units[pk], register.sheet(liner.scope.level, pk)
        own = top is not None and pk == top.pk
        lines = liner.targetless(sheet, row=pk) if own else liner.lines(sheet, unit, row=pk)
        label = "未明确单位" if own and unit.is_district else f"{unit}本级" if own else str(unit)
        rows.append(RowLine(unit, label, sheet.holding, lines))
    return sorted(
        rows,
        key=lambda row: (row.organisation.position if row.organisation else 0, natural(row.label)),
    )


def _waiting_units(liner: Liner, top: Organisation | None) -> set[int]:
    """The units directly below that have a target; none where the reader sees less than the scope's top."""
    scope, units = liner.scope, liner.scope.units
    if top is None or (scope.organisation is None and not scope.is_district):
        return set()
    return {pk for pk in with_targets(liner.targets) if pk in units.by_id and units.parent(pk) == top.pk}


def _industry_rows(register: Tally, liner: Liner, names: dict[int, str]) -> list[RowLine]:
    level = liner.scope.level
    rows = [
        RowLine(None, names.get(pk, "未分类"), sheet.holding, liner.targetless(sheet, row=pk))
        for pk in register.rows(level)
        if (sheet := register.sheet(level, pk))
    ]
    return sorted(rows, key=lambda row: -row.holding.count)


def ranking(
    page: CompletionPage, *, by: str, least: int, names: dict[int, str] | None = None
) -> list[RowLine]:
    """The rows of a page, ranked by an indicator; `names` of the rows by industry, as for `completion_page`.

    Signings are counted of all projects, whatever list they come to stand on: on the page of a list the rows
    are ranked by what a page of all projects says.
    """
    if not page.scope.level or by not in SIGNING_LINES:
        return ranked(page.rows, by=by, least=least)
    everything = completion_page(replace(page.scope, level=""), rows=names)
    return ranked(page.rows, by=by, least=least, judged=everything.rows)


def _funnel(sheet: RegisterSheet) -> list[FunnelStep]:
    found = {stage: sheet.passed(stage) for stage in FUNNEL}
    widest = max((holding.count.possible for holding in found.values() if holding), default=0)

    def width(number: int) -> Fraction:
        return Fraction(number, widest) if widest else Fraction(0)

    return [
        FunnelStep(
            stage,
            holding,
            width(holding.count.certain if holding else 0),
            width(holding.count.possible if holding else 0),
        )
        for stage, holding in found.items()
    ]

"""The completion page's numbers as the best SQL that we could write by hand, over a plain cursor.

It knows what the generator promises and the application may not assume: units stand directly below the district,
the reader sees everything, nothing is in reserve. Each part has several forms; `measuring` keeps the fastest.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.numbers import MONTHS, STAGES, Numbers
from projects.rules.lifecycle import CHAIN

R, P, L, M = "projects_monthlyreport", "projects_project", "projects_listing", "projects_milestone"
A, PLAN = "projects_participation", "projects_annualplan"
RULE, PROOF = "projects_stagerule", "projects_evidence"
SIGNED_BN, SIGNED_USD = 10**9, 10**8

type Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Form:
    """One way to ask: its text, and how its rows become those of the plainest form."""

    text: Callable[["Asked"], str]
    rows: Callable[["Asked", Rows], Rows] = lambda asked, rows: rows


@dataclass(frozen=True)
class Asked:
    """The question, and the words in which the two engines differ."""

    year: int
    level: str
    postgres: bool

    @property
    def first(self) -> str:
        return f"'{self.year}-01-01'"

    @property
    def last(self) -> str:
        return f"'{self.year}-12-31'"

    @property
    def stays(self) -> str:
        return f"l.year = {self.year} AND (l.removed_on IS NULL OR l.removed_on > {self.last})"

    @property
    def owing(self) -> str:
        """A project that owes the month's report: on a list of the year, neither paused nor terminated."""
        condition = self.goes_on
        if not self.level:
            condition += f" AND EXISTS (SELECT 1 FROM {L} l WHERE l.project_id = p.id AND {self.stays})"
        return condition

    @property
    def goes_on(self) -> str:
        """On the last day the project was neither paused nor terminated nor removed."""
        covers = f"{self.part('span', 0)} <= {self.last} AND {self.part('span', 1)} > {self.last}"
        stood = f"EXISTS (SELECT 1 FROM {self.spans('p.pauses')} WHERE {covers})"
        return f"(p.side_state = '' OR p.side_state_on > {self.last}) AND (p.pauses = '[]' OR NOT {stood})"

    @property
    def unit(self) -> str:
        """The unit that answered for the project on the last day."""
        later = f"{self.part('span', 1)} > {self.last} ORDER BY {self.part('span', 1)} LIMIT 1"
        number = f"CAST({self.part('span', 0)} AS bigint)"
        then = f"(SELECT {number} FROM {self.spans('p.former_units')} WHERE {later})"
        return f"CASE WHEN p.former_units = '[]' THEN p.organisation_id ELSE COALESCE({then}, p.organisation_id) END"

    def spans(self, column: str) -> str:
        return f"{'jsonb_array_elements' if self.postgres else 'json_each'}({column}) AS span"

    def part(self, span: str, place: int) -> str:
        """A value of a span, as text."""
        return f"({span}.value ->> {place})" if self.postgres else f"json_extract({span}.value, '$[{place}]')"

    def listed(self, project: str = "p.id") -> str:
        if not self.level:
            return ""
        return f"JOIN {L} l ON l.project_id = {project} AND l.level = '{self.level}' AND {self.stays}"

    def month(self, day: str) -> str:
        return f"EXTRACT(month FROM {day})::int" if self.postgres else f"CAST(SUBSTR({day}, 6, 2) AS int)"


def _both(of_units: str, of_helpers: str) -> str:
    """A first column of 0: the unit's own projects; 1: those that it helps with."""
    return f"SELECT 0, {of_units} UNION ALL SELECT 1, {of_helpers}"


def _shared(asked: Asked, select: str, source: str, where: str, group: str) -> str:
    tail = f"{asked.listed()} WHERE {where} GROUP BY"
    own = f"{asked.unit}, {select} FROM {source} {tail} 2, {group}"
    helping = f"{source} JOIN {A} a ON a.project_id = p.id"
    helped = f"a.organisation_id, {select} FROM {helping} {tail} a.organisation_id, {group}"
    return _both(own, helped)


# Reports: unit, month, state, unchanged, rows of projects that owe them, invested, accepted


def reports_grouped(asked: Asked) -> str:
    select = (
        f"r.month, r.state, r.unchanged, COUNT(CASE WHEN {asked.owing} THEN 1 END),"
        " SUM(r.invested), SUM(r.accepted)"
    )
    source = f"{R} r JOIN {P} p ON p.id = r.project_id"
    where = f"r.month BETWEEN {asked.first} AND {asked.last}"
    return _shared(asked, select, source, where, "r.month, r.state, r.unchanged")


def reports_by_project_first(asked: Asked) -> str:
    """The join driven by the units' projects, for engines that would rather not sort all reports."""
    select = (
        f"r.month, r.state, r.unchanged, COUNT(CASE WHEN {asked.owing} THEN 1 END),"
        " SUM(r.invested), SUM(r.accepted)"
    )
    source = f"{P} p CROSS JOIN {R} r"
    where = f"r.project_id = p.id AND r.month BETWEEN {asked.first} AND {asked.last}"
    return _shared(asked, select, source, where, "r.month, r.state, r.unchanged")


def reports_side_by_side(asked: Asked) -> str:
    """A row a unit with its months beside each other."""
    approved = "r.state = 'approved'"
    months = [f"r.month = '{asked.year}-{month:02d}-01'" for month in range(1, MONTHS + 1)]
    select = [f"SUM(CASE WHEN {month} AND {approved} THEN r.invested END)" for month in months]
    newest = (
        f"{approved} AND NOT r.unchanged",
        f"{approved} AND r.unchanged",
        "r.state = 'submitted'",
        "r.state = 'returned'",
    )
    select += [
        f"COUNT(CASE WHEN {months[-1]} AND {condition} AND {asked.owing} THEN 1 END)" for condition in newest
    ]
    select.append(f"SUM(CASE WHEN {approved} THEN r.accepted END)")
    where = f"r.project_id = p.id AND r.month BETWEEN {asked.first} AND {asked.last}"
    own = f"FROM {P} p CROSS JOIN {R} r {asked.listed()} WHERE {where} GROUP BY 2"
    helped = (
        f"FROM {A} a JOIN {P} p ON p.id = a.project_id CROSS JOIN {R} r {asked.listed()}"
        f" WHERE {where} GROUP BY a.organisation_id"
    )
    columns = ", ".join(select)
    return _both(f"{asked.unit}, {columns} {own}", f"a.organisation_id, {columns} {helped}")


def one_below_the_other(asked: Asked, rows: Rows) -> Rows:
    """The months of `reports_side_by_side` as rows; of the accepted only the sum is known."""
    kinds = (("approved", False), ("approved", True), ("submitted", False), ("returned", False))
    below: Rows = []
    for shared, unit, *months in rows:
        newest, accepted = months[MONTHS : MONTHS + 4], months[-1]
        below += [
            (shared, unit, f"{asked.year}-{at:02d}", "approved", False, 0, months[at - 1], None)
            for at in range(1, MONTHS + 1)
        ]
        below += [
            (shared, unit, f"{asked.year}-12", state, same, number, None, None)
            for (state, same), number in zip(kinds, newest, strict=True)
        ]
        below.append((shared, unit, f"{asked.year}-12", "approved", False, 0, None, accepted))
    return below


# Stages: unit, stage, when (0 before, 1-12, 13 vague, 14 unsure, 15 open), plan (0 none … 4 beyond), rows, signings,
# of the year's those that must be proven and those that are


def stages_grouped(asked: Asked) -> str:
    when = (
        f"CASE WHEN m.reached_on IS NULL OR m.reached_on > {asked.last} THEN 15"
        f" WHEN m.reached_on < {asked.first} THEN 0 WHEN m.reached_precision = 'not_later' THEN 14"
        f" WHEN m.reached_precision IN ('day', 'month') THEN {asked.month('m.reached_on')} ELSE 13 END"
    )
    plan = (
        f"CASE WHEN m.planned_on IS NULL THEN 0 WHEN m.planned_on < {asked.first} THEN 1"
        f" WHEN m.planned_on <= {asked.last} THEN 2 ELSE 4 END"
    )
    signed = (
        "SUM(CASE WHEN m.stage = 'signed' THEN p.total_investment END),"
        f" COUNT(CASE WHEN m.stage = 'signed' AND (p.total_investment >= {SIGNED_BN}"
        f" OR p.foreign_currency = 'USD' AND p.foreign_amount >= {SIGNED_USD}) THEN 1 END)"
    )
    provable = (
        f"m.reached_on BETWEEN {asked.first} AND {asked.last}"
        f" AND m.stage IN (SELECT stage FROM {RULE} WHERE evidence_required)"
    )
    proven = (
        f"COUNT(CASE WHEN {provable} THEN 1 END),"
        f" COUNT(CASE WHEN {provable} AND m.id IN (SELECT milestone_id FROM {PROOF}) THEN 1 END)"
    )
    source = f"{M} m JOIN {P} p ON p.id = m.project_id"
    select = f"m.stage, {when}, {plan}, COUNT(*), {signed}, {proven}"
    return _shared(asked, select, source, "NOT m.skipped", "3, 4, 5")


def stages_grouped_by_kind(asked: Asked) -> str:
    """The same, grouped by expressions only, so that no index by stage tempts the planner."""
    return stages_grouped(asked).replace(
        "m.stage, CASE WHEN m.reached_on", "m.stage || '', CASE WHEN m.reached_on"
    )


# Projects: unit, furthest place, entered (0 none, 1 in the year, 2 before), rows, owing, investment, plan


def _places() -> str:
    return (
        "CASE m.stage "
        + " ".join(f"WHEN '{stage}' THEN {place}" for place, stage in enumerate(CHAIN))
        + " END"
    )


def _holdings(asked: Asked, standing: str, join: str) -> str:
    select = (
        f"{standing}, COUNT(*), COUNT(CASE WHEN {asked.owing} THEN 1 END), SUM(p.total_investment),"
        " SUM(y.planned_investment)"
    )
    source = f"{P} p LEFT JOIN {PLAN} y ON y.project_id = p.id AND y.year = {asked.year} {join}"
    return _shared(asked, select, source, "1 = 1", "3, 4")


def holdings_joined(asked: Asked) -> str:
    entered = f"CASE WHEN f.entered < {asked.first} THEN 2 WHEN f.entered IS NOT NULL THEN 1 ELSE 0 END"
    furthest = (
        f"SELECT m.project_id, MAX({_places()}) AS place, MIN(CASE WHEN m.stage = 'entered' THEN m.reached_on END)"
        f" AS entered FROM {M} m WHERE m.reached_on <= {asked.last} GROUP BY m.project_id"
    )
    return _holdings(asked, f"f.place, {entered}", f"LEFT JOIN ({furthest}) f ON f.project_id = p.id")


def holdings_looked_up(asked: Asked) -> str:
    reached = f"FROM {M} m WHERE m.project_id = p.id AND m.reached_on <= {asked.last}"
    kind = f"CASE WHEN m.reached_on < {asked.first} THEN 2 ELSE 1 END"
    entered = f"(SELECT MAX({kind}) {reached} AND m.stage = 'entered')"
    return _holdings(asked, f"(SELECT MAX({_places()}) {reached}), COALESCE({entered}, 0)", "")


# Due milestones: ten late, ten ahead


def due_in_plan_order(asked: Asked) -> str:
    def side(condition: str) -> str:
        on_list = ""
        if asked.level:
            on_list = (
                f"AND EXISTS (SELECT 1 FROM {L} l WHERE l.project_id = m.project_id"
                f" AND l.level = '{asked.level}' AND {asked.stays})"
            )
        return (
            f"SELECT * FROM (SELECT m.id, m.project_id, m.stage, m.current_on, m.planned_on, m.reason, m.reason_note,"
            f" p.name"
            f" FROM {M} m JOIN {P} p ON p.id = m.project_id WHERE {asked.goes_on} AND m.current_on {condition}"
            f" AND (m.reached_on IS NULL OR m.reached_on > {asked.last}) {on_list}"
            f" ORDER BY m.current_on, m.id LIMIT 10) AS side"
        )

    return f"{side(f'< {asked.last}')} UNION ALL {side(f'>= {asked.last}')} ORDER BY current_on, id"


FORMS: dict[str, tuple[Form, ...]] = {
    "reports": (
        Form(reports_grouped),
        Form(reports_by_project_first),
        Form(reports_side_by_side, one_below_the_other),
    ),
    "stages": (Form(stages_grouped), Form(stages_grouped_by_kind)),
    "holdings": (Form(holdings_joined), Form(holdings_looked_up)),
    "due": (Form(due_in_plan_order),),
}


def added_up(asked: Asked, reports: Rows, stages: Rows, holdings: Rows, due: Rows) -> Numbers:
    """The grouped rows as the numbers of the page; signings have a line on the page of all projects only."""
    numbers = Numbers()
    shown = STAGES - {"signed"} if asked.level else STAGES
    for shared, unit, month, state, unchanged, rows, invested, accepted in reports:
        at = int(str(month)[5:7])
        for row in _rows(shared, unit):
            numbers.add_report(row, at, state, bool(unchanged), rows, invested, accepted)
    for shared, unit, stage, when, plan, *counted in stages:
        if stage in shown:
            for row in _rows(shared, unit):
                numbers.add_stage(row, stage, when, plan, *counted)
    for shared, unit, place, entered, rows, owing, investment, planned in holdings:
        for row in _rows(shared, unit):
            numbers.add_holding(row, place, entered, rows, owing, investment, planned)
    numbers.due = [(row[1], row[2]) for row in due]
    return numbers


def _rows(shared: int, unit: int) -> Iterator[int | None]:
    """A project counts in the whole once, by its own unit."""
    yield unit
    if not shared:
        yield None

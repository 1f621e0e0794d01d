"""The month as a sheet: every project that owes a report, what it reported before, and what looks wrong now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Max, Min
from django.utils.timezone import localdate

from projects.models import AnnualPlan, MonthlyReport, Organisation, Project, Reopening
from projects.models.project import ProjectQuerySet
from projects.models.versions import report_versions
from projects.rules import completion, periods, reporting
from projects.rules.completion import Completion, Sum, add
from projects.rules.reporting import LOCKED, Background, Doubt
from projects.vocabulary import ReportState


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One project's line of the month; amounts in yuan. `report` None: nothing was typed yet."""

    project: Project
    report: MonthlyReport | None
    last: MonthlyReport | None
    background: Background
    doubts: list[Doubt]
    version: int | None
    reopened: bool
    is_late: bool
    month: date
    planned: int | None = None
    """What the project plans to invest in the year."""
    opened: MonthlyReport | None = None
    """The report of an earlier month that holds the opening balance of the year."""

    @property
    def invested(self) -> int | None:
        return self.report.invested if self.report else None

    @property
    def opening(self) -> int | None:
        """The opening balance of the year, where this month's report holds it."""
        return self.report.opening if self.report else None

    @property
    def year_to_date(self) -> int | None:
        if self.opening is not None:
            return self.opening
        return None if self.invested is None else self.background.year_before + self.invested

    @property
    def before(self) -> date:
        """The month before."""
        return reporting.month_before(self.month)

    @property
    def may_open(self) -> bool:
        """Whether the months before may be recorded as the opening balance of the year."""
        return self.month.month > 1 and self.opening is None and not self.background.knows_year

    @property
    def share(self) -> Fraction | None:
        """完成率: the year to date in the plan of the year."""
        return Completion(self.year_to_date, self.planned, Fraction(0)).share

    @property
    def is_filled(self) -> bool:
        return self.report is not None and self.report.is_filled

    @property
    def is_locked(self) -> bool:
        return self.report is not None and self.report.state in LOCKED and not self.reopened


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """A unit's month: rows with their sums, how many are filled in, and when the window closes."""

    month: date
    closes_on: date
    rows: list[SheetRow]
    invested: Sum
    total_investment: Sum
    planned: Sum
    last: Sum
    to_date: Sum

    @property
    def share(self) -> Fraction | None:
        """完成率 of all rows, where every project has a plan of the year."""
        is_target = completion.is_target(self.planned.known, len(self.rows), completion.AMOUNTS_NEEDED)
        return Completion(self.to_date.value, self.planned.value if is_target else None, Fraction(0)).share

    @property
    def filled(self) -> int:
        return sum(row.is_filled for row in self.rows)

    def in_state(self, state: str) -> list[SheetRow]:
        return [row for row in self.rows if row.report and row.report.state == state]

    @property
    def waiting(self) -> list[SheetRow]:
        return self.in_state(ReportState.SUBMITTED)

    @property
    def silent(self) -> list[SheetRow]:
        """Nothing was handed in."""
        return [row for row in self.rows if row.report is None or row.report.state == ReportState.DRAFT]

    @property
    def open_rows(self) -> list[SheetRow]:
        return [row for row in self.rows if not row.is_locked]


def month_sheet(projects: ProjectQuerySet, month: date, *, today: date, days_after: int) -> MonthSheet:
    """The month of these projects in eight queries, however many there are."""
    owing = projects.owing_reports(month, today=today)
    listed = list(owing.select_related("organisation").order_by("organisation", "pk"))
    known = Known.of(owing, month, today)
    closes_on = reporting.deadline(month, days_after)
    rows = [known.row(project, closes_on) for project in listed]
    return MonthSheet(
        month,
        closes_on,
        rows,
        invested=add(row.invested for row in rows),
        total_investment=add(row.project.total_investment for row in rows),
        planned=add(row.planned for row in rows),
        last=add(row.last.invested if row.last else None for row in rows),
        to_date=add(row.year_to_date for row in rows),
    )


def pending_months(projects: ProjectQuerySet, month: date) -> dict[int, list[date]]:
    """By project the earlier months of the year whose amount nobody has handed in, or whose report went back."""
    found: dict[int, list[date]] = defaultdict(list)
    pending = MonthlyReport.objects.filter(project__in=projects).pending_in_year(month).order_by("month")
    for project, earlier in pending.values_list("project_id", "month"):
        found[project].append(earlier)
    return found


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record about a month of some projects, by project; `opened` by unit.

    `last_month`: the reports of the month before, whatever became of them.
    """

    reports: dict[int, MonthlyReport]
    last_month: dict[int, MonthlyReport]
    earlier: dict[int, list[MonthlyReport]]
    invested_before: dict[int, int | None]
    planned: dict[int, int | None]
    versions: dict[int, int]
    opened: set[int | None]
    started: set[int]
    usual: dict[int | None, tuple[int, int]]
    month: date

    @classmethod
    def of(cls, projects: ProjectQuerySet, month: date, today: date) -> "Known":
        versions = report_versions(projects, month)  # before the reports: none is older than its version
        reports = MonthlyReport.objects.filter(project__in=projects)
        earlier: dict[int, list[MonthlyReport]] = defaultdict(list)
        for report in reports.earlier_in_year(month).order_by("month"):
            earlier[report.project_id].append(report)
        plans = list(AnnualPlan.objects.filter(project__in=projects, year=month.year))
        opened = Reopening.objects.open_on(today).filter(month=month)
        last = reporting.month_before(month)
        near = {
            (report.project_id, report.month): report for report in reports.filter(month__range=(last, month))
        }
        return cls(
            {project: report for (project, at), report in near.items() if at == month},
            {project: report for (project, at), report in near.items() if at == last},
            earlier,
            {plan.project_id: plan.invested_before for plan in plans},
            {plan.project_id: plan.planned_investment for plan in plans},
            versions,
            _units(request.organisation for request in opened.select_related("organisation")),
            set(projects.started_by(periods.month_end(month)).values_list("pk", flat=True)),
            _usual(projects, month),
            month,
        )

    def amounts(self, project: int) -> dict[date, int]:
        """What was reported of the months of the year before this one."""
        earlier = self.earlier.get(project, [])
        return {report.month: report.invested for report in earlier if report.invested is not None}

    def opening(self, project: int) -> MonthlyReport | None:
        """The report of an earlier month that holds the opening balance of the year."""
        return next((report for report in self.earlier.get(project, []) if report.opening is not None), None)

    def background(self, project: Project, amounts: Mapping[date, int], opening: int | None) -> Background:
        """`amounts` of the earlier months of the year, `opening` what its opening balance holds of them."""
        return Background(
            opening=opening,
            earlier=list(amounts.values()),
            invested_before=self.invested_before.get(project.pk),
            total_investment=project.total_investment,
            started=project.pk in self.started,
            planned=self.planned.get(project.pk),
            usual=self.usual.get(project.organisation_id),
        )

    def row(self, project: Project, closes_on: date) -> SheetRow:
        report, earlier = self.reports.get(project.pk), self.earlier.get(project.pk, [])
        opened = self.opening(project.pk)
        background = self.background(project, self.amounts(project.pk), opened.opening if opened else None)
        handed_in = report.submitted_at if report else None
        return SheetRow(
            project,
            report,
            last=earlier[-1] if earlier else None,
            background=background,
            doubts=reporting.doubts(report.invested if report else None, background),
            version=self.versions.get(project.pk) if report else None,
            reopened=project.organisation_id in self.opened,
            is_late=handed_in is not None and localdate(handed_in) > closes_on,
            month=self.month,
            planned=self.planned.get(project.pk),
            opened=opened,
        )


def _usual(projects: ProjectQuerySet, month: date) -> dict[int | None, tuple[int, int]]:
    """By unit what its projects usually invest in a month, asked for the units of projects of unknown total."""
    units = (
        projects.filter(total_investment=None, organisation__isnull=False).order_by().values("organisation")
    )
    reports = (
        MonthlyReport.objects.of_the_year_before(month).filter(project__organisation__in=units).order_by()
    )
    found = reports.values_list("project__organisation").annotate(
        Min("invested"), Max("invested"), Count("pk")
    )
    return {unit: (least, most) for unit, least, most, known in found if known >= reporting.USUAL_FROM}


def _units(opened: Iterable[Organisation]) -> set[int | None]:
    """Whose projects may be written again: units opened and what is below; the district opens its own only."""
    units: set[int | None] = set()
    for unit in opened:
        if unit.is_district:
            units |= {unit.pk, None}  # the district answers for what no unit does
        else:
            units |= set(Organisation.objects.within(unit).values_list("pk", flat=True))
    return units

"""The register: how many projects and how much they invest, a page of rows, one project's sheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Protocol

from django.core.paginator import Page

from projects.figures.completion.target import light_rules
from projects.figures.course import Course, course
from projects.figures.list_sums import (
    GroupKey,
    GroupLine,
    RegistryTotals,
    group_names,
    grouped_totals,
    indexed_totals,
    registry_totals,
    time_share,
)
from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.project_facts import Fact, project_facts, project_texts
from projects.figures.project_money import ProjectMoney, project_money
from projects.figures.timeline import Timeline, timeline
from projects.models import AnnualPlan, Listing, MonthlyReport, Project, User
from projects.models.index import RegisterIndex
from projects.models.listing import list_year
from projects.models.project import NOT_STATED, ProjectQuerySet
from projects.models.sorting import GROUP_KEYS
from projects.rules.bitmaps import Bitmap
from projects.rules.completion import Completion
from projects.rules.finding import Part
from projects.rules.lights import Rule
from projects.vocabulary import Category, Level

FIELDS = {
    "name": "名称",
    "enterprise": "企业",
    "former_names": "曾用名",
    "national_code": "项目代码",
    "credit_code": "信用代码",
}
ON_THE_ROW = frozenset({"name", "enterprise"})


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project as a line of the list, as of a day."""

    project: Project
    levels: tuple[Level, ...]
    year: int | None
    """The year of these lists; None where it was never listed."""
    timeline: Timeline
    may_write: bool
    as_of: date
    completion: Completion
    """Approved investment of the list's year against the project's own plan of it."""
    progress: "Progress | None" = None
    found: "WhyFound | None" = None
    """None where nobody searched."""

    @property
    def other_year(self) -> int | None:
        """The year of the lists, where it is not this one."""
        return None if self.year == self.as_of.year else self.year


@dataclass(frozen=True, slots=True)
class Reason:
    """One field in which the search found a project; `parts` where a row does not show that field itself."""

    words: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class WhyFound:
    """Why a search shows a project: the name and the enterprise with what to mark, and every reason."""

    name: tuple[Part, ...]
    enterprise: tuple[Part, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work has come, in the words of the newest report handed in that says so, and its month."""

    month: date
    words: str


@dataclass(frozen=True, slots=True)
class ListPart:
    """Rows of one group on a page; `continued`: the group began on an earlier page. Without groups, all rows."""

    line: GroupLine | None
    rows: tuple[ProjectRow, ...]
    continued: bool = False


class Indexed(Protocol):
    """A set of projects in the index, with its order."""

    index: RegisterIndex

    def members(self) -> Bitmap: ...

    def page(self, start: int, stop: int) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class RegistryPage:
    totals: RegistryTotals
    year: int
    """The year asked for, or this one."""
    parts: "tuple[ListPart, ...]"
    page: Page[Any]

    @property
    def rows(self) -> tuple[ProjectRow, ...]:
        return tuple(row for part in self.parts for row in part.rows)

    @property
    def numbers(self) -> Iterator[int | str]:
        """Page numbers with gaps, as a reader turns pages."""
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)


def registry_page(
    projects: ProjectQuerySet,
    *,
    writable: ProjectQuerySet,
    reader: User,
    as_of: date,
    year: int | None = None,
    number: str | int = 1,
    asked: str = "",
    group: str = "",
    found: Indexed | None = None,
) -> RegistryPage:
    """A page of the set in its order, in six queries; `year` None: each project's own list year. `group`: one of
    `GROUP_KEYS`, by which the set is ordered first and whose column it has; two queries more. `found`: the same set in
    the index, which counts, adds up and, without groups, sorts it; two queries less.

    `reader`: whose stars the rows show. `asked`: the words of the search box, for each row to say why it is here. The
    keys of the page come first: what a row prints is asked for those alone, not for all the rows that are passed over
    before them.
    """
    if found:
        totals = indexed_totals(found.index, found.members())
    else:
        totals = registry_totals(projects, year=year or as_of.year, as_of=as_of)
    columns = ("pk", GROUP_KEYS[group]) if group else ("pk",)
    rows: Any = projects.values_list(*columns) if group or not found else _Sorted(found, totals.count)
    paginator = Pages(rows, PAGE_SIZE)
    paginator.count = totals.count  # known already
    page = paginator.get_page(number)
    keys = list(page.object_list) if totals.count else []
    printed = _printed([pk for pk, *_ in keys], writable, reader, year, as_of)
    groups = _by_group(keys, printed, year or as_of.year, as_of, asked)
    if not group:
        parts = [ListPart(None, tuple(rows)) for rows in groups.values()]
    else:
        lines = grouped_totals(projects, group, year=year or as_of.year, as_of=as_of)
        names = group_names(group, lines)
        parts = list(_parts(groups, lines, names, page.start_index()))
    return RegistryPage(totals, year or as_of.year, tuple(parts), page)


def _by_group(
    keys: Iterable[tuple[Any, ...]], printed: Mapping[int, Project], year: int, as_of: date, asked: str
) -> dict[GroupKey, list[ProjectRow]]:
    """The rows in the order of `keys`, by the group behind each key; all in one without groups."""
    rules, share = light_rules(as_of), time_share(year, as_of)
    groups: dict[GroupKey, list[ProjectRow]] = {}
    for pk, *key in keys:
        if pk in printed:  # else deleted a moment ago
            of_group = groups.setdefault(key[0] if key else None, [])
            of_group.append(_row(printed[pk], as_of, rules, share, asked))
    return groups


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The keys of a set of the index in its order, for the paginator."""

    found: Indexed
    count: int

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, cut: slice) -> list[tuple[int]]:
        return [(pk,) for pk in self.found.page(cut.start, cut.stop)]


def _parts(
    groups: Mapping[GroupKey, list[ProjectRow]],
    lines: Mapping[GroupKey, RegistryTotals],
    names: Mapping[GroupKey, str],
    start: int,
) -> Iterator[ListPart]:
    """The groups that stand on a page. `start`: the place of its first row in the whole set, counted from 1."""
    passed = 0
    for key, totals in lines.items():
        if key in groups:
            yield ListPart(
                GroupLine(key, names[key], totals), tuple(groups[key]), continued=passed + 1 < start
            )
        passed += totals.count


def registry_row(
    project: Project,
    *,
    writable: ProjectQuerySet,
    reader: User,
    as_of: date,
    year: int | None = None,
    asked: str = "",
) -> ProjectRow:
    """One project as the list shows it, whatever the list asks for; as `registry_page`, in three queries."""
    (found,) = _printed([project.pk], writable, reader, year, as_of).values()
    return _row(found, as_of, light_rules(as_of), time_share(year or as_of.year, as_of), asked)


def _printed(
    keys: Sequence[int], writable: ProjectQuerySet, reader: User, year: int | None, as_of: date
) -> dict[int, Project]:
    """With all that a row prints; two queries."""
    if not keys:
        return {}
    projects = Project.objects.filter(pk__in=keys).order_by().marked(writable).with_star(reader).facts()
    projects = projects.with_levels(year, as_of=as_of).with_reserve(as_of=as_of)
    projects = projects.with_amounts(year or as_of.year, by=as_of).with_latest_progress(by=as_of)
    return {project.pk: project for project in projects.prefetch_related("milestones")}


def _row(project: Any, as_of: date, rules: list[Rule], share: Fraction, asked: str = "") -> ProjectRow:
    return ProjectRow(
        project=project,
        levels=tuple(level for level in Level if getattr(project, f"on_{level}")),
        year=project.list_year,
        timeline=timeline(
            project, project.milestones.all(), as_of=as_of, rules=rules, in_reserve=project.in_reserve
        ),
        may_write=project.may_write,
        as_of=as_of,
        completion=Completion(project.reported, project.planned, share),
        progress=Progress(project.progress_month, project.progress) if project.progress else None,
        found=_why(project, asked) if asked else None,
    )


def _why(project: Project, asked: str) -> WhyFound:
    found = project.where_found(asked)
    marked = {entry.field: entry.parts for entry in found}
    reasons = tuple(
        Reason(
            f"{FIELDS[entry.field]}{'拼音' if entry.by_sound else ''}",
            () if entry.field in ON_THE_ROW else entry.parts,
        )
        for entry in found
    )
    return WhyFound(
        name=marked.get("name", (Part(project.name, False),)),
        enterprise=marked.get("enterprise", (Part(project.enterprise, False),)),
        reasons=reasons,
    )


def _levels(listings: Any, year: int, as_of: date) -> tuple[Level, ...]:
    """Lists of the year on which the project still stands, the highest first."""
    on_record = {entry.level for entry in listings if entry.year == year and entry.stands(as_of)}
    return tuple(level for level in Level if level in on_record)


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """Everything about one project but its history, as of a day."""

    project: Project
    timeline: Timeline
    levels: tuple[Level, ...]
    year: int | None
    facts: tuple[Fact, ...]
    texts: tuple[Fact, ...]
    """Facts of several lines."""
    listings: tuple[Listing, ...]
    plans: tuple[AnnualPlan, ...]
    openings: tuple[MonthlyReport, ...]
    """Reports that hold the opening balance of a year, the newest first."""
    money: ProjectMoney
    course: Course
    beyond_source: tuple[str, ...]
    """Facts that the project's source did not state: filled in or changed since it was named."""

    @property
    def other_year(self) -> int | None:
        """The year of `levels`, where it is not this one."""
        return None if self.year == self.timeline.as_of.year else self.year


def project_sheet(project: Project, *, as_of: date) -> ProjectSheet:
    """At most seven queries, however many records the project has."""
    milestones = list(project.milestones.with_proof().with_version().with_sources())
    listings = tuple(project.listings.select_related("source"))
    plans = tuple(project.annual_plans.all())
    reports = list(project.reports.select_related("submitted_by").order_by("-month"))
    helpers = list(project.participations.select_related("organisation").order_by("began_on", "pk"))
    year = list_year(listings, as_of=as_of)
    stages = timeline(
        project,
        milestones,
        as_of=as_of,
        rules=light_rules(as_of),
        in_reserve=any(
            entry.year == as_of.year and entry.category == Category.RESERVE and entry.stands(as_of)
            for entry in listings
        ),
    )
    return ProjectSheet(
        project=project,
        timeline=stages,
        levels=_levels(listings, year, as_of) if year else (),
        year=year,
        facts=project_facts(project, helpers, plans, as_of),
        texts=project_texts(project),
        listings=listings,
        plans=plans,
        openings=tuple(report for report in reports if report.opening is not None),
        money=project_money(project, reports, plans, as_of=as_of),
        course=course(stages),
        beyond_source=_beyond_source(project),
    )


def _beyond_source(project: Project) -> tuple[str, ...]:
    """The labels of the facts that differ from the version with which the present source was named."""
    if project.source_id is None:
        return ()
    origin, stated = (project.source_id, project.source_paragraph), None
    for version in project.history.order_by("-history_id").iterator():
        if (version.source_id, version.source_paragraph) != origin:
            break
        stated = version
    if stated is None:
        return ()
    return tuple(
        str(field.verbose_name).removesuffix("（元）")
        for field in stated.tracked_fields
        if field.name not in NOT_STATED and getattr(stated, field.attname) != getattr(project, field.attname)
    )


def stage_timeline(project: Project, *, as_of: date) -> Timeline:
    """The stages alone; one query."""
    return timeline(project, project.milestones.with_sources().with_version().with_proof(), as_of=as_of)

"""The register: how many projects and how much they invest, a page of rows, one project's sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Count, Sum

from projects.columns import PROJECTS, Holds, Record, stored_in
from projects.figures.completion.target import light_rules
from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.timeline import Timeline, timeline
from projects.models import AnnualPlan, Listing, MonthlyReport, Organisation, Project
from projects.models.listing import list_year
from projects.models.project import NOT_STATED, ProjectQuerySet
from projects.rules import completion, money
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
PLACED = frozenset({"name", "enterprise", "former_names", "place", "contact", "contact_phone"})
"""Short texts that the page of a project shows in a place of their own."""
NOBODY_NAMED = "未明确"
ON_THE_ROW = frozenset({"name", "enterprise"})


@dataclass(frozen=True, slots=True)
class RegistryTotals:
    """A set of projects in one line: investment in whole yuan, with how many have none on record."""

    count: int
    investment: completion.Sum


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
class RegistryPage:
    totals: RegistryTotals
    year: int
    """The year asked for, or this one."""
    rows: tuple[ProjectRow, ...]
    page: Page[int]

    @property
    def numbers(self) -> Iterator[int | str]:
        """Page numbers with gaps, as a reader turns pages."""
        return self.page.paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1)


def registry_totals(projects: ProjectQuerySet) -> RegistryTotals:
    """Count and total investment of the whole set; one query."""
    row = projects.order_by().aggregate(
        count=Count("pk"),
        known=Count("total_investment"),
        value=Sum("total_investment"),
    )
    count, known = row["count"] or 0, row["known"] or 0
    value = int(row["value"]) if known else None
    return RegistryTotals(count, completion.Sum(value, known, count - known))


def registry_page(
    projects: ProjectQuerySet,
    *,
    writable: ProjectQuerySet,
    as_of: date,
    year: int | None = None,
    number: str | int = 1,
    asked: str = "",
) -> RegistryPage:
    """A page of the set in its order, in five queries; `year` None: each project's own list year.

    `asked`: the words of the search box, for each row to say why it is here. The keys of the page come first: what
    a row prints is asked for those alone, not for all the rows that are passed over before them.
    """
    totals = registry_totals(projects)
    paginator = Pages(projects.values_list("pk", flat=True), PAGE_SIZE)
    paginator.count = totals.count  # known already
    page = paginator.get_page(number)
    keys = list(page.object_list) if totals.count else []
    printed = _printed(Project.objects.filter(pk__in=keys).order_by(), writable, year, as_of)
    found = {project.pk: project for project in printed.prefetch_related("milestones")} if keys else {}
    rules = light_rules(as_of)
    rows = tuple(
        _row(found[pk], as_of, rules, asked) for pk in keys if pk in found
    )  # else deleted a moment ago
    return RegistryPage(totals, year or as_of.year, rows, page)


def registry_row(
    project: Project, *, writable: ProjectQuerySet, as_of: date, year: int | None = None, asked: str = ""
) -> ProjectRow:
    """One project as the list shows it, whatever the list asks for; as `registry_page`, in three queries."""
    subject = Project.objects.filter(pk=project.pk)
    (found,) = _printed(subject, writable, year, as_of).prefetch_related("milestones")
    return _row(found, as_of, light_rules(as_of), asked)


def _printed(
    projects: ProjectQuerySet, writable: ProjectQuerySet, year: int | None, as_of: date
) -> ProjectQuerySet:
    """With all that a row prints but its stages."""
    return projects.marked(writable).facts().with_levels(year, as_of=as_of).with_reserve(as_of=as_of)


def _row(project: Any, as_of: date, rules: list[Rule], asked: str = "") -> ProjectRow:
    return ProjectRow(
        project=project,
        levels=tuple(level for level in Level if getattr(project, f"on_{level}")),
        year=project.list_year,
        timeline=timeline(
            project, project.milestones.all(), as_of=as_of, rules=rules, in_reserve=project.in_reserve
        ),
        may_write=project.may_write,
        as_of=as_of,
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
class Fact:
    """A label and what is known; `words` empty: nothing is, and `unknown` says so quietly."""

    label: str
    words: str
    unknown: str = "未填报"


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """Everything about one project but its history, as of a day."""

    project: Project
    timeline: Timeline
    levels: tuple[Level, ...]
    year: int | None
    facts: tuple[Fact, ...]
    listings: tuple[Listing, ...]
    plans: tuple[AnnualPlan, ...]
    openings: tuple[MonthlyReport, ...]
    """Reports that hold the opening balance of a year, the newest first."""
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
    helpers = [entry.organisation for entry in project.participations.select_related("organisation")]
    year = list_year(listings, as_of=as_of)
    return ProjectSheet(
        project=project,
        timeline=timeline(
            project,
            milestones,
            as_of=as_of,
            rules=light_rules(as_of),
            in_reserve=any(
                entry.year == as_of.year and entry.category == Category.RESERVE and entry.stands(as_of)
                for entry in listings
            ),
        ),
        levels=_levels(listings, year, as_of) if year else (),
        year=year,
        facts=_facts(project, helpers, _current_plan(plans, as_of)),
        listings=listings,
        plans=plans,
        openings=tuple(MonthlyReport.objects.openings().filter(project=project)),
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


def _current_plan(plans: Sequence[AnnualPlan], as_of: date) -> AnnualPlan | None:
    """The newest up to this year; where there is none yet, the first that is to come. `plans`: the newest first."""
    return next((plan for plan in plans if plan.year <= as_of.year), plans[-1] if plans else None)


def _facts(project: Project, helpers: list[Organisation], plan: AnnualPlan | None) -> tuple[Fact, ...]:
    published = "未公布" if project.source_id else "未填报"
    foreign = f"{project.foreign_amount} {project.get_foreign_currency_display()}"
    facts = [
        Fact("总投资", _yi(project.total_investment), published),
        Fact("协议投资", _yi(project.contract_amount), published),
        Fact("责任单位", _answering(project), NOBODY_NAMED),
        Fact("产业类别", str(project.industry or ""), published),
        Fact("建设性质", project.get_nature_display(), published),
        Fact("所属镇街", str(project.town or ""), published),
        Fact("所在园区", str(project.park or ""), published),
        Fact("建设地点", project.place, published),
        *_other_facts(project),
        Fact("责任人", " ".join(filter(None, (project.contact, project.contact_phone)))),
    ]
    if plan:
        facts.append(Fact(f"{plan.year} 年计划投资", _yi(plan.planned_investment)))
    else:
        facts.append(Fact("年度计划投资", ""))
    optional = [
        Fact("外资", foreign if project.foreign_amount is not None else ""),
        Fact("协同单位", "、".join(map(str, helpers))),
        Fact("国家投资项目代码", project.national_code),
        Fact("统一社会信用代码", project.credit_code),
        Fact("曾用名", project.former_names),
    ]
    return (*facts, *(fact for fact in optional if fact.words))


def _answering(project: Project) -> str:
    """罗溪镇（2026-03-01 起，此前：薛家镇至 2026-02-28）; one query more for a project that has moved."""
    unit = str(project.organisation or "")
    if not project.former_units:
        return unit
    named = Organisation.objects.in_bulk([former for former, _ in project.former_units if former])
    before = "，".join(
        f"{named.get(former, NOBODY_NAMED)}至 {date.fromisoformat(until) - timedelta(days=1)}"
        for former, until in reversed(project.former_units)
    )
    return f"{unit or NOBODY_NAMED}（{project.former_units[-1][1]} 起；此前：{before}）"


def _other_facts(project: Project) -> Iterator[Fact]:
    """The short texts that have no place of their own on the page, in the order of their columns."""
    for column in stored_in(Record.PROJECT, PROJECTS):
        if column.holds is Holds.TEXT and column.key not in PLACED:
            yield Fact(column.title, column.get(project))
        elif column.holds is Holds.DEGREES:
            degrees = column.get(project)
            yield Fact(column.title, "" if degrees is None else f"{degrees}°")


def _yi(yuan: int | None) -> str:
    return "" if yuan is None else f"{money.show(yuan, money.MoneyUnit.YI, 2)} 亿元"

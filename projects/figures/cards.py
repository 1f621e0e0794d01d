"""一项目一档: what one sheet of paper says of each project, for one project or for all that a list leaves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from projects.figures.completion.target import light_rules
from projects.figures.problems import ProblemLine, problem_lines
from projects.figures.project_money import ProjectMoney, project_money
from projects.figures.timeline import Timeline, timeline
from projects.models import AnnualPlan, Evidence, Listing, Milestone, MonthlyReport, Project
from projects.models.problem import ProblemQuerySet
from projects.models.project import ProjectQuerySet
from projects.rules.lights import Rule
from projects.rules.reporting import LOCKED
from projects.vocabulary import Category, Level


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """One project as of a day.

    `listings`: its lists of the newest list year, the highest first. `money`: as on its page; `plan`: that of the year
    of `money`. `report`: the newest that was handed in. `problems`: the open ones that the reader may read, the
    pressing first. `photo`: the newest.
    """

    project: Project
    timeline: Timeline
    listings: tuple[Listing, ...]
    money: ProjectMoney
    plan: AnnualPlan | None
    report: MonthlyReport | None
    problems: tuple[ProblemLine, ...]
    photo: Evidence | None


def project_cards(
    projects: ProjectQuerySet, *, problems: ProblemQuerySet, as_of: date, most: int
) -> list[ProjectCard]:
    """The first `most` of the set in its order; nine queries, however many there are.

    `problems`: those that the reader may read, of whatever project.
    """
    keys = list(projects.values_list("pk", flat=True)[:most])
    newest_first = Prefetch("reports", MonthlyReport.objects.order_by("-month"))
    read = Project.objects.filter(pk__in=keys).facts()
    read = read.prefetch_related("milestones", "annual_plans", newest_first)
    found = [
        _Records(
            project,
            list(project.milestones.all()),
            list(project.annual_plans.all()),
            list(project.reports.all()),
        )
        for project in read
    ]
    return _cards(keys, found, problems, as_of)


def known_cards(
    keys: Sequence[int], *, problems: ProblemQuerySet, as_of: date, known_at: datetime
) -> list[ProjectCard]:
    """Of these projects in their order, with the facts, stages, plans and reports that were known at the moment.

    Photos, problems and places on lists are those of today.
    """
    read = list(Project.history.as_of(known_at).filter(id__in=keys))
    prefetch_related_objects(read, "organisation", "industry", "town")
    milestones = _known(Milestone, keys, known_at, "stage")
    plans = _known(AnnualPlan, keys, known_at, "year")
    reports = _known(MonthlyReport, keys, known_at, "-month")
    found = [
        _Records(project, milestones[project.pk], plans[project.pk], reports[project.pk]) for project in read
    ]
    return _cards(keys, found, problems, as_of)


def _known[M: (Milestone, AnnualPlan, MonthlyReport)](
    model: type[M], keys: Sequence[int], known_at: datetime, order: str
) -> defaultdict[int, list[M]]:
    """By project, the records as they stood at the moment."""
    found: defaultdict[int, list[M]] = defaultdict(list)
    for record in model.history.as_of(known_at).filter(project_id__in=keys).order_by(order):
        found[record.project_id].append(record)
    return found


@dataclass(frozen=True, slots=True)
class _Records:
    """What a card is made of. `reports`: the newest first."""

    project: Project
    milestones: list[Milestone]
    plans: list[AnnualPlan]
    reports: list[MonthlyReport]


def _cards(
    keys: Sequence[int], records: Iterable[_Records], problems: ProblemQuerySet, as_of: date
) -> list[ProjectCard]:
    found = {each.project.pk: each for each in records}
    rules, listings = light_rules(as_of), _listings(keys, as_of)
    photos = _photos(Project.objects.filter(pk__in=keys))
    open_problems = _problems(problems.filter(project__in=keys), as_of)
    return [
        _card(found[pk], listings[pk], open_problems[pk], photos.get(pk), rules, as_of)
        for pk in keys
        if pk in found  # else deleted a moment ago
    ]


def _card(
    records: _Records,
    listings: tuple[Listing, ...],
    problems: tuple[ProblemLine, ...],
    photo: Evidence | None,
    rules: list[Rule],
    as_of: date,
) -> ProjectCard:
    project, reports, plans = records.project, records.reports, records.plans
    money = project_money(project, reports, plans, as_of=as_of)
    return ProjectCard(
        project=project,
        timeline=timeline(
            project,
            records.milestones,
            as_of=as_of,
            rules=rules,
            in_reserve=_is_reserve(listings, as_of),
        ),
        listings=listings,
        money=money,
        plan=next((plan for plan in plans if plan.year == money.year), None),
        report=next((report for report in reports if report.state in LOCKED and report.month <= as_of), None),
        problems=problems,
        photo=photo,
    )


def _listings(keys: Collection[int], as_of: date) -> defaultdict[int, tuple[Listing, ...]]:
    """By project, its places on the lists of its newest list year, the highest list first."""
    found: defaultdict[int, tuple[Listing, ...]] = defaultdict(tuple)
    order = list(Level)
    entries = Listing.objects.asked_for(None, as_of=as_of).filter(project__in=keys)
    for listing in sorted(entries, key=lambda listing: order.index(Level(listing.level))):
        found[listing.project_id] += (listing,)
    return found


def _is_reserve(listings: Iterable[Listing], as_of: date) -> bool:
    return any(entry.year == as_of.year and entry.category == Category.RESERVE for entry in listings)


def _photos(projects: ProjectQuerySet) -> dict[int, Evidence]:
    """By project, the photo that was sent last."""
    photos = Evidence.objects.of_projects(projects).exclude(shown="").select_related("milestone")
    return {photo.milestone.project_id: photo for photo in photos.order_by("uploaded_at", "pk")}


def known_photos(keys: Collection[int], *, as_of: date, known_at: datetime) -> dict[int, Evidence]:
    """By project, the newest photo taken (or, where its day is unknown, sent) by the day, as known at the moment."""
    stages = Milestone.objects.filter(project__in=keys)
    photos = Evidence.history.as_of(known_at).filter(milestone__in=stages).exclude(shown="")
    found = [
        photo for photo in photos if timezone.localtime(photo.taken_at or photo.uploaded_at).date() <= as_of
    ]
    prefetch_related_objects(found, "milestone")
    return {
        photo.milestone.project_id: photo
        for photo in sorted(found, key=lambda photo: (photo.uploaded_at, photo.pk))
    }


def _problems(problems: ProblemQuerySet, as_of: date) -> defaultdict[int, tuple[ProblemLine, ...]]:
    found: defaultdict[int, tuple[ProblemLine, ...]] = defaultdict(tuple)
    for line in problem_lines(problems.open_on(as_of).pressing_first(), today=as_of):
        found[line.problem.project_id] += (line,)
    return found

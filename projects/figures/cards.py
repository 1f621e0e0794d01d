"""一项目一档: what one sheet of paper says of each project, for one project or for all that a list leaves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from projects.figures.completion.target import light_rules
from projects.figures.problems import ProblemLine, problem_line, problem_lines
from projects.figures.project_money import ProjectMoney, project_money
from projects.figures.timeline import Timeline, timeline
from projects.models import AnnualPlan, Evidence, Listing, Milestone, MonthlyReport, Problem, Project
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
    listings, photos = _listings(keys, as_of), _photos(Project.objects.filter(pk__in=keys))
    open_problems = _problems(problems.filter(project__in=keys), as_of)
    found = [
        _Records(
            project,
            list(project.milestones.all()),
            list(project.annual_plans.all()),
            list(project.reports.all()),
            listings[project.pk],
            open_problems[project.pk],
            photos.get(project.pk),
        )
        for project in read
    ]
    return _cards(keys, found, as_of)


def known_cards(
    keys: Sequence[int], *, problems: ProblemQuerySet, as_of: date, known_at: datetime
) -> list[ProjectCard]:
    """Of these projects in their order, with what was known at the moment: facts, stages, plans, reports, places on
    lists, problems and photos. `problems`: those that the reader may read today.
    """
    read = list(Project.history.as_of(known_at).filter(id__in=keys))
    prefetch_related_objects(read, "organisation", "industry", "town")
    milestones = _known(Milestone, keys, known_at, "stage")
    plans = _known(AnnualPlan, keys, known_at, "year")
    reports = _known(MonthlyReport, keys, known_at, "-month")
    listings = _known(Listing, keys, known_at, "pk")
    open_problems = _known_problems(read, problems, as_of, known_at)
    photos = known_photos(keys, as_of=as_of, known_at=known_at)
    found = [
        _Records(
            project,
            milestones[project.pk],
            plans[project.pk],
            reports[project.pk],
            _standing(listings[project.pk], as_of),
            open_problems[project.pk],
            photos.get(project.pk),
        )
        for project in read
    ]
    return _cards(keys, found, as_of)


def _standing(listings: Iterable[Listing], as_of: date) -> tuple[Listing, ...]:
    """The places of the newest list year of one project on the day, the highest list first."""
    order = list(Level)
    begun = [
        entry
        for entry in listings
        if entry.year <= as_of.year and (entry.listed_on is None or entry.listed_on <= as_of)
    ]
    year = max((entry.year for entry in begun), default=0)
    own = [
        entry
        for entry in begun
        if entry.year == year and (entry.removed_on is None or entry.removed_on > as_of)
    ]
    return tuple(sorted(own, key=lambda entry: order.index(Level(entry.level))))


def _known_problems(
    projects: Iterable[Project], readable: ProblemQuerySet, as_of: date, known_at: datetime
) -> defaultdict[int, tuple[ProblemLine, ...]]:
    """By project, the problems that were open on the day as far as it was known, the pressing first."""
    found: defaultdict[int, tuple[ProblemLine, ...]] = defaultdict(tuple)
    by_key = {project.pk: project for project in projects}
    own = readable.filter(project__in=by_key).values_list("pk", flat=True)
    rows = Problem.history.as_of(known_at).filter(id__in=list(own), raised_on__lte=as_of)
    problems = list(rows.exclude(resolved_on__lte=as_of))
    prefetch_related_objects(problems, "organisation")
    for problem in sorted(problems, key=lambda problem: (problem.due_on or date.max, problem.pk)):
        problem.project = by_key[problem.project_id]
        problem.resolved_on = None  # on the day nobody had closed it
        found[problem.project_id] += (problem_line(problem, as_of),)
    return found


def _known[M: (Milestone, AnnualPlan, MonthlyReport, Listing)](
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
    listings: tuple[Listing, ...]
    problems: tuple[ProblemLine, ...]
    photo: Evidence | None


def _cards(keys: Sequence[int], records: Iterable[_Records], as_of: date) -> list[ProjectCard]:
    found, rules = {each.project.pk: each for each in records}, light_rules(as_of)
    return [_card(found[pk], rules, as_of) for pk in keys if pk in found]  # else deleted a moment ago


def _card(records: _Records, rules: list[Rule], as_of: date) -> ProjectCard:
    project, reports, plans = records.project, records.reports, records.plans
    money = project_money(project, reports, plans, as_of=as_of)
    return ProjectCard(
        project=project,
        timeline=timeline(
            project,
            records.milestones,
            as_of=as_of,
            rules=rules,
            in_reserve=_is_reserve(records.listings, as_of),
        ),
        listings=records.listings,
        money=money,
        plan=next((plan for plan in plans if plan.year == money.year), None),
        report=next((report for report in reports if report.state in LOCKED and report.month <= as_of), None),
        problems=records.problems,
        photo=records.photo,
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

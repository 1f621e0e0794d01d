"""Projects as OC4IDS 0.9 says them, the open standard for data about infrastructure projects.

`docs/oc4ids.md` says what of the register the standard cannot express. What is not known exactly is left out and not
guessed: a day that is known to the month only is words in a description, and no date.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import batched
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from projects.models import AnnualPlan, DistrictMap, Milestone, MonthlyReport, Project
from projects.models.project import ProjectQuerySet
from projects.rules import lifecycle, periods
from projects.vocabulary import Datum, Nature, Precision, SideState, Stage

VERSION = "0.9"
CHUNK = 500
"""Projects that are read at a time."""

type Json = dict[str, Any]

STATUS_BEFORE = "identification"
STATUS = {
    Stage.NEGOTIATING: "identification",
    Stage.SIGNED: "identification",
    Stage.REGISTERED: "preparation",
    Stage.FILED: "preparation",
    Stage.LAND: "preparation",
    Stage.STARTED: "implementation",
    Stage.TOPPED_OUT: "implementation",
    Stage.COMPLETED: "completion",
    Stage.IN_PRODUCTION: "maintenance",
    Stage.FULL_CAPACITY: "maintenance",
}
"""By the furthest stage that was reached; codes of projectStatus.csv, a closed list."""
TYPES = {
    Nature.NEW_BUILD: "construction",
    Nature.EXPANSION: "expansion",
    Nature.REBUILT_LARGER: "expansion",
    Nature.REBUILDING: "rehabilitation",
    Nature.RESTORATION: "rehabilitation",
    Nature.UPGRADE: "rehabilitation",
    Nature.RELOCATION: "replacement",
}
"""Codes of projectType.csv, a closed list; 设备 has none."""
APPROVALS = frozenset({Stage.REGISTERED, Stage.FILED, Stage.LAND})


def oc4ids_projects(projects: ProjectQuerySet, *, as_of: date) -> Iterator[Json]:
    """Each project of the set as the standard's JSON, in the order of the set; seven queries for each `CHUNK`."""
    pins = _has_pins_of_the_world()
    keys = list(projects.values_list("pk", flat=True))
    for chunk in batched(keys, CHUNK):
        found = Project.objects.select_related("organisation", "industry", "town").in_bulk(chunk)
        milestones = _by_project(Milestone.objects.filter(project__in=chunk).exclude(skipped=True))
        plans = _by_project(AnnualPlan.objects.filter(project__in=chunk).order_by("year"))
        reports = _by_project(MonthlyReport.objects.approved().filter(project__in=chunk).order_by("month"))
        updated = _updated(chunk)
        for pk in chunk:
            if pk in found:
                yield _project(
                    found[pk], milestones[pk], plans[pk], reports[pk], updated[pk], as_of=as_of, pins=pins
                )


def _by_project(rows: Iterable[Any]) -> dict[int, list[Any]]:
    by_project: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_project[row.project_id].append(row)
    return by_project


def _updated(keys: Collection[int]) -> dict[int, datetime]:
    """When anything that is exported of each project was written last."""
    newest: dict[int, datetime] = {}
    for model, column in (
        (Project, "id"),
        (Milestone, "project_id"),
        (AnnualPlan, "project_id"),
        (MonthlyReport, "project_id"),
    ):
        entries = model.history.filter(**{f"{column}__in": keys}).order_by()
        for pk, at in entries.values_list(column).annotate(at=Max("history_date")):
            newest[pk] = max(at, newest.get(pk, at))
    return newest


def _has_pins_of_the_world() -> bool:
    """Whether longitude and latitude are those of the world, as GeoJSON wants them, and not shifted ones."""
    drawn = DistrictMap.objects.in_force()
    return drawn is not None and drawn.datum == Datum.CGCS2000


def _project(
    project: Project,
    milestones: list[Milestone],
    plans: list[AnnualPlan],
    reports: list[MonthlyReport],
    updated: datetime,
    *,
    as_of: date,
    pins: bool,
) -> Json:
    reached = {entry.stage: entry for entry in milestones if entry.reached_on and entry.reached_on <= as_of}
    nature = TYPES.get(Nature(project.nature)) if project.nature else None
    return _known(
        id=oc4ids_id(project.pk),
        updated=timezone.localtime(updated).isoformat(),
        language="zh",
        identifiers=[_known(id=project.national_code, scheme="国家投资项目代码")]
        if project.national_code
        else None,
        title=project.name,
        description=project.content,
        status=_status(project, reached, as_of),
        type=nature,
        budget=_known(amount=_yuan(project.total_investment)),
        period=_known(
            startDate=_exact_day(reached.get(Stage.STARTED)), endDate=_exact_day(reached.get(Stage.COMPLETED))
        ),
        locations=_locations(project, pins=pins),
        additionalClassifications=_classifications(project),
        publicAuthority=_reference(project),
        parties=_parties(project),
        milestones=[each for entry in milestones if (each := _milestone(entry, as_of))],
        forecasts=_metric(
            "年度计划投资", [_plan(plan) for plan in plans if plan.planned_investment is not None]
        ),
        metrics=[
            *_metric("完成投资", [_invested(report) for report in reports if report.invested is not None]),
            *_physical([_progress(report) for report in reports if report.progress]),
        ],
    )


def oc4ids_id(pk: int) -> str:
    """The project's number behind the prefix that the standard's help desk gives to a publisher."""
    return f"{settings.OC4IDS_PREFIX}-{pk}"


def _status(project: Project, reached: Mapping[str, Milestone], as_of: date) -> str:
    if any(still.state == SideState.TERMINATED and still.covers(as_of) for still in project.standstills):
        return "cancelled"
    furthest = next((stage for stage in reversed(lifecycle.CHAIN) if stage in reached), None)
    return STATUS[furthest] if furthest else STATUS_BEFORE


def _milestone(entry: Milestone, as_of: date) -> Json | None:
    """None where nothing is known of the stage. The due day of a month is its last one: due not later than that."""
    stage = Stage(entry.stage)
    is_met = entry.reached_on is not None and entry.reached_on <= as_of
    if not is_met and entry.current_on is None:
        return None
    words = [_worded("计划", entry.current_on, entry.current_precision)]
    if is_met:
        words.append(_worded("实际", entry.reached_on, entry.reached_precision))
    status = (
        "met"
        if is_met
        else "notMet"
        if entry.current_on is not None and entry.current_on < as_of
        else "scheduled"
    )
    return _known(
        id=str(stage),
        title=stage.label,
        type="approval" if stage in APPROVALS else "delivery",
        code=str(stage),
        description="；".join(filter(None, words)),
        dueDate=_moment(entry.current_on) if entry.current_on else None,
        dateMet=_exact_day(entry) if is_met else None,
        status=status,
    )


def _exact_day(entry: Milestone | None) -> str | None:
    if entry is None or entry.reached_on is None or entry.reached_precision != Precision.DAY:
        return None
    return _moment(entry.reached_on)


def _worded(what: str, on: date | None, precision: str) -> str:
    """计划2024年9月; "" for a day, which its own field says."""
    if on is None or not precision or precision == Precision.DAY:
        return ""
    return f"{what}{periods.wording(on, Precision(precision))}"


def _metric(title: str, observations: list[Json]) -> list[Json]:
    return [{"id": "financialProgress", "title": title, "observations": observations}] if observations else []


def _physical(observations: list[Json]) -> list[Json]:
    return (
        [{"id": "physicalProgress", "title": "形象进度", "observations": observations}]
        if observations
        else []
    )


def _plan(plan: AnnualPlan) -> Json:
    first, last = date(plan.year, 1, 1), date(plan.year, 12, 31)
    return _known(id=str(plan.year), period=_period(first, last), value=_yuan(plan.planned_investment))


def _invested(report: MonthlyReport) -> Json:
    return _known(id=_month(report), period=_month_of(report), value=_yuan(report.invested))


def _progress(report: MonthlyReport) -> Json:
    return _known(id=_month(report), period=_month_of(report), notes=report.progress)


def _month(report: MonthlyReport) -> str:
    return f"{report.month:%Y-%m}"


def _month_of(report: MonthlyReport) -> Json:
    return _period(report.month, periods.month_end(report.month))


def _period(first: date, last: date) -> Json:
    return {"startDate": _moment(first), "endDate": _moment(last, end=True)}


def _moment(day: date, *, end: bool = False) -> str:
    """The beginning of the day in local time, or its last second."""
    begins = timezone.make_aware(datetime.combine(day, time()))
    return (begins + timedelta(days=1, seconds=-1) if end else begins).isoformat()


def _yuan(amount: int | None) -> Json | None:
    return None if amount is None else {"amount": amount, "currency": "CNY"}


def _locations(project: Project, *, pins: bool) -> list[Json] | None:
    geometry = None
    if pins and project.longitude is not None and project.latitude is not None:
        geometry = {"type": "Point", "coordinates": [float(project.longitude), float(project.latitude)]}
    if not (project.place or geometry or project.town):
        return None
    address = _known(streetAddress=project.place, locality=project.town.name if project.town else None)
    return [_known(id="1", description=project.place, geometry=geometry, address=address or None)]


def _classifications(project: Project) -> list[Json] | None:
    industry = project.industry
    if industry is None:
        return None
    return [{"scheme": "产业类别", "id": str(industry.pk), "description": industry.name}]


def _reference(project: Project) -> Json | None:
    unit = project.organisation
    return None if unit is None else {"id": f"unit-{unit.pk}", "name": unit.name}


def _parties(project: Project) -> list[Json]:
    parties = []
    if (unit := project.organisation) is not None:
        parties.append({"id": f"unit-{unit.pk}", "name": unit.name, "roles": ["publicAuthority"]})
    if project.enterprise:
        code = _known(scheme="统一社会信用代码", id=project.credit_code, legalName=project.enterprise)
        parties.append(
            _known(
                id=f"enterprise-{project.pk}",
                name=project.enterprise,
                identifier=code if project.credit_code else None,
                roles=["funder"],
            )
        )
    return parties


def _known(**facts: Any) -> Json:
    """Without what is unknown or empty: the standard has no nulls and no empty lists."""
    return {key: value for key, value in facts.items() if value not in (None, "", [], {})}

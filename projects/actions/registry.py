"""Register a project, change it, and put it on the lists of a year."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from projects.actions import project_news
from projects.actions.auditing import note
from projects.actions.recording import erase, record
from projects.models import AnnualPlan, Listing, Organisation, Participation, Project, User
from projects.models.listing import year_fault
from projects.models.project import ProjectQuerySet
from projects.models.versions import ProjectVersions, newest_version, versions_of
from projects.rules.broken import Overtaken, RuleBroken
from projects.vocabulary import AuditAct

HELPED_AHEAD = "协同单位变更日期不能晚于今天。"

type YearRecord = Listing | AnnualPlan


@transaction.atomic
def register(project: Project, *, by: User, reason: str = "") -> Project:
    """Save a new project."""
    record(project, by=by, reason=reason or "新建项目")
    project_news.assigned(project, None, on=timezone.localdate(), by=by)
    return project


@transaction.atomic
def amend(project: Project, *, by: User, reason: str) -> Project:
    """Save changed facts of a project; the reason is stored in the history."""
    _demand(reason)
    before = project_news.unit_of(project)
    record(project, by=by, reason=reason)
    project_news.assigned(project, before, on=timezone.localdate(), by=by)
    return project


@transaction.atomic
def amend_fact(project: Project, label: str, *, version: int | None, by: User, reason: str = "") -> Project:
    """Save one changed fact, which names itself where no rule asks for a reason.

    `version`: the newest version that the writer has seen; Overtaken when somebody has written since.
    """
    Project.objects.select_for_update().get(pk=project.pk)
    newest = newest_version(Project, project.pk)
    if version != (newest.history_id if newest else None):
        raise Overtaken("别人刚刚改过这个项目，请核对后再保存。")
    return amend(project, by=by, reason=reason or f"修改{label}") if _differs(project) else project


@transaction.atomic
def keep_year(
    project: Project,
    kept: Iterable[YearRecord],
    *,
    dropped: Iterable[models.Model] = (),
    by: User,
    reason: str,
) -> Project:
    """Save the listings and annual plans of a project, and remove those entered by mistake."""
    for entry in dropped:
        erase(entry, by=by, reason=reason)
    for entry in kept:
        entry.project = project
        _demand_year(entry)
        record(entry, by=by, reason=reason)
    return project


@transaction.atomic
def set_helpers(
    project: Project, helpers: Iterable[Organisation], *, on: date | None = None, by: User, reason: str
) -> Project:
    """Set the helping units of the project, without the responsible unit, from the day on (None: for all days).

    Who helps no more has helped until then; RuleBroken for a day on which the unit still, or already, helped.
    """
    if on is not None and on > timezone.localdate():
        raise RuleBroken(HELPED_AHEAD)
    wanted = {unit.pk: unit for unit in helpers if unit.pk != project.organisation_id}
    present = {entry.organisation_id: entry for entry in project.participations.helping()}
    for pk, entry in present.items():
        if pk not in wanted:
            _stop_helping(entry, on, by=by, reason=reason)
    for pk, unit in wanted.items():
        if pk not in present:
            added = Participation(project=project, organisation=unit, began_on=on)
            _demand_clean(added)
            record(added, by=by, reason=reason)
    return project


def _stop_helping(entry: Participation, on: date | None, *, by: User, reason: str) -> None:
    """A unit that would have helped on no day is removed."""
    if on is None or (entry.began_on is not None and entry.began_on >= on):
        erase(entry, by=by, reason=reason)
        return
    entry.ended_on = on
    record(entry, by=by, reason=reason)


def _demand_clean(entry: Participation) -> None:
    try:
        entry.clean()
    except ValidationError as fault:
        raise RuleBroken("；".join(fault.messages)) from fault


@transaction.atomic
def keep(
    project: Project,
    *,
    years: Iterable[YearRecord] = (),
    dropped: Iterable[models.Model] = (),
    helpers: Iterable[Organisation] = (),
    helped_on: date | None = None,
    versions: ProjectVersions | None = None,
    by: User,
    reason: str = "",
) -> Project:
    """Save the whole sheet of a project: facts, lists, plans, helpers; what is unchanged leaves no entry.

    `helped_on`: the day from which other units help. `versions`: what stood when the sheet was made; raises Overtaken
    when somebody has written since.
    """
    if project._state.adding:
        register(project, by=by, reason=reason)
    else:
        _demand(reason)
        _demand_newest(project, versions)
        if _differs(project):
            amend(project, by=by, reason=reason)
    why = reason or "新建项目"
    keep_year(project, years, dropped=dropped, by=by, reason=why)
    return set_helpers(project, helpers, on=helped_on, by=by, reason=why)


@transaction.atomic
def hand_over(
    projects: ProjectQuerySet,
    contact: str,
    *,
    to: str,
    phone: str = "",
    expected: int,
    by: User,
    reason: str,
) -> list[Project]:
    """Give all projects of one person, among `projects`, to another; each keeps who, when and why.

    `expected`: how many the writer was shown; raises Overtaken when it is another number now.
    """
    _demand(reason)
    if to == contact:
        raise RuleBroken(f"{to}已是这些项目的责任人。")
    locked = list(projects.in_charge_of(contact).order_by("pk").select_for_update(of=("self",)))
    if len(locked) != expected:
        raise Overtaken(f"{contact}现在负责 {len(locked)} 个项目，不是刚才的 {expected} 个，请核对后再移交。")
    for project in locked:
        project.contact, project.contact_phone = to, phone
        record(project, by=by, reason=f"移交（{contact} → {to}）：{reason}")
    note(AuditAct.HANDOVER, by=by, subject=f"责任人：{contact} → {to}", detail=reason, rows=len(locked))
    return locked


def _demand(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("请写明变更原因。")


def _demand_year(entry: YearRecord) -> None:
    """A new record is of next year at the latest; who made an older one has been asked."""
    fault = year_fault(entry.year, today=timezone.localdate()) if entry._state.adding else ""
    if fault:
        raise RuleBroken(fault)


def _demand_newest(project: Project, versions: ProjectVersions | None) -> None:
    """Nobody has written since `versions`, and nobody writes until the transaction ends."""
    Project.objects.select_for_update().get(pk=project.pk)
    if versions is not None and versions_of(project) != versions:
        raise Overtaken("别人刚刚改过这个项目，请核对后再保存。")


def _differs(project: Project) -> bool:
    """Whether anything would change on record."""
    stored = Project.objects.get(pk=project.pk)
    columns = [field.attname for field in Project._meta.concrete_fields]
    return any(getattr(project, column) != getattr(stored, column) for column in columns)

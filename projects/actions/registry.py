"""Putting a project on the register, changing it, and placing it on the lists of a year."""

from collections.abc import Iterable

from django.db import models, transaction

from projects.actions.recording import erase, record
from projects.models import AnnualPlan, Listing, Organisation, Participation, Project, User
from projects.rules.broken import RuleBroken

type YearRecord = Listing | AnnualPlan


@transaction.atomic
def register(project: Project, *, by: User, reason: str = "") -> Project:
    """Enter a new project."""
    record(project, by=by, reason=reason or "新建项目")
    return project


@transaction.atomic
def amend(project: Project, *, by: User, reason: str) -> Project:
    """Save changed facts of a project; the reason is what the history will say."""
    _demand(reason)
    record(project, by=by, reason=reason)
    return project


@transaction.atomic
def keep_year(
    project: Project,
    kept: Iterable[YearRecord],
    *,
    dropped: Iterable[models.Model] = (),
    by: User,
    reason: str,
) -> Project:
    """Write the listings and annual plans of a project, and take back those entered by mistake."""
    for entry in dropped:
        erase(entry, by=by, reason=reason)
    for entry in kept:
        entry.project = project
        record(entry, by=by, reason=reason)
    return project


@transaction.atomic
def set_helpers(project: Project, helpers: Iterable[Organisation], *, by: User, reason: str) -> Project:
    """Make exactly these units help with the project; the responsible unit is not its own helper."""
    wanted = {unit.pk: unit for unit in helpers if unit.pk != project.organisation_id}
    present = {entry.organisation_id: entry for entry in project.participations.all()}
    for pk, entry in present.items():
        if pk not in wanted:
            erase(entry, by=by, reason=reason)
    for pk, unit in wanted.items():
        if pk not in present:
            record(Participation(project=project, organisation=unit), by=by, reason=reason)
    return project


@transaction.atomic
def keep(
    project: Project,
    *,
    years: Iterable[YearRecord] = (),
    dropped: Iterable[models.Model] = (),
    helpers: Iterable[Organisation] = (),
    by: User,
    reason: str = "",
) -> Project:
    """Save the whole sheet of a project: facts, lists, plans, helpers; what is unchanged leaves no entry."""
    if project._state.adding:
        register(project, by=by, reason=reason)
    else:
        _demand(reason)
        if _differs(project):
            amend(project, by=by, reason=reason)
    why = reason or "新建项目"
    keep_year(project, years, dropped=dropped, by=by, reason=why)
    return set_helpers(project, helpers, by=by, reason=why)


def _demand(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("请写明变更原因。")


def _differs(project: Project) -> bool:
    """Whether anything would change on record; the row is locked until the transaction ends."""
    stored = Project.objects.select_for_update().get(pk=project.pk)
    columns = [field.attname for field in Project._meta.concrete_fields]
    return any(getattr(project, column) != getattr(stored, column) for column in columns)

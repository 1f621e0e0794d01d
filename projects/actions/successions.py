"""Split a project into parts, merge one into another, and take that back: each counts once on every day."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from projects.actions.guarding import RecordChange, explained, refusals, share_register
from projects.actions.recording import erase, record
from projects.models import Listing, Milestone, Participation, Project, User
from projects.rules.broken import RuleBroken

ITS_OWN = (
    *("name", "former_names", "national_code", "total_investment", "contract_amount"),
    *("longitude", "latitude"),
)
"""Facts of a project that its parts do not share."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a split project; `total_investment` in yuan, None where it is unknown."""

    name: str
    total_investment: int | None = None


@transaction.atomic
def split_project(
    project: Project, parts: Sequence[Part], *, on: date, by: User, reason: str
) -> list[Project]:
    """The project counts until the day before, its parts from the day on; what it reported stays in the year's sums.

    A part takes over facts, units, stages and the places on lists of the year of the day. Its plans are entered anew.
    """
    locked = _locked(project, on)
    if len(parts) < 2:
        raise RuleBroken("拆分至少要有两个项目，一行一个。")
    if locked.side_state:
        raise RuleBroken(f"项目已{locked.get_side_state_display()}，请先恢复推进再拆分。")
    why = explained(f"{on}由{locked}拆分", reason)
    _end(
        locked,
        on,
        into=None,
        by=by,
        why=explained(f"{on}拆分为" + "、".join(part.name for part in parts), reason),
    )
    return [_made(locked, part, on, by=by, why=why) for part in parts]


@transaction.atomic
def merge_project(
    project: Project, into: Project, *, on: date, is_new: bool = False, by: User, reason: str
) -> Project:
    """From the day on `into` counts in the place of the project; what was reported stays in the year's sums.

    `is_new`: the other one was registered for this and counts from the day on only.
    """
    locked, target = _locked(project, on), Project.objects.select_for_update(of=("self",)).get(pk=into.pk)
    if target.pk == locked.pk:
        raise RuleBroken("不能并入自己。")
    if target.ended_on is not None:
        raise RuleBroken(f"{target}已于 {target.ended_on} 拆分或合并，请选择现在的项目。")
    if target.began_on is not None and target.began_on > on:
        raise RuleBroken(f"{target}从 {target.began_on} 起计，合并日期不能早于这一天。")
    why = explained(f"{on}并入{target}", reason)
    if is_new and target.began_on is None:
        before = copy(target)
        target.began_on = on
        _write(before, target, by=by, why=explained(f"{on}由{locked}等合并", reason))
    _end(locked, on, into=target, by=by, why=why)
    return target


@transaction.atomic
def undo_succession(project: Project, *, by: User, reason: str) -> Project:
    """Take a split or a merger back: the project counts on, its parts go.

    Raises RuleBroken where a part was worked on since.
    """
    locked = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if locked.ended_on is None:
        raise RuleBroken("项目没有拆分或合并，无需撤销。")
    why, target, ended_on = explained("撤销拆分或合并", reason), locked.merged_into, locked.ended_on
    parts = list(locked.parts.order_by("pk"))
    for part in parts:
        _demand_untouched(part)
    before = copy(locked)
    locked.ended_on = locked.merged_into = None
    _write(before, locked, by=by, why=why)
    for part in parts:
        erase(part, by=by, reason=why)
    if target is not None and _began_by_merging(target, ended_on):
        was = copy(target)
        target.began_on = None
        _write(was, target, by=by, why=why)
    return locked


def _began_by_merging(target: Project, on: date) -> bool:
    """Whether it was registered for mergers that have all been taken back."""
    return target.began_on == on and target.split_from_id is None and not target.merged.exists()


def _locked(project: Project, on: date) -> Project:
    locked = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if locked.ended_on is not None:
        raise RuleBroken(f"项目已于 {locked.ended_on} 拆分或合并。")
    if on > timezone.localdate():
        raise RuleBroken("拆分、合并的日期不能晚于今天。")
    if locked.began_on is not None and on <= locked.began_on:
        raise RuleBroken(f"项目从 {locked.began_on} 起计，日期应在这之后。")
    return locked


def _end(project: Project, on: date, *, into: Project | None, by: User, why: str) -> None:
    before = copy(project)
    project.ended_on, project.merged_into = on, into
    _write(before, project, by=by, why=why)


def _write(before: Project, after: Project, *, by: User, why: str) -> None:
    """Raises RuleBroken where a sealed month counts the project otherwise."""
    share_register()
    write = RecordChange(before, after).counted
    for sentence in refusals([write] if write else [], by=by, reason=why).values():
        raise RuleBroken(sentence)
    record(after, by=by, reason=why)


def _made(project: Project, part: Part, on: date, *, by: User, why: str) -> Project:
    """A new project with what the part takes over."""
    taken = {
        field.attname: getattr(project, field.attname)
        for field in Project._meta.concrete_fields
        if field.editable
        and not field.primary_key
        and field.name not in (*ITS_OWN, "source", "source_paragraph")
    }
    made = Project(**taken | {"foreign_amount": None, "foreign_currency": ""})
    made.name, made.total_investment = part.name, part.total_investment
    made.began_on, made.split_from = on, project
    record(made, by=by, reason=why)
    for row in _taken_over(project, on):
        after = copy(row)
        after.pk, after._state.adding = None, True
        after.project = made  # type: ignore[attr-defined]  # each of these tables has one
        record(after, by=by, reason=why)
    return made


def _taken_over(project: Project, on: date) -> list[Model]:
    listings = Listing.objects.filter(project=project, year__gte=on.year)
    return [
        *(entry for entry in listings if entry.year > on.year or entry.stands(on)),
        *Milestone.objects.filter(project=project),
        *Participation.objects.helping().filter(project=project),
    ]


def _demand_untouched(part: Project) -> None:
    """Nothing was added to the part, and nothing of it was changed, since it was made."""
    added = (part.reports, part.annual_plans, part.problems)
    changed = (
        Project.history.filter(id=part.pk),
        *(model.history.filter(project=part.pk) for model in (Listing, Milestone, Participation)),
    )
    if (
        part.ended_on is not None
        or any(rows.exists() for rows in added)
        or any(entries.exclude(history_type="+").exists() for entries in changed)
    ):
        raise RuleBroken(f"{part}在拆分之后又有改动，不能撤销；请先撤销后来的改动。")

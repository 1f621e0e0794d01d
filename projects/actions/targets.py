"""Setting the year's targets, changing one, taking one back; the history keeps every version."""

from collections.abc import Mapping

from django.db import transaction

from projects.actions.recording import erase, record
from projects.models import Organisation, Target, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import Indicator

HAS_CURVE = "已有逐月累计计划，请点“详情”把目标与逐月计划一起修改。"
WANTS_REASON = "修改或取消已有的目标，请写明原因。"

type Cell = tuple[int | None, Indicator]
type Change = tuple[int | None, int | None]


@transaction.atomic
def set_targets(
    year: int, level: str, changes: Mapping[Cell, Change], *, by: User, reason: str = ""
) -> list[Target]:
    """Write the changed cells of a year's grid, all or none: each (amount seen, amount wanted) in yuan or projects.

    A cell that is emptied takes its target back, or leaves what a source states of it. One that somebody has
    changed since it was seen is refused.
    """
    if any(seen is not None for seen, _ in changes.values()):
        _demand(reason)
    units: dict[int | None, str] = {None: "全区"}
    units |= {unit.pk: str(unit) for unit in _locked_units()}
    present = {
        (target.organisation_id, Indicator(target.indicator)): target
        for target in Target.objects.filter(year=year, level=level)
    }
    written = []
    for cell, (seen, wanted) in changes.items():
        label = f"{units[cell[0]]}{cell[1].label}"
        target = present.get(cell) or _revived(year, level, cell)
        if target.amount != seen:
            raise RuleBroken(f"{label}：目标刚刚被别人改过，请重新打开页面核对后再保存。")
        if target.curve and wanted is not None:
            raise RuleBroken(f"{label}：{HAS_CURVE}")
        written.append(_write(target, wanted, by=by, reason=reason))
    return written


@transaction.atomic
def amend(target: Target, *, seen: int, by: User, reason: str) -> Target:
    """Save the changed terms of a target; `seen` is the entry of its history that the writer saw."""
    _demand(reason)
    _check_unchanged(target, seen)
    record(target, by=by, reason=reason)
    return target


@transaction.atomic
def withdraw(target: Target, *, seen: int, by: User, reason: str) -> None:
    """Take a target back, whatever it says; its history stays."""
    _demand(reason)
    _check_unchanged(target, seen)
    erase(target, by=by, reason=reason)


def _write(target: Target, wanted: int | None, *, by: User, reason: str) -> Target:
    stated = target.stated_met and target.source_id is not None
    if wanted is None and not stated:
        erase(target, by=by, reason=reason)
        return target
    target.amount = wanted
    target.curve = None
    record(target, by=by, reason=reason or "填写年度目标")
    return target


def _revived(year: int, level: str, cell: Cell) -> Target:
    """A new target for the cell; one that was taken back comes again under its number, and so does its history."""
    unit, indicator = cell
    target = Target(year=year, level=level, indicator=indicator, organisation_id=unit)
    versions = Target.history.filter(year=year, level=level, indicator=indicator, organisation_id=unit)
    last = versions.order_by("-history_date", "-history_id").first()
    if last is not None and last.history_type == "-":
        target.pk = last.id
    return target


def _locked_units() -> list[Organisation]:
    """Every unit, while nobody else may write a grid."""
    return list(Organisation.objects.select_for_update(no_key=True))


def _check_unchanged(target: Target, seen: int) -> None:
    """Refuse to write over what somebody else has written in the meantime."""
    _locked_units()
    newest = target.history.latest()
    if newest.history_id != seen or newest.history_type == "-":
        raise RuleBroken("这项目标刚刚被别人改过，请重新打开页面核对后再保存。")


def _demand(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken(WANTS_REASON)

"""Write the plans of several stages of a project at once, all or none."""

from collections.abc import Callable, Collection, Iterable, Mapping

from django.db import transaction

from projects.actions import lifecycle
from projects.models import Milestone, Project, User
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.plans import PlanChange, faults_by_stage
from projects.vocabulary import Stage


class PlansRefused(RuleBroken):
    """Plans that cannot be written: why, by stage."""

    def __init__(self, faults: Mapping[Stage, str]) -> None:
        super().__init__("；".join(faults.values()))
        self.faults = faults


class PlansOvertaken(Overtaken):
    """Stages that somebody else has written since the base version."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        self.stages = tuple(stages)
        super().__init__(f"{'、'.join(stage.label for stage in self.stages)}刚刚被别人改过，请核对后再保存。")


@transaction.atomic
def set_plans(project: Project, changes: Iterable[PlanChange], *, by: User) -> list[Milestone]:
    """Write each change as a new plan, or as a postponement where it is later than the present one.

    Raises PlansOvertaken, PlansRefused for what cannot be written or stands in the wrong order, and writes nothing.
    """
    asked = list(changes)
    written, faults, overtaken = [], {}, []
    for change in asked:
        try:
            written.append(_set(project, change, by))
        except Overtaken:
            overtaken.append(change.stage)
        except RuleBroken as broken:
            faults[change.stage] = str(broken)
    if overtaken:
        raise PlansOvertaken(overtaken)
    if faults := faults or _out_of_order(project, {change.stage for change in asked}):
        raise PlansRefused(faults)
    return written


@transaction.atomic
def keep_with_plans(write: Callable[[], Project], changes: Iterable[PlanChange], *, by: User) -> Project:
    """Run `write`, which saves a project, and write the plans of its stages: both or neither."""
    project = write()
    set_plans(project, changes, by=by)
    return project


def _set(project: Project, change: PlanChange, by: User) -> Milestone:
    present = project.milestones.filter(stage=change.stage).values_list("current_on", flat=True).first()

    def write() -> Milestone:
        if present is not None and change.cause is not None and change.on > present:
            return lifecycle.postpone(
                project,
                change.stage,
                to=change.on,
                precision=change.precision,
                cause=change.cause,
                by=by,
                reason=change.note,
            )
        return lifecycle.plan(
            project, change.stage, on=change.on, precision=change.precision, by=by, reason=change.note
        )

    return lifecycle.as_seen(project, change.stage, change.version, write)


def _out_of_order(project: Project, changed: Collection[Stage]) -> dict[Stage, str]:
    """Plans that contradict another day of the project, as far as they were changed here."""
    return faults_by_stage([milestone.as_step() for milestone in project.milestones.all()], changed)

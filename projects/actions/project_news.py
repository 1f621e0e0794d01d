"""What people are told about projects that become their unit's; called by the actions that write it."""

from datetime import date

from projects.actions.notifying import News, tell
from projects.models import Batch, Organisation, Project, User, audience
from projects.vocabulary import NoticeKind


def unit_of(project: Project) -> int | None:
    """The unit that answers for the project on record; one query."""
    return Project.objects.filter(pk=project.pk).values_list("organisation_id", flat=True).first()


def assigned(project: Project, before: int | None, *, on: date, by: User) -> None:
    """Tell the unit that answers for a project now, where it did not `before`; not when one of it did that itself."""
    unit = project.organisation_id
    if unit is None or unit in (before, by.organisation_id):
        return
    news = News(
        NoticeKind.ASSIGNED,
        cause=f"assigned:{project.pk}:{unit}:{on.isoformat()}",
        text=f"新分来的项目：{project}",
        detail=f"由{project.organisation}负责",
        project=project,
    )
    tell(audience.staff_of_one(unit), news, by=by)


def assigned_at_once(batch: Batch, unit: Organisation, number: int, *, by: User) -> None:
    """Tell the unit of the projects of a batch, in one notice."""
    if not number or unit.pk == by.organisation_id:
        return
    news = News(
        NoticeKind.ASSIGNED,
        cause=f"batch:{batch.pk}",
        text=f"新分来 {number} 个项目",
        detail=f"由{unit}负责",
        organisation=unit,
    )
    tell(audience.staff_of_one(unit.pk), news, by=by)

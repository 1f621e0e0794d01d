"""Say something about a project, and read what one was told."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions import notifying
from projects.actions.notifying import News
from projects.actions.recording import record
from projects.models import Comment, Mention, Notice, Project, User
from projects.models.project import ProjectQuerySet
from projects.vocabulary import NoticeKind


@transaction.atomic
def say(
    project: Project,
    text: str,
    *,
    by: User,
    mentioned: Iterable[User] = (),
    month: date | None = None,
    is_return: bool = False,
) -> Comment:
    """Write a comment; the people `mentioned` find it in what they have to do, and what `by` was told there is read.

    `month`: about the report of that month. RuleBroken for a comment without words.
    """
    comment = Comment(project=project, text=text.strip(), month=month, is_return=is_return, written_by=by)
    record(comment, by=by, reason="退回月报" if is_return else "评论")
    told = {person.pk: person for person in mentioned if person.pk != by.pk}
    Mention.objects.bulk_create(Mention(comment=comment, person=person) for person in told.values())
    news = News(
        NoticeKind.MENTIONED,
        cause=f"comment:{comment.pk}",
        text=f"{by}在评论里提到您：{project}",
        detail=comment.text,
        project=project,
        month=month,
    )
    notifying.tell(told.values(), news)
    _read(Mention.objects.filter(person_id=by.pk, comment__project=project, read_at=None))
    _read_notices(project.pk, by)
    return comment


@transaction.atomic
def read(mention: Mention, *, projects: ProjectQuerySet, by: User) -> None:
    """The person has read a comment, and with it the others about the same project."""
    _read(Mention.objects.unread_by(by, projects).filter(comment__project=mention.comment.project_id))
    _read_notices(mention.comment.project_id, by)


def _read_notices(project: int, by: User) -> None:
    """Who has read the talk needs no notice of it."""
    notifying.read(Notice.objects.of_kind(NoticeKind.MENTIONED).filter(project=project), by=by)


def _read(mentions: "Iterable[Mention]") -> None:
    """A mention is no fact of the register and has no history: when it was read is kept on itself."""
    now = timezone.now()
    for mention in mentions:
        mention.read_at = now
        mention.save(update_fields=["read_at"])

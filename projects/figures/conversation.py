"""What was said and done about a project, on one line of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from projects.figures.history import HistoryEntry, project_history
from projects.models import Comment, Mention, Project, User
from projects.models.project import ProjectQuerySet
from projects.rules.mentions import marked
from projects.rules.reporting import month_words

AT_ONCE = timedelta(seconds=5)
"""The entry of a return and the comment that it opens are of one write."""
MOST_MENTIONS = 50


@dataclass(frozen=True, slots=True)
class Said:
    """A comment: its words in parts, True for the mention of a person. `about`: the month of the report, in words."""

    comment: Comment
    parts: tuple[tuple[str, bool], ...]
    about: str

    @property
    def at(self) -> datetime:
        return self.comment.written_at


@dataclass(frozen=True, slots=True)
class Done:
    """An entry of the history."""

    entry: HistoryEntry

    @property
    def at(self) -> datetime:
        return self.entry.at


type TalkItem = Said | Done


@dataclass(frozen=True, slots=True)
class Talk:
    """The line of time, the newest first; `comments`: how many comments there are."""

    items: tuple[TalkItem, ...]
    comments: int


def talk(
    project: Project, *, month: date | None = None, with_comments: bool = True, with_records: bool = True
) -> Talk:
    """Two queries for comments, a query a table for records. `month`: what is about the report of that month only."""
    said = [_said(comment) for comment in Comment.objects.of_project(project, month).shown()]
    done: Sequence[Done] = _done(project, said, month) if with_records else ()
    items: list[TalkItem] = [*(said if with_comments else ()), *done]
    return Talk(tuple(sorted(items, key=lambda item: item.at, reverse=True)), len(said))


def _said(comment: Comment) -> Said:
    names = [str(mention.person) for mention in comment.mentions.all()]
    about = f"{month_words(comment.month)}月报" if comment.month else ""
    return Said(comment, tuple(marked(comment.text, names)), about)


def _done(project: Project, said: Iterable[Said], month: date | None) -> list[Done]:
    """Without the entries of returns, which the comments that they open tell."""
    returns = [item.comment for item in said if item.comment.is_return]
    subject = f"月报 {month_words(month)}" if month else ""
    return [
        Done(entry)
        for entry in project_history(project)
        if (not month or entry.subject == subject) and not any(_is_of(entry, comment) for comment in returns)
    ]


def _is_of(entry: HistoryEntry, comment: Comment) -> bool:
    return (
        entry.table == "monthlyreport"
        and comment.month is not None
        and entry.subject == f"月报 {month_words(comment.month)}"
        and entry.why.endswith(comment.text)
        and abs(entry.at - comment.written_at) < AT_ONCE
    )


def took_part(project: Project, month: date | None, readers: Iterable[User]) -> list[User]:
    """Who has spoken about the report of the month, among the readers: they are told of an answer. One query."""
    if month is None:
        return []
    spoken = set(Comment.objects.of_project(project, month).order_by().values_list("written_by", flat=True))
    return [person for person in readers if person.pk in spoken]


@dataclass(frozen=True, slots=True)
class Told:
    """One unread mention."""

    pk: int
    project: Project
    who: str
    at: datetime
    text: str
    about: str


def unread_mentions(person: User, projects: ProjectQuerySet) -> list[Told]:
    """What the person was told and has not read; one query. `projects`: those that the person may see."""
    found = Mention.objects.unread_by(person, projects).select_related(
        "comment__project", "comment__written_by"
    )
    return [
        Told(
            mention.pk,
            mention.comment.project,
            str(mention.comment.written_by),
            mention.comment.written_at,
            mention.comment.text,
            f"{month_words(mention.comment.month)}月报" if mention.comment.month else "",
        )
        for mention in found[:MOST_MENTIONS]
    ]

"""What a person was told: the page of notices, and how many are unread."""

from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from django.core.paginator import Page

from projects.figures.paging import PAGE_SIZE, Pages
from projects.models import Notice, NoticeChoice, NoticeHabits, User
from projects.models.notice import NoticeQuerySet, kinds_told
from projects.vocabulary import Channel, NoticeKind, is_told_by_default


@dataclass(frozen=True, slots=True)
class KindCount:
    """Notices of one kind; `kind` "" for all of them."""

    kind: str
    label: str
    number: int
    unread: int


@dataclass(frozen=True, slots=True)
class NoticePage:
    """A page of notices, the unread ones first; `newest` is the number of the newest one that is shown or counted."""

    page: Page[Notice]
    kinds: tuple[KindCount, ...]
    unread: int
    newest: int


@dataclass(frozen=True, slots=True)
class NoticeWishes:
    """How a person wants to be told: kinds that ring, kinds that are mailed, and when nothing is sent."""

    page: list[str]
    mail: list[str]
    quiet_from: time | None
    quiet_until: time | None
    is_weekly: bool

    def as_initial(self) -> dict[str, Any]:
        return asdict(self)


def notice_wishes(person: User) -> NoticeWishes:
    """Two queries."""
    habits = NoticeHabits.objects.filter(person=person).first() or NoticeHabits(person=person)
    chosen = {(row.kind, row.channel): row.is_wanted for row in NoticeChoice.objects.filter(person=person)}

    def wanted(channel: Channel) -> list[str]:
        return [
            kind.value
            for kind in kinds_told(person)
            if chosen.get((kind, channel), is_told_by_default(kind, channel))
        ]

    return NoticeWishes(
        wanted(Channel.PAGE), wanted(Channel.MAIL), habits.quiet_from, habits.quiet_until, habits.is_weekly
    )


def notice_page(notices: NoticeQuerySet, *, kind: str = "", number: str | int = 1) -> NoticePage:
    """Four queries. `notices`: those that the person may read."""
    newest = notices.order_by("-pk").values_list("pk", flat=True).first() or 0
    counts = notices.counted()
    of_kinds = [KindCount(each.value, each.label, *counts[each]) for each in NoticeKind if each in counts]
    every = KindCount(
        "", "全部", sum(each.number for each in of_kinds), sum(each.unread for each in of_kinds)
    )
    shown = notices.of_kind(kind)
    unread = next((each.unread for each in of_kinds if each.kind == kind), 0) if kind else every.unread
    page = Pages(shown.unread_first(), PAGE_SIZE).get_page(number)
    return NoticePage(page, (every, *of_kinds), unread, newest)

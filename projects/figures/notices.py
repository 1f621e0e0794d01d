"""What a person was told: the page of notices, and how many are unread."""

from dataclasses import dataclass

from django.core.paginator import Page

from projects.figures.paging import PAGE_SIZE, Pages
from projects.models import Notice
from projects.models.notice import NoticeQuerySet
from projects.vocabulary import NoticeKind


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

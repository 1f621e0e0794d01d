"""Finding projects: what the search box can be asked, and what a row prints beside a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

from projects.rules import finding

if TYPE_CHECKING:
    from .project import Project

SEARCHED = ("name", "enterprise", "former_names", "national_code", "credit_code")
SPELLED = ("name", "enterprise", "former_names")
"""What is found by its pinyin, too."""


class ProjectSearch(models.QuerySet["Project"]):
    def matching(self, text: str) -> Self:
        """Every word of `text` in a name, former name, enterprise or code, or in its pinyin or initials; a word such as
        热泵河海 with its pieces in several of them.
        """
        return self.filter(says(text))

    def closest_first(self, text: str) -> Self:
        """Those that are called so, those whose name or enterprise has it in one piece, then the others; the largest
        investment first among equals.
        """
        name, enterprise = Q(name__icontains=text), Q(enterprise__icontains=text)
        closeness = Case(
            When(name__iexact=text, then=0), When(name, then=1), When(enterprise, then=2), default=3
        )
        return self.order_by(closeness, F("total_investment").desc(nulls_last=True), "pk")

    def invested_from(self, yuan: int) -> Self:
        return self.filter(total_investment__gte=yuan)

    def invested_up_to(self, yuan: int) -> Self:
        return self.filter(total_investment__lte=yuan)

    def marked(self, writable: models.QuerySet[Project]) -> Self:
        """`may_write`: whether the project is among `writable`, which the view has computed for the user."""
        return self.annotate(may_write=Exists(writable.filter(pk=OuterRef("pk"))))

    def facts(self) -> Self:
        """With what a row or a page prints about the project itself, in the same query."""
        return self.select_related("organisation", "industry", "town", "park", "source")

    def records(self) -> Self:
        """Whole records for another system: facts, lists, stages, and `version`, the newest entry of the facts."""
        entries = self.model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        newest = Subquery(entries.values("history_id")[:1])
        return self.facts().annotate(version=newest).prefetch_related("listings", "milestones")


@dataclass(frozen=True, slots=True)
class Findable:
    """What the search box compares with: every searched text on a line of its own."""

    words: str
    pinyin: str
    initials: str

    @classmethod
    def of(cls, project: Project) -> Findable:
        sounds = [finding.spelling(getattr(project, name)) for name in SPELLED]
        return cls(
            words=_lines(finding.folded(getattr(project, name)) for name in SEARCHED),
            pinyin=_lines(sound.whole for sound in sounds),
            initials=_lines(sound.initials for sound in sounds),
        )


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(filter(None, texts))


def says(text: str) -> Q:
    """Projects that `text` finds, as a condition."""
    return worded(text, _holds)


def worded(text: str, holds: Callable[[str], Q]) -> Q:
    """Every word of the text held, whole or cut up; `holds`: the condition for one piece."""
    every = Q()
    for word in text.split():
        pieces = Q()
        for group in finding.cut(word):
            pieces &= reduce(or_, map(holds, group))
        every &= holds(word) | pieces if pieces else holds(word)
    return every


def _holds(piece: str) -> Q:
    found = Q(words__contains=finding.folded(piece))
    if sound := finding.spells(piece):
        found |= Q(pinyin__contains=sound) | Q(initials__contains=sound)
    return found

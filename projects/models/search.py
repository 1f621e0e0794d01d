"""Finding and sorting projects: what the list page can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, Min, OuterRef, Q, Subquery

from projects.rules import finding

if TYPE_CHECKING:
    from .project import Project

SEARCHED = ("name", "enterprise", "former_names", "national_code", "credit_code")
SPELLED = ("name", "enterprise", "former_names")
"""What is found by its pinyin, too."""

ORDERS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "investment": ("total_investment",),
    "industry": ("industry__position", "industry__name"),
    "organisation": ("organisation__position", "organisation__name"),
    "stage": ("furthest",),
    "next": ("next_plan",),
}


class ProjectSearch(models.QuerySet["Project"]):
    def matching(self, text: str) -> Self:
        """Every word of `text` in a name, former name, enterprise or code, or in its pinyin or initials."""
        found = self
        for word in text.split():
            found = found.filter(_says(word))
        return found

    def invested_from(self, yuan: int) -> Self:
        return self.filter(total_investment__gte=yuan)

    def invested_up_to(self, yuan: int) -> Self:
        return self.filter(total_investment__lte=yuan)

    def sorted_by(self, key: str, *, descending: bool) -> Self:
        """By one of `ORDERS` (`stage` needs `with_furthest`), the unknown last, the newest first among equals."""
        projects = self.with_next_plan() if key == "next" else self
        columns = [F(name) for name in ORDERS[key]]
        ordered = [
            column.desc(nulls_last=True) if descending else column.asc(nulls_last=True) for column in columns
        ]
        return projects.order_by(*ordered, "pk")

    def with_next_plan(self) -> Self:
        """`next_plan`: the nearest current plan among the milestones not reached."""
        milestones = self.model._meta.get_field("milestones").related_model._default_manager
        planned = milestones.filter(
            project=OuterRef("pk"), skipped=False, reached_on=None, current_on__isnull=False
        )
        nearest = planned.order_by().values("project").annotate(nearest=Min("current_on")).values("nearest")
        return self.annotate(next_plan=Subquery(nearest, output_field=models.DateField()))

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


def _says(word: str) -> Q:
    says = Q(words__contains=finding.folded(word))
    if sound := finding.spells(word):
        says |= Q(pinyin__contains=sound) | Q(initials__contains=sound)
    return says

"""The pages of the screen for meetings, in the order in which the arrow keys go through them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Self

from projects.figures.completion.lines import RowLine
from projects.figures.open_milestones import DueMilestone
from projects.models import Evidence
from projects.models.project import ProjectQuerySet

RANKED_A_PAGE, LATE_A_PAGE = 10, 3
MOST_LATE = 12
"""Late projects on the screen: four pages; the attention page has all."""

WHOLE, RANKING, UNIT, LATE = "", "ranking", "unit", "late"
"""Values of the parameter `mode`."""


@dataclass(frozen=True, slots=True)
class ScreenStop:
    """One page: `part` counts the pages of a mode from 1; `unit` is the number of the unit that it shows."""

    mode: str
    part: int = 1
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class ScreenTour:
    """Where the reader is among all pages; before the first comes the last."""

    stops: tuple[ScreenStop, ...]
    place: int

    @classmethod
    def at(cls, rows: Sequence[RowLine], late: int, mode: str, part: int, unit: int | None) -> Self:
        """The whole, the ranking, the units that have projects, then the late ones; an unknown page is the whole."""
        stops = [ScreenStop(WHOLE)]
        stops += [
            ScreenStop(RANKING, number) for number, _ in enumerate(batched(rows, RANKED_A_PAGE), start=1)
        ]
        units = [row.organisation.pk for row in rows if row.organisation and row.holding.count]
        if mode == UNIT and unit is not None and unit not in units:
            units.append(unit)  # asked for by name, though nothing is there
        stops += [ScreenStop(UNIT, unit=each) for each in units]
        stops += [ScreenStop(LATE, number) for number in range(1, -(-late // LATE_A_PAGE) + 1)]
        asked = ScreenStop(UNIT, unit=unit) if mode == UNIT else ScreenStop(mode, part)
        return cls(tuple(stops), stops.index(asked) if asked in stops else 0)

    @property
    def here(self) -> ScreenStop:
        return self.stops[self.place]

    @property
    def before(self) -> ScreenStop:
        return self.stops[self.place - 1]

    @property
    def after(self) -> ScreenStop:
        return self.stops[(self.place + 1) % len(self.stops)]

    @property
    def number(self) -> int:
        return self.place + 1

    def first(self, mode: str) -> ScreenStop | None:
        """The first page of a mode; None where it has none."""
        return next((stop for stop in self.stops if stop.mode == mode), None)

    @property
    def doors(self) -> list[tuple[ScreenStop, str]]:
        """The first page of each mode, with its name."""
        names = ((WHOLE, "全部"), (RANKING, "排名"), (UNIT, "单位"), (LATE, "晚的项目"))
        return [(stop, name) for mode, name in names if (stop := self.first(mode))]


@dataclass(frozen=True, slots=True)
class LateCard:
    """A late milestone with the newest photo of its project; None where there is none that the reader may see."""

    due: DueMilestone
    photo: Evidence | None


def late_cards(late: Sequence[DueMilestone], readable: ProjectQuerySet) -> list[LateCard]:
    """One query for the photos of all."""
    wanted = [due.project.pk for due in late if due.project.pk is not None]
    shown = Evidence.objects.of_projects(readable.filter(pk__in=wanted)).exclude(shown="")
    photos = {
        photo.milestone.project_id: photo
        for photo in shown.select_related("milestone").order_by("uploaded_at", "pk")
    }
    return [LateCard(due, photos.get(due.project.pk or 0)) for due in late]


def of_part[Item](items: Sequence[Item], part: int, size: int) -> Sequence[Item]:
    """The items of one page."""
    return items[(part - 1) * size : part * size]

"""The map of the completion page: units coloured by the light of an indicator, projects sized by investment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from projects.figures.completion.lines import CompletionPage, IndicatorLine, RowLine
from projects.files.geojson import MapShape, restored
from projects.models import DistrictMap, Organisation, Project
from projects.models.project import ProjectQuerySet
from projects.rules.likeness import bare, parted
from projects.rules.mercator import MapFrame, middle
from projects.vocabulary import Light

WIDTH, TALLEST = 1000, 900
SMALLEST, LARGEST = 4.0, 18.0
"""Radius of a project without a known investment, and of the largest one of the map."""

MOST_POINTS = 2000


@dataclass(frozen=True, slots=True)
class MapArea:
    """An outline as it is drawn. `unit` None: no unit has its name, or the reader may not see that one.

    `row`, `line`: the unit's row and its line of the indicator, None where the page has none.
    """

    name: str
    path: str
    x: float
    y: float
    unit: Organisation | None
    is_district: bool
    row: RowLine | None
    line: IndicatorLine | None

    @property
    def light(self) -> Light:
        return self.line.light if self.line else Light.NONE


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A project; `is_outside`: its position lies beyond the map, which is told and not drawn."""

    project: Project
    x: float
    y: float
    radius: float
    is_outside: bool


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """The outlines in the box, the district first. `unmatched`: names that no unit has."""

    file: DistrictMap
    width: float
    height: float
    areas: tuple[MapArea, ...]
    unmatched: tuple[str, ...]
    frame: MapFrame


@dataclass(frozen=True, slots=True)
class MapPage:
    """`drawing` None: no map was uploaded. `without`: projects of the scope that have no position."""

    page: CompletionPage
    indicator: str
    drawing: MapDrawing | None
    points: tuple[MapPoint, ...]
    count: int
    without: int

    @property
    def rows(self) -> list[tuple[RowLine, IndicatorLine]]:
        return [(row, row.line(self.indicator)) for row in self.page.rows if row.organisation]

    @property
    def drawn(self) -> list[MapPoint]:
        return [point for point in self.points if not point.is_outside]

    @property
    def outside(self) -> list[MapPoint]:
        return [point for point in self.points if point.is_outside]


def map_page(page: CompletionPage, indicator: str) -> MapPage:
    """The map of a page of units; four queries more than the page."""
    file, scope = DistrictMap.objects.in_force(), page.scope
    drawing = drawn(file, list(scope.units), page.rows, indicator) if file else None
    projects: ProjectQuerySet = scope.listed.filter(pk__in=scope.visible.order_by().values("pk"))
    located = projects.with_position().select_related("organisation").order_by("-total_investment", "pk")
    found = list(located[:MOST_POINTS])
    count = projects.order_by().count()
    return MapPage(
        page,
        indicator,
        drawing,
        _points(found, drawing.frame if drawing else None),
        count,
        without=count - (len(found) if len(found) < MOST_POINTS else located.count()),
    )


def drawn(
    file: DistrictMap, units: Sequence[Organisation], rows: Iterable[RowLine] = (), indicator: str = ""
) -> MapDrawing:
    """The file's outlines with the units whose name, short name or former name they bear.

    A town of the map may be drawn although the reader has no row of it: then it has no light.
    """
    shapes = restored(file.shapes)
    frame = MapFrame.around(
        (position for shape in shapes for position in shape.positions), width=WIDTH, tallest=TALLEST
    )
    names = _names(units)
    by_unit = {row.organisation.pk: row for row in rows if row.organisation}
    areas = [_area(shape, frame, names.get(bare(shape.name)), by_unit, indicator) for shape in shapes]
    return MapDrawing(
        file,
        frame.width,
        frame.height,
        tuple(sorted(areas, key=lambda area: not area.is_district)),
        tuple(area.name for area in areas if area.unit is None),
        frame,
    )


def _area(
    shape: MapShape,
    frame: MapFrame,
    unit: Organisation | None,
    rows: dict[int, RowLine],
    indicator: str,
) -> MapArea:
    row = rows.get(unit.pk) if unit and not unit.is_district else None
    x, y = frame.at(middle(shape.polygons))
    return MapArea(
        name=str(unit) if unit else shape.name,
        path=frame.path(shape.polygons),
        x=x,
        y=y,
        unit=unit,
        is_district=unit is not None and unit.is_district,
        row=row,
        line=row.line(indicator) if row else None,
    )


def _names(units: Iterable[Organisation]) -> dict[str, Organisation]:
    """Every name by which a map may call a unit; today's names win over former ones, open units over closed ones."""
    names: dict[str, Organisation] = {}
    ordered = sorted(units, key=lambda unit: unit.closed_on is not None)
    for unit in ordered:
        for name in (unit.name, unit.short_name):
            names.setdefault(bare(name), unit)
    for unit in ordered:
        for name in parted(unit.former_names):
            names.setdefault(bare(name), unit)
    names.pop("", None)
    return names


def _points(projects: Sequence[Project], frame: MapFrame | None) -> tuple[MapPoint, ...]:
    largest = max((project.total_investment or 0 for project in projects), default=0)
    return tuple(_point(project, largest, frame) for project in projects)


def _point(project: Project, largest: int, frame: MapFrame | None) -> MapPoint:
    assert project.longitude is not None
    assert project.latitude is not None
    position = (float(project.longitude), float(project.latitude))
    x, y = frame.at(position) if frame else (0.0, 0.0)
    amount = project.total_investment
    radius = max(SMALLEST, LARGEST * sqrt(amount / largest)) if amount and largest else SMALLEST
    return MapPoint(
        project, x, y, round(radius, 1), is_outside=frame is not None and not frame.holds(position)
    )

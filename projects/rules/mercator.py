"""The projection of maps: Mercator's, fitted into a box; degrees in, positions of an SVG out.

x = λ, y = ln tan(π/4 + φ/2), both in radians; the y axis of an SVG points down. The shapes of a district keep their
angles. `figures.map` hands in the degrees; a template prints what comes out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asinh, pi, radians, tan
from typing import Self

LARGEST_LONGITUDE, LARGEST_LATITUDE = 180, 85
"""Degrees; nearer to the poles the projection has no end."""

type Position = tuple[float, float]
"""Longitude and latitude, in degrees."""
type Ring = Sequence[Position]
type Polygon = Sequence[Ring]
"""Its outer ring, then its holes."""

EDGE = 16
"""Free space around the map."""


def projected(position: Position) -> Position:
    """x and y in radians; Mercator's y of φ is asinh(tan φ), the same as ln tan(π/4 + φ/2)."""
    longitude, latitude = position
    return radians(longitude), asinh(tan(radians(latitude)))


@dataclass(frozen=True, slots=True)
class MapFrame:
    """Where positions stand in a box `width` wide; `height` follows from the shapes, at most `tallest`."""

    left: float
    top: float
    scale: float
    width: float
    height: float

    @classmethod
    def around(cls, positions: Iterable[Position], *, width: int, tallest: int) -> Self:
        """The frame that just holds the positions. Raises ValueError for none."""
        points = [projected(position) for position in positions]
        if not points:
            raise ValueError("a map of nothing")
        xs, ys = zip(*points, strict=True)
        across, up = max(xs) - min(xs), max(ys) - min(ys)
        scales = [(box - 2 * EDGE) / span for box, span in ((width, across), (tallest, up)) if span > 0]
        scale = min(scales, default=(width - 2 * EDGE) * 180 / pi / 0.01)
        height = round(up * scale + 2 * EDGE, 1)
        spare = (width - 2 * EDGE - across * scale) / 2
        return cls(min(xs) - (EDGE + spare) / scale, max(ys) + EDGE / scale, scale, width, height)

    def at(self, position: Position) -> Position:
        """x and y in the box, to a tenth."""
        x, y = projected(position)
        return round((x - self.left) * self.scale, 1), round((self.top - y) * self.scale, 1)

    def holds(self, position: Position) -> bool:
        x, y = self.at(position)
        return 0 <= x <= self.width and 0 <= y <= self.height

    def path(self, polygons: Iterable[Polygon]) -> str:
        """The outlines as the `d` of a path that is filled by the rule evenodd."""
        return "".join(self._closed(ring) for polygon in polygons for ring in polygon)

    def _closed(self, ring: Ring) -> str:
        """Without the last position, which is the first, and without those that fall on the one before."""
        points: list[Position] = []
        for position in ring[:-1]:
            if not points or self.at(position) != points[-1]:
                points.append(self.at(position))
        return "M" + "L".join(f"{x:g},{y:g}" for x, y in points) + "Z" if points else ""


def middle(polygons: Iterable[Polygon]) -> Position:
    """The centroid of the largest outline, for its name. Raises ValueError for none."""
    rings = [polygon[0] for polygon in polygons]
    if not rings:
        raise ValueError("a shape of nothing")
    ring = max(rings, key=lambda each: abs(_doubled_area(each)))
    doubled = _doubled_area(ring)
    if not doubled:
        return ring[0]
    pairs = list(pairwise(ring))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs)
    return x / (3 * doubled), y / (3 * doubled)


def _doubled_area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))

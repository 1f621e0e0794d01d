"""The made-up district's map: a lattice of bent squares in the ocean, so that nobody takes it for a real place."""

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import ceil
from random import Random

from projects.demo import words
from projects.files.geojson import MapShape
from projects.models import Organisation
from projects.rules.mercator import Position

COLUMNS = 4
CELL = 0.06
"""Degrees; around 0° 0' there is only water."""


def corners(column: int, row: int) -> Position:
    """A crossing of the lattice, bent by a die of its own."""
    rng = Random(f"{column}/{row}")
    return (
        round(CELL * (column + rng.uniform(-0.28, 0.28)), 6),
        round(CELL * (row + rng.uniform(-0.28, 0.28)), 6),
    )


def shapes(district: Organisation, units: Sequence[Organisation]) -> Iterator[MapShape]:
    """The district around all cells, and a cell for each unit."""
    rows = ceil(len(units) / COLUMNS)
    around = [(column, 0) for column in range(COLUMNS)] + [(COLUMNS, row) for row in range(rows)]
    around += [(column, rows) for column in range(COLUMNS, 0, -1)] + [(0, row) for row in range(rows, -1, -1)]
    yield MapShape(district.name, ([[corners(*crossing) for crossing in around]],))
    for number, unit in enumerate(units):
        ring = cell(number)
        yield MapShape(unit.name, ([[*ring, ring[0]]],))


def cell(number: int) -> list[Position]:
    """The four corners of the cell of that number, anticlockwise."""
    row, column = divmod(number, COLUMNS)
    return [corners(column + right, row + up) for right, up in ((0, 0), (1, 0), (1, 1), (0, 1))]


def place(number: int, rng: Random) -> tuple[Decimal, Decimal]:
    """Longitude and latitude somewhere in the cell of that number."""
    (a, b, c, d), u, v = cell(number), rng.uniform(0.15, 0.85), rng.uniform(0.15, 0.85)
    weights = ((1 - u) * (1 - v), u * (1 - v), u * v, (1 - u) * v)
    longitude, latitude = (
        sum(weight * corner[axis] for weight, corner in zip(weights, (a, b, c, d), strict=True))
        for axis in (0, 1)
    )
    return Decimal(f"{longitude:.6f}"), Decimal(f"{latitude:.6f}")


FILE_NAME = f"{words.MARK}地图.geojson"
ORIGIN = f"{words.MARK}：虚构的轮廓，不是任何地方的边界"


def file_of(district: Organisation, units: Sequence[Organisation]) -> bytes:
    """The map as a file that the office could upload."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": shape.name},
            "geometry": {"type": "Polygon", "coordinates": shape.polygons[0]},
        }
        for shape in shapes(district, units)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()

"""An uploaded map: GeoJSON (RFC 7946) of a boundary and units, judged before anything of it is kept.

The file is hostile until judged. Only names and rings of coordinates leave this module; all other content is dropped.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any, NoReturn

from projects.rules.broken import RuleBroken
from projects.rules.mercator import LARGEST_LATITUDE, LARGEST_LONGITUDE, Polygon, Position

LARGEST_FILE = 5 * 1024 * 1024
MOST_SHAPES, MOST_POSITIONS = 300, 60_000
LONGEST_NAME = 100
PLACES = 6
NAME_KEYS = ("name", "NAME", "Name", "名称", "单位", "镇街", "XZQMC")
"""Properties that may hold the name of a shape; the last one is that of the land survey."""

DEGREES = ("CRS84", "4326", "4490")
"""What the name of a coordinate system in degrees ends with."""


@dataclass(frozen=True, slots=True)
class MapShape:
    """A named outline: its polygons, each of an outer ring and its holes."""

    name: str
    polygons: tuple[Polygon, ...]

    @property
    def positions(self) -> Iterator[Position]:
        return (position for polygon in self.polygons for ring in polygon for position in ring)


def read_map(content: bytes) -> tuple[MapShape, ...]:
    """The shapes of the file. RuleBroken says which feature (要素, counted from 1) is wrong, and how."""
    if len(content) > LARGEST_FILE:
        raise RuleBroken(f"地图文件太大：最多 {LARGEST_FILE // 1024 // 1024} MB。")
    collection = _parsed(content)
    if not isinstance(collection, dict) or collection.get("type") != "FeatureCollection":
        raise RuleBroken("不是 GeoJSON 地图文件：最外层的 type 应是 FeatureCollection。")
    _demand_degrees(collection.get("crs"))
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        raise RuleBroken("地图文件里没有要素（features）。")
    if len(features) > MOST_SHAPES:
        raise RuleBroken(f"地图文件有 {len(features)} 个要素，最多 {MOST_SHAPES} 个。")
    left, shapes = MOST_POSITIONS, []
    for number, feature in enumerate(features, start=1):
        shape = _Feature(number, left).shape(feature)
        left -= sum(1 for _ in shape.positions)
        shapes.append(shape)
    names = [shape.name for shape in shapes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RuleBroken(f"“{twice[0]}”出现了不止一次：一个单位的几块请合成一个 MultiPolygon 要素。")
    return tuple(shapes)


def stored(shapes: tuple[MapShape, ...]) -> str:
    """The shapes as the text that `restored` reads."""
    return json.dumps([[shape.name, shape.polygons] for shape in shapes], ensure_ascii=False)


def restored(text: str) -> tuple[MapShape, ...]:
    return tuple(
        MapShape(name, tuple([[(x, y) for x, y in ring] for ring in polygon] for polygon in polygons))
        for name, polygons in json.loads(text)
    )


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        raise RuleBroken("地图文件的文字不是 UTF-8 编码，请另存为 UTF-8 的 GeoJSON。") from None
    except RecursionError:
        raise RuleBroken("地图文件的内容嵌套太深，不是正常的 GeoJSON。") from None
    except ValueError:
        raise RuleBroken("地图文件不是完整的 JSON，读不出来。") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _demand_degrees(crs: Any) -> None:
    """An older file names its coordinate system; only degrees can be drawn."""
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not name.strip().endswith(DEGREES):
        raise RuleBroken("地图文件写明的坐标系（crs）不是经纬度，请先转换成 CGCS2000 或 WGS-84 的经纬度。")


class _Feature:
    """Judges one feature; at most so many positions are `left`."""

    def __init__(self, number: int, left: int) -> None:
        self.number, self.left = number, left

    def _fault(self, words: str) -> RuleBroken:
        return RuleBroken(f"第 {self.number} 个要素：{words}")

    def shape(self, feature: Any) -> MapShape:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise self._fault("type 应是 Feature。")
        geometry = feature.get("geometry")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        if kind not in ("Polygon", "MultiPolygon"):
            words = kind if isinstance(kind, str) and len(kind) <= 20 else "没有图形"
            raise self._fault(
                f"只能是面（Polygon 或 MultiPolygon），这里是 {words}。项目的位置请填在项目的经度、纬度里。"
            )
        coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
        polygons = [coordinates] if kind == "Polygon" else coordinates
        if not isinstance(polygons, list) or not polygons:
            raise self._fault("没有坐标。")
        return MapShape(
            self._name(feature.get("properties")), tuple(self._polygon(each) for each in polygons)
        )

    def _name(self, properties: Any) -> str:
        found = properties if isinstance(properties, dict) else {}
        names = [found[key] for key in NAME_KEYS if isinstance(found.get(key), str) and found[key].strip()]
        if not names:
            raise self._fault("没有名称，请在属性里用 name 写明单位的名称。")
        name = " ".join(names[0].split())
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise self._fault(f"名称最多 {LONGEST_NAME} 个字，不能有控制字符。")
        return name

    def _polygon(self, rings: Any) -> Polygon:
        if not isinstance(rings, list) or not rings:
            raise self._fault("有一块没有边界。")
        return [self._ring(ring) for ring in rings]

    def _ring(self, ring: Any) -> list[Position]:
        if not isinstance(ring, list) or len(ring) < 4:
            raise self._fault("一圈边界至少要 4 个点，首尾相同。")
        self.left -= len(ring)
        if self.left < 0:
            raise RuleBroken(f"地图文件的点太多：最多 {MOST_POSITIONS} 个，请先简化边界。")
        positions = [self._position(each) for each in ring]
        if positions[0] != positions[-1]:
            raise self._fault("边界没有闭合：最后一点应与第一点相同。")
        return positions

    def _position(self, position: Any) -> Position:
        if not isinstance(position, list) or not 2 <= len(position) <= 4:
            raise self._fault("坐标应写成 [经度, 纬度]。")
        if not all(type(each) in (int, float) for each in position[:2]):
            raise self._fault("坐标应是数字。")
        x, y = position[:2]
        if abs(x) > LARGEST_LONGITUDE or abs(y) > LARGEST_LATITUDE or not isfinite(x + y):
            if 73 <= y <= 136 and 3 <= x <= 54:
                raise self._fault(f"[{x:g}, {y:g}] 像是把纬度写在了经度前面，应是 [经度, 纬度]。")
            raise self._fault("坐标超出经纬度的范围；如果是以米计的投影坐标，请先转换成经纬度。")
        return round(float(x), PLACES), round(float(y), PLACES)

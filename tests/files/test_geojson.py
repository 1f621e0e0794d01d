"""An uploaded map is judged before anything of it is kept."""

import json
from typing import Any

import pytest

from projects.files.geojson import (
    LARGEST_FILE,
    MOST_POSITIONS,
    MOST_SHAPES,
    MapShape,
    read_map,
    restored,
    stored,
)
from projects.rules.broken import RuleBroken

RING = [[119.0, 31.0], [120.0, 31.0], [120.0, 32.0], [119.0, 31.0]]


def feature(
    name: Any = "罗溪镇", coordinates: Any = None, kind: Any = "Polygon", **more: Any
) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": [RING] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {"name": name}, "geometry": geometry} | more


def of(*features: Any, **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)} | more).encode()


def test_names_and_rings_are_all_that_is_kept() -> None:
    content = of(
        feature(" 罗溪镇 ", properties={"name": " 罗溪  镇 ", "secret": "<script>"}, id=7),
        feature("奔牛镇", [[RING], [RING]], "MultiPolygon"),
    )

    shapes = read_map(b"\xef\xbb\xbf" + content)

    ring = [(119.0, 31.0), (120.0, 31.0), (120.0, 32.0), (119.0, 31.0)]
    assert shapes == (MapShape("罗溪 镇", ([ring],)), MapShape("奔牛镇", ([ring], [ring])))
    assert restored(stored(shapes)) == shapes


@pytest.mark.parametrize("key", ["NAME", "名称", "XZQMC"])
def test_the_usual_properties_name_a_shape(key: str) -> None:
    [shape] = read_map(of(feature(properties={key: "罗溪镇"})))

    assert shape.name == "罗溪镇"


DEEP = b'{"type":"FeatureCollection","features":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
NESTED: list[Any] = []
for _ in range(500):
    NESTED = [NESTED]

HOSTILE = [
    (b" " * (LARGEST_FILE + 1), "地图文件太大：最多 5 MB。"),
    (b"\xff\xfe{}", "不是 UTF-8"),
    (b"{", "不是完整的 JSON"),
    (b"", "不是完整的 JSON"),
    (DEEP, "嵌套太深"),
    (b"[]", "type 应是 FeatureCollection"),
    (b"null", "type 应是 FeatureCollection"),
    (b"9" * 5000, "不是完整的 JSON"),
    (of(), "没有要素"),
    (of(features={}), "没有要素"),
    (of(*[feature(f"单位{n}") for n in range(MOST_SHAPES + 1)]), f"最多 {MOST_SHAPES} 个"),
    (of(feature(coordinates=[[RING[0]] * (MOST_POSITIONS + 1)])), "点太多"),
    (of(*[feature(f"{n}", [[RING[0]] * 20_000]) for n in range(4)]), "点太多"),
    (of(None), "第 1 个要素：type 应是 Feature"),
    (of(feature(), feature("奔牛镇", [1, 2], "Point")), "第 2 个要素：只能是面"),
    (of(feature(kind=["Polygon"])), "只能是面"),
    (of(feature(geometry=None)), "没有图形"),
    (of(feature(coordinates={})), "有一块没有边界"),
    (of(feature(coordinates=[])), "有一块没有边界"),
    (of(feature(coordinates=[], kind="MultiPolygon")), "没有坐标"),
    (of(feature(coordinates=[RING[:3]])), "至少要 4 个点"),
    (of(feature(coordinates=[[*RING[:3], [119.5, 31.0]]])), "没有闭合"),
    (of(feature(coordinates=[[["119", "31"]] * 4])), "坐标应是数字"),
    (of(feature(coordinates=[[[True, False]] * 4])), "坐标应是数字"),
    (of(feature(coordinates=[[[1]] * 4])), "[经度, 纬度]"),
    (of(feature(coordinates=[[NESTED] * 4])), "坐标应"),
    (of(feature(coordinates=[[[31.9, 119.9]] * 4])), "把纬度写在了经度前面"),
    (of(feature(coordinates=[[[500000.0, 3500000.0]] * 4])), "投影坐标"),
    (of(feature(coordinates=[[[10**400, 0]] * 4])), "超出经纬度的范围"),
    (of(feature(coordinates=[[[1e308, 1e308]] * 4])), "超出经纬度的范围"),
    (of(feature(coordinates=[[[0, 1]] * 4])).replace(b"0, 1", b"NaN, 1"), "不是完整的 JSON"),
    (of(feature(name=" ")), "没有名称"),
    (of(feature(name=7)), "没有名称"),
    (of(feature(properties=[])), "没有名称"),
    (of(feature(name="长" * 101)), "名称最多 100 个字"),
    (of(feature(name="罗\u0000溪")), "不能有控制字符"),
    (of(feature(), feature()), "“罗溪镇”出现了不止一次"),
    (of(feature(), crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}), "不是经纬度"),
    (of(feature(), crs=[]), "不是经纬度"),
]


@pytest.mark.parametrize(("content", "sentence"), HOSTILE, ids=[sentence for _, sentence in HOSTILE])
def test_what_cannot_be_drawn_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=r".") as refused:
        read_map(content)

    assert sentence in str(refused.value)


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4490", "urn:ogc:def:crs:EPSG::4326"])
def test_a_stated_system_of_degrees_is_taken(name: str) -> None:
    assert len(read_map(of(feature(), crs={"type": "name", "properties": {"name": name}}))) == 1

"""The map of the completion page, and the file that it is drawn from."""

import json
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import DistrictMap
from tests import build

pytestmark = pytest.mark.django_db

MAP, FILES = "/completion/map/?level=city&as_of=2024-09-30", "/completion/map/files/"


def square(left: float, bottom: float, size: float = 0.1) -> list[list[float]]:
    right, top = left + size, bottom + size
    return [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]


def map_content(**rings: list[list[float]]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in rings.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


SHAPES = {
    "常州高新区": square(119.9, 31.9, 0.3),
    "罗溪 镇": square(119.9, 31.9),
    "奔牛镇": square(120.0, 31.9),
    "无名镇": square(120.1, 31.9),
}


def sent(user, content: bytes | None = None, **facts):
    file = SimpleUploadedFile("区界.geojson", map_content(**SHAPES) if content is None else content)
    typed = {
        "map_file": file,
        "datum": "cgcs2000",
        "approval_number": "苏S（2024）12 号",
        "origin": "资规局 2024 版",
    }
    return build.browser_of(user).post(FILES, typed | facts)


def kept(reason: str = "首次启用") -> DistrictMap:
    office = build.office()
    address = sent(office)["Location"]
    build.browser_of(office).post(address, {"reason": reason})
    return DistrictMap.objects.get()


def page(user=None, address: str = MAP) -> str:
    return build.browser_of(user or build.leader()).get(address).content.decode()


@pytest.fixture
def register() -> None:
    for name, invested in (("罗溪镇", 10), ("奔牛镇", 95)):
        unit = build.town(name)
        project = build.project(
            f"{name}项目",
            organisation=unit,
            total_investment=build.YI,
            longitude=Decimal("119.95" if name == "罗溪镇" else "120.05"),
            latitude=Decimal("31.95"),
        )
        build.listing(project)
        build.report(project, "2024-09", invested * build.YI)
        build.target("invested", 100 * build.YI, organisation=unit)
    build.light_rule()


def drawn(text: str) -> str:
    """The map of the page, without the signs of its masthead."""
    return text[text.index('class="district-map"') :]


def test_without_a_file_the_page_says_how_to_get_one(register) -> None:
    text = page()

    assert "还没有地图文件" in text
    assert "审图号" in text
    assert 'class="district-map"' not in text
    assert "罗溪镇" in text


def test_a_file_is_looked_at_before_it_is_drawn(register) -> None:
    office = build.office()
    response = sent(office)

    assert response.status_code == 302
    preview = build.browser_of(office).get(response["Location"]).content.decode()
    assert "<b>没有对应单位的：</b>无名镇" in preview
    assert "还没有地图文件" in page()

    build.browser_of(office).post(response["Location"], {"reason": "首次启用"})

    text = page()
    assert "审图号：苏S（2024）12 号" in text
    assert "图上没有对应单位的：无名镇" in text
    file = DistrictMap.objects.get()
    assert (file.kept_by, file.reason, file.history.count()) == (office, "首次启用", 2)


def test_units_have_the_class_and_the_word_of_their_light(register) -> None:
    kept()

    text = page()

    classes = re.findall(r'class="area area-(\w+)"', text)
    assert sorted(classes) == ["green", "red"]
    assert re.search(r"罗溪镇\s*<tspan[^>]*>红灯", text)


def test_a_project_stands_where_mercator_has_it(register) -> None:
    """Two projects a tenth of a degree apart, in a district of 0.3° that fills the box but its edge of 16."""
    kept()

    found = re.findall(r'cx="([\d.]+)"\s+cy="([\d.]+)"', drawn(page()))

    [first, second] = sorted((float(x), float(y)) for x, y in found)
    box = re.search(r'class="district-map" viewBox="0 0 [\d.]+ ([\d.]+)"', page())
    assert box is not None
    scale = (float(box[1]) - 32) / 0.3  # a degree of latitude; of longitude it is cos φ of that
    assert (second[0] - first[0]) == pytest.approx(0.1 * scale * 0.847, rel=0.01)
    assert first[1] == second[1]


def test_the_largest_investment_has_the_largest_circle(register) -> None:
    kept()
    build.listing(
        build.project("小", total_investment=build.YI // 4, longitude=Decimal("120"), latitude=Decimal("32"))
    )
    build.listing(build.project("未知", longitude=Decimal("120.1"), latitude=Decimal("32")))

    text = page()

    assert sorted(re.findall(r'r="([\d.]+)"', drawn(text))) == ["18.0", "18.0", "4.0", "9.0"]
    assert text.count("point-unknown") == 1


def test_what_has_no_position_or_lies_outside_is_told(register) -> None:
    kept()
    build.listing(build.project("没有位置"))
    build.listing(build.project("在外地", longitude=Decimal("100"), latitude=Decimal("30")))

    text = page()

    assert "4 个项目中有 1 个没有填经度、纬度" in text
    assert re.search(r"位置在地图以外、没有画出的：\s*<a [^>]*>在外地</a>", text)


def test_staff_of_a_unit_see_their_own_projects_and_light_only(register) -> None:
    kept()

    text = page(build.staff(build.town("罗溪镇")))

    assert "罗溪镇项目" in text
    assert "奔牛镇项目" not in text
    assert 'class="area area-green"' not in text


def test_the_newest_map_in_force_is_drawn_and_the_old_one_stays_in_the_list(register) -> None:
    kept()
    office = build.office()
    address = sent(office, map_content(罗溪镇=square(119.9, 31.9)), approval_number="")["Location"]
    build.browser_of(office).post(address, {"reason": "更新边界"})

    assert "未填写审图号" in page()
    listed = build.browser_of(office).get(FILES).content.decode()
    assert "首次启用" in listed
    assert "更新边界" in listed


def test_a_map_is_put_in_force_once(register) -> None:
    file = kept()

    response = build.browser_of(build.office()).post(f"{FILES}{file.pk}/", {"reason": "再来一次"})

    assert response.status_code == 422
    assert "这张地图已经启用过" in response.content.decode()


def test_another_look_takes_the_place_of_the_one_before() -> None:
    office = build.office()
    sent(office)
    sent(office)

    assert DistrictMap.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "facts", "sentence"),
    [
        (b"{", {}, "地图文件不是完整的 JSON"),
        (b"", {}, "地图文件是空的"),
        (None, {"datum": ""}, "必填"),
        (None, {"origin": ""}, "必填"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(content, facts, sentence) -> None:
    response = sent(build.office(), content, **facts)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not DistrictMap.objects.exists()


def test_a_file_that_is_too_large_is_refused() -> None:
    response = sent(build.office(), b" " * (5 * 1024 * 1024 + 1))

    assert "最多 5 MB" in response.content.decode()


@pytest.mark.parametrize("path", [FILES, f"{FILES}1/"])
@pytest.mark.parametrize("make", [build.leader, build.staff])
def test_only_the_office_uploads(path, make) -> None:
    user = make() if make is build.leader else make(build.town("罗溪镇"))

    assert build.browser_of(user).get(path).status_code == 403
    assert build.browser_of(user).post(path, {}).status_code == 403


def test_who_may_not_read_figures_sees_no_map() -> None:
    assert build.browser_of(build.person(None)).get("/completion/map/").status_code == 403
    assert build.browser_of(None).get("/completion/map/").status_code == 302


def test_the_queries_are_as_many_for_two_projects_as_for_thirty(register) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            page(leader)
        return len(found)

    kept()
    leader = build.leader()
    page(leader)
    few = queries()
    for number in range(30):
        unit = build.town("罗溪镇")
        more = {"longitude": Decimal("119.95"), "latitude": Decimal("31.95"), "organisation": unit}
        build.listing(build.project(f"再加{number}", **more))

    assert queries() == few

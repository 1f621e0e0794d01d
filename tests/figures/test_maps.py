"""Outlines find their units by every name that these have or had."""

import pytest

from projects.figures.maps import drawn
from projects.files.geojson import MapShape, stored
from projects.models import DistrictMap, Organisation
from tests import build

pytestmark = pytest.mark.django_db

RING = [(119.0, 31.0), (120.0, 31.0), (120.0, 32.0), (119.0, 31.0)]


def matched(*names: str) -> dict[str, str | None]:
    """The unit that each outline found."""
    file = DistrictMap(shapes=stored(tuple(MapShape(name, ([RING],)) for name in names)))
    drawing = drawn(file, list(Organisation.objects.all()))
    assert set(drawing.unmatched) == {area.name for area in drawing.areas if area.unit is None}
    return {area.unit.name if area.unit else area.name: area.name for area in drawing.areas}


@pytest.mark.parametrize("name", ["三井街道", "三井", "河海街道", "三 井街道", "三井街道（）"])
def test_a_unit_is_found_by_its_name_its_short_name_and_its_former_ones(name: str) -> None:
    build.town("三井街道", short_name="三井", former_names="河海街道、老三井")

    assert matched(name) == {"三井街道": "三井"}


def test_todays_name_of_one_wins_over_the_former_name_of_another() -> None:
    build.town("甲镇", former_names="乙镇")
    build.town("乙镇")

    assert matched("乙镇") == {"乙镇": "乙镇"}


def test_the_district_lies_below_all_others() -> None:
    build.town("罗溪镇")

    assert list(matched("罗溪镇", build.DISTRICT)) == [build.DISTRICT, "罗溪镇"]


def test_a_name_that_nobody_has_is_told() -> None:
    assert matched("无名镇") == {"无名镇": "无名镇"}

"""Mercator's projection and the frame around a map."""

from math import degrees, log, pi, radians, tan

import pytest

from projects.rules.mercator import EDGE, MapFrame, middle, projected

SQUARE = [(119.0, 31.0), (120.0, 31.0), (120.0, 32.0), (119.0, 32.0), (119.0, 31.0)]


@pytest.mark.parametrize("latitude", [-60.0, 0.0, 31.9, 85.0])
def test_it_is_the_formula_of_the_textbook(latitude: float) -> None:
    x, y = projected((119.9, latitude))

    assert degrees(x) == pytest.approx(119.9)
    assert y == pytest.approx(log(tan(pi / 4 + radians(latitude) / 2)))


def test_a_known_place_has_its_web_mercator_metres() -> None:
    """EPSG:3857 of 120° E, 30° N, with the earth's radius of 6,378,137 m."""
    x, y = (6_378_137 * part for part in projected((120.0, 30.0)))

    assert (round(x, 2), round(y, 2)) == (13358338.90, 3503549.84)


def test_the_shapes_fill_the_width_and_north_is_above() -> None:
    frame = MapFrame.around(SQUARE, width=1000, tallest=5000)

    assert frame.at((119.0, 32.0)) == (EDGE, EDGE)
    assert frame.at((120.0, 31.0))[0] == 1000 - EDGE
    assert frame.at((120.0, 31.0))[1] == pytest.approx(frame.height - EDGE, abs=0.1)
    assert frame.height / 1000 == pytest.approx(
        1 / 0.854, abs=0.01
    )  # a degree of latitude is longer at 31.5°


def test_a_tall_district_is_set_in_the_middle() -> None:
    frame = MapFrame.around([(119.0, 31.0), (119.1, 33.0)], width=1000, tallest=600)

    left, right = frame.at((119.0, 31.0))[0], frame.at((119.1, 31.0))[0]
    assert frame.height == 600
    assert left == pytest.approx(1000 - right, abs=0.1)


def test_one_point_has_a_frame() -> None:
    frame = MapFrame.around([(119.0, 31.0)], width=100, tallest=100)

    assert frame.holds((119.0, 31.0))
    assert not frame.holds((120.0, 31.0))


def test_nothing_has_no_frame() -> None:
    with pytest.raises(ValueError, match="nothing"):
        MapFrame.around([], width=100, tallest=100)


def test_a_path_closes_each_ring_and_drops_repeated_positions() -> None:
    frame = MapFrame(left=0, top=1, scale=100, width=100, height=100)
    ring = [(0.0, 0.0), (0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 0.0)]

    assert frame.path([[ring, ring]]) == "M0,100L17.5,100L17.5,82.5Z" * 2


def test_a_name_stands_in_the_middle_of_the_largest_part() -> None:
    island = [(150.0, 0.0), (150.1, 0.0), (150.1, 0.1), (150.0, 0.0)]

    assert middle([[island], [SQUARE]]) == pytest.approx((119.5, 31.5))

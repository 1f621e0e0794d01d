"""Sets as bits: what goes in comes out, and a flag stands at the place of its number."""

import pytest

from projects.rules.bitmaps import bitmap, flags, numbers


@pytest.mark.parametrize("members", [[], [0], [1], [7, 8], [0, 63, 64, 65, 1000]])
def test_a_set_has_the_numbers_that_were_put_in(members: list[int]) -> None:
    assert list(numbers(bitmap(members))) == members
    assert bitmap(members).bit_count() == len(members)


def test_sets_are_cut_and_joined_by_the_operators_of_whole_numbers() -> None:
    low, high = bitmap([1, 2, 3]), bitmap([3, 4])

    assert list(numbers(low & high)) == [3]
    assert list(numbers(low | high)) == [1, 2, 3, 4]


def test_there_is_a_flag_for_every_number_below_the_size() -> None:
    assert flags(bitmap([1, 3]), 6) == bytes([0, 1, 0, 1, 0, 0])
    assert flags(0, 2) == bytes(2)

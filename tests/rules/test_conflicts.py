"""Who has a field that two people wrote."""

import pytest

from projects.rules.conflicts import Side, merged, side


@pytest.mark.parametrize(
    ("mine_changed", "theirs_changed", "same", "decided"),
    [
        (False, False, True, Side.THEIRS),
        (False, True, False, Side.THEIRS),
        (True, False, False, Side.MINE),
        (True, True, True, Side.MINE),
        (True, True, False, Side.OPEN),
    ],
)
def test_whoever_alone_changed_it_has_it(mine_changed, theirs_changed, same, decided) -> None:
    assert side(mine_changed=mine_changed, theirs_changed=theirs_changed, same=same) == decided


@pytest.mark.parametrize(
    ("before", "theirs", "mine", "result"),
    [
        ({1, 2}, {1, 2}, {1, 2, 3}, {1, 2, 3}),
        ({1, 2}, {1, 2, 4}, {1, 2, 3}, {1, 2, 3, 4}),
        ({1, 2}, {1}, {1, 2, 3}, {1, 3}),
        ({1, 2}, {1, 2, 4}, {2}, {2, 4}),
        ({1}, set(), set(), set()),
        (set(), {1}, {1}, {1}),
    ],
)
def test_what_each_added_is_in_and_what_each_took_out_is_out(before, theirs, mine, result) -> None:
    assert merged(before, theirs, mine) == result
    assert merged(before, mine, theirs) == result

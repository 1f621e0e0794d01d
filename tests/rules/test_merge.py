"""A record that two people changed: whose value each field takes, and what is left to choose."""

import pytest

from projects.rules.merge import Merged, merge, merge_sets

MINE, THEIRS, OPEN = (Merged(("amount",), (), ()), Merged((), ("amount",), ()), Merged((), (), ("amount",)))


@pytest.mark.parametrize(
    ("before", "theirs", "mine", "choice", "result"),
    [
        (1, 1, 1, None, THEIRS),
        (1, 2, 1, None, THEIRS),
        (1, 1, 2, None, MINE),
        (1, 2, 2, None, THEIRS),
        (1, 2, 3, None, OPEN),
        (1, 2, 3, "mine", MINE),
        (1, 2, 3, "theirs", THEIRS),
        (1, 2, 3, "both", OPEN),
        (1, 2, 1, "mine", THEIRS),
        (1, 1, 2, "theirs", MINE),
    ],
)
def test_a_field_takes_the_value_of_the_side_that_changed_it(before, theirs, mine, choice, result) -> None:
    merged = merge({"amount": before}, {"amount": theirs}, {"amount": mine}, {"amount": choice})
    assert merged == result


def test_without_a_base_version_every_difference_is_open() -> None:
    theirs, mine = {"name": "热泵", "amount": 1}, {"name": "热泵", "amount": 2}
    assert merge(None, theirs, mine, {}) == Merged((), ("name",), ("amount",))
    assert merge(None, theirs, mine, {"amount": "mine"}) == Merged(("amount",), ("name",), ())


def test_only_the_fields_of_mine_are_merged_in_their_order() -> None:
    before, theirs = {"a": 1, "b": 1, "c": 1, "d": 1}, {"a": 2, "b": 1, "c": 2, "d": 2}
    assert merge(before, theirs, {"c": 3, "b": 3, "a": 3}, {}) == Merged(("b",), (), ("c", "a"))


def test_a_value_in_other_words_is_no_change() -> None:
    def same(_name: str, mine: str, stored: int) -> bool:
        return mine.strip() == str(stored)

    values = {"kept": " 1 ", "agreed": "2 ", "changed": "3"}
    merged = merge(dict.fromkeys(values, 1), dict.fromkeys(values, 2), values, {}, same=same)
    assert merged == Merged((), ("kept", "agreed"), ("changed",))


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
    assert merge_sets(before, theirs, mine) == result
    assert merge_sets(before, mine, theirs) == result

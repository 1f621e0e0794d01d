"""Names in the order that a person expects."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from projects.rules.natural import natural


def test_numbers_in_names_count_as_numbers() -> None:
    names = ["第10个", "第2个", "第１个", "二期", "项目10（扩建）", "项目9（扩建）", "项目"]
    assert sorted(names, key=natural) == [
        "二期",
        "第１个",
        "第2个",
        "第10个",
        "项目",
        "项目9（扩建）",
        "项目10（扩建）",
    ]


@given(st.lists(st.text(alphabet="第项目0123456789①²٣ ", max_size=8)))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    keys = [natural(name) for name in sorted(names, key=natural)]
    assert all(one <= other for one, other in pairwise(keys))


def test_a_very_long_number_is_sorted_too() -> None:
    assert natural("9" * 200) < natural("1" + "0" * 200)
    assert natural("9" * 5_000) < natural("1" + "0" * 5_000) == natural("01" + "0" * 5_000)

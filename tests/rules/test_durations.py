"""Spans in words."""

from datetime import timedelta

import pytest

from projects.rules.durations import ago


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "不到 1 分钟"), (0, "不到 1 分钟"), (59.9, "不到 1 分钟"), (60, "1 分钟"), (3599, "59 分钟"),
        (3600, "1 小时"), (86399, "23 小时"), (86400, "1 天"), (10**6, "11 天"),
    ],
)  # fmt: skip
def test_the_largest_whole_unit(seconds: float, words: str) -> None:
    assert ago(timedelta(seconds=seconds)) == words

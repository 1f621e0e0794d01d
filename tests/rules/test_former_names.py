"""Former names: one text, each name once."""

import pytest

from projects.rules.broken import RuleBroken
from projects.rules.likeness import parted, renamed


@pytest.mark.parametrize(
    ("names", "before", "now", "together"),
    [
        ("", "罗溪乡", "罗溪镇", "罗溪乡"),
        ("罗溪乡", "空港镇", "罗溪镇", "罗溪乡、空港镇"),
        ("罗溪乡、空港镇", "罗溪乡", "罗溪镇", "罗溪乡、空港镇"),
        ("罗溪乡", "罗溪镇", "罗溪乡", "罗溪镇"),
        ("罗溪乡、空港镇", "罗溪镇", "罗溪 乡", "空港镇、罗溪镇"),
        ("罗溪乡", "罗溪镇", "罗溪镇", "罗溪乡"),
        ("", "热泵项目（一期）", "热泵项目(一期)", ""),
        ("", "电机、电控项目", "电驱项目", "电机，电控项目"),
        ("电机，电控项目", "电驱项目", "电机、电控项目", "电驱项目"),
        ("", "", "热泵", ""),
    ],
)
def test_a_name_is_kept_once_and_never_that_of_today(
    names: str, before: str, now: str, together: str
) -> None:
    assert renamed(names, before=before, now=now, most=400) == together


def test_names_that_do_not_fit_are_refused_and_not_cut() -> None:
    with pytest.raises(RuleBroken, match="曾用名最多 5 个字，放不下“空港镇”"):
        renamed("罗溪乡", before="空港镇", now="罗溪镇", most=5)
    assert renamed("罗溪乡", before="空港镇", now="罗溪镇", most=7) == "罗溪乡、空港镇"


def test_a_text_of_names_comes_apart() -> None:
    assert parted("罗溪乡、、空港镇") == ["罗溪乡", "空港镇"]
    assert parted("") == []

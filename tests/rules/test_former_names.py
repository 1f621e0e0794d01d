"""Former names: one text, each name once."""

import pytest

from projects.rules.former_names import parted, with_former


@pytest.mark.parametrize(
    ("names", "name", "together"),
    [
        ("", "罗溪乡", "罗溪乡"),
        ("罗溪乡", "空港镇", "罗溪乡、空港镇"),
        ("罗溪乡、空港镇", "罗溪乡", "罗溪乡、空港镇"),
    ],
)
def test_a_name_is_kept_once(names: str, name: str, together: str) -> None:
    assert with_former(names, name) == together
    assert name in parted(together)

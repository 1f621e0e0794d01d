"""Whom a text mentions."""

import pytest

from projects.rules.mentions import marked, mentioned

NAMES = ["王敏", "王敏敏", "周岚", ""]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@王敏 主机到货了吗？", ["王敏"]),
        ("请＠周岚和@王敏看，@周岚", ["周岚", "王敏"]),
        ("@王敏敏好", ["王敏敏"]),  # the longest name that fits
        ("王敏，a@b.cn，@李四，@", []),
    ],
)
def test_a_name_behind_an_at_is_meant(text: str, names: list[str]) -> None:
    assert mentioned(text, NAMES) == names


def test_the_text_stays_whole() -> None:
    text = "请＠周岚和@王敏看"

    assert marked(text, NAMES) == [
        ("请", False),
        ("＠周岚", True),
        ("和", False),
        ("@王敏", True),
        ("看", False),
    ]
    assert marked("没有人", NAMES) == [("没有人", False)]

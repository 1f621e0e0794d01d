"""Number formats that show another thing than is stored."""

from datetime import date

import pytest

from projects.files.reading.styles import Look, as_shown, look_of
from projects.vocabulary import Precision

MONTH, YEAR = Look(Precision.MONTH), Look(Precision.YEAR)
SCALED = Look(is_scaled=True)
PERCENT = Look(is_percent=True)


@pytest.mark.parametrize(
    ("code", "look"),
    [
        ('yyyy"年"m"月"', MONTH),
        ("yyyy\\-mm", MONTH),
        ("yyyy.mm", MONTH),
        ("[$-804]yyyy/m;@", MONTH),
        ('[DBNum1][$-804]yyyy"年"m"月";@', MONTH),
        ('yyyy"年"', YEAR),
        ("yyyy-mm-dd", None),
        ('yyyy"年"m"月"d"日"', None),
        ("yyyy/m/d h:mm", None),
        ("mm:ss", None),
        ("General", None),
        ("@", None),
        ("#,##0.00", None),
        ("#,##0.00_ ", None),
        ("0.0%", PERCENT),
        ("[Red]0%;-0%", PERCENT),
        ('0"%"', Look(unit="%")),
        ("0\\‰", Look(unit="‰")),
        ('0.0"折"', Look(unit="折")),
        ("+0.0;-0.0;0.0", None),
        ('0"个"', None),
        ('0.0"亿元"', Look(unit="亿元")),
        ('#,##0"万元";-#,##0"万元"', Look(unit="万元")),
        ('0.00"万美元"', Look(unit="万美元")),
        ('0"元"', Look(unit="元")),
        ("0!.0,", SCALED),
        ('0!.0,"万元"', SCALED),
        ("0\\.0000", SCALED),
        ('0"."0000', SCALED),
        ("#,##0,", SCALED),
        ("0.00,,", SCALED),
    ],
)
def test_what_a_format_shows(code: str, look: Look | None) -> None:
    assert look_of(164, code) == look


@pytest.mark.parametrize(
    ("number", "look"),
    [(9, PERCENT), (10, PERCENT), (17, MONTH), (27, MONTH), (57, MONTH), (14, None), (31, None), (0, None)],
)
def test_what_a_built_in_format_shows(number: int, look: Look | None) -> None:
    assert look_of(number, "") == look


@pytest.mark.parametrize(
    ("raw", "look", "shown"),
    [
        (0.5, PERCENT, "50%"),
        (0.123456, PERCENT, "12.3456%"),
        (1, PERCENT, "100%"),
        (5, Look(unit="折"), "5折"),
        (date(2024, 3, 1), MONTH, "2024年3月"),
        (date(2024, 3, 15), MONTH, date(2024, 3, 15)),
        (date(2024, 1, 1), YEAR, "2024年"),
        (date(2024, 3, 1), YEAR, date(2024, 3, 1)),
        ("年底前", MONTH, "年底前"),
        (None, MONTH, None),
        (110.3, Look(unit="亿元"), "110.3亿元"),
        ("约10", Look(unit="亿元"), "约10"),
        (None, Look(unit="亿元"), None),
        (1_234_567.0, SCALED, "1234567（按格式缩小显示）"),
    ],
)
def test_a_value_as_it_is_shown(raw, look: Look, shown) -> None:
    assert as_shown(raw, look) == shown

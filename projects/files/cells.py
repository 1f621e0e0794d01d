"""One cell: its name on the sheet, and the text that it is judged by."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from projects.files.grids import Raw
from projects.rules.broken import RuleBroken

_WIDE = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
_PLAIN: dict[int, str | None] = {
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in _WIDE},
    **dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009"), " "),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff")),
    ord("\r"): "\n",
}
"""Full-width digits and letters, odd blanks, what has no width. Punctuation stays: a name keeps its （brackets）."""

# Looking first is five times as fast as translating what needs no translation.
_ODD = re.compile(f"[{''.join(map(chr, _PLAIN))}]")

_SERIALS = range(20_000, 80_000)
"""Days since 1900 that a date of our time can be: 1954 to 2119."""

_BARE = re.compile(r"[\d,，.．\s]+")


def column_name(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Both counted from 1: G14."""
    return f"{column_name(column)}{row}"


def column_number(letters: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def text_of(raw: Raw) -> str:
    """The cell as the forms judge it; "" for an empty one.

    Text without blanks around it, its digits and letters half-width, its line breaks as “\\n”; a number as Excel
    shows it in full, to 15 significant digits and never with an exponent (110.3, 12, 320411000000000000);
    a day as 2024-09-30; 是 or 否.
    """
    match raw:
        case str():
            plain = raw.replace("\r\n", "\n").translate(_PLAIN) if _ODD.search(raw) else raw
            return plain.strip()
        case None:
            return ""
        case bool():
            return "是" if raw else "否"
        case int() | float():
            return _number(raw)
        case datetime():
            return _day(raw)
        case date():
            return raw.isoformat()
        case time():
            return raw.isoformat("minutes")
        case timedelta():
            return str(raw)


def _number(raw: float) -> str:
    if isinstance(raw, int) or (raw.is_integer() and abs(raw) < 1e15):
        return str(int(raw))
    shown = f"{Decimal(f'{raw:.15g}'):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _day(raw: datetime) -> str:
    if raw.time() == time():
        return raw.date().isoformat()
    return raw.isoformat(" ", "minutes")


def period_text(raw: Raw) -> str:
    """As `text_of`, for a column of days and months: what parse_period takes.

    Raises RuleBroken for a number that says two things: 2024.1 is January, or October that lost its 0; and
    for the number of a day (45383), which says nothing to the reader of the sheet.
    """
    text = text_of(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return text
    if re.fullmatch(r"(?:(?:19|20)\d\d|1[3-9]|[2-4]\d)\.1", text):
        year = text[:-2]
        raise RuleBroken(
            f"“{text}”是数字，看不出是1月还是10月（{year}.10 存成数字会丢掉末尾的0），请写成 {year}年1月或{year}年10月"
        )
    if int(raw) in _SERIALS:
        raise RuleBroken(f"“{text}”像是日期的序列号，请把单元格格式改为日期，或写成 2024-09-30")
    return text


def is_bare(raw: Raw) -> bool:
    """Whether a cell is a number and nothing else: as an amount it says no unit. 0 needs none."""
    if isinstance(raw, bool) or raw == 0:
        return False
    return isinstance(raw, int | float) or (isinstance(raw, str) and bool(_BARE.fullmatch(raw.strip())))

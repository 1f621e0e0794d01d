"""How much of a day its number format shows: 2024年3月 typed into Excel is stored as 1 March."""

import re
from datetime import date

from projects.vocabulary import Precision

# In Chinese Excel these say yyyy"年"m"月"; 17 is mmm-yy.
_BUILT_IN_MONTHS = frozenset({17, 27, 36, 50, 52, 57})
_SAID = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')


def precision_shown(number: int, code: str) -> Precision | None:
    """MONTH or YEAR where the format leaves out the rest; None for a whole day and for anything else."""
    if not code and number in _BUILT_IN_MONTHS:
        return Precision.MONTH
    marks = _SAID.sub("", code.split(";")[0]).lower()
    if "y" not in marks or set(marks) & set("dhs"):
        return None
    return Precision.MONTH if "m" in marks else Precision.YEAR


def as_shown(day: date, precision: Precision) -> date | str:
    """2024年3月 for the first of the month, 2024年 for New Year's Day, which Excel filled in; another day stays."""
    if precision == Precision.MONTH and day.day == 1:
        return f"{day.year}年{day.month}月"
    if precision == Precision.YEAR and (day.month, day.day) == (1, 1):
        return f"{day.year}年"
    return day

"""What a sheet is about, said in one line above its table: a person reads it, and so does the import.

No column says for which year a list is, or on which level a target; the file itself does, as .xlsx and as .csv.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from projects.vocabulary import ImportKind, Level

ALL = "全部项目"
PAST = "台账回看，只供查阅，不能导入"
"""A line of a sheet that shows an earlier state of the register: importing it would put the past in place of today."""
_LINE = re.compile(
    r"内容：(?P<kind>[^；]+)(?:；年度：(?P<year>\d{4}))?(?:；级别：(?P<level>[^；]+))?(?:；月份：(?P<month>\d{4}-\d\d))?"
)


@dataclass(frozen=True, slots=True)
class SheetTerms:
    """`level`: "" is all projects, None that the rows say it themselves; `month` is its first day."""

    kind: ImportKind
    year: int | None = None
    level: str | None = None
    month: date | None = None

    @property
    def line(self) -> str:
        """内容：项目清单；年度：2024；级别：市重点."""
        words = [f"内容：{self.kind.label}"]
        if self.year is not None:
            words.append(f"年度：{self.year}")
        if self.level is not None:
            words.append(f"级别：{Level(self.level).label if self.level else ALL}")
        if self.month is not None:
            words.append(f"月份：{self.month:%Y-%m}")
        return "；".join(words)

    @classmethod
    def read(cls, line: str) -> Self | None:
        """What the line says; None for any other line."""
        found = _LINE.fullmatch(line.strip())
        kinds = {kind.label: kind for kind in ImportKind}
        levels = {level.label: level.value for level in Level} | {ALL: ""}
        if found is None or found["kind"] not in kinds or found["level"] not in {None, *levels}:
            return None
        return cls(
            kinds[found["kind"]],
            int(found["year"]) if found["year"] else None,
            levels[found["level"]] if found["level"] else None,
            date.fromisoformat(f"{found['month']}-01") if found["month"] else None,
        )

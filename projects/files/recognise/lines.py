"""What a row below the headings is: a record, the title of a section, a printed sum, a note."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from projects.files.cells import text_of
from projects.files.grids import Raw
from projects.files.recognise.group_lines import (
    COUNT,
    NUMERALS,
    USUAL,
    GroupWords,
    count_in,
    is_circled,
    is_group_number,
    is_part_name,
    is_part_number,
    is_plain_number,
    squeezed,
    sub_projects,
)


class Doubt(Enum):
    """What a row may be besides a record; the table as a whole decides, or a person."""

    GROUP = "group"
    """A name and amounts without a number, where others have one."""
    PART = "part"
    """Numbered or named as a part of the row above."""
    UNNUMBERED = "unnumbered"
    """A record without a number, or with another kind of number than the others."""


class LineKind(Enum):
    ROW = "row"
    SECTION = "section"
    """The title of the rows below it; its other cells, if any, are printed sums of them."""
    SUBTOTAL = "subtotal"
    TOTAL = "total"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the headings; rows without anything in them are left out."""

    number: int
    """On the sheet."""
    kind: LineKind
    cells: Sequence[Raw]
    """One for each heading, in their order."""
    sections: tuple[str, ...] = ()
    """The titles of the sections that it stands in, the outermost first."""
    hidden: bool = False
    merged: frozenset[int] = frozenset()
    """Columns, counted from 1, whose amount is printed once for several rows, in one above: it counts there only."""
    label: str = ""
    """What a section, sum or note says."""
    count: int | None = None
    """How many rows a section or sum states."""
    doubt: Doubt | None = None
    """Of a row only."""
    last: int = 0
    """Of a section: the last line that it stands for; 0: up to the next section of its depth."""
    struck: frozenset[int] = frozenset()
    """Columns, counted from 1, whose cell is struck through."""


_STYLES = (
    (1, re.compile(rf"第[{NUMERALS}\d]+[部类批]分?")),
    (2, re.compile(rf"[{NUMERALS}]+[、.,:]")),
    (3, re.compile(rf"\([{NUMERALS}]+\)")),
    (4, re.compile(r"\d+[、.](?!\d)")),
    (5, re.compile(r"\(\d+\)")),
)
_BARE_NUMERAL = re.compile(rf"[{NUMERALS}]+|\([{NUMERALS}]+\)")
_COUNTED = re.compile(r"\((?:共|合计)?\d+[个项家]?\)$|[共计]\d+[个项]$")
_SUM = re.compile(r"(小计|合计|总计|共计|累计)(?:\([^()]*\)|[::]?[共计]?\d+[个项家](?:项目)?)?[::]?$")
_OWN_WORDS = re.compile(r"(?:小计|合计)[::]?$")
_WHOLE = re.compile(r"(?:全区|全市|全部|总|区级|所有|项目|投资|以上)?(?:合计|总计|共计|总合计)")
_NOTE = re.compile(
    r"(?:注|备注|说明|填表说明|附注|填报说明|数据来源)[::]|注\d*[、.::]"
    r"|(?:填表|填报|制表|审核|报送|经办|联系|负责|统计|单位负责|分管)(?:人|单位|日期|时间|领导)?[::]|(?:联系)?电话[::]"
    r"|(?:打印|报出|填报|制表|统计)(?:日期|时间)|第\d+页|共\d+页|截至\d"
)
_NUMERIC = re.compile(r"[\s+\-]*[\d,，.．]+[\s%％‰折成倍]*")
LONG_NOTE = 60
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_COLUMN_MARK = re.compile(
    r"[甲乙丙丁戊己庚辛]|[A-Z]|栏次|列次|行次|序号|列号|\(?\d{1,2}\)?(?:=[\d()+\-*/÷×%]{3,40})?"
)
PLAIN = 0


def _is_words(raw: Raw) -> bool:
    """A text that is no number: everything in a .csv is text."""
    return isinstance(raw, str) and not _NUMERIC.fullmatch(raw)


@dataclass(frozen=True, slots=True)
class JudgedLine:
    kind: LineKind
    label: str = ""
    count: int | None = None
    doubt: Doubt | None = None


_PLAIN_ROW = JudgedLine(LineKind.ROW)


@dataclass(frozen=True, slots=True)
class Classifier:
    """`number`, `name`: places of 序号 and of the name among the cells, None where there is no such column."""

    number: int | None
    name: int | None
    words: GroupWords = USUAL

    def judge(self, cells: Sequence[Raw], *, spans: bool) -> JudgedLine:
        """`spans`: the first filled cell is merged across others. At least one cell is filled."""
        filled = [place for place, cell in enumerate(cells) if cell is not None]
        first = filled[0]
        if self._is_plain_row(cells, len(filled)):
            return _PLAIN_ROW
        texts = [place for place in filled if _is_words(cells[place])]
        if not texts:
            return _PLAIN_ROW
        labels = [squeezed(cells[place]) for place in texts[:2]]
        label = labels[0]
        if len(filled) == 1 and sub_projects(label):
            return JudgedLine(LineKind.NOTE, text_of(cells[first]))
        if kind := self._sum(labels, texts):
            return kind
        if _NOTE.match(label) and (first != self.name or len(filled) == 1):
            return JudgedLine(LineKind.NOTE, text_of(cells[first]))
        if kind := self._group(cells, filled, texts) or self._section(cells, filled, texts, spans=spans):
            return kind
        return JudgedLine(LineKind.ROW, doubt=self._doubt(cells, texts))

    def _is_plain_row(self, cells: Sequence[Raw], filled: int) -> bool:
        """Quickly: a number, a name that cannot be a sum's, and more."""
        if self.number is None or self.name is None or filled < 3:
            return False
        number, name = cells[self.number], cells[self.name]
        return is_plain_number(number) and isinstance(name, str) and "计" not in name

    def _group(self, cells: Sequence[Raw], filled: Sequence[int], texts: Sequence[int]) -> JudgedLine | None:
        """The title of a group with its count and sums: it has the name of one, its number, or no name at all."""
        number = cells[self.number] if self.number is not None else None
        if is_part_name(cells[self.name]) if self.name is not None else False:
            return None
        labelled = texts[0] if self.name is None or cells[self.name] is None else self.name
        if isinstance(cells[labelled], int | float) or (is_part_number(number) and not is_circled(number)):
            return None
        others = [place for place in filled if place not in (labelled, self.number)]
        counts = [place for place in others if (count := _count(cells[place])) is not None]
        words = [place for place in others if _is_words(cells[place]) and place not in counts]
        label = text_of(cells[labelled])
        is_word = self.words.has(label)
        if len(words) > (1 if is_word and number is None else 0) or label.endswith("。"):
            return None
        is_counted = bool(counts) or _COUNTED.search(squeezed(label)) is not None
        if not self._is_group(cells, labelled, is_word=is_word, is_counted=is_counted):
            return None
        title = label if labelled == self.number or number is None else _numbered(text_of(number), label)
        count = count_in(label) or next((_count(cells[place]) for place in counts), None)
        return JudgedLine(LineKind.SECTION, title, count)

    def _is_group(self, cells: Sequence[Raw], labelled: int, *, is_word: bool, is_counted: bool) -> bool:
        """By the number: one of groups says so, one of rows says no; without one a word or a count says so."""
        number = cells[self.number] if self.number is not None else None
        if self.number is None or number is None:
            return is_word or (is_counted and self.number is not None)
        if is_word and not is_plain_number(number) and not is_part_number(number):
            return True
        if labelled == self.number:
            return self.name is not None and (is_word or len(_CHINESE.findall(text_of(number))) > 1)
        return is_group_number(number) or (is_circled(number) and is_word)

    def _doubt(self, cells: Sequence[Raw], texts: Sequence[int]) -> Doubt | None:
        if self.number is None or self.name is None:
            return None
        number, name = cells[self.number], cells[self.name]
        if is_part_number(number) or (number is None and is_part_name(name)):
            return Doubt.PART
        if is_plain_number(number):
            return None
        return Doubt.GROUP if set(texts) <= {self.name, self.number} else Doubt.UNNUMBERED

    def _sum(self, labels: Sequence[str], texts: Sequence[int]) -> JudgedLine | None:
        """A sum says so in its first or second text, and has next to no other."""
        if len(texts) > 3:
            return None
        for label in labels:
            if not (found := _SUM.search(label)):
                continue
            if found[1] == "小计":
                return JudgedLine(LineKind.SUBTOTAL, label)
            if _WHOLE.fullmatch(label[: found.end(1)]):
                return JudgedLine(LineKind.TOTAL, label)
            return JudgedLine(LineKind.SUBTOTAL, label)
        return None

    def _section(
        self, cells: Sequence[Raw], filled: Sequence[int], texts: Sequence[int], *, spans: bool
    ) -> JudgedLine | None:
        label = squeezed(cells[texts[0]])
        title = text_of(cells[texts[0]])
        if _BARE_NUMERAL.fullmatch(label) and len(texts) == 2 and texts[1] == self.name:
            return JudgedLine(LineKind.SECTION, f"{title}、{text_of(cells[texts[1]])}")
        if len(texts) > 1:
            return None
        lone = len(filled) == 1
        if lone and (label.endswith("。") or len(label) > LONG_NOTE):
            return JudgedLine(LineKind.NOTE, title)
        count = count_in(label)
        numbered = any(style.match(label) for rank, style in _STYLES if rank < 4 or lone)
        if numbered or (_COUNTED.search(label) and (lone or filled[0] == texts[0])):
            return JudgedLine(LineKind.SECTION, title, count)
        if lone and (spans or texts[0] != self.name or self.number is not None):
            return JudgedLine(LineKind.SECTION, title)
        return None


def _is_sum_of_something(raw: Raw) -> bool:
    if isinstance(raw, str):
        return bool(_NUMERIC.fullmatch(raw)) and raw.strip("0.,， ") != ""
    return isinstance(raw, int | float) and raw != 0


@dataclass(slots=True)
class SumsAbove:
    """Whether the sums of groups stand above their rows: the first one has no rows before it."""

    is_so: bool = False
    _has_rows: bool = False

    def placed(self, judged: JudgedLine, cells: Sequence[Raw]) -> JudgedLine:
        """The line; a sum that stands above its rows is their section, where it names them: 续建项目小计 300.

        A sum of nothing has no rows on either side.
        """
        if judged.kind is LineKind.ROW:
            self._has_rows = True
        title = _OWN_WORDS.sub("", judged.label)
        if judged.kind is not LineKind.SUBTOTAL or not title or (self._has_rows and not self.is_so):
            return judged
        if not any(_is_sum_of_something(cell) for cell in cells):
            return judged
        self.is_so = True
        return JudgedLine(LineKind.SECTION, title, judged.count)


def are_column_numbers(cells: Sequence[Raw]) -> bool:
    """Whether a line numbers the columns: 1 2 3 4, 甲 乙 1 2, (1) (2) (3)=(1)+(2)."""
    texts = [squeezed(cell) for cell in cells if cell is not None]
    if len(texts) < 3 or not all(_COLUMN_MARK.fullmatch(text) for text in texts):
        return False
    numbers = [int(text.split("=")[0].strip("()")) for text in texts if text.strip("()")[:1].isdecimal()]
    return all(later == earlier + 1 for earlier, later in pairwise(numbers))


def _numbered(number: str, label: str) -> str:
    """一、续建项目, （一）续建项目."""
    sign = "" if number.endswith((")", "）")) else "、"
    return f"{number.rstrip('、.．')}{sign}{label}"


def _count(raw: Raw) -> int | None:
    """The number of projects in a cell of its own: 共1个, 1个, "1" as a text."""
    found = COUNT.fullmatch(squeezed(raw)) if isinstance(raw, str) else None
    return int(found[1]) if found else None


@dataclass(slots=True)
class Section:
    rank: int
    """Of its numbering, 1 the outermost; `PLAIN` for none."""
    title: str
    has_rows: bool = False


@dataclass(slots=True)
class Outline:
    """The sections that are open: 一、 holds （一）, which holds 1."""

    open: list[Section] = field(default_factory=list)

    def enter(self, title: str) -> None:
        """A section ends those of its own level and below.

        One without a number stands beside the one before it if that has rows of its own, and within it if not.
        """
        label = squeezed(title)
        rank = next((rank for rank, style in _STYLES if style.match(label)), PLAIN)
        for place, other in enumerate(self.open):
            if other.rank == rank or (rank != PLAIN and other.rank > rank):
                del self.open[place:]
                break
        else:
            if self.open and self.open[-1].has_rows and PLAIN in (rank, self.open[-1].rank):
                self.open.pop()
        self.open.append(Section(rank, title))

    def take(self, line: JudgedLine, *, is_whole: bool) -> None:
        """Take the next line of the table; `is_whole`: a line that counts in its parts, which opens no section."""
        if line.kind == LineKind.SECTION and not is_whole:
            self.enter(line.label)
        elif line.kind == LineKind.ROW:
            self.hold_row()

    def hold_row(self) -> None:
        if self.open:
            self.open[-1].has_rows = True

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(section.title for section in self.open)

"""Every reader of typed text: any text is read, or refused in a sentence, in steps that grow with its length."""

import sys
from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from projects.files import geojson
from projects.files.grids import Limits
from projects.files.reading.delimited import read_delimited
from projects.filters.fields import YiField
from projects.forms.fields import ChosenField, DayField, LinesField, MoneyField, VersionField
from projects.rules import likeness, mentions, natural, stated_periods, typed
from projects.rules.api_keys import is_key
from projects.rules.broken import RuleBroken
from projects.workbooks.kinds.projects.cells import project_cells
from tests.fuzz import hostile
from tests.fuzz.examples import fuzzed
from tests.rules.test_typed import READERS

pytestmark = pytest.mark.once

ALPHABET = (
    "0123456789.,-+/年月日季度旬上中下底前后约不晚于万亿元千百十一二三〇零％%()（）[]【】、；:： \t\n\r"
)
ALPHABET += "\"'=<>aZeé\u0300\u3000２\u200b\U0001f4a9\ufffe"
PIECES = [
    *hostile.NUMBERS,
    *hostile.DAYS,
    *hostile.TEXTS,
    "2024年3月",
    "12.5亿元",
    "张三 13900000000",
    "合计",
    "一期",
]
texts = (
    st.text(max_size=80)
    | st.text(ALPHABET, max_size=300)
    | st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
)
"""Anything, what looks like a number or a day, and known troublemakers in a row."""

BASE, FOR_EACH_SIGN = 4_000, 60
"""Lines of Python that a reader may take more than for one sign: at all, and for each sign."""


class TooManySteps(Exception):
    """A reader did not end in time."""


def steps_of(read: Callable[[str], object], text: str, *, most: int) -> int:
    """Lines of Python that run while the reader looks at the text; TooManySteps beyond `most`."""
    count = 0

    def counted(frame: object, event: str, arg: object) -> object:
        nonlocal count
        count += event == "line"
        if count > most:
            raise TooManySteps(f"{count} steps for {len(text)} signs")
        return counted

    before = sys.gettrace()
    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        read(text)
    except (RuleBroken, ValidationError):
        pass
    finally:
        sys.settrace(before)
    return count


def try_texts(read: Callable[[str], object], read_texts: st.SearchStrategy[str]) -> None:
    """A first look fills what is made once; the second says what the reader needs for any text."""
    steps_of(read, "1", most=1_000_000)
    base = BASE + steps_of(read, "1", most=1_000_000)

    @fuzzed
    @given(read_texts)
    def tried(text: str) -> None:
        steps_of(read, text, most=base + FOR_EACH_SIGN * len(text))

    tried()


def judges() -> Iterator[tuple[str, Callable[[str], object]]]:
    """What checks the cells of each column of a sheet of projects."""
    cells = project_cells(units=[], industries={}, year=2024)
    yield from ((f"cell {key}", judge) for key, judge in cells.judges.items())


def of_field(field: object) -> Callable[[str], object]:
    return lambda text: field.clean(text)


FIELDS = {
    "amount": MoneyField(label="金额"),
    "day": DayField(),
    "chosen": ChosenField(),
    "lines": LinesField(max_length=2_000),
    "version": VersionField(),
    "yi": YiField(),
}
OTHERS: dict[str, Callable[[str], object]] = {
    "period of a sheet": stated_periods.stated_period,
    "only a period": stated_periods.states_only_a_period,
    "column of a period": stated_periods.stated_column,
    "natural order": natural.natural,
    "mentions": lambda text: mentions.marked(text, ["张三", "李四"]),
    "former names": likeness.parted,
    "likeness": lambda text: likeness.likeness(text, "热泵项目二期"),
    "whole number": typed.whole_number,
    "key": is_key,
}
ALL = {
    **{f"{number} {getattr(read, '__name__', '')}": read for number, read in enumerate(READERS)},
    **dict(judges()),
    **{f"field {name}": of_field(field) for name, field in FIELDS.items()},
    **OTHERS,
}


@pytest.mark.parametrize("name", ALL)
def test_any_text_is_read_or_refused_in_bounded_steps(name: str) -> None:
    try_texts(ALL[name], texts)


LIMITS = Limits(bytes=1_000_000, rows=1_000, cells=10_000)


def map_of(text: str) -> object:
    return geojson.read_map(text.encode(errors="replace"))


def sheet_of(text: str) -> object:
    return [
        list(grid.rows) for grid in read_delimited(BytesIO(text.encode(errors="replace")), "表.csv", LIMITS)
    ]


@pytest.mark.parametrize("read", [map_of, sheet_of])
def test_any_bytes_are_read_or_refused(read: Callable[[str], object]) -> None:
    shaped = st.sampled_from(
        [
            '{"type": "FeatureCollection", "features": [%s]}',
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "%s"}}]}',
            "名称,金额\n%s,1",
            "%s",
        ]
    )

    try_texts(read, st.tuples(shaped, texts).map(lambda drawn: drawn[0].replace("%s", drawn[1])))


def test_a_reader_that_goes_on_is_found() -> None:
    def slow(text: str) -> int:
        return sum(1 for one in text for other in text for third in text)

    with pytest.raises(TooManySteps):
        try_texts(slow, st.just("9" * 200))

"""Typed text: every reader of it takes steps in proportion to its length, and says what is too long."""

import ast
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

import projects
from projects.columns import PROJECTS
from projects.files.reading.styles import look_of
from projects.files.recognise.headings import Recogniser
from projects.files.recognise.lines import Classifier, squeezed
from projects.files.recognise.stated_units import folded_heading, stated_unit, unit_of_line
from projects.rules import codes, finding, likeness, money, periods
from projects.rules.broken import RuleBroken, shortened
from projects.rules.typed import PIECE, narrow, whole_number
from projects.workbooks.kinds.projects.cells import _person, _years

MARKS = "\u0300\u0327"
"""Two accents whose order normalising has to turn."""


def steps(read: Callable[[str], object], text: str) -> int:
    """Lines of Python that run while `read` looks at the text."""
    count = 0

    def counted(frame: object, event: str, arg: object) -> object:
        nonlocal count
        count += event == "line"
        return counted

    before = sys.gettrace()
    sys.settrace(counted)  # type: ignore[arg-type]
    try:
        read(text)
    except RuleBroken:
        pass
    finally:
        sys.settrace(before)
    return count


def _heading(text: str) -> object:
    return Recogniser.of(PROJECTS, {}).heading(1, [text, text])


def _line(text: str) -> object:
    return Classifier(0, 1).judge([text, text, None], spans=False)


READERS: tuple[Callable[[str], object], ...] = (
    money.parse,
    periods.parse_period,
    _person,
    _years,
    codes.normalise,
    codes.credit_code_fault,
    codes.project_code_fault,
    likeness.bare,
    likeness.numerals,
    lambda text: list(likeness.Lookout([text]).alike(text)),
    finding.spelling,
    lambda text: finding.where_found(text[:20], {"name": text}, spelled=["name"]),
    folded_heading,
    stated_unit,
    unit_of_line,
    squeezed,
    _heading,
    _line,
    lambda text: look_of(164, text),
    narrow,
)
PARTS = (
    " ",
    "a ",
    "(",
    "[",
    "年月",
    "一",
    "9",
    "9-",
    "元",
    "（不晚于9月30日）",
    "1,",
    MARKS,
    "、",
    "合计(",
    "2024年",
)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("read", READERS)
def test_a_text_of_twice_the_length_takes_twice_the_steps(read: Callable[[str], object], part: str) -> None:
    once, twice = (steps(read, f"a{part * (size // len(part))}x") for size in (400, 800))
    assert twice <= 2.5 * once + 50


@pytest.mark.parametrize("part", ["(不晚于9月30日)", "（不晚于9月30日）", "(", "（"])
def test_nested_brackets_are_no_day(part: str) -> None:
    with pytest.raises(RuleBroken, match="日期"):
        periods.parse_period("2024年" + part * 2_500)


def test_a_day_bounded_twice_is_no_day() -> None:
    with pytest.raises(RuleBroken, match="看不懂日期"):
        periods.parse_period("2024年（不晚于9月30日）（不晚于9月30日）")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (money.parse, "9" * 5_000),
        (money.parse, "1" + "0" * 4_999 + "万元"),
        (money.parse, "1e999999"),
        (money.parse, "0." + "0" * 5_000 + "1亿元"),
        (periods.parse_period, "9" * 5_000),
        (periods.parse_period, "2024" + " " * 5_000 + "x"),
    ],
)
def test_what_no_amount_or_day_can_be_is_refused_in_a_short_sentence(
    read: Callable[[str], object], text: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        read(text)
    assert len(str(refused.value)) < 120


def test_blanks_around_a_text_do_not_make_it_too_long() -> None:
    assert money.parse(" " * 5_000 + "10亿元").yuan == 1_000_000_000


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("9" * 5_000, None)]
    + [(text, None) for text in ("", "-1", "1.0", "²", "٣", "1 2", "1e9")],
)
def test_a_whole_number_is_one_that_every_database_stores(text: str, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "ＡＢＣ（一期）㎡",
        "é".join("字" * each for each in (1, PIECE - 1, PIECE, 7)),
        "e\u0301" * PIECE,
        "字" * (PIECE - 1) + "e\u0301\u0327" + "字" * PIECE,
        "",
    ],
)
def test_a_long_text_is_normalised_piece_by_piece_as_a_whole_one(text: str) -> None:
    assert narrow(text) == unicodedata.normalize("NFKC", text)


def test_only_one_function_normalises_whole_texts() -> None:
    """It costs the square of a run of accents, unless the text is short."""
    calls = []
    for path in Path(projects.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "normalize"
                and ast.unparse(node.value) == "unicodedata"
            ):
                calls.append(path.stem)
    assert sorted(calls) == ["cells", "finding", "typed", "typed"]  # the first two: a single character each


def test_a_sentence_repeats_the_beginning_of_a_long_text() -> None:
    assert (shortened("十个字以内"), shortened("长" * 41)) == ("十个字以内", "长" * 40 + "…")


@pytest.mark.parametrize(
    ("text", "name", "phone"),
    [
        ("张三 13900000000", "张三", "13900000000"),
        ("张三/0519-85100000", "张三", "0519-85100000"),
        ("张三（13900000000）", "张三", "13900000000"),
        ("张三：+86 139 0000 0000", "张三", "+86 139 0000 0000"),
        ("张三\n13900000000", "张三", "13900000000"),
        ("张三、李四 13900000000", "张三、李四", "13900000000"),
        ("13900000000", "", "13900000000"),
        ("张三", "张三", ""),
        ("张三 12345", "张三 12345", ""),
    ],
)
def test_a_person_and_a_number(text: str, name: str, phone: str) -> None:
    assert _person(text) == (name, phone)

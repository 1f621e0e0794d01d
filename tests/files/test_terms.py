"""The line above a table that says what it is about: written, and read back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.files.terms import SheetTerms
from projects.vocabulary import ImportKind, Level

terms = st.builds(
    SheetTerms,
    st.sampled_from(ImportKind),
    st.none() | st.integers(2000, 2100),
    st.none() | st.sampled_from(["", *Level.values]),
    st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(lambda day: day.replace(day=1)),
)


@given(terms)
def test_what_a_line_says_is_read_back(said: SheetTerms) -> None:
    assert SheetTerms.read(said.line) == said


def test_a_person_reads_it_too() -> None:
    assert SheetTerms(ImportKind.PROJECTS, 2024, "city").line == "内容：项目清单；年度：2024；级别：市重点"
    assert SheetTerms(ImportKind.TARGETS, 2024, "").line == "内容：年度目标；年度：2024；级别：全部项目"


@pytest.mark.parametrize("line", ["", "单位：亿元", "内容：别的", "内容：项目清单；级别：村重点"])
def test_any_other_line_says_nothing(line: str) -> None:
    assert SheetTerms.read(line) is None

"""What becomes of a month that two people type at once."""

import pytest

from projects.rules.entries import Entry, reconciled
from projects.rules.merge import FieldDifference

YI = 10**8
BEFORE = Entry(YI, "主体施工")


@pytest.mark.parametrize(
    ("theirs", "mine", "kept"),
    [
        (BEFORE, BEFORE, BEFORE),
        (Entry(2 * YI, "主体施工"), BEFORE, Entry(2 * YI, "主体施工")),
        (BEFORE, Entry(2 * YI, "主体施工"), Entry(2 * YI, "主体施工")),
        (Entry(2 * YI, "主体施工"), Entry(YI, "封顶"), Entry(2 * YI, "封顶")),
        (Entry(2 * YI, "主体施工"), Entry(2 * YI, "封顶"), Entry(2 * YI, "封顶")),
        (Entry(YI, ""), Entry(None, "主体施工", unchanged=True), Entry(None, "", unchanged=True)),
    ],
)
def test_a_cell_that_one_has_changed_is_theirs_alone(theirs: Entry, mine: Entry, kept: Entry) -> None:
    assert reconciled(BEFORE, theirs, mine, {}) == (kept, ())


@pytest.mark.parametrize(
    ("theirs", "mine", "line"),
    [
        (Entry(2 * YI), Entry(3 * YI), FieldDifference("本月完成", "1 亿元", "2 亿元", "3 亿元", "invested")),
        (
            Entry(None, unchanged=True),
            Entry(0),
            FieldDifference("本月完成", "1 亿元", "无变化", "0 亿元", "invested"),
        ),
        (Entry(None), Entry(1), FieldDifference("本月完成", "1 亿元", "", "0.00000001 亿元", "invested")),
        (Entry(YI, "甲"), Entry(YI, "乙"), FieldDifference("形象进度", "", "甲", "乙", "progress")),
    ],
)
def test_a_cell_that_both_have_changed_is_to_be_chosen(
    theirs: Entry, mine: Entry, line: FieldDifference
) -> None:
    assert reconciled(Entry(YI), theirs, mine, {}) == (theirs, (line,))
    assert reconciled(Entry(YI), theirs, mine, {line.name: "theirs"}) == (theirs, ())
    assert reconciled(Entry(YI), theirs, mine, {line.name: "mine"}) == (mine, ())

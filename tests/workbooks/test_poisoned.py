"""Cells that were made to stop a reader: each is refused in a sentence, and the rest of the file goes on."""

import pytest

from projects.columns import COLUMNS, Holds
from projects.files.grids import Limits, Unreadable, check_spans
from projects.models import Project
from projects.rules.likeness import Lookout
from projects.vocabulary import ImportKind, ImportState, Outcome
from tests import build
from tests.workbooks.sheets_made import received, xlsx

pytestmark = pytest.mark.django_db

BOUNDED = [
    column for column in COLUMNS[ImportKind.PROJECTS] if column.holds not in (Holds.NOTHING, Holds.PROSE)
]


@pytest.fixture
def office():
    return build.office()


@pytest.mark.parametrize("column", BOUNDED, ids=lambda column: column.key)
def test_a_cell_that_is_longer_than_its_column_can_be_is_refused_by_length(office, column) -> None:
    poison = "a" + " " * 2_000 + "x"
    headings = ["项目名称", "备注"] if column.key == "name" else ["项目名称", "备注", column.title]
    cells = [poison, "正常"] if column.key == "name" else ["某某项目", "正常", poison]

    imported = received(xlsx(headings, cells), office, level="city")

    assert imported.state == ImportState.PREVIEW
    row = imported.rows.get()
    assert row.outcome == Outcome.FAULTY
    assert row.faults[column.key] == f"“{column.title}”最多 {column.longest} 个字，这一格有 2002 个字。"
    assert len(row.cells[column.key]) == column.longest + 1


def test_a_poisoned_cell_does_not_stop_the_other_rows(office) -> None:
    rows = [["甲项目", "（不晚于9月30日）" * 2_000], ["乙项目", "2024年9月"]]
    imported = received(xlsx(["项目名称", "开工计划"], *rows), office, level="city")
    assert [row.outcome for row in imported.rows.order_by("position")] == [Outcome.FAULTY, Outcome.NEW]


@pytest.mark.parametrize(
    ("kind", "heading", "name", "place", "fault"),
    [
        ("projects", "项目名称", "甲项目", "", "没有系统编号为“{}”的项目，或您不能查看。"),
        ("targets", "单位", "全区", "key", "没有系统编号为“{}”的单位。"),
    ],
)
def test_a_number_of_a_record_with_many_digits_names_none(office, kind, heading, name, place, fault) -> None:
    imported = received(xlsx(["系统编号", heading], ["9" * 70, name]), office, kind=kind)
    row = imported.rows.get()
    assert row.outcome == Outcome.FAULTY
    assert row.faults == {place: fault.format("9" * 70)}


@pytest.mark.parametrize(
    ("kind", "heading", "name"), [("projects", "项目名称", "甲项目"), ("targets", "单位", "全区")]
)
def test_a_number_of_a_record_with_five_thousand_digits_is_too_long(office, kind, heading, name) -> None:
    imported = received(xlsx(["系统编号", heading], ["9" * 5_000, name]), office, kind=kind)
    row = imported.rows.get()
    assert row.outcome == Outcome.FAULTY
    assert row.faults["key"] == "“系统编号”最多 80 个字，这一格有 5000 个字。"
    assert all(len(fault) < 120 for fault in row.faults.values())


def test_look_alikes_of_many_rows_are_looked_for_a_few_times_each(office) -> None:
    """A register of like names times a file of like names would be their product."""
    names = [f"某某公司年产一万套设备{sign}" for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"]
    lookout = Lookout(["某某公司年产一万套设备"], most=3)
    assert [list(lookout.alike(name)) != [] for name in names] == [True] * 3 + [False] * 17


def test_the_candidates_of_a_row_are_the_first_of_the_register_as_before(office) -> None:
    names = [f"某某公司年产一万套设备{sign}" for sign in "甲乙丙丁戊己庚辛"]
    projects = [build.project(name=name) for name in names]
    rows = [["某某公司年产一万套设备"], ["某某公司年产一万套设备"], ["某某公司年产一万套设备壹"]]
    imported = received(xlsx(["项目名称"], *rows), office, level="city")
    for row in imported.rows.all():
        assert [candidate["pk"] for candidate in row.candidates] == [project.pk for project in projects[:5]]
    assert Project.objects.count() == len(names)


def test_merged_cells_that_lie_upon_one_another_in_the_head_are_refused() -> None:
    """Twenty thousand of them over the rows of the headings would be looked at cell by cell."""
    with pytest.raises(Unreadable, match="互相重叠"):
        check_spans("清单", [(1, 1, 40, 256)] * 10, Limits())
    check_spans("清单", [(row, 1, row, 16_384) for row in range(1, 41)], Limits())

"""The workbook of the benchmark: well-formed made-up projects, the same every time."""

from pathlib import Path

import pytest

from bench.sheets import HEADINGS, Listed, rows, write
from projects.columns import PROJECTS
from projects.files.reading.read import read
from projects.files.recognise.headings import By
from projects.files.recognise.layout import LineKind, tables
from projects.rules.codes import credit_code_fault, project_code_fault


def test_rows_are_the_same_for_the_same_seed_and_a_short_list_begins_a_long_one() -> None:
    assert list(rows(50)) == list(rows(200))[:50]
    assert list(rows(50)) != list(rows(50, seed=8))


def test_names_and_codes_are_each_their_own_and_well_formed() -> None:
    made = list(rows(3000))

    for column in ("name", "national_code", "credit_code"):
        assert len({getattr(listed, column) for listed in made}) == 3000
    assert not any(project_code_fault(listed.national_code) for listed in made)
    assert not any(credit_code_fault(listed.credit_code) for listed in made)


def test_what_is_planned_fits_into_the_total() -> None:
    assert all(row.invested_before + row.planned_investment <= row.total_investment for row in rows(1000))
    assert all(row.started_plan < row.completed_plan for row in rows(1000))


@pytest.mark.parametrize("shared", [True, False])
def test_the_workbook_is_read_back_with_every_heading_known(tmp_path: Path, shared: bool) -> None:
    path = tmp_path / "清单.xlsx"
    write(path, 30, shared=shared)

    with path.open("rb") as file:
        [table] = tables(read(file, path.name), PROJECTS)
        lines = list(table.lines)

    assert tuple(heading.title for heading in table.headings) == HEADINGS
    assert {heading.by for heading in table.headings} == {By.EXACT}
    assert {line.kind for line in lines} == {LineKind.ROW}
    assert [Listed(*line.cells) for line in lines] == list(rows(30))

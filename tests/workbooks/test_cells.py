"""Cells as they are judged, whatever the sheet is."""

from projects.files.writing.xlsx import LONGEST, fitting
from projects.workbooks.cells import Cells


def test_a_text_that_the_export_had_to_cut_changes_nothing() -> None:
    cells = Cells({"content": str, "remark": str})

    judged = cells.judge({"content": fitting("长" * (LONGEST + 1)), "remark": "长" * 100 + "…"})

    assert judged == ({"remark": "长" * 100 + "…"}, {})

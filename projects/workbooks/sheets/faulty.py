"""The faulty rows of an import as a workbook, to be corrected and imported again."""

from collections.abc import Iterator, Sequence

from projects.columns import COLUMNS, Holds, by_key
from projects.files.writing.sheets import Column, Sheet
from projects.models import Import, ImportRow
from projects.vocabulary import ImportKind, Outcome

LINE, WHY = "原表行号", "错误原因"
NOTE = "改正后可以直接再导入；“原表行号”和“错误原因”两列不会导入"


def faulty_sheets(imported: Import) -> list[Sheet]:
    """The faulty rows of each sheet of the workbook; one query.

    Sheets are named by number: their own names may be such that Excel does not take.
    """
    by_sheet: dict[str, list[ImportRow]] = {}
    for row in imported.rows.of_outcome(Outcome.FAULTY).order_by("position"):
        by_sheet.setdefault(row.sheet, []).append(row)
    return [_faulty(imported, number, *named) for number, named in enumerate(by_sheet.items(), start=1)]


def _faulty(imported: Import, number: int, sheet: str, rows: Sequence[ImportRow]) -> Sheet:
    """Its columns are the headings of the sheet, then what its rows say besides."""
    titles = dict(_titles(imported, sheet))
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    for row in rows:
        for key in (*row.cells, *row.faults):
            if key in known:
                titles.setdefault(key, known[key].title)
    lines = [[*(row.cells.get(key, "") for key in titles), f"{row.line}", _why(row, titles)] for row in rows]
    columns = [Column(title) for title in (*titles.values(), LINE, WHY)]
    return Sheet(f"错误行{number}", f"{imported.workbook.name}：{sheet}", columns, lines, [NOTE], frozen=0)


def _titles(imported: Import, sheet: str) -> Iterator[tuple[str, str]]:
    """The headings that are read, as printed; one on two rows by its column's own name, for it has one row here."""
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    for layout in imported.layout.get("sheets", ()):
        if layout["sheet"] != sheet:
            continue
        for heading in layout["headings"]:
            column = known.get(heading["key"])
            if column is not None and column.holds is not Holds.NOTHING:
                yield column.key, column.title if "/" in heading["title"] else heading["title"]


def _why(row: ImportRow, titles: dict[str, str]) -> str:
    return "；".join(
        f"{titles[key]}：{sentence}" if key in titles else sentence for key, sentence in row.faults.items()
    )

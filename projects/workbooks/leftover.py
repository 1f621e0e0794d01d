"""The faulty rows of an import as they would stand on a sheet of their own, to be mended in Excel and sent again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from projects.columns import COLUMNS, Holds, by_key
from projects.models import Import, ImportRow
from projects.vocabulary import ImportKind, Outcome

LINE, WHY = "原表行号", "错误原因"


@dataclass(frozen=True, slots=True)
class Leftover:
    """The rows of one sheet; `titles` are its own headings, then what its rows say besides."""

    sheet: str
    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


def leftovers(imported: Import) -> list[Leftover]:
    """Rows that are faulty, sheet by sheet; one query."""
    by_sheet: dict[str, list[ImportRow]] = {}
    for row in imported.rows.of_outcome(Outcome.FAULTY).order_by("position"):
        by_sheet.setdefault(row.sheet, []).append(row)
    return [_leftover(imported, sheet, rows) for sheet, rows in by_sheet.items()]


def _leftover(imported: Import, sheet: str, rows: Sequence[ImportRow]) -> Leftover:
    titles = dict(_titles(imported, sheet))
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    for row in rows:
        for key in (*row.cells, *row.faults):
            if key in known:
                titles.setdefault(key, known[key].title)
    lines = [[*(row.cells.get(key, "") for key in titles), f"{row.line}", _why(row, titles)] for row in rows]
    return Leftover(sheet, [*titles.values(), LINE, WHY], lines)


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

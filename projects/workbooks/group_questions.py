"""Questions about groups whose titles name a unit or an industry, where the sheet has no column for it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from projects.columns import PROJECTS, by_key
from projects.files.recognise.layout import LineKind, Table
from projects.models import Import
from projects.workbooks.describe import SheetQuestion, TableFacts
from projects.workbooks.group_names import SAID_BY_GROUPS, GroupNames

MOST_LISTED = 6
FILL, LEAVE = "fill", "leave"
_KNOWN = by_key(PROJECTS)
_CALLED = {"organisation": "单位", "industry": "产业"}


def of_groups(
    imported: Import, table: Table, facts: TableFacts, names: GroupNames
) -> Iterator[tuple[SheetQuestion, Table]]:
    """For each column that is missing and that titles of groups could fill: whether they should."""
    titles = {mark.label for mark in facts.marks if mark.kind is LineKind.SECTION}
    for key in SAID_BY_GROUPS if titles and names.judges else ():
        said = {title: name for title in titles if (name := names.named(key, title))}
        if not said or table.heading_of(key) is not None:
            continue
        rows, others = _rows_below(table, said)
        if not rows:
            continue
        question = _question(imported, table.sheet, key, rows, others)
        yield question, replace(table, said_by_groups={key: said} if question.answer == FILL else {})


def _rows_below(table: Table, said: dict[str, str]) -> tuple[Counter[str], int]:
    """How many rows stand below each name, the innermost one counts; and how many below none."""
    rows: Counter[str] = Counter()
    others = 0
    for line in table.lines:
        if line.kind is LineKind.ROW:
            name = next((said[title] for title in reversed(line.sections) if title in said), "")
            rows[name] += bool(name)
            others += not name
    return +rows, others


def _question(imported: Import, sheet: str, key: str, rows: Counter[str], others: int) -> SheetQuestion:
    column, code = _KNOWN[key].title, f"{sheet}·groups_{key}"
    choices = [(FILL, f"按分组填入{column}；已登记了{column}的项目不改"), (LEAVE, "不填")]
    answer = str(imported.answers.get(code, ""))
    seen = [f"{name} {count} 行" for name, count in rows.items()][:MOST_LISTED]
    if len(rows) > MOST_LISTED:
        seen.append(f"另有 {len(rows) - MOST_LISTED} 个{_CALLED[key]}")
    if others:
        seen.append(f"不在这些分组里 {others} 行")
    ask = f"表里没有“{column}”一列，但分组名是{_CALLED[key]}，是否按分组填入？"
    return SheetQuestion(code, ask, seen, choices, answer if answer in dict(choices) else "")

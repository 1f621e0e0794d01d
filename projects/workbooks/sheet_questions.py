"""Questions about a sheet as a whole, asked once: its period, lines that may be sums, parts, what is struck through."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from projects.files.cells import text_of
from projects.files.recognise.layout import Line, LineKind, Table
from projects.files.recognise.line_sums import Family, Suspect
from projects.files.recognise.table_lines import OTHER_TABLE
from projects.models import Import
from projects.rules.stated_periods import StatedPeriod, stated_period, states_only_a_period
from projects.vocabulary import ImportKind
from projects.workbooks.column_questions import of_blanks_below, of_columns
from projects.workbooks.describe import SheetQuestion, TableFacts, chosen_units
from projects.workbooks.extract import suffix_of
from projects.workbooks.group_names import GroupNames
from projects.workbooks.group_questions import of_groups

SIGN = "·"
MOST_LISTED = 6
SECTION, ROWS = "section", "rows"
WHOLE, PARTS = "whole", "parts"
LEAVE, WRITE = "leave", "write"
STOP, SAME = "stop", "same"
CHOSEN, SHEET = "chosen", "sheet"
OF_A_YEAR = frozenset({ImportKind.PROJECTS, ImportKind.TARGETS, ImportKind.REPORTS})


def settled(
    imported: Import, table: Table, names: GroupNames
) -> tuple[Table, TableFacts, list[SheetQuestion]]:
    """The table with its doubtful lines as they were decided, what was found in it, and what was asked about it.

    `names`: what the titles of groups may say of their rows.
    """
    questions = list(_of_period(imported, table))
    facts = TableFacts.of(table)
    for question, answered in of_columns(imported, table, facts):
        questions.append(question)
        if question.answer:
            table, facts = answered, TableFacts.of(answered)
    before = len(questions)
    table, facts = _without_the_left(imported, table, facts, questions)
    table, facts = _with_lines_decided(imported, table, facts, questions)
    if not all(question.answer for question in questions[before:]):
        return table, facts, questions  # what the rows are comes first
    for question, answered in (
        *of_groups(imported, table, facts, names),
        *of_blanks_below(imported, table, facts),
    ):
        questions.append(question)
        table = replace(
            table,
            said_by_groups={**table.said_by_groups, **answered.said_by_groups},
            runs_down=table.runs_down | answered.runs_down,
        )
    return table, facts, questions


def _without_the_left(
    imported: Import, table: Table, facts: TableFacts, questions: list[SheetQuestion]
) -> tuple[Table, TableFacts]:
    """Asks about another table below and about what is struck through; the table without what is not read."""
    if heads := [mark for mark in facts.marks if mark.label == OTHER_TABLE]:
        questions.append(_of_other_table(imported, table, heads[0]))
        if questions[-1].answer == STOP:
            table = replace(table, lines=replace(table.lines, until=heads[0].number - 1))
            facts = TableFacts.of(table)
    if facts.struck:
        questions.append(_of_struck(imported, table, facts))
        if questions[-1].answer == LEAVE:
            table = replace(table, lines=replace(table.lines, leaves_struck=True))
            facts = TableFacts.of(table)
    return table, facts


def _with_lines_decided(
    imported: Import, table: Table, facts: TableFacts, questions: list[SheetQuestion]
) -> tuple[Table, TableFacts]:
    """Asks about lines that may be sums and about parts of projects; the table as these were decided."""
    decided: dict[int, LineKind] = {each.line: LineKind.SECTION for each in facts.doubts.sections}
    decided |= dict.fromkeys(facts.doubts.breakdown.lines, LineKind.NOTE)
    wholes: dict[int, int] = {}
    if facts.doubts.open:
        questions.append(_of_groups(imported, table, facts.doubts.open))
        if questions[-1].answer == SECTION:
            decided |= {each.line: LineKind.SECTION for each in facts.doubts.open}
    if facts.doubts.families:
        questions.append(_of_parts(imported, table, facts.doubts.families))
        kinds, wholes = _of_families(facts.doubts.families, questions[-1].answer)
        decided |= kinds
    if decided:
        table = replace(table, lines=replace(table.lines, decided=decided, wholes=wholes))
        facts = TableFacts.of(table)
    return table, facts


def _of_families(families: Sequence[Family], answer: str) -> tuple[dict[int, LineKind], dict[int, int]]:
    """What the lines of projects with parts are, and the last part by the line of each whole that is no row."""
    parts = [part for family in families for part in family.parts]
    if answer == WHOLE:
        return dict.fromkeys(parts, LineKind.NOTE), {}
    if answer == ROWS:
        return dict.fromkeys(parts, LineKind.ROW), {}
    if answer == PARTS:
        wholes = {family.line: family.parts[-1] for family in families}
        return dict.fromkeys(parts, LineKind.ROW) | dict.fromkeys(wholes, LineKind.SECTION), wholes
    return {}, {}


def answer_to(imported: Import, code: str, choices: Sequence[tuple[str, str]]) -> str:
    answer = str(imported.answers.get(code, ""))
    return answer if answer in dict(choices) else ""


def _asked(
    imported: Import,
    table: Table,
    what: str,
    ask: str,
    seen: Sequence[str],
    choices: Sequence[tuple[str, str]],
) -> SheetQuestion:
    code = f"{table.sheet}{SIGN}{what}"
    return SheetQuestion(code, ask, list(seen), list(choices), answer_to(imported, code, choices))


def _of_struck(imported: Import, table: Table, facts: TableFacts) -> SheetQuestion:
    lines = [f"第 {number} 行 {text}" for number, text in facts.struck]
    return _asked(
        imported,
        table,
        "struck",
        f"{len(lines)} 行画了删除线，怎么办？",
        _first(lines),
        [(LEAVE, "不导入：整行画线的不读，单个画线的格按空白"), (WRITE, "照常导入")],
    )


def _of_other_table(imported: Import, table: Table, head: Line) -> SheetQuestion:
    titles = "、".join(text_of(cell) for cell in head.cells if cell is not None)
    return _asked(
        imported,
        table,
        "table",
        f"第 {head.number} 行像另一张表的表头，它下面的行怎么办？",
        [titles],
        [
            (STOP, f"第 {head.number} 行起不读，下面的表另存为一张工作表再导入"),
            (SAME, "各列的意思和金额单位与上面的表相同，照上面的列读"),
        ],
    )


def _of_groups(imported: Import, table: Table, suspects: Sequence[Suspect]) -> SheetQuestion:
    lines = [
        f"第 {each.line} 行 {each.label}".rstrip()
        + _amounts(imported, table, each.amounts)
        + _beside(imported, table, each)
        for each in suspects
    ]
    return _asked(
        imported,
        table,
        "groups",
        f"{len(lines)} 行像分段或合计，不像项目，是不是项目？",
        _first(lines),
        [(SECTION, "是分段或合计，不计入"), (ROWS, "是项目，照常导入")],
    )


def _beside(imported: Import, table: Table, suspect: Suspect) -> str:
    """What the rows around a line come to."""
    if suspect.head or suspect.tail:
        return f"，正好是{f'下面 {suspect.head}' if suspect.head else f'上面 {suspect.tail}'} 行之和"
    below = suspect.below
    return f"；下面 {below.rows} 行相加{_amounts(imported, table, below.amounts)}" if below.rows else ""


def _of_parts(imported: Import, table: Table, families: Sequence[Family]) -> SheetQuestion:
    lines = [
        f"第 {each.line} 行 {each.label}{_amounts(imported, table, each.amounts)}；"
        f"子项目 {len(each.parts)} 行（第 {'、'.join(map(str, each.parts[:MOST_LISTED]))} 行）"
        f"相加{_amounts(imported, table, each.sums.amounts)}"
        for each in families
    ]
    choices = [(WHOLE, "只登记整体，子项目不读"), (PARTS, "只登记子项目，整体作为分段核对")]
    if all(family.is_merged and not family.is_sum for family in families):
        choices.append((ROWS, "共用序号的每一行都是项目，全部登记"))
    return _asked(
        imported,
        table,
        "parts",
        f"{len(families)} 个项目下面列了子项目，登记整体还是子项目？两者不会同时计入",
        _first(lines),
        choices,
    )


def _first(lines: Sequence[str]) -> list[str]:
    more = len(lines) - MOST_LISTED
    return [*lines[:MOST_LISTED], *([f"另有 {more} 行"] if more > 0 else [])]


def _amounts(imported: Import, table: Table, amounts: dict[int, float]) -> str:
    """As the sheet prints them: 总投资 30000万元，年度计划投资 3000万元."""
    words = [
        f"{table.headings[place].title} {amount:.15g}{_unit(imported, table, place)}"
        for place, amount in amounts.items()
    ]
    return f" {'，'.join(words)}" if words else ""


def _unit(imported: Import, table: Table, place: int) -> str:
    heading = table.headings[place]
    suffix = suffix_of(heading, table, chosen_units(imported))
    return "" if suffix and suffix in heading.title else suffix


def _of_period(imported: Import, table: Table) -> Iterator[SheetQuestion]:
    """Where the title, the name of the sheet or of the file says another year or month than was chosen."""
    kind = ImportKind(imported.kind)
    sources = (
        ("表的标题", table.title),
        *(("表的上方", note) for note in table.notes if _is_of_period(note, kind)),
        ("工作表名", table.sheet),
        ("文件名", PurePath(imported.workbook.name).stem),
    )
    chosen = imported.month if kind == ImportKind.REPORTS and not table.states_months else None
    for where, text in sources if kind in OF_A_YEAR else ():
        period = stated_period(text)
        if period and period.differs(imported.year, chosen.month if chosen else None):
            yield _period_question(imported, table, f"{where}“{text}”写的是 {period.words}", period, chosen)
            return


def _is_of_period(note: str, kind: ImportKind) -> bool:
    """Whether a line above the headings is the period of the sheet; 截至… of a list of projects is when it was made."""
    return states_only_a_period(note) and (
        kind == ImportKind.REPORTS or not note.lstrip("（( ").startswith("截")
    )


def _period_question(
    imported: Import, table: Table, seen: str, period: StatedPeriod, chosen: date | None
) -> SheetQuestion:
    mine = _words(imported.year, chosen.month if chosen else None)
    choices = [(CHOSEN, f"按所选的 {mine}")]
    if other := period.single(imported.year, by_month=chosen is not None):
        year, month = other
        choices.append((f"{SHEET}:{year}-{month or 1:02}", f"改为 {_words(year, month)}"))
    return _asked(imported, table, "period", f"表上的时间与所选的 {mine} 不同，按哪个导入？", [seen], choices)


def _words(year: int | None, month: int | None) -> str:
    return " ".join([*([f"{year} 年"] if year else []), *([f"{month} 月"] if month else [])])

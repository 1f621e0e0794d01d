"""Questions about a whole column, asked once: money that it cannot take, and words in the first row of each group."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from projects.columns import COLUMNS, Holds, KnownColumn, Record, by_key
from projects.files.cells import column_name
from projects.files.recognise.headings import By, Heading
from projects.files.recognise.layout import Table
from projects.files.recognise.stated_units import states_another_unit
from projects.models import Import
from projects.rules.money import MoneyUnit
from projects.vocabulary import Currency, ImportKind
from projects.workbooks.describe import SheetQuestion, TableFacts
from projects.workbooks.extract import suffix_of

FOREIGN, TOTAL = "foreign", "total_investment"
AS_FOREIGN, NOT_READ = "foreign", "leave"
DOWN, BLANK = "down", "blank"
FEWEST_ROWS = 4
"""In fewer a blank below a word says nothing about the column."""


def of_columns(imported: Import, table: Table, facts: TableFacts) -> Iterator[tuple[SheetQuestion, Table]]:
    """Each question about a column of money, with the table as it is after the answer."""
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    for place in range(len(table.headings)):
        heading = table.headings[place]
        column = known.get(heading.key)
        if column is None or place not in facts.bare:
            continue
        if found := _of_money(imported, table, place, column, known):
            question, answered = found
            if question.answer:
                headings = [*table.headings]
                headings[place] = answered
                table = replace(table, headings=tuple(headings))
            yield question, table


def _of_money(
    imported: Import, table: Table, place: int, column: KnownColumn, known: Mapping[str, KnownColumn]
) -> tuple[SheetQuestion, Heading] | None:
    """The question about a column whose numbers are no money that it takes, and its heading as it was answered."""
    heading, stated = table.headings[place], table.unit_of(table.headings[place])
    printed = suffix_of(heading, table, {})
    answers = {NOT_READ: ("这一列不导入", replace(heading, key="", by=By.REMEMBERED))}
    if column.holds is Holds.MONEY and states_another_unit(heading.title):
        ask = f"“{heading.title}”写的单位不是金额，“{column.title}”只登记金额，这一列怎么办？"
    elif column.holds is Holds.MONEY and stated.currency:
        ask = f"“{heading.title}”的数是{printed}，“{column.title}”只登记人民币，这一列怎么办？"
        if FOREIGN in known and table.heading_of(FOREIGN) is None and _may_be_foreign(column):
            as_foreign = replace(heading, key=FOREIGN, by=By.REMEMBERED)
            answers = {AS_FOREIGN: (f"作为外资金额（{printed}）登记", as_foreign)} | answers
    elif column.holds is Holds.FOREIGN and stated.currency is None:
        is_yuan = heading.unit is not None
        says = f"的数是{printed}" if is_yuan else "没有写币种"
        ask = f"“{heading.title}”{says}，“{column.title}”只登记外币，这一列怎么办？"
        answers = ({} if is_yuan else _in_currencies(heading)) | answers
    else:
        return None
    code = f"{table.sheet}·money·{column_name(heading.column)}"
    answer = str(imported.answers.get(code, ""))
    choices = [(value, words) for value, (words, _) in answers.items()]
    answer = answer if answer in answers else ""
    return SheetQuestion(code, ask, [], choices, answer), answers[answer or NOT_READ][1]


def of_blanks_below(
    imported: Import, table: Table, facts: TableFacts
) -> Iterator[tuple[SheetQuestion, Table]]:
    """Where a column of words begins filled and is mostly blank: whether a blank repeats the word above it."""
    if table.heading_of("key") is not None:  # an exported sheet, whose blank cells are what is unknown
        return
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    for place in sorted(facts.words.starts):
        heading, filled = table.headings[place], facts.words.filled[place]
        if facts.words.rows < FEWEST_ROWS or filled * 2 >= facts.words.rows or heading.key not in known:
            continue
        code = f"{table.sheet}·blanks·{column_name(heading.column)}"
        choices = [(DOWN, "向下沿用：空格与它上面最近的一格相同，到分组为止"), (BLANK, "空着就是没有")]
        answer = str(imported.answers.get(code, ""))
        answer = answer if answer in dict(choices) else ""
        words = "、".join(facts.samples[place]) + ("…" if filled > len(facts.samples[place]) else "")
        ask = f"“{heading.title}”{facts.words.rows} 行里只填了 {filled} 行，下面空着的行怎么办？"
        question = SheetQuestion(code, ask, [f"填了的是：{words}"], choices, answer)
        yield question, replace(table, runs_down=frozenset({place} if answer == DOWN else ()))


def _may_be_foreign(column: KnownColumn) -> bool:
    """A contract in dollars is of foreign money; a total is not, and neither is a year's amount."""
    return column.record is Record.PROJECT and column.key != TOTAL


def _in_currencies(heading: Heading) -> dict[str, tuple[str, Heading]]:
    return {
        currency.value: (
            f"按万{currency.label}登记",
            replace(heading, unit=MoneyUnit.WAN, currency=currency, is_unclear=False),
        )
        for currency in Currency
    }

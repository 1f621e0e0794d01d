"""Questions about many rows at once: a word that no directory has, a column that fails in nearly all its rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from projects.columns import BLANK, COLUMNS, Holds, KnownColumn, by_key
from projects.models import HeadingChoice, Import, ImportRow, Industry, Organisation
from projects.vocabulary import ImportKind, OrganisationKind, Outcome
from projects.workbooks.cells import UNKNOWN_WORD, one_line

WORD, COLUMN, OPENING = "word", "column", "opening"
SIGN = "·"
MOST_ASKED = 100
"""Questions of an import; further words wait until these are answered."""
FAILS, AT_LEAST = 4 / 5, 2
"""The share of its rows in which a column fails as a whole, and how many at least."""
MAY_FAIL = frozenset(
    {Holds.COUNT, Holds.DEGREES, Holds.CODE, Holds.MONEY, Holds.FOREIGN, Holds.PERIOD, Holds.FLAG}
)
"""What a column that others use for something else cannot be read as: 项目编号 as 名单序号."""
NOTHING, ADD, LEAVE = BLANK, "（新增）", "leave"
MAY_ADD = frozenset({"industry"})
"""Columns whose directory the office may add a word to."""
MONTH_ONLY, WHOLE, BALANCE = "month", "whole", "balance"
OPENING_FAULT = "本年以前月份没有报过，年累计含以前月份的数：请先回答上面的问题"


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """One question; `choices` are empty for a word that is answered from the list of its column."""

    code: str
    key: str
    label: str
    """The heading of the column."""
    word: str
    rows: int
    ask: str
    choices: Sequence[tuple[str, str]] = ()


def row_questions(imported: Import) -> list[dict[str, Any]]:
    """What the faulty rows ask once: words, columns that fail, and whether a year to date has earlier months."""
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    words: Counter[tuple[str, str]] = Counter()
    failed: Counter[str] = Counter()
    opening = 0
    faulty = imported.rows.of_outcome(Outcome.FAULTY).order_by("position").values_list("cells", "faults")
    for cells, faults in faulty.iterator(chunk_size=2000):
        for key, sentence in faults.items():
            if key in known and is_word(known[key], sentence):
                words[key, one_line(cells.get(key, ""))] += 1
            elif sentence == OPENING_FAULT:
                opening += 1
            elif key in known and cells.get(key) and not known[key].required and known[key].holds in MAY_FAIL:
                failed[key] += 1
    found = [_of_word(known[key], word, count) for (key, word), count in words.most_common(MOST_ASKED)]
    found += _of_columns(imported, {key: rows for key, rows in failed.items() if rows >= AT_LEAST})
    if opening:
        found.append(_of_opening(known["year_to_date"], opening))
    return [asdict(question) for question in found]


def _of_columns(imported: Import, failed: Mapping[str, int]) -> Iterator[RowQuestion]:
    if not failed:
        return
    known = by_key(COLUMNS[ImportKind(imported.kind)])
    filled: Counter[str] = Counter()
    for cells in imported.rows.values_list("cells", flat=True).iterator(chunk_size=2000):
        filled.update(key for key in failed if cells.get(key))
    for key, rows in failed.items():
        if rows >= FAILS * filled[key]:
            yield _of_column(known[key], rows, filled[key])


def is_word(column: KnownColumn, sentence: str) -> bool:
    return column.holds is Holds.CHOICE and sentence.startswith(UNKNOWN_WORD)


def covers(asked: Sequence[Mapping[str, Any]], row: ImportRow) -> bool:
    """Whether everything that is wrong with a row is asked about."""
    words = {(each["key"], each["word"]) for each in asked if each["word"]}
    columns = {each["key"] for each in asked if not each["word"]}
    return all(key in columns or (key, one_line(row.cells.get(key, ""))) in words for key in row.faults)


def _of_word(column: KnownColumn, word: str, rows: int) -> RowQuestion:
    return RowQuestion(
        f"{WORD}{SIGN}{column.key}{SIGN}{word}",
        column.key,
        column.title,
        word,
        rows,
        f"“{word}”（{column.title}，{rows} 行）不在列表里，是哪一个？",
    )


def _of_column(column: KnownColumn, rows: int, filled: int) -> RowQuestion:
    return RowQuestion(
        f"{COLUMN}{SIGN}{column.key}",
        column.key,
        column.title,
        "",
        rows,
        f"“{column.title}”一列 {filled} 格有 {rows} 格读不出，这一列怎么办？",
        [(LEAVE, "这一列不导入")],
    )


def _of_opening(column: KnownColumn, rows: int) -> RowQuestion:
    return RowQuestion(
        OPENING,
        column.key,
        column.title,
        "",
        rows,
        f"{rows} 行本年以前月份没有报过，年累计比本月完成多，多出的数怎么办？",
        [
            (BALANCE, "作为期初累计：计入全年累计，不计入任何一个月"),
            (MONTH_ONLY, "只登记本月完成，年累计不登记"),
            (WHOLE, "年累计全部作为本月完成"),
        ],
    )


def offered(kind: ImportKind) -> dict[str, list[str]]:
    """The words of the columns that have a list, by column key; two queries at most."""
    columns = [column for column in COLUMNS[kind] if column.holds is Holds.CHOICE]
    words = {column.key: [f"{word.label}" for word in column.choices] for column in columns if column.choices}
    units = list(Organisation.objects.order_by("position", "pk")) if _links(columns, "organisation") else []
    for column in columns:
        if column.links == "industry":
            words[column.key] = list(Industry.objects.values_list("name", flat=True))
        elif column.links:
            kinds = _KINDS.get(column.key)
            words[column.key] = [unit.name for unit in units if kinds is None or unit.kind in kinds]
    return words


_KINDS = {
    "town": frozenset({OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT}),
    "park": frozenset({OrganisationKind.PARK}),
}


def _links(columns: Iterable[KnownColumn], what: str) -> bool:
    return any(column.links == what for column in columns)


def known_words(imported: Import) -> dict[tuple[str, str], str]:
    """What words mean: as this unit's people chose before, and as was answered for this import."""
    remembered = HeadingChoice.objects.words(imported.created_by.organisation_id, imported.kind)
    return remembered | {
        (key, word): answer
        for code, answer in imported.answers.items()
        for what, _, rest in [code.partition(SIGN)]
        if what == WORD
        for key, _, word in [rest.partition(SIGN)]
    }

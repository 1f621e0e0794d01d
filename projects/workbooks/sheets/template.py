"""Empty workbooks to fill in: the headings that an import knows, with drop-downs and a sheet that explains them."""

from collections.abc import Iterable
from datetime import date

from projects import access
from projects.columns import COLUMNS, Holds, KnownColumn
from projects.files.terms import SheetTerms
from projects.files.writing.sheets import Column, Kind, Sheet
from projects.models import Industry, Organisation, User
from projects.vocabulary import ImportKind
from projects.workbooks.cells import EXPLAINED
from projects.workbooks.sheets.table import KINDS, heading

ROWS = 500
BLANK_KINDS = {**KINDS, Holds.PROSE: Kind.PROSE}
OPEN = frozenset({"level", "cause", "helpers"})
"""Columns in which more may be written than their list offers: two lists, two units, a reason in words."""


def blank_sheet(user: User, kind: ImportKind, *, today: date) -> Sheet:
    """The columns of the kind with empty rows; where a cell links to a record, what the user may choose."""
    choices = _choices(user)
    columns = [_column(known, choices) for known in COLUMNS[kind] if _is_filled_in(known)]
    terms = SheetTerms(kind, today.year if kind == ImportKind.PROJECTS else None)
    notes = ["单位：亿元；带 * 的列必填；填写说明见下一张表", terms.line]
    title = f"导入模板：{kind.label}"
    return Sheet(kind.label, title, columns, [], notes, frozen=2, is_form=True, blank=ROWS)


def _is_filled_in(known: KnownColumn) -> bool:
    return known.holds not in (Holds.NOTHING, Holds.KEY) and not known.is_read_only


def _column(known: KnownColumn, choices: dict[str, tuple[str, ...]]) -> Column:
    kind = BLANK_KINDS.get(known.holds, Kind.TEXT)
    title = heading(known, kind)
    return Column(
        f"{title}*" if known.required else title,
        kind,
        choices=choices.get(known.key) or _words(known),
        is_strict=known.key not in OPEN,
        hint=EXPLAINED.get(known.key) or EXPLAINED.get(known.holds.value, ""),
    )


YES_NO = ("是", "否")


def _words(known: KnownColumn) -> tuple[str, ...]:
    if known.choices:
        return tuple(map(str, known.choices.labels))
    return YES_NO if known.holds is Holds.FLAG else ()


def _choices(user: User) -> dict[str, tuple[str, ...]]:
    """The names for the columns that link to a record; units are those that the writer may choose."""
    units = list(Organisation.objects.all())
    return {
        "organisation": _names(access.assignable_organisations(user)),
        "town": _names(Organisation.objects.towns()),
        "park": _names(Organisation.objects.parks()),
        "parent": _names(units),
        "helpers": _names(unit for unit in units if unit.closed_on is None),
        "industry": tuple(Industry.objects.values_list("name", flat=True)),
    }


def _names(units: Iterable[Organisation]) -> tuple[str, ...]:
    return tuple(unit.name for unit in units)


def explained_sheet(kind: ImportKind) -> Sheet:
    columns = (Column("列"), Column("必填"), Column("怎样填写"), Column("也认识的写法"))
    rows = [
        [
            known.title,
            "必填" if known.required else None,
            known.note or EXPLAINED.get(known.key) or EXPLAINED.get(known.holds.value, ""),
            "、".join(known.variants),
        ]
        for known in COLUMNS[kind]
    ]
    return Sheet("填写说明", f"{kind.label}填写说明", columns, rows, [EXPLAINED["empty"]])

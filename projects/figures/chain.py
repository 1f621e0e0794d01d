"""Whether the chain of seals is what was sealed: nothing altered, nothing taken out, nothing slipped in."""

from dataclasses import dataclass
from typing import Any

from projects.models import Bulletin, Figure
from projects.rules.bulletin import Printed, figures_of, read
from projects.rules.seals import chain_fault
from projects.vocabulary import BulletinKind

KEPT = (
    "title",
    "kind",
    "year",
    "as_of",
    "level",
    "organisation_id",
    "content",
    "digest",
    "previous_digest",
    "sealed_by_id",
    "sealed_at",
)
"""The columns of a seal that never change; its history holds what they were when it was sealed."""


@dataclass(frozen=True, slots=True)
class CheckedSeal:
    """One seal of the chain; `fault` is a sentence, "" when it is intact. `short_digest` as pages show it."""

    title: str
    as_of: str
    short_digest: str
    fault: str


def checked_seals() -> list[CheckedSeal]:
    """Every seal in order, also one that was deleted; three queries."""
    rows = {seal.pk: seal for seal in Bulletin.objects.chain().prefetch_related("figures")}
    entries = {
        entry.id: entry for entry in Bulletin.history.filter(kind=BulletinKind.SEALED, history_type="+")
    }
    checked, digest_before = [], ""
    for pk in sorted(
        rows.keys() | entries.keys(), key=lambda pk: ((entries.get(pk) or rows[pk]).sealed_at, pk)
    ):
        row, entry = rows.get(pk), entries.get(pk)
        seal: Any = row or entry
        fault = _fault(row, entry, digest_before)
        checked.append(CheckedSeal(seal.title, seal.as_of.isoformat(), seal.digest[:12], fault))
        digest_before = seal.digest
    return checked


def _fault(row: Bulletin | None, entry: Any, digest_before: str) -> str:
    if row is None:
        return "封存记录已被删除，或不再是封存"
    if entry is None:
        return "没有封存时留下的历史记录，不是由系统封存的"
    if altered := [name for name in KEPT if getattr(row, name) != getattr(entry, name)]:
        labels = "、".join(_label(name) for name in altered)
        return f"与封存时的历史记录不符：{labels}"
    fault = chain_fault(row.content, row.digest, row.previous_digest, digest_before)
    printed = read(row.content)
    if fault or printed is None:
        return fault or "封存内容无法读取"
    return _scope_fault(row, printed) or _figures_fault(row, printed)


def _label(column: str) -> str:
    field = Bulletin._meta.get_field(column.removesuffix("_id"))
    return str(getattr(field, "verbose_name", column))


def _scope_fault(row: Bulletin, printed: Printed) -> str:
    stated = (printed.title, printed.year, printed.day, printed.level, printed.organisation, printed.moment)
    stored = (row.title, row.year, row.as_of, row.level, row.organisation_id, row.sealed_at)
    return "" if stated == stored else "标题、截至日、范围或封存时间与封存内容不符"


def _figures_fault(row: Bulletin, printed: Printed) -> str:
    """Which of the numbers that pages look up no longer says what was printed."""
    wanted = {(figure.code, figure.organisation): _numbers(figure) for figure in figures_of(printed)}
    stored = {(figure.code, figure.organisation_id): figure for figure in row.figures.all()}
    for key in wanted.keys() | stored.keys():
        figure = stored.get(key)
        if figure is None or wanted.get(key) != _numbers(figure) or _says_more(figure):
            name = figure.label if figure else key[0]
            return f"数字“{name}”与封存内容不符"
    return "" if len(stored) == len(row.figures.all()) else "数字比封存内容多"


def _numbers(figure: Any) -> tuple[object, ...]:
    return figure.label, figure.level, figure.unit, figure.amount, figure.printed


def _says_more(figure: Figure) -> bool:
    """A sealed number is an amount and nothing else."""
    return (figure.share, figure.growth, figure.statement) != (None, None, "")

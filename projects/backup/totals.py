"""Control totals: what a restored register must add up to, asked in plain SQL of any database connection."""

import hashlib
import re
from typing import Any, Protocol

from django.apps import apps
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import BigIntegerField, ForeignKey, Model

from projects.models import Bulletin
from projects.rules.broken import RuleBroken
from projects.vocabulary import BulletinKind

type Totals = dict[str, dict[str, Any]]
type Wanted = dict[str, list[str]]

HISTORY_KEY = "history_id"
PART = 10**9
"""Sums are made of two parts, since SQLite's own sum ends in an error beyond 64 bits."""


class Cursor(Protocol):
    """What `sqlite3` and Django's cursors have in common."""

    def execute(self, sql: str, /) -> Any: ...

    def fetchall(self) -> list[Any]: ...


def wanted() -> Wanted:
    """Every table of the product with its columns of large whole numbers: the money, above all."""
    models: list[type[Model]] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
    return {
        model._meta.db_table: [
            str(field.column)
            for field in model._meta.concrete_fields
            if isinstance(field, BigIntegerField) and not isinstance(field, ForeignKey)
        ]
        for model in models
        if model._meta.managed
    }


def totals_of(cursor: Cursor, tables: Wanted) -> Totals:
    """By table: rows, the sum of each column asked for, and the number of the newest history entry."""
    found: Totals = {}
    for table, columns in sorted(tables.items()):
        asked = ["COUNT(*)"]
        for column in map(_quoted, columns):
            asked += [f"SUM({column} / {PART})", f"SUM({column} % {PART})"]
        if has_history := table.startswith("projects_historical") or table.endswith("_history"):
            asked.append(f"MAX({_quoted(HISTORY_KEY)})")
        cursor.execute(f"SELECT {', '.join(asked)} FROM {_quoted(table)}")  # nosec B608 # names from the models
        row = [None if value is None else int(value) for value in cursor.fetchall()[0]]
        sums = {column: _sum(*row[1 + 2 * at : 3 + 2 * at]) for at, column in enumerate(columns)}
        found[table] = {"rows": row[0], "sums": sums} | ({"newest_entry": row[-1]} if has_history else {})
    return found


def seals_of(cursor: Cursor) -> dict[str, Any]:
    """How many months are sealed, and one digest over the digests of all."""
    cursor.execute(
        f"SELECT digest FROM {_quoted(Bulletin._meta.db_table)} WHERE kind = '{BulletinKind.SEALED.value}' ORDER BY id"  # nosec B608 # names from the models
    )
    digests = [row[0] for row in cursor.fetchall()]
    return {"count": len(digests), "digest": hashlib.sha256("\n".join(digests).encode()).hexdigest()}


def compare(cursor: Cursor, totals: Totals, seals: dict[str, Any]) -> None:
    """RuleBroken that names the tables whose content is not what the manifest states."""
    tables = {table: list(stated["sums"]) for table, stated in totals.items()}
    found = totals_of(cursor, tables)
    differing = [table for table in totals if found[table] != totals[table]]
    if seals_of(cursor) != seals:
        differing.append("封存")
    if differing:
        raise RuleBroken(f"数据与备份清单的合计不符，什么也没有改动：{'、'.join(differing)}。")


def _sum(high: int | None, low: int | None) -> int | None:
    return None if high is None or low is None else high * PART + low


def _quoted(name: str) -> str:
    """A manifest is a file like any other: what it names goes into SQL only as a plain name."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise RuleBroken(f"备份清单中的名称 {name[:80]!r} 不合规，备份不完整或被改动。")
    return f'"{name}"'

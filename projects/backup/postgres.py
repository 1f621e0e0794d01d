"""A register on PostgreSQL, dumped and restored by the server's own tools, `pg_dump` and `pg_restore`."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from projects.models.append_only import unprotect
from projects.rules.broken import RuleBroken

FILE = "database.dump"
LOCK_TIMEOUT = "20s"
RESTORING = ["--no-owner", "--no-privileges", "--file=-"]


@contextmanager
def snapshot() -> Iterator[tuple[CursorWrapper, str]]:
    """A cursor that sees one moment, and the name by which `pg_dump` sees the same."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor, cursor.fetchone()[0]


def dump(copy: Path, snapshot: str) -> None:
    """Write the dump of that moment and check that it can be listed."""
    tool = _tool("pg_dump")
    (_, *where), _ = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--schema={current_schema()}"]
    _run([tool, *options, "--no-password", f"--snapshot={snapshot}", f"--file={copy}", *where])
    _run([_tool("pg_restore"), "--list", str(copy)])


def current_schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])


def server_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def hold_still() -> None:
    """Within a transaction: lock all tables against writing; reading continues."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        for table in _tables():
            cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")


def replace(dumped: Path, schema: str) -> None:
    """Within a transaction: take the register's tables away and make those of the dump, with their rows."""
    if schema != current_schema():
        raise RuleBroken(f"备份取自模式 {schema}，本库使用 {current_schema()}：请恢复到同名的模式。")
    tool = _tool("pg_restore")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        unprotect()  # with its function, which the dump makes again
        if tables := _tables():
            cursor.execute(f"DROP TABLE {', '.join(tables)} CASCADE")
        command = [tool, *RESTORING, f"--schema={schema}"]
        cursor.execute(_script([*command, "--section=pre-data", str(dumped)]))
        _fill(cursor, [*command, "--section=data", str(dumped)])
        cursor.execute(_script([*command, "--section=post-data", str(dumped)]))
        cursor.execute("RESET search_path")


def restore_into(database: str, dumped: Path) -> None:
    """Restore a dump into an empty database of the same server."""
    (_, *where), _ = connection.client.settings_to_cmd_args_env(
        {**connection.settings_dict, "NAME": database}, []
    )
    options = ["--no-owner", "--no-privileges", "--exit-on-error", "--no-password"]
    *server, name = where
    _run([_tool("pg_restore"), *options, *server, f"--dbname={name}", str(dumped)])


def _tables() -> list[str]:
    names = [*connection.introspection.django_table_names(only_existing=True), "django_migrations"]
    present = set(connection.introspection.table_names())
    return [connection.ops.quote_name(name) for name in sorted(set(names) & present)]


def _script(command: list[str]) -> str:
    """Statements as the tool words them; lines for `psql` alone are left out."""
    lines = _run(command).splitlines()
    return "\n".join(line for line in lines if not re.match(r"\\(un)?restrict ", line))


def _fill(cursor: CursorWrapper, command: list[str]) -> None:
    """Send the rows as the tool gives them, table by table, and set the sequences."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        assert tool.stdout is not None
        assert tool.stderr is not None
        for line in tool.stdout:
            if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                _send(cursor, line.decode(), tool.stdout)
            elif line.startswith(b"SELECT pg_catalog.setval("):
                cursor.execute(line.decode())
        output = tool.stderr.read().decode(errors="replace")
    if tool.returncode:
        raise RuleBroken(f"{command[0]} 没有完成，什么也没有改动：{output.strip()}")


def _send(cursor: CursorWrapper, statement: str, lines: IO[bytes]) -> None:
    native: Any = cursor.cursor
    with native.copy(statement.rstrip(";\n")) as copying:
        for line in lines:
            if line == b"\\.\n":
                return
            copying.write(line)


def _tool(name: str) -> str:
    return tool_for(name, connection.pg_version // 10_000)  # type: ignore[attr-defined]


def tool_for(name: str, server: int) -> str:
    """The path of a tool; RuleBroken when it is missing, or older than the server of that major version."""
    found = shutil.which(name)
    if found is None:
        raise RuleBroken(
            f"这台机器上没有 {name}：请安装 PostgreSQL 的客户端工具（Debian：postgresql-client）。"
        )
    printed = subprocess.run([found, "--version"], capture_output=True, encoding="utf-8", check=False).stdout
    stated = re.search(r"\) (\d+)", printed)
    if stated is None or int(stated[1]) < server:
        version = stated[1] if stated else "未知"
        raise RuleBroken(
            f"{name} 的版本是 {version}，低于数据库的 {server}：请安装 {server} 或更新的客户端工具。"
        )
    return found


def _run(command: list[str]) -> str:
    """What a tool prints; it finds the password in its environment, and never asks for one."""
    _, own = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    environment = os.environ | (own or {})
    ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    if ended.returncode:
        output = ended.stderr.strip() or "没有说明原因"
        raise RuleBroken(f"{Path(command[0]).name} 没有完成（{ended.returncode}）：{output}")
    return ended.stdout

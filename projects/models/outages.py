"""What a database error says about the database: away, locked by somebody else, or out of space.

The web answers such an error with a sentence (`hightech.unavailable`), the worker waits and tries again. Any other
database error is a fault of ours.
"""

import sqlite3
from enum import StrEnum

from django.db import Error, InterfaceError, OperationalError


class Outage(StrEnum):
    """The sentence for the user."""

    AWAY = "数据库暂时连不上，恢复后就能使用，不用重新登录。"
    LOCKED = "有别的操作正在大批量写入，等了一会儿还没有轮到。"
    ONLY_READ = "数据库现在只能查看，不能写入。请告诉系统管理员。"
    FULL = "服务器的磁盘满了，暂时不能写入。请告诉系统管理员。"


_SQLITE = {
    sqlite3.SQLITE_BUSY: Outage.LOCKED,
    sqlite3.SQLITE_LOCKED: Outage.LOCKED,
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
    sqlite3.SQLITE_IOERR: Outage.AWAY,
    sqlite3.SQLITE_READONLY: Outage.ONLY_READ,
    sqlite3.SQLITE_PERM: Outage.AWAY,
    sqlite3.SQLITE_PROTOCOL: Outage.AWAY,
}
_POSTGRESQL = {
    "55P03": Outage.LOCKED,  # lock_timeout
    "57014": Outage.LOCKED,  # statement_timeout
    "40001": Outage.LOCKED,  # could not be ordered beside another transaction
    "40P01": Outage.LOCKED,  # deadlock
    "53100": Outage.FULL,
    "53200": Outage.AWAY,  # out of memory
    "53300": Outage.AWAY,  # too many connections
    "55000": Outage.AWAY,  # not accepting connections
    "25006": Outage.ONLY_READ,  # a standby, which only reads
}
_POSTGRESQL_CLASSES = ("08", "57P")
"""Connection lost; shut down by the administrator, or starting."""


def outage_of(error: BaseException) -> Outage | None:
    """What the error, or the one that it came of, says about the database; None: nothing."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        if isinstance(at, Error) and (found := _outage(at)):
            return found
        at = at.__cause__ or at.__context__
    return None


def _outage(error: Error) -> Outage | None:
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # no answer of a server: the connection failed, or is closed
        return Outage.AWAY if isinstance(error, InterfaceError | OperationalError) else None
    if state.startswith(_POSTGRESQL_CLASSES):
        return Outage.AWAY
    return _POSTGRESQL.get(state)

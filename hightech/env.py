"""Read settings from environment variables; called by `hightech.settings`."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from hightech import dotenv

ROOT = dotenv.ROOT
SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "hightech.postgresql"  # Django's own, with short names
LOOPBACK = "127.0.0.1,::1"

NO_SECRET_KEY = (
    "没有密钥：请先运行一次 script/server（它会生成 {path}），或设置环境变量 SECRET_KEY。"
    " No secret key: run script/server once (it writes {path}) or set SECRET_KEY."
)

_env = Env()


def read_file() -> None:
    """Read missing environment variables from `.env` or the file that ENV_FILE names."""
    try:
        dotenv.fill(os.environ)
    except dotenv.UnreadableEnvFile as error:
        raise ImproperlyConfigured(str(error)) from error


def text(name: str, default: str) -> str:
    """A setting as text; an empty one counts as not set, here and in the functions below."""
    return os.environ.get(name) or default


def flag(name: str) -> bool:
    return bool(os.environ.get(name)) and bool(_env.bool(name))


def number(name: str, default: int) -> int:
    try:
        return int(text(name, str(default)))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} 应是整数。 {name} must be a whole number.") from error


def choice(name: str, *values: str) -> str:
    """One of `values`; the first where nothing is set."""
    said = text(name, values[0])
    if said not in values:
        either = "、".join(values)
        raise ImproperlyConfigured(f"{name} 应是 {either} 之一。 {name} must be one of {', '.join(values)}.")
    return said


def words(name: str, default: str = "") -> list[str]:
    """A list, separated by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str, default: str) -> list[IPv4Network | IPv6Network]:
    """Addresses or networks, separated by commas."""
    try:
        return [ip_network(word) for word in words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} 应是 IP 地址或网段，用逗号分开。 {name} must be addresses or networks."
        ) from error


def folder(name: str, default: str) -> Path:
    """A folder; a relative path is relative to the project root."""
    return ROOT / text(name, default)


def secret_key(path: Path) -> str:
    if key := os.environ.get("SECRET_KEY"):
        return key
    if path.is_file() and (key := path.read_text().strip()):
        return key
    raise ImproperlyConfigured(NO_SECRET_KEY.format(path=path))


def database(default: Path) -> dict[str, Any]:
    """The value of `DATABASES["default"]` from DATABASE_URL, or a SQLite file."""
    url = os.environ.get("DATABASE_URL")
    config: dict[str, Any] = Env.db_url_config(url) if url else {"ENGINE": SQLITE, "NAME": default}
    if config["ENGINE"] == "django.db.backends.postgresql":
        config["ENGINE"] = POSTGRESQL
    options, rest = _sqlite() if config["ENGINE"] == SQLITE else _server()
    return config | rest | {"OPTIONS": options | config.get("OPTIONS", {})}


def _sqlite() -> tuple[dict[str, Any], dict[str, Any]]:
    # Readers in parallel with one writer; a transaction takes the write lock with its first statement.
    # A commit is on the disk when it is acknowledged: synchronous=NORMAL may lose the newest ones in a power cut.
    # Foreign keys need no pragma: Django turns them on with every connection.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
    timeout = number("DATABASE_LOCK_SECONDS", 20)
    return {"transaction_mode": "IMMEDIATE", "timeout": timeout, "init_command": pragmas}, {}


def _server() -> tuple[dict[str, Any], dict[str, Any]]:
    """Timeouts for a server that is down, does not answer, or waits for another's lock."""
    # No compiling of statements: it begins where the planner expects much work, and costs a page more than it saves
    # (the last page of 20,000 projects took 8.0 s with it and 1.1 s without).
    limits = f"-c jit=off -c lock_timeout={number('DATABASE_LOCK_SECONDS', 20)}s"
    if seconds := number(
        "DATABASE_STATEMENT_SECONDS", 0
    ):  # the web server's; a job or a migration may take long
        limits += f" -c statement_timeout={seconds}s"
    options: dict[str, Any] = {
        "connect_timeout": 5,
        "keepalives_idle": 20,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "options": limits,
    }
    if flag("DATABASE_POOL"):
        return options | {"pool": {"timeout": 5}}, {}
    return options, {"CONN_MAX_AGE": number("CONN_MAX_AGE", 60), "CONN_HEALTH_CHECKS": True}

"""What the environment makes of the settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hightech import env, settings


def test_no_secret_key_is_said_in_two_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")

    with pytest.raises(ImproperlyConfigured) as refused:
        env.secret_key(tmp_path / "secret_key")

    assert "请先运行一次 script/server" in str(refused.value)
    assert "run script/server once" in str(refused.value)


def test_the_secret_key_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY")
    (tmp_path / "secret_key").write_text("a-key\n")

    assert env.secret_key(tmp_path / "secret_key") == "a-key"


def test_sqlite_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)

    database = env.database(tmp_path / "db.sqlite3")

    assert database["NAME"] == tmp_path / "db.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert database["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]


def test_an_address_of_postgresql_keeps_its_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://u:p%40ss@127.0.0.1:5432/register?sslmode=require")

    kept = env.database(tmp_path)
    monkeypatch.setenv("DATABASE_POOL", "1")
    pooled = env.database(tmp_path)

    assert (kept["ENGINE"], kept["PASSWORD"]) == ("hightech.postgresql", "p@ss")
    assert (kept["OPTIONS"]["sslmode"], kept["CONN_MAX_AGE"]) == ("require", 60)
    assert "pool" not in kept["OPTIONS"]
    assert (pooled["OPTIONS"]["sslmode"], pooled["OPTIONS"]["pool"]) == ("require", {"timeout": 5})
    assert "CONN_MAX_AGE" not in pooled


def test_waiting_for_a_lock_or_a_server_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DATABASE_LOCK_SECONDS", "7")
    monkeypatch.setenv("DATABASE_STATEMENT_SECONDS", "60")
    assert env.database(tmp_path / "db.sqlite3")["OPTIONS"]["timeout"] == 7

    monkeypatch.setenv("DATABASE_URL", "postgres://u@127.0.0.1/register")
    limited = env.database(tmp_path)["OPTIONS"]
    monkeypatch.setenv("DATABASE_URL", "postgres://u@127.0.0.1/register?connect_timeout=9&options=-c%20a%3D1")
    chosen = env.database(tmp_path)["OPTIONS"]

    assert limited["options"] == "-c jit=off -c lock_timeout=7s -c statement_timeout=60s"
    assert limited["connect_timeout"] == 5
    assert (int(chosen["connect_timeout"]), chosen["options"]) == (9, "-c a=1")


def test_passwords_are_hashed_with_argon2_and_no_policy_is_unsafe() -> None:
    assert settings.PASSWORD_HASHERS[0] == "hightech.hashing.BoundedArgon2PasswordHasher"
    assert "unsafe" not in str(settings.SECURE_CSP)


@pytest.mark.parametrize(("asked", "secure"), [("1", "True"), ("0", "False")])
def test_one_setting_turns_on_what_https_needs(asked: str, secure: str) -> None:
    names = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]
    program = f"from hightech import settings; print(*(getattr(settings, name) for name in {names}))"

    result = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"HTTPS": asked},
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.split() == [secure] * len(names)


@pytest.mark.parametrize(
    ("environment", "read"),
    [
        ({}, "[] None False"),
        ({"PROXY_ADDRESSES": "10.0.0.1"}, "[] None False"),
        (
            {"BEHIND_PROXY": "1"},
            "[IPv4Network('127.0.0.1/32'), IPv6Network('::1/128')] ('HTTP_X_FORWARDED_PROTO', 'https') False",
        ),
        (
            {"BEHIND_PROXY": "1", "PROXY_ADDRESSES": "10.0.0.0/24", "HTTPS": "1", "HSTS_PRELOAD": "1"},
            "[IPv4Network('10.0.0.0/24')] ('HTTP_X_FORWARDED_PROTO', 'https') True",
        ),
    ],
)
def test_a_proxy_is_believed_only_where_it_is_named(environment: dict[str, str], read: str) -> None:
    program = (
        "from hightech import settings as s;"
        "print(s.PROXY_NETWORKS, s.SECURE_PROXY_SSL_HEADER, s.SECURE_HSTS_PRELOAD)"
    )

    result = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | environment,
        cwd=env.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == read


def test_an_address_that_is_none_is_said_in_two_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROXY_ADDRESSES", "proxy.example")

    with pytest.raises(ImproperlyConfigured, match=r"应是 IP 地址或网段.*must be addresses"):
        env.networks("PROXY_ADDRESSES", env.LOOPBACK)

"""`python -m bench completion|excel`: scratch databases of several sizes, measured and dropped; see script/bench."""

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import urlsplit

ENGINES = ("sqlite", "postgres")
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
SIZES = {"completion": "1000,10000,100000", "excel": "10000,100000"}
HEADINGS = (
    "项目",
    "数据库",
    "范围",
    "页面 ms",
    "指标层 ms",
    "SQL ms",
    "页面÷SQL",
    "指标层÷SQL",
    "再看一次 ms",
    "再看÷SQL",
)
WAYS = ("ours xlsx", "bare xlsx", "ours csv", "bare csv")
EXPORT_HEADINGS = (
    "项目",
    "导出",
    "行/秒（CPU）",
    "裸写 行/秒",
    "÷裸写（CPU）",
    "÷裸写（时间）",
    "峰值 MiB",
    "增加 MiB",
    "÷最小规模的峰值",
    "裸写峰值 MiB",
    "文件 MiB",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="script/bench", description="完成情况页与手写 SQL、Excel 与裸读写的对比"
    )
    parser.add_argument("what", choices=("completion", "excel", "fill", "copy", "measure", "export"))
    parser.add_argument("--sizes", help="项目个数，用逗号分开")
    parser.add_argument("--database", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sizes = [int(size) for size in (asked.sizes or SIZES.get(asked.what, "1000")).split(",")]
    if asked.what == "completion":
        completion(sizes, ENGINES if asked.database == "both" else (asked.database,))
    elif asked.what == "excel":
        excel(sizes)
    else:
        inside(asked.what, sizes[0], asked.way)


def excel(sizes: list[int]) -> None:
    """Each size in a folder of its own; every measurement in a process of its own, so that its memory is its own."""
    exports: dict[str, list[dict[str, Any]]] = {}
    for size in sizes:
        with scratch_folder() as surroundings:
            run("fill", size, surroundings)
            for way in WAYS:
                exports.setdefault(way, []).append(json.loads(run("export", size, surroundings, way)))
    report_exports(exports)


def report_exports(exports: dict[str, list[dict[str, Any]]]) -> None:
    """Ours and the bare writer of the same size side by side, as ratios."""
    say(row(EXPORT_HEADINGS))
    say(row(["---"] * len(EXPORT_HEADINGS)))
    for suffix in ("xlsx", "csv"):
        first = exports[f"ours {suffix}"][0]
        for ours, bare in zip(exports[f"ours {suffix}"], exports[f"bare {suffix}"], strict=True):
            size = ours["size"]
            say(
                row(
                    [
                        f"{size:,}",
                        f".{suffix}",
                        f"{size / ours['busy']:,.0f}",
                        f"{size / bare['busy']:,.0f}",
                        f"{ours['busy'] / bare['busy']:.2f}",
                        f"{ours['seconds'] / bare['seconds']:.2f}",
                        f"{ours['peak']}",
                        f"{ours['peak'] - ours['before']}",
                        f"{ours['peak'] / first['peak']:.2f}",
                        f"{bare['peak']}",
                        f"{ours['bytes'] / 2**20:.1f}",
                    ]
                )
            )


def completion(sizes: list[int], engines: tuple[str, ...]) -> None:
    """Each size in a folder of its own; the rows of the table are printed as they come."""
    say(row(HEADINGS))
    say(row(["---"] * len(HEADINGS)))
    for size in sizes:
        with scratch_folder() as surroundings:
            run("fill", size, surroundings)
            if "sqlite" in engines:
                report(run("measure", size, surroundings))
            if "postgres" in engines:
                with scratch_database() as address:
                    surroundings["DATABASE_URL"] = address
                    run("copy", size, surroundings)
                    report(run("measure", size, surroundings))


@contextmanager
def scratch_folder() -> Iterator[dict[str, str]]:
    """The surroundings of a run on a SQLite file of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        yield os.environ | {
            "ENV_FILE": os.devnull,
            "VAR_DIR": folder,
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": "",
        }


def run(what: str, size: int, surroundings: dict[str, str], way: str = "") -> str:
    """A step in a process of its own, since settings are read once in a process."""
    command = [sys.executable, "-m", "bench", what, "--sizes", str(size), "--way", way]
    return subprocess.run(command, env=surroundings, check=True, stdout=subprocess.PIPE, text=True).stdout


def inside(what: str, size: int, way: str | None) -> None:
    """A step, with Django set up on the scratch database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "hightech.settings"
    import django

    django.setup()
    from bench import steps

    more = {"way": way} if way else {}
    said = getattr(steps, what)(size, today=date.today(), **more)  # noqa: DTZ011
    sys.stdout.write(json.dumps(said))


@contextmanager
def scratch_database() -> Iterator[str]:
    """The address of a new database on the server, dropped afterwards."""
    import psycopg

    server = os.environ.get("BENCH_DATABASE_URL") or SERVER
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def report(said: str) -> None:
    for times in json.loads(said):
        sql = times["sql"]
        say(
            row(
                [
                    f"{times['size']:,}",
                    times["engine"],
                    times["level"],
                    *(f"{times[name]:.1f}" for name in ("page", "figures", "sql")),
                    f"{times['page'] / sql:.2f}",
                    f"{times['figures'] / sql:.2f}",
                    f"{times['again']:.1f}",
                    f"{times['again'] / sql:.2f}",
                ]
            )
        )


def row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

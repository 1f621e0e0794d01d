"""`python -m bench completion`: scratch databases of several sizes, measured and dropped; see script/bench."""

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
from urllib.parse import urlsplit

ENGINES = ("sqlite", "postgres")
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/bench", description="完成情况页与手写 SQL 的对比")
    parser.add_argument("what", choices=("completion", "fill", "copy", "measure"))
    parser.add_argument("--sizes", default="1000,10000,100000", help="项目个数，用逗号分开")
    parser.add_argument("--database", choices=(*ENGINES, "both"), default="both")
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    if asked.what == "completion":
        completion(sizes, ENGINES if asked.database == "both" else (asked.database,))
    else:
        inside(asked.what, sizes[0])


def completion(sizes: list[int], engines: tuple[str, ...]) -> None:
    """Each size in a folder of its own; the rows of the table are printed as they come."""
    say(row(HEADINGS))
    say(row(["---"] * len(HEADINGS)))
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            surroundings = os.environ | {
                "ENV_FILE": os.devnull,
                "VAR_DIR": folder,
                "SECRET_KEY": secrets.token_urlsafe(50),
                "DATABASE_URL": "",
            }
            run("fill", size, surroundings)
            if "sqlite" in engines:
                report(run("measure", size, surroundings))
            if "postgres" in engines:
                with scratch_database() as address:
                    surroundings["DATABASE_URL"] = address
                    run("copy", size, surroundings)
                    report(run("measure", size, surroundings))


def run(what: str, size: int, surroundings: dict[str, str]) -> str:
    """A step in a process of its own, since settings are read once in a process."""
    command = [sys.executable, "-m", "bench", what, "--sizes", str(size)]
    return subprocess.run(command, env=surroundings, check=True, stdout=subprocess.PIPE, text=True).stdout


def inside(what: str, size: int) -> None:
    """A step, with Django set up on the scratch database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "hightech.settings"
    import django

    django.setup()
    from bench import steps

    said = getattr(steps, what)(size, today=date.today())  # noqa: DTZ011
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

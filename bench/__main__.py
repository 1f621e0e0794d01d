"""`python -m bench completion|written|excel|pages|papers|sign-ins`: on scratch databases; see script/bench."""

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django

from bench.excel import excel
from bench.pages import pages
from bench.papers import papers
from bench.sign_ins import sign_ins
from bench.stage import head, row, run, say, scratch_database, scratch_folder

ENGINES = ("sqlite", "postgres")
STEPS = ("fill", "ask", "copy", "measure", "write", "ledger", "export", "bring", "paper")
SIZES = {
    "completion": "1000,10000,100000",
    "written": "10000,100000",
    "excel": "10000,100000",
    "pages": "100000",
    "papers": "300",
}
ROUNDS = 15
YARDSTICK = 10_000
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
    "写入后 ms",
    "写入后÷SQL",
)
AFTER_A_WRITE = (
    "项目",
    "数据库",
    "页面",
    "新算 ms",
    "改节点后 ms",
    "改月报后 ms",
    "再看 ms",
    "改节点后÷新算",
    "改节点后÷列表",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="script/bench",
        description="完成情况页与手写 SQL、Excel 与裸读写、各角色页面、会议材料的对比，多人同时登录的内存",
    )
    parser.add_argument(
        "what", choices=("completion", "written", "excel", "pages", "papers", "sign-ins", *STEPS)
    )
    parser.add_argument("--sizes", help="项目个数，用逗号分开")
    parser.add_argument("--database", choices=(*ENGINES, "both"), default="both")
    parser.add_argument(
        "--yardstick", type=int, default=YARDSTICK, help="django-import-export 最多导入多少行"
    )
    parser.add_argument("--old", type=Path, help="较早提交的检出目录，导入同样的工作簿作比较")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="每个页面请求多少次")
    parser.add_argument("--people", type=int, default=100, help="多少人同时登录")
    parser.add_argument("--way", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    sizes = [int(size) for size in (asked.sizes or SIZES.get(asked.what, "1000")).split(",")]
    engines = ENGINES if asked.database == "both" else (asked.database,)
    if asked.what == "completion":
        completion(sizes, engines)
    elif asked.what == "written":
        after_a_write(sizes, engines)
    elif asked.what == "excel":
        excel(sizes, engines, asked.yardstick, asked.old)
    elif asked.what == "papers":
        papers(sizes)
    elif asked.what == "pages":
        pages(sizes, engines, asked.rounds)
    elif asked.what == "sign-ins":
        sign_ins(asked.people)
    else:
        inside(asked.what, sizes[0], asked.way)


def completion(sizes: list[int], engines: tuple[str, ...]) -> None:
    head(HEADINGS)
    on_each("measure", report, sizes, engines)


def after_a_write(sizes: list[int], engines: tuple[str, ...]) -> None:
    head(AFTER_A_WRITE)
    on_each("write", report_written, sizes, engines)


def on_each(step: str, tell: Callable[[str], None], sizes: list[int], engines: tuple[str, ...]) -> None:
    """Each size in a folder of its own; the rows of the table are printed as they come."""
    for size in sizes:
        with scratch_folder() as surroundings:
            run("fill", size, surroundings)
            if "postgres" in engines:
                with scratch_database() as address:
                    there = surroundings | {"DATABASE_URL": address}
                    run("copy", size, there)
                    tell(run(step, size, there))
            if "sqlite" in engines:  # last, since it may write
                tell(run(step, size, surroundings))


def inside(what: str, size: int, way: str | None) -> None:
    """A step, with Django set up on the scratch database."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "hightech.settings"
    django.setup()
    from bench import steps  # its models can be imported only now

    more = {"way": way} if way else {}
    output = getattr(steps, what)(size, today=date.today(), **more)  # noqa: DTZ011
    sys.stdout.write(json.dumps(output))


def report(output: str) -> None:
    for times in json.loads(output):
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
                    f"{times['written']:.1f}",
                    f"{times['written'] / sql:.3f}",
                ]
            )
        )


def report_written(output: str) -> None:
    pages = json.loads(output)
    plain = pages[0]["again"]
    for times in pages:
        say(
            row(
                [
                    f"{times['size']:,}",
                    times["engine"],
                    times["page"],
                    *(f"{times[name]:.1f}" for name in ("anew", "milestone", "report", "again")),
                    f"{times['milestone'] / times['anew']:.3f}",
                    f"{times['milestone'] / plain:.2f}",
                ]
            )
        )


if __name__ == "__main__":
    main()

"""`script/bench excel`: exports beside the bare writer, imports beside the bare reader and django-import-export."""

import json
from pathlib import Path
from typing import Any

from bench.stage import head, row, run, say, scratch_database, scratch_folder

WAYS = ("ours xlsx", "bare xlsx", "ours csv", "bare csv", "selected csv")
PAIRS = (("xlsx", "bare xlsx"), ("csv", "bare csv"), ("csv", "selected csv"))
"""The suffix of ours, and what it is compared with: the bare writer, or plain SELECTs streamed as text."""
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
IMPORT_WAYS = ("bare", "ours", "theirs")
IMPORT_HEADINGS = (
    "行数",
    "数据库",
    "读入 ÷ 裸读",
    "核对与预览 行/秒",
    "写入 行/秒",
    "合计 行/秒",
    "预览 秒（CPU）",
    "写入 秒（CPU）",
    "旧 ÷ 新（CPU）",
    "import-export 合计 行/秒",
    "快多少倍（时间）",
    "快多少倍（CPU）",
    "峰值 MiB",
    "import-export 峰值 MiB",
)


def excel(sizes: list[int], engines: tuple[str, ...], yardstick: int, old: Path | None) -> None:
    """Each size in a folder of its own; every measurement in a process of its own, so that its memory is its own.

    `yardstick`: the largest size that django-import-export is given, which takes minutes for ten thousand rows.
    `old`: a checkout of an earlier commit, which imports the same workbooks.
    """
    exports: dict[str, list[dict[str, Any]]] = {}
    for size in sizes:
        with scratch_folder() as surroundings:
            run("fill", size, surroundings)
            for way in WAYS:
                exports.setdefault(way, []).append(json.loads(run("export", size, surroundings, way)))
    report_exports(exports)
    say("")
    head(IMPORT_HEADINGS)
    for engine in engines:
        for size in sizes:
            report_import(size, engine, imports(size, engine, with_theirs=size <= yardstick, old=old))


def imports(
    size: int, engine: str, *, with_theirs: bool, old: Path | None = None
) -> dict[str, dict[str, Any]]:
    """The same workbook by each way, into an empty database each; "old": ours of an earlier commit."""
    ways: dict[str, tuple[str, Path | None]] = {way: (way, None) for way in IMPORT_WAYS[: 2 + with_theirs]}
    if old is not None:
        ways["old"] = ("ours", old)
    taken = {}
    for name, (way, folder) in ways.items():
        with scratch_folder() as surroundings:
            if engine == "sqlite":
                taken[name] = json.loads(run("bring", size, surroundings, way, folder=folder))
            else:
                with scratch_database() as surroundings["DATABASE_URL"]:
                    taken[name] = json.loads(run("bring", size, surroundings, way, folder=folder))
    for name in ("old", "theirs"):
        if name in taken and taken["ours"]["written"] != taken[name]["written"]:
            raise SystemExit(f"写入的内容不同：{taken['ours']['written']} / {taken[name]['written']}")
    return taken


def report_import(size: int, engine: str, taken: dict[str, dict[str, Any]]) -> None:
    ours, theirs, old = taken["ours"], taken.get("theirs"), taken.get("old")
    whole = ours["preview"] + ours["apply"]
    others = theirs["preview"] + theirs["apply"] if theirs else 0
    say(
        row(
            [
                f"{size:,}",
                engine,
                f"{ours['reading'] / taken['bare']['reading']:.2f}",
                f"{size / ours['preview']:,.0f}",
                f"{size / ours['apply']:,.0f}",
                f"{size / whole:,.0f}",
                f"{ours['preview_busy']:.1f}",
                f"{ours['apply_busy']:.1f}",
                f"{old['busy'] / ours['busy']:.1f}" if old else "—",
                f"{size / others:,.0f}" if theirs else "—",
                f"{others / whole:.1f}" if theirs else "—",
                f"{theirs['busy'] / ours['busy']:.1f}" if theirs else "—",
                f"{ours['memory']}",
                f"{theirs['memory']}" if theirs else "—",
            ]
        )
    )


def report_exports(exports: dict[str, list[dict[str, Any]]]) -> None:
    """Ours and its yardsticks of the same size side by side, as ratios."""
    head(EXPORT_HEADINGS)
    for suffix, yardstick in PAIRS:
        first = exports[f"ours {suffix}"][0]
        for ours, bare in zip(exports[f"ours {suffix}"], exports[yardstick], strict=True):
            size = ours["size"]
            say(
                row(
                    [
                        f"{size:,}",
                        f".{suffix}, {yardstick.split()[0]}",
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

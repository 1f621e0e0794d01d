"""Papers for a meeting beside bare programs that make as many pages: processor time, that of child processes too."""

import json
import re
import resource
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import typst
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from bench.stage import head, row, run, say, scratch_folder

HEADINGS = ("材料", "页", "用时 s", "处理器 s", "空白程序处理器 s", "处理器 ÷ 空白程序", "MB")
LINES, WORDS = 40, "重大项目完成投资进度与存在问题"
TABLE_ROWS, TABLE_COLUMNS = 12, 8


@dataclass(frozen=True)
class Taken:
    """`busy`: seconds of the processor, of this process and of those that it started."""

    pages: int
    seconds: float
    busy: float
    size: int


def papers(sizes: list[int]) -> None:
    """Cards of so many projects, and slides of a district of so many; each in a fresh process, on SQLite."""
    head(HEADINGS)
    for size in sizes:
        with scratch_folder() as surroundings:
            run("fill", size, surroundings)
            for kind in ("cards", "deck"):
                ours = json.loads(run("paper", size, surroundings, kind))
                bare = json.loads(run("paper", ours["pages"], surroundings, f"bare {kind}"))
                say(
                    row(
                        [
                            kind,
                            f"{ours['pages']:,}",
                            *(f"{number:.2f}" for number in (ours["seconds"], ours["busy"], bare["busy"])),
                            f"{ours['busy'] / bare['busy']:.2f}",
                            f"{ours['size'] / 2**20:.1f}",
                        ]
                    )
                )


def paper(size: int, what: str, *, year: int) -> dict[str, Any]:
    """One paper in this process: ours of the whole register, or the bare one of `size` pages."""
    if what.startswith("bare"):
        work = (bare_cards if what == "bare cards" else bare_deck)(size)
    else:
        work = ours(what, date(year, 12, 31))
    before, began = _busy(), perf_counter()
    content = work()
    return vars(Taken(pages_of(content), perf_counter() - began, _busy() - before, len(content)))


def ours(kind: str, as_of: date) -> Callable[[], bytes]:
    from django.utils import timezone

    from projects.models import Paper, PaperOrder, User
    from projects.papers.making import frozen, made

    leader = User.objects.with_roles().get(username="leader")
    order = PaperOrder(
        as_of=as_of,
        level="",
        known_at=timezone.now(),
        asked_by=leader,
        page_address="http://localhost/projects/0/",
    )
    return lambda: made(Paper(order=order, kind=kind), frozen(order))[0]


def bare_cards(pages: int) -> Callable[[], bytes]:
    """A4 pages of forty lines, set by typst without a layout."""

    def work() -> bytes:
        page = "\\ ".join([WORDS] * LINES)
        source = '#set text(font: "Noto Sans CJK SC")\n' + "\n#pagebreak()\n".join([page] * pages)
        with TemporaryDirectory() as folder:
            file = Path(folder) / "bare.typ"
            file.write_text(source)
            made = typst.compile(str(file), format="pdf")
        assert isinstance(made, bytes)
        return made

    return work


def bare_deck(pages: int) -> Callable[[], bytes]:
    """Slides with a table and a chart each, drawn by python-pptx into its own master."""

    def work() -> bytes:
        deck = Presentation()
        for _ in range(pages):
            slide = deck.slides.add_slide(deck.slide_layouts[5])
            slide.shapes.title.text = WORDS
            table = slide.shapes.add_table(
                TABLE_ROWS, TABLE_COLUMNS, Inches(0.5), Inches(1.5), Inches(5), Inches(4)
            ).table
            for line in table.rows:
                for cell in line.cells:
                    cell.text = WORDS[:4]
            data = CategoryChartData()
            data.categories = [WORDS[place : place + 2] for place in range(6)]
            data.add_series("完成率", [0.5] * 6)
            slide.shapes.add_chart(
                XL_CHART_TYPE.BAR_CLUSTERED, Inches(6), Inches(1.5), Inches(3), Inches(4), data
            )
        saved = BytesIO()
        deck.save(saved)
        return saved.getvalue()

    return work


def pages_of(content: bytes) -> int:
    """Of a PDF, or slides of a .pptx."""
    if content.startswith(b"%PDF"):
        return max(map(int, re.findall(rb"/Count (\d+)", content)))
    return len(Presentation(BytesIO(content)).slides)


def _busy() -> float:
    taken = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in taken)

"""What the slides of a meeting say: the numbers of the bulletin, its units, what is late, and what stands in the way.

A slide without data is left out. Called by `making`, with the bulletin's words for the same day and basis.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from projects.models import Evidence
from projects.papers.deck.red import is_known, red_slides
from projects.papers.deck.shapes import Deck, Line, Photo, Shape, Slide, Table, Text, rates_chart
from projects.papers.fields import Fields, plain
from projects.papers.frozen import Frozen
from projects.papers.lists import Listed, how_late
from projects.papers.wording import Words
from projects.templatetags import formats
from projects.vocabulary import Stage

if TYPE_CHECKING:
    from projects.figures.open_milestones import DueMilestone
    from projects.papers.bulletin import BulletinPaper

WHOLE = (0.0, 0.0, 1.0, 1.0)
MOST_LATE, LATE_ON_A_SLIDE = 12, 4
TILES = 4
"""Numbers in large figures on the slide of the headline."""
UNKNOWN = "空白为未知，不是零"

type Photos = Mapping[int, Evidence]
"""The newest photo of a project that was known then, by the project."""


def deck_of(
    paper: "BulletinPaper",
    basis: Frozen,
    found: Listed,
    late: "Sequence[DueMilestone]",
    photos: Photos,
    *,
    mark: str,
) -> tuple[Deck, Fields]:
    """The slides, and every number on them by key.

    `late`: of each unit with a red light. `mark`: that the data is made up, else "".
    """
    fields = Fields(paper.fields)
    words = Words(basis.printed, fields)
    data = paper.data
    foot = "；".join(filter(None, (f"数据截至{data['as_of']}，{data['basis']}", UNKNOWN, mark)))
    deck = Deck(plain(basis.printed.title), foot, [_cover(basis, data, mark)])
    deck.slides.extend(_headline(data, words, basis))
    deck.slides.extend(_indicators(data))
    deck.slides.extend(_ranking(data))
    deck.slides.extend(red_slides(basis, words, found, late))
    deck.slides.extend(_late(found, photos, fields, deck.photos))
    deck.slides.extend(_problems(found, fields))
    deck.slides.extend(_ahead(found, fields))
    return deck, fields


def _cover(basis: Frozen, data: Mapping[str, Any], mark: str) -> Slide:
    order = basis.order
    lines = [f"范围：{plain(order.scope_words)}", f"数据截至{data['as_of']}，{data['basis']}", mark]
    return Slide(plain(basis.printed.title), subtitle=[line for line in lines if line])


def _headline(data: Mapping[str, Any], words: Words, basis: Frozen) -> Iterator[Slide]:
    """Some numbers in large figures, and the sentences of the bulletin."""
    known = [row for row in data["indicators"] if row["rate"]][:TILES]
    lines = [Line(sentence, 17, bullet=True) for sentence in data["summary"]]
    lines += [Line(each, 17, bullet=True) for each in words.lit(basis.printed.indicators, "t")]
    if not lines:
        return
    shapes: list[Shape] = [
        Text((place * 1.0 / len(known), 0, 1.0 / len(known), 0.34), _tile(row))
        for place, row in enumerate(known)
    ]
    shapes.append(Text((0, 0.36, 1, 0.62) if known else WHOLE, lines).fitted())
    yield Slide("总体情况", shapes)


def _tile(row: Mapping[str, str]) -> list[Line]:
    return [
        Line(row["label"], 15, colour="quiet"),
        Line(f"{row['actual']}{row['unit']}", 32, bold=True, colour="brand"),
        Line(f"目标{row['target']}{row['unit']}，完成{row['rate']}", 13),
        Line(f"时间进度{row['time']}" + (f"，{row['light']}" if row["light"] else ""), 13, colour="quiet"),
    ]


def _indicators(data: Mapping[str, Any]) -> Iterator[Slide]:
    rows = [row for row in data["indicators"] if is_known(row)]
    if not rows:
        return
    head = ["指标", "实际", "年度目标", "完成率", "时间进度", "较时间进度（百分点）", "亮灯"]
    keys = ("actual", "target", "rate", "time", "gap", "light")
    cells = [[f"{row['label']}（{row['unit']}）", *(row[key] for key in keys)] for row in rows]
    chart = rates_chart(
        (0, 0.52, 1, 0.48),
        "各项指标的完成率与时间进度",
        [(row["label"], row["rate"], row["time"]) for row in rows],
        across=False,
    )
    box = (0, 0, 1, 0.5 if chart else 1)
    table = Table(box, "各项指标", [head, *cells], (3, 2, 2.4, 1.8, 1.8, 2.4, 1.4), range(1, 7), 13)
    yield Slide("各项指标：实际、目标与时间进度", [table, *([chart] if chart else [])])


def _ranking(data: Mapping[str, Any]) -> Iterator[Slide]:
    rows = data["units"]
    if not rows:
        return
    head = [
        "名次",
        "单位",
        "项目数",
        f"{data['ranked_by']}（{data['ranked_unit']}）",
        "年度目标",
        "完成率",
        "较上次",
        "亮灯",
    ]
    keys = ("rank", "label", "projects", "actual", "target", "rate", "moved", "light")
    cells = [[row[key] for key in keys] for row in rows]
    whole = Table(
        (0, 0, 0.62, 1), "各单位排名", [head, *cells], (1.2, 3, 1.4, 2.6, 2, 1.8, 1.5, 1.5), (0, *range(2, 8))
    )
    title = f"各单位排名：按{data['ranked_by']}完成率{data['since']}"
    begin = 0
    for table in whole.pages():
        shown = rows[begin : begin + len(table.rows) - 1]
        begin += len(shown)
        chart = rates_chart(
            (0.64, 0, 0.36, 1),
            "各单位的完成率与时间进度",
            [(row["label"], row["rate"], row["time"]) for row in shown],
            across=True,
        )
        yield Slide(title, [table, *([chart] if chart else [])])


def _late(found: Listed, photos: Photos, fields: Fields, files: dict[str, bytes]) -> Iterator[Slide]:
    """Four on a slide, each with its photo where there is one."""
    late = found.late[:MOST_LATE]
    for begin in range(0, len(late), LATE_ON_A_SLIDE):
        shapes: list[Shape] = []
        for place, due in enumerate(late[begin : begin + LATE_ON_A_SLIDE]):
            number = begin + place + 1
            left, top = 0.51 * (place % 2), 0.51 * (place // 2)
            photo = _photo(photos.get(due.project.pk or 0), (left, top + 0.01, 0.2, 0.46), files)
            room = (left + 0.21, top, 0.28, 0.49) if photo else (left, top, 0.49, 0.49)
            lines = [
                Line(f"{number}. {plain(due.project.name)}", 15, bold=True),
                Line(found.unit_of(due.project), 13, colour="quiet"),
                Line(f"计划{fields(f'l{number}_p', due.planned)}{due.stage.label}", 13),
                Line(how_late(due, f"l{number}", fields), 14, bold=True, colour="red"),
            ]
            lines += [Line(plain(due.note), 12)] if due.note else []
            shapes += [Text(room, lines).fitted(), *([photo] if photo else [])]
        which = f"（晚得最久的{fields('l_shown', str(len(late)))}个）" if len(found.late) > MOST_LATE else ""
        yield Slide(f"逾期项目{which}", shapes)


def _photo(
    kept: Evidence | None, box: tuple[float, float, float, float], files: dict[str, bytes]
) -> Photo | None:
    """None where there is none, or its file is lost."""
    if kept is None:
        return None
    try:
        with kept.shown.open("rb") as file:
            content = file.read()
    except OSError:
        return None
    name = f"photo{kept.pk}.jpg"
    files[name] = content
    words = "，".join(filter(None, (Stage(kept.milestone.stage).label, plain(kept.caption))))
    return Photo(box, name, f"现场照片：{words}")


def _problems(found: Listed, fields: Fields) -> Iterator[Slide]:
    head = ["项目", "项目单位", "类别", "问题", "责任单位", "期限", "逾期（天）"]
    rows = []
    for place, problem in enumerate(found.problems, start=1):
        key = f"q{place}"
        due = fields(f"{key}_p", formats.day(problem.due_on)) if problem.due_on else "未定"
        late = fields(f"{key}_d", str(problem.days_late)) if problem.days_late else ""
        about = [
            plain(problem.project.name),
            found.unit_of(problem.project),
            problem.kind,
            plain(problem.text),
        ]
        rows.append([*about, found.whose(problem), due, late])
    yield from _tabled("存在问题", head, rows, (3, 1.8, 1.5, 4, 1.8, 1.9, 1.2), (5, 6))


def _ahead(found: Listed, fields: Fields) -> Iterator[Slide]:
    head = ["项目", "责任单位", "节点", "计划"]
    rows = [
        [
            plain(due.project.name), found.unit_of(due.project), due.stage.label, fields(f"n{place}_p", due.planned),
        ]
        for place, due in enumerate(found.ahead, start=1)
    ]  # fmt: skip
    yield from _tabled("下月到期节点", head, rows, (5, 3, 2, 2.5), (2, 3))


def _tabled(
    title: str, head: list[str], rows: list[list[str]], widths: tuple[float, ...], centred: tuple[int, ...]
) -> Iterator[Slide]:
    if rows:
        for table in Table(WHOLE, title, [head, *rows], widths, centred).pages():
            yield Slide(title, [table])

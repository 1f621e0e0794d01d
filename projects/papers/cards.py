"""一项目一档 as PDF: the words of each card, its photo and its QR code; `card.typ` lays them out.

Called by the view, with cards of projects whose pages the reader may open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import segno

from projects.columns import PROJECTS
from projects.figures.cards import ProjectCard
from projects.figures.problems import ProblemLine
from projects.figures.timeline import StageMark
from projects.models import Evidence, MonthlyReport
from projects.papers.typesetting import breakable, typeset
from projects.rules.phones import masked
from projects.templatetags import formats
from projects.vocabulary import Level, Light, Stage

MOST_STAGES, MOST_PROBLEMS = 10, 4
"""What a card has room for: stages, the newest kept; open problems, the others counted."""
MOST_CARDS = 300
WHOLE_PHOTOS = 20
"""Cards of a file with large photos; in a longer one each photo is the small copy."""
LEADER = next(column for column in PROJECTS if column.title == "挂钩领导")
CUT = "……（未完，全文扫码看）"


@dataclass(frozen=True, slots=True)
class CardsAsked:
    """What stands on every sheet. `address`: of a project's page by its key. `folder`: of the fonts, "" the system's.

    `mark`: that the data is made up, else "". `basis`: that the sheets are of a past moment, `printed_at`, else "".
    """

    head: str
    printed_at: datetime
    address: str
    folder: str
    mark: str = ""
    basis: str = ""

    @property
    def when(self) -> str:
        return self.basis or f"{self.printed_at:%Y年%-m月%-d日 %H:%M} 印"

    def page_of(self, key: int) -> str:
        return self.address.replace("/0/", f"/{key}/")


def cards_pdf(cards: Sequence[ProjectCard], asked: CardsAsked) -> bytes:
    """One A4 page a card. Raises `typesetting.NoChineseFont`."""
    files: dict[str, bytes] = {}
    is_small = len(cards) > WHOLE_PHOTOS
    drawn = [_card(card, asked, files, is_small=is_small) for card in cards]
    title = f"{cards[0].project.name} 一项目一档" if len(cards) == 1 else f"一项目一档（{len(cards)} 个项目）"
    unknown = "空白为未知，不是零；〓 为字体里没有的字"
    data = {
        "title": title,
        "head": asked.head,
        "foot": " · ".join(filter(None, (asked.mark, unknown))),
        "cut": CUT,
        "cards": drawn,
    }
    return typeset("card.typ", data, files, folder=asked.folder, at=asked.printed_at)


def _card(card: ProjectCard, asked: CardsAsked, files: dict[str, bytes], *, is_small: bool) -> dict[str, Any]:
    project, key = card.project, card.project.pk
    address = asked.page_of(key)
    files[f"qr{key}.svg"] = _qr(address)
    day = formats.day(card.timeline.as_of)
    return {
        "name": breakable(project.name),
        "badges": _badges(card),
        "state": {"light": str(card.timeline.state.light), "words": _state(card)},
        "address": address,
        "qr": f"qr{key}.svg",
        "photo": _photo(card.photo, files, is_small=is_small) if card.photo else None,
        "facts": _facts(card),
        "content": breakable(project.content) or "未填报",
        "money": _money(card),
        "stages": [_stage(mark) for mark in _stages(card)],
        "month": _month(card.report),
        "problems": _problems(card.problems),
        "people": _people(card),
        "foot": f"截至 {day}，{asked.when} · 扫码登录后看最新",
    }


def _qr(address: str) -> bytes:
    written = BytesIO()
    segno.make(address, micro=False, error="m").save(written, kind="svg", border=1)
    return written.getvalue()


def _badges(card: ProjectCard) -> list[str]:
    project = card.project
    words = [f"{entry.year}年{Level(entry.level).label}" for entry in card.listings]
    categories = {entry.get_category_display() for entry in card.listings if entry.category}
    industry = str(project.industry or "")
    return [*words, *sorted(categories), *([industry] if industry else [])]


def _state(card: ProjectCard) -> str:
    """The light in a word before what the project's page says, so that a sheet without colours says it too."""
    state, overdue = card.timeline.state, card.timeline.overdue
    light = state.light.label if state.light in (Light.RED, Light.YELLOW) else ""
    return " · ".join(filter(None, (light, state.sentence, overdue.words if overdue else "")))


def _photo(photo: Evidence, files: dict[str, bytes], *, is_small: bool) -> dict[str, str] | None:
    """None where the file is lost."""
    kept = photo.thumbnail if is_small and photo.thumbnail else photo.shown
    try:
        with kept.open("rb") as file:
            content = file.read()
    except OSError:
        return None
    name = f"photo{photo.pk}.jpg"
    files[name] = content
    stage = Stage(photo.milestone.stage).label
    taken = formats.day(photo.taken_at.date()) + "拍摄" if photo.taken_at else ""
    words = "，".join(filter(None, (stage, taken, photo.caption)))
    return {"file": name, "alt": f"现场照片：{words}", "words": breakable(words)}


def _facts(card: ProjectCard) -> list[dict[str, str]]:
    project = card.project
    place = "，".join(filter(None, (str(project.town or ""), project.place)))
    facts = [
        ("建设单位", project.enterprise),
        ("责任单位", str(project.organisation or "") or "未明确"),
        ("建设地点", place),
        ("建设性质", project.get_nature_display()),
        ("项目代码", project.national_code),
    ]
    return [{"label": label, "words": breakable(words) or "未填报"} for label, words in facts]


def _money(card: ProjectCard) -> list[dict[str, str]]:
    """What the head of the project's page says; "—" for the unknown."""
    cells = [
        {
            "label": label,
            "number": formats.yi_hundredths(amount) or "—",
            "unit": "亿元" if amount is not None else "",
        }
        for label, amount in _amounts(card)
    ]
    return [*cells, {"label": "完成率", "number": formats.rate(card.money.done) or "—", "unit": ""}]


def _amounts(card: ProjectCard) -> list[tuple[str, int | None]]:
    known = card.money
    done, planned = known.done.actual, known.done.target
    return [
        ("总投资", known.total),
        (f"{known.year - 1}年底累计", card.plan.invested_before if card.plan else None),
        (f"{known.year}年计划", None if planned is None else int(planned)),
        (f"{known.year}年{known.span}完成", None if done is None else int(done)),
    ]


MONEY_KEYS = ("total", "before", "planned", "done", "rate")


def card_fields(cards: Sequence[ProjectCard]) -> dict[str, str]:
    """The known numbers of the sheets by key, as printed: of project 12 p12_total, p12_done."""
    return {
        f"p{card.project.pk}_{key}": cell["number"]
        for card in cards
        for key, cell in zip(MONEY_KEYS, _money(card), strict=True)
        if cell["number"] != "—"
    }


def _stages(card: ProjectCard) -> list[StageMark]:
    """Stages of the track and 入库 where it is on record; where there are too many, the later ones."""
    entered = card.timeline.marks[Stage.ENTERED]
    shown = [*card.timeline.track, *([entered] if entered in card.timeline.records else [])]
    return shown[-MOST_STAGES:]


def _stage(mark: StageMark) -> dict[str, str]:
    reached = mark.reached or (f"晚 {mark.days_late} 天" if mark.days_late else "—")
    return {
        "label": mark.stage.label,
        "mark": str(mark.mark),
        "planned": mark.planned or "—",
        "current": mark.current if mark.current != mark.planned else "未改" if mark.current else "—",
        "reached": reached,
        "note": "，".join(filter(None, (mark.moved_words, mark.reason))),
    }


def _month(report: MonthlyReport | None) -> dict[str, str]:
    if report is None:
        return {"title": "本月", "words": "还没有报过月报。"}
    month = f"{report.month.year}年{report.month.month}月"
    if report.opening is not None:
        amount = f"{report.opening_words} {formats.yi(report.opening)} 亿元"
    elif report.invested is not None:
        amount = f"当月完成投资 {formats.yi(report.invested)} 亿元"
    else:
        amount = "确认无变化" if report.unchanged else "当月完成投资未填"
    parts = [
        f"{amount}（{report.get_state_display()}）。",
        report.progress,
        f"下一步：{report.next_step}" if report.next_step else "",
        f"需要协调：{report.needs_coordination}" if report.needs_coordination else "",
    ]
    return {"title": f"本月 {month}", "words": breakable("\n".join(filter(None, parts)))}


def _problems(problems: Sequence[ProblemLine]) -> str:
    if not problems:
        return "没有登记未销号的问题。"
    words = [_problem(line) for line in problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        words.append(f"另有 {len(problems) - MOST_PROBLEMS} 个未销号的问题。")
    return breakable("\n".join(words))


def _problem(line: ProblemLine) -> str:
    problem = line.problem
    who = " ".join(filter(None, (line.unit, problem.person)))
    due = f"{formats.day(problem.due_on)}到期" if problem.due_on else ""
    about = "，".join(filter(None, (line.words, f"责任：{who}" if who else "", due)))
    return f"【{problem.get_kind_display()}】{problem.text}（{about}）"


def _people(card: ProjectCard) -> str:
    """Whom the project's page names, which the reader may open."""
    project = card.project
    contact = " ".join(filter(None, (project.contact, masked(project.contact_phone))))
    people = [(LEADER.title, LEADER.get(project)), ("责任人", contact)]
    return breakable("    ".join(f"{label}：{words or '未填报'}" for label, words in people))

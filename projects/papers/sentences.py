"""The headline of a completion page in words to copy: a line, a paragraph, a passage for a speech.

Called by the completion page and by the page of one number. Every number is one of the page that it is given, and is
worded by the filters that the page itself uses, so that it is rounded once. A clause without data is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from projects.figures.completion.liner import SIGNING_LINES
from projects.figures.completion.lines import CompletionPage, IndicatorLine, RowLine
from projects.figures.completion.ranks import ranked
from projects.rules import periods
from projects.rules.completion import round_half_up
from projects.templatetags import formats
from projects.vocabulary import Indicator, Light

NAMED = 3
"""Units that a speech names at each end of the ranking."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """The same facts in three lengths; "" where nothing is known."""

    line: str
    paragraph: str
    speech: str

    @property
    def lengths(self) -> list[tuple[str, str, str]]:
        """Name for the page's elements, what it is called, and the words; a longer one only where it says more."""
        offered = [
            ("line", "一句话", self.line),
            ("paragraph", "一段话", self.paragraph),
            ("speech", "讲话稿", self.speech),
        ]
        before = ["", self.line, self.paragraph]
        return [each for each, shorter in zip(offered, before, strict=True) if each[2] != shorter]


def sentences(
    page: CompletionPage, whose: str, *, least: int, about: IndicatorLine | None = None
) -> Sentences:
    """`whose`: the scope in words, 全区 or 罗溪镇新能源产业. `about`: the number that comes first, by default the first
    of the page that is known; the page of one number speaks of that number only.

    Units with fewer than `least` projects are not ranked.
    """
    known = [line for line in page.lines if _clause(line)]
    lead = about if about is not None else next(iter(known), None)
    if lead is None or not _clause(lead):
        return Sentences("", "", "")
    others = [] if about is not None else [line for line in known if line.indicator != lead.indicator]
    opening = f"{periods.year_to_date(page.scope.as_of)}，{whose}{formats.level_name(page.scope.level)}"
    line = f"{opening}{_clause(lead)}。"
    rest = _sentence(map(_clause, others))
    judged = [lead, *others]
    closing = _lights(judged) + (
        _waiting(page) if Indicator.INVESTED in {each.indicator for each in judged} else ""
    )
    return Sentences(
        line=line,
        paragraph=line + rest + closing,
        speech=_holding(page, whose) + line + rest + _pace(judged) + _ranking(page, lead, least) + closing,
    )


def _sentence(clauses: Iterable[str]) -> str:
    words = "；".join(filter(None, clauses))
    return f"{words}。" if words else ""


def _clause(line: IndicatorLine) -> str:
    """完成投资629.0亿元，完成年度目标的97.2%，快于时间进度13.8个百分点; "" for an unknown number."""
    if line.bounds is None:
        return ""
    number = f"{line.indicator.label}{formats.bounds(line.bounds, line.is_money)}{line.unit_word}"
    if line.is_pending:
        return f"{number}（部分日期只知道大概，待定）"
    return "，".join(filter(None, (number, _rate(line), _gap(line))))


def _rate(line: IndicatorLine) -> str:
    if line.target is not None and line.target.stated_met and line.target.amount is None:
        return "年度目标已提前完成"
    if line.target is None or line.completion.share is None:
        return ""
    whole = "各项目计划合计" if line.target.planned else "年度目标"
    return f"完成{whole}的{formats.rate(line.completion)}"


def _gap(line: IndicatorLine) -> str:
    gap = line.completion.pace_gap
    if gap is None:
        return ""
    if not round_half_up(gap * 100, 1):
        return "与时间进度持平"
    if gap < 0:
        return f"落后时间进度{formats.points_behind(gap)}个百分点"
    return f"快于时间进度{formats.points_behind(-gap)}个百分点"


def _holding(page: CompletionPage, whose: str) -> str:
    """How many projects there are, with their total investment as far as it is known."""
    holding = page.holding
    if not holding.count:
        return ""
    level = f"{formats.list_name(page.scope.level)}项目" if page.scope.level else "在库项目"
    money = f"，总投资{formats.yi(holding.investment)}亿元" if holding.investment is not None else ""
    unpriced = f"（{holding.unpriced}个未公布总投资，未计入）" if money and holding.unpriced else ""
    return f"{whose}共有{level}{holding.count}个{money}{unpriced}。"


def _pace(lines: Sequence[IndicatorLine]) -> str:
    """Which indicators keep up with the time that has passed, and which fall behind; one alone has said so already."""
    rated = [line for line in lines if line.completion.pace_gap is not None]
    if len(rated) < 2:
        return ""
    behind = [line for line in rated if round_half_up((line.completion.pace_gap or 0) * 100, 1) < 0]
    even = [line for line in rated if line not in behind]
    parts = [
        f"{_names(even)}跟上时间进度" if even else "",
        f"{_names(behind)}落后于时间进度" if behind else "",
    ]
    return f"对照时间进度，{'，'.join(filter(None, parts))}。"


def _names(lines: Iterable[IndicatorLine]) -> str:
    return "、".join(line.indicator.label for line in lines)


def _lights(lines: Sequence[IndicatorLine]) -> str:
    """Which indicators show a light, with what besides the pace makes it."""
    parts = []
    for light in (Light.RED, Light.YELLOW):
        lit = [line for line in lines if line.light == light]
        if lit:
            parts.append(f"{'、'.join(map(_with_reason, lit))}亮{light.label}")
    return _sentence(parts)


def _with_reason(line: IndicatorLine) -> str:
    why = line.why.replace(" ", "")
    return f"{line.indicator.label}（{why}）" if why else line.indicator.label


def _ranking(page: CompletionPage, lead: IndicatorLine, least: int) -> str:
    """The units at both ends of the ranking by the leading number. Signings on the page of a list have rows of all
    projects, which this page does not hold.
    """
    if page.scope.level and lead.indicator in SIGNING_LINES:
        return ""
    rows = [row for row in ranked(page.rows, by=lead.indicator, least=least) if row.rank is not None]
    shown = min(NAMED, len(rows) // 2)
    if not shown or rows[0].rank == rows[-1].rank:
        return ""
    first, last = "、".join(map(_placed, rows[:shown])), "、".join(map(_placed, rows[-shown:]))
    return f"从{lead.indicator.label}的完成率看，{first}居前，{last}居后。"


def _placed(row: RowLine) -> str:
    return f"{row.label}（{formats.rate(row.rate) if row.rate else ''}）"


def _waiting(page: CompletionPage) -> str:
    """The reports that are not in the sum; nothing where every one is, and where a news report states the sum."""
    coverage, published = page.coverage, page.line(Indicator.INVESTED).published
    if coverage is None or coverage.approved == coverage.expected or (published and not published.is_sealed):
        return ""
    parts = (
        (coverage.waiting, "待审核"),
        (coverage.returned, "已退回"),
        (coverage.missing, "未报"),
    )
    words = "、".join(f"{word}{number}个" for number, word in parts if number)
    return f"{coverage.month}月应报月报{coverage.expected}个，已审核{coverage.approved}个；{words}，均未计入完成投资。"

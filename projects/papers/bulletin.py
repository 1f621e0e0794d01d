"""What a bulletin says, for a Word template: texts whose every number is a field.

Of a sealed month all of it comes from the sealed text, and for what the text does not hold (late projects, problems,
what falls due next) from the register as it was known at the moment of the seal; else from the register as it was
known at some moment. So the same seal, or the same moment, gives the same words for ever.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from projects.figures.attention import attention
from projects.figures.open_milestones import DueMilestone, OpenProblem
from projects.figures.scope import Scope
from projects.models import Bulletin, Organisation, Project
from projects.models.reach import DISTRICT
from projects.papers.fields import Fields, plain
from projects.rules import bulletin, periods
from projects.rules.bulletin import Printed, PrintedLine, PrintedUnit
from projects.templatetags import formats
from projects.vocabulary import MONEY_INDICATORS, Light, Unit

MOST_LISTED = 20
"""Late projects, problems and milestones of the next month that a bulletin names, of each."""
ALL = "all"
LISTS = ("late", "problems", "ahead")


@dataclass(frozen=True, slots=True)
class BulletinPaper:
    """`data`: what a template may name. `fields`: every number in it by key, as printed.

    `origin`: what the numbers come from, in the words that a document keeps of it; `known_at`: the moment of that.
    """

    title: str
    origin: dict[str, str]
    known_at: datetime
    data: dict[str, Any]
    fields: dict[str, str]


def part_of(units: Iterable[int] | None) -> str:
    """The part of a bulletin that a paper is made of, in a word that the paper keeps; None: the whole district."""
    return ALL if units is None else " ".join(map(str, sorted(units)))


def sealed_paper(found: Bulletin, part: str) -> BulletinPaper | None:
    """The paper of a sealed month; None where its text cannot be read.

    `part`: `all` for the whole district, else the numbers of the units that it is narrowed to. The lists of projects
    are of the whole district and so for its readers only.
    """
    assert found.sealed_at is not None
    printed = bulletin.read(found.content)
    if printed is None:
        return None
    before = _before(found.as_of, found.level, found.organisation, found.sealed_at)
    if part != ALL:
        units = {int(unit) for unit in part.split() if unit.isdecimal()}
        printed = printed.narrowed_to(units)
        before = before.narrowed_to(units) if before else None
    fields = Fields()
    lists = _lists(_scope(found), printed, fields) if part == ALL else {name: [] for name in LISTS}
    data = _data(printed, before, _basis(found, fields), fields) | lists
    origin = {"hp_seal": found.digest, "hp_part": part}
    return BulletinPaper(found.title, origin, found.sealed_at, data, fields.values)


def ledger_paper(printed: Printed, scope: Scope) -> BulletinPaper:
    """The paper of the register as it was known at the moment of the scope, of which `printed` are the numbers."""
    assert scope.known_at is not None
    before = _before(scope.as_of, scope.level, scope.organisation, scope.known_at)
    fields = Fields()
    known = timezone.localtime(scope.known_at)
    basis = f"按台账计算，只用{fields('known', f'{known:%Y年%-m月%-d日%H:%M}')}前录入的内容"
    data = _data(printed, before, basis, fields) | _lists(scope, printed, fields)
    origin = {
        "hp_day": scope.as_of.isoformat(),
        "hp_known": scope.known_at.isoformat(),
        "hp_level": scope.level or ALL,
        "hp_unit": str(scope.organisation.pk) if scope.organisation else ALL,
    }
    return BulletinPaper(printed.title, origin, scope.known_at, data, fields.values)


def _data(printed: Printed, before: Printed | None, basis: str, fields: Fields) -> dict[str, Any]:
    words = _Words(printed, fields)
    return {
        "title": f"关于{plain(printed.title)}的通报",
        "as_of": fields("as_of", formats.day(printed.day)),
        "basis": basis,
        "ranked_by": printed.ranked_label,
        "ranked_unit": "亿元" if printed.ranked_by in MONEY_INDICATORS else "个",
        "since": f"，变动比{before.title[: before.title.index('月') + 1]}" if before else "",
        "summary": words.summary(),
        "indicators": [words.row(line, "t") for line in printed.indicators],
        "units": [words.unit(unit, before) for unit in printed.units],
        "lights": list(words.lights()),
    }


def _before(as_of: date, level: str, organisation: Organisation | None, known_at: datetime) -> Printed | None:
    """The seal before of the same list and unit, as it was there at the moment."""
    seals = Bulletin.objects.seal_before(as_of, level=level, organisation=organisation, known_at=known_at)
    unit = organisation.pk if organisation else None
    seal = next((seal for seal in seals if seal.organisation_id == unit), None)
    return bulletin.read(seal.content) if seal else None


def _basis(found: Bulletin, fields: Fields) -> str:
    assert found.sealed_at is not None
    sealed = timezone.localtime(found.sealed_at).date()
    return f"{fields('sealed', formats.day(sealed))}封存，摘要{fields('digest', found.short_digest)}"


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one sealed month."""

    printed: Printed
    fields: Fields

    def summary(self) -> list[str]:
        """Paragraphs; a sentence without data is left out."""
        known = [words for line in self.printed.indicators if (words := self._clause(line, "t"))]
        scope = self.printed.scope.replace(" ", "")
        to_date = self.fields("span", periods.year_to_date(self.printed.day))
        lines = [self._counts(), f"{to_date}，{scope}{known[0]}。" if known else ""]
        lines += [f"{'；'.join(known[1:])}。" if known[1:] else "", self._coverage()]
        return [words for words in lines if words]

    def _clause(self, line: PrintedLine, key: str) -> str:
        """完成投资629.0亿元，完成年度目标的97.2%，快于时间进度13.8个百分点."""
        row = self.row(line, key)
        unit = "亿元" if line.unit == Unit.YUAN else "个"
        if line.actual is None:
            pending = "（部分日期只知道大概，待定）"
            return f"{line.label}{row['actual']}{unit}{pending}" if line.certain is not None else ""
        whole = "各项目计划合计" if line.target_words == "项目计划合计" else "年度目标"
        rate = f"完成{whole}的{row['rate']}" if line.completion is not None else ""
        return "，".join(filter(None, (f"{line.label}{row['actual']}{unit}", rate, self._gap(line, key))))

    def _gap(self, line: PrintedLine, key: str) -> str:
        if not line.pace_words:
            return ""
        points = line.pace_words.lstrip("+−-")
        if not points.strip("0."):
            return "与时间进度持平"
        which = "快于" if line.pace_words.startswith("+") else "落后"
        return f"{which}时间进度{self.fields(f'{key}_{line.code}_p', points)}个百分点"

    def _counts(self) -> str:
        counts = self.printed.counts
        if counts is None or not counts.projects:
            return ""
        number = self.fields("t_n", str(counts.projects))
        money = self.fields("t_total", formats.yi(counts.total_investment))
        unpriced = self.fields("t_unpriced", str(counts.unpriced)) if money and counts.unpriced else ""
        scope = self.printed.scope.replace(" ", "")
        return (
            f"{scope}共{number}个"
            + (f"，总投资{money}亿元" if money else "")
            + (f"（{unpriced}个未公布总投资，未计入）" if unpriced else "")
            + "。"
        )

    def _coverage(self) -> str:
        coverage = self.printed.coverage
        if coverage is None or not coverage.uncounted:
            return ""
        parts = (("待审核", coverage.waiting), ("已退回", coverage.returned), ("未报", coverage.missing))
        left = "、".join(
            f"{word}{self.fields(f't_c{place}', str(number))}个"
            for place, (word, number) in enumerate(parts)
            if number
        )
        expected = self.fields("t_expected", str(coverage.expected))
        approved = self.fields("t_approved", str(coverage.approved))
        month = self.fields("t_month", str(coverage.month))
        return f"{month}月应报月报{expected}个，已审核{approved}个；{left}，均未计入完成投资。"

    def row(self, line: PrintedLine, key: str) -> dict[str, str]:
        """The cells of an indicator; money in 亿元, unknown numbers as the seal words them."""
        is_money, own = line.unit == Unit.YUAN, f"{key}_{line.code}"
        actual = formats.amount(line.actual, is_money) if line.actual is not None else line.absent
        target = formats.amount(line.target, is_money) if line.target is not None else line.target_words
        return {
            "label": line.label,
            "unit": "亿元" if is_money else "个",
            "actual": self.fields(f"{own}_a", plain(actual)),
            "target": self.fields(f"{own}_t", plain(target)),
            "rate": self.fields(f"{own}_r", line.completion_words),
            "gap": self.fields(f"{own}_g", line.pace_words),
            "light": line.light_words,
        }

    def unit(self, unit: PrintedUnit, before: Printed | None) -> dict[str, str]:
        """A row of the ranking, by the indicator that the seal ranks by."""
        key = f"u{unit.organisation}" + ("o" if unit.own else "")
        line = next(line for line in unit.indicators if line.code == self.printed.ranked_by)
        last = before.row(unit.organisation) if before and not unit.own else None
        return {
            **self.row(line, key),
            "label": plain(unit.label),
            "rank": self.fields(f"{key}_k", str(unit.rank or "")) or "—",
            "projects": self.fields(f"{key}_n", str(unit.projects)),
            "moved": self.fields(f"{key}_m", _moved(unit.rank, last.rank if last else None)),
        }

    def lights(self) -> Iterator[str]:
        """A sentence for the whole and for each unit with a red or yellow light, the red first."""
        rows = [("t", self.printed.scope.replace(" ", ""), self.printed.indicators)]
        rows += [
            (f"u{unit.organisation}", plain(unit.label), unit.indicators)
            for unit in self.printed.units
            if not unit.own
        ]
        for key, label, lines in rows:
            lit = [
                self._lit(line, key)
                for light in (Light.RED, Light.YELLOW)
                for line in lines
                if line.light == light
            ]
            if lit:
                yield f"{label}：{'；'.join(lit)}。"

    def _lit(self, line: PrintedLine, key: str) -> str:
        gap = self._gap(line, key)
        why = self.fields(f"{key}_{line.code}_w", plain(line.light_reason.replace(" ", "")))
        reasons = "，".join(filter(None, (gap, why)))
        return f"{line.label}亮{line.light_words}" + (f"（{reasons}）" if reasons else "")


def _moved(rank: int | None, before: int | None) -> str:
    if rank is None or before is None:
        return ""
    if rank == before:
        return "持平"
    return f"升{before - rank}" if rank < before else f"降{rank - before}"


def _scope(found: Bulletin) -> Scope:
    """What a seal was of, as known when it was made."""
    return Scope(
        Project.objects.all(),
        found.year,
        found.as_of,
        found.level,
        found.organisation,
        found.sealed_at,
        Organisation.objects.all(),
        reach=DISTRICT,
    )


def _lists(scope: Scope, printed: Printed, fields: Fields) -> dict[str, list[str]]:
    """Late projects, problems and the milestones of the next month, as known at the moment."""
    told = attention(scope, most=MOST_LISTED)
    names = {unit.organisation: unit.label for unit in printed.units if not unit.own}
    month = periods.month_end(scope.as_of + timedelta(days=1))
    soon = [due for due in told.ahead if 0 < due.days_to_go <= (month - scope.as_of).days]
    return {
        "late": [_late(due, place, names, fields) for place, due in enumerate(told.late, start=1)],
        "problems": [
            _problem(problem, place, names, fields) for place, problem in enumerate(told.problems, start=1)
        ],
        "ahead": [_ahead(due, place, names, fields) for place, due in enumerate(soon, start=1)],
    }


def _named(project: Any, names: dict[int, str]) -> str:
    unit = project.organisation
    label = names.get(unit.pk, str(unit)) if unit else "未明确单位"
    return f"{plain(project.name)}（{plain(label)}）"


def _late(due: DueMilestone, place: int, names: dict[int, str], fields: Fields) -> str:
    days = f"晚{fields(f'l{place}_d', str(due.days_late))}天"
    reason = plain(due.reason) or "未说明原因"
    planned = fields(f"l{place}_p", due.planned)
    late = "来源后无消息" if due.is_unheard else f"{days}，{reason}"
    return f"{place}. {_named(due.project, names)}：计划{planned}{due.stage.label}，{late}。"


def _problem(problem: OpenProblem, place: int, names: dict[int, str], fields: Fields) -> str:
    due = f"期限{fields(f'q{place}_p', _day(problem.due_on))}" if problem.due_on else "期限未定"
    late = f"，逾期{fields(f'q{place}_d', str(problem.days_late))}天" if problem.days_late else ""
    unit = problem.organisation
    who = f"责任{plain(names.get(unit.pk, str(unit)))}，" if unit else ""
    return f"{place}. {_named(problem.project, names)}：{plain(problem.text)}（{problem.kind}；{who}{due}{late}）。"


def _ahead(due: DueMilestone, place: int, names: dict[int, str], fields: Fields) -> str:
    return f"{place}. {_named(due.project, names)}：{fields(f'n{place}_p', due.planned)}{due.stage.label}。"


def _day(on: date) -> str:
    return formats.day(on)

"""The numbers of a month in words: sentences and cells for the bulletin and the slides, every number a field."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from projects.papers.fields import Fields, plain
from projects.rules import periods
from projects.rules.bulletin import Printed, PrintedLine, PrintedUnit
from projects.templatetags import formats
from projects.vocabulary import Light, Unit


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the numbers of a scope, each number a field."""

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
            "time": self.fields(f"{own}_y", line.time_words),
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
            if lit := self.lit(lines, key):
                yield f"{label}：{'；'.join(lit)}。"

    def lit(self, lines: Iterable[PrintedLine], key: str) -> list[str]:
        """What each red or yellow light is lit for, the red first."""
        known = list(lines)
        return [
            self._lit(line, key)
            for light in (Light.RED, Light.YELLOW)
            for line in known
            if line.light == light
        ]

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

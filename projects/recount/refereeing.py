"""The referee: asks product and recount the same questions, and names each difference."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction

from django.utils import timezone

from projects.vocabulary import Level

from .comparing import Product
from .counting import Basis, CountedDay, Values
from .lists import lists, moved, opened, registered
from .pages import indicators, page
from .questions import Questions
from .sealing import sealed_page
from .tables import Snapshot, seals, snapshot

LEVELS = ("", *(level.value for level in Level))
NOT_THERE = "没有这一项"
SHOWN = 5
"""Names told of each side of a list that differs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A number of the product that the recount does not find; `where`: its scope, day and basis."""

    kind: str
    where: str
    figure: str
    product: object
    recount: object

    def __str__(self) -> str:
        found = f"{self.where}：{self.figure}："
        if isinstance(self.product, tuple) and isinstance(self.recount, tuple):
            more, less = (
                (Counter(self.product) - Counter(self.recount)),
                Counter(self.recount) - Counter(self.product),
            )
            return f"{found}系统多出 {_names(more)}，系统缺少 {_names(less)}"
        return f"{found}系统 {_worded(self.product)}，重算 {_worded(self.recount)}"


@dataclass(slots=True)
class Comparison:
    """How many numbers were compared, by kind, and which of them differ."""

    compared: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def differing(self) -> Counter[str]:
        return Counter(difference.kind for difference in self.differences)

    def compare(self, where: str, product: Values, recount: Values) -> None:
        for kind, figure in sorted(product.keys() | recount.keys()):
            ours, theirs = product.get((kind, figure), NOT_THERE), recount.get((kind, figure), NOT_THERE)
            self.compared[kind] += 1
            if ours != theirs:
                self.differences.append(Difference(kind, where, figure, ours, theirs))


def compare_days(questions: Questions, comparison: Comparison) -> Iterator[str]:
    """Ask everything as of every day; yields a line of words when a day is done."""
    product, tree = Product(), snapshot(None).tree
    may_ask = {unit: tree.below(unit) for unit in questions.readers}
    for moment in questions.moments:
        register = snapshot(moment)
        readable = {unit: readable_by(unit) for unit in questions.readers}
        before: CountedDay | None = None
        for day in questions.days:
            at = CountedDay(register, day, readable)
            for asked in _asked(questions, at, may_ask):
                compare_scope(product, at, asked, comparison)
            if before is not None:
                for level in LEVELS:
                    compare_moves(product, before, at, Basis(day, level), comparison)
            if moment is None:
                compare_kept(product, at, comparison)
            before = at
            yield f"截至 {day}，{_moment_words(moment)}：{_readers(questions, register)}"


def compare_seals(comparison: Comparison) -> Iterator[str]:
    """Every sealed month against the recount at its basis; yields its title when it is done."""
    for seal in seals():
        comparison.compare(f"《{seal.title}》", *sealed_page(seal))
        yield f"《{seal.title}》"


def readable_by(unit: int) -> set[int]:
    """The projects that the unit or one below it answers for, has answered for or helps with, as the register stands
    now. Which of them count on a day, `CountedDay` decides.
    """
    now = snapshot(None)
    days = [date.fromisoformat(until) for each in now.tree.rows.values() for _, until in each.former_parents]
    below = now.tree.below(unit)
    for day in days:
        below |= now.tree.on(date.fromordinal(day.toordinal() - 1)).below(unit)
    found = set()
    for project in now.projects.values():
        helpers = {helper.organisation_id for helper in now.helpers.get(project.id, [])}
        answering = {project.organisation_id, *(former for former, _ in project.former_units)}
        if answering & below or helpers & below:
            found.add(project.id)
    return found


def _asked(questions: Questions, at: CountedDay, may_ask: Mapping[int, set[int]]) -> Iterator[Basis]:
    """`may_ask`: by unit of a reader the units that it may ask about, which are those below it today."""
    for level in LEVELS:
        for unit in questions.units:
            yield Basis(at.day, level, unit)
        for reader in questions.readers:
            for unit in sorted(may_ask[reader]):
                yield Basis(at.day, level, unit, reader)


def compare_scope(product: Product, at: CountedDay, asked: Basis, comparison: Comparison) -> None:
    where = _where(at.register, asked)
    values, shown = product.page(asked, at.register.moment)
    comparison.compare(where, values, page(at, asked))
    comparison.compare(where, product.lists(shown), lists(at, asked))
    if asked.unit is None or asked.unit == asked.reader:
        for indicator in indicators(asked):
            comparison.compare(where, product.opened(shown, indicator), opened(at, asked, indicator))
        if at.register.moment is None:
            comparison.compare(where, product.registered(asked), registered(at, asked))


def compare_kept(product: Product, at: CountedDay, comparison: Comparison) -> None:
    """Of the district: what the product keeps and brings up to date, beside what it counts."""
    for level in LEVELS:
        asked = Basis(at.day, level)
        if found := product.kept(asked):
            comparison.compare(_where(at.register, asked), *found)


def compare_moves(
    product: Product, then: CountedDay, now: CountedDay, asked: Basis, comparison: Comparison
) -> None:
    """The projects behind every change between two days; `asked` is of the later one."""
    sides = [product.page(replace(asked, day=at.day), at.register.moment)[1] for at in (then, now)]
    for indicator in indicators(asked):
        found = product.moved(sides[0], sides[1], indicator)
        comparison.compare(_where(now.register, asked), found, moved(then, now, asked, indicator))


def _where(register: Snapshot, asked: Basis) -> str:
    unit = "全区" if asked.unit is None else register.tree.rows[asked.unit].shown
    level = Level(asked.level).label if asked.level else "全部项目"
    reader = "领导" if asked.reader is None else f"{register.tree.rows[asked.reader].shown}经办"
    return f"{unit} {level} 截至 {asked.day} {_moment_words(register.moment)} {reader}"


def _readers(questions: Questions, register: Snapshot) -> str:
    return "、".join(["领导", *(f"{register.tree.rows[unit].shown}经办" for unit in questions.readers)])


def _moment_words(moment: datetime | None) -> str:
    return "现在所知" if moment is None else f"{timezone.localtime(moment):%Y-%m-%d %H:%M} 所知"


def _worded(value: object) -> str:
    if value is None:
        return "未知"
    if isinstance(value, Fraction):
        return f"{value}（{float(value):.4f}）"
    return str(value)


def _names(names: Counter[object]) -> str:
    shown = [str(name) for name in list(names.elements())[:SHOWN]]
    rest = names.total() - len(shown)
    return ("、".join(shown) or "无") + (f" 等 {names.total()} 项" if rest else "")

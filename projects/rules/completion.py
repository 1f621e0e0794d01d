"""Completion rates: the share of a target that is done, and the share that was due. Values are exact;
`round_half_up` rounds once, when a number is shown.

An unknown number is None and is never counted as 0. A number known within bounds has no rate, only a range of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

type Amount = int | Decimal

PLANS_NEEDED, AMOUNTS_NEEDED = Fraction(9, 10), Fraction(1)
"""The share of the projects of a scope that must have a plan of their own before the sum of these plans stands for a
target that nobody set: a plan of the stage, or a planned investment. Without it the target is unknown. The amounts
have no slack, since a single large project that is missing would raise the rate of all."""

LEAST_RANKED = 3
"""Units with fewer projects are listed and not ranked: one project would decide."""


def is_target(plans: int, projects: int, needed: Fraction) -> bool:
    """Whether the sum of so many plans stands for the target of so many projects."""
    return plans > 0 and plans >= projects * needed


@dataclass(frozen=True, slots=True)
class Completion:
    """An actual amount and its target, in the same unit (yuan or projects)."""

    actual: Amount | None
    target: Amount | None
    time_share: Fraction
    """How much of the target is due by now, 0 to 1."""
    possible: Amount | None = None
    """The most that `actual` may be, where it is known within bounds only: then `actual` is what is certain."""

    @property
    def is_pending(self) -> bool:
        """待定: the two ends of the actual amount differ, so that they give different rates."""
        return self.possible is not None and self.possible != self.actual

    @property
    def ends(self) -> "tuple[Completion, ...]":
        """This completion, or one for each end of a pending one."""
        certain = replace(self, possible=None)
        return (certain, replace(certain, actual=self.possible)) if self.is_pending else (certain,)

    @property
    def share(self) -> Fraction | None:
        """完成率: actual ÷ target, may exceed 1; None when either is unknown, the target is 0, or it is pending."""
        if self.actual is None or not self.target or self.is_pending:
            return None
        return Fraction(self.actual) / Fraction(self.target)

    @property
    def shares(self) -> "Rates | None":
        """The lowest and the highest rate; equal unless pending, None where there is no rate."""
        lowest, highest = self.lowest, self.highest
        return None if lowest is None or highest is None else (lowest, highest)

    @property
    def lowest(self) -> Fraction | None:
        """The rate of what is certain."""
        return self.ends[0].share

    @property
    def highest(self) -> Fraction | None:
        """The rate of all that is possible."""
        return self.ends[-1].share

    @property
    def pace_gap(self) -> Fraction | None:
        """较序时: share − time share, from unrounded values; 0.138 is 13.8 points ahead."""
        return None if self.share is None else self.share - self.time_share

    @property
    def due(self) -> Fraction | None:
        """The amount due by now, in the unit of the target."""
        return None if self.target is None else Fraction(self.target) * self.time_share

    @property
    def share_of_due(self) -> Fraction | None:
        """actual ÷ due; None when either is unknown or nothing is due yet."""
        if self.actual is None or not self.due or self.is_pending:
            return None
        return Fraction(self.actual) / self.due


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of known amounts and their number; `value` is None when no amount is known."""

    value: Amount | None
    known: int
    missing: int


def add(values: Iterable[Amount | None]) -> Sum:
    everything = list(values)
    known = [value for value in everything if value is not None]
    return Sum(_sum(known) if known else None, len(known), len(everything) - len(known))


def _sum(values: Sequence[Amount]) -> Amount:
    """Exact sum (Decimal's own `+` keeps only 28 digits); whole numbers stay int."""
    if all(isinstance(value, int) for value in values):
        return sum(value for value in values if isinstance(value, int))
    places = max(-int(Decimal(value).as_tuple().exponent) for value in values)
    return round_half_up(sum(map(Fraction, values), Fraction(0)), max(places, 0))


def time_share(
    months_passed: int,
    due_month: int = 12,
    curve: Sequence[Amount] | None = None,
    target: Amount | None = None,
) -> Fraction:
    """序时进度, 0 to 1: months passed ÷ the month in which the whole target is due.

    With a `curve` of twelve cumulative amounts: the amount of the last month passed ÷ the curve's end, or
    ÷ `target` when the curve is given in amounts. A curve that ends at 0 is ignored.
    Raises ValueError for a due month outside 1–12 or a curve of another length.
    """
    if not 1 <= due_month <= 12:
        raise ValueError(f"due month {due_month} is not 1 to 12")
    if curve is not None and len(curve) != 12:
        raise ValueError(f"a curve has 12 months, not {len(curve)}")
    if months_passed <= 0:
        return Fraction(0)
    if curve is not None and (whole := target or curve[-1]):
        return min(Fraction(1), Fraction(curve[min(months_passed, 12) - 1]) / Fraction(whole))
    return min(Fraction(1), Fraction(months_passed, due_month))


def round_half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """Round to `places` decimals, half away from zero; exact in every decimal context."""
    scaled = abs(Fraction(value)) * 10**places
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(f"{digits if value >= 0 else -digits}E{-places}")


type Rates = tuple[Fraction, Fraction]
"""The lowest and the highest rate that there may be; equal where it is known exactly."""


def ranks(rates: Sequence[Rates]) -> list[int | None]:
    """The rank of each rate, 1 for the highest; equal rates share one. None (待定) where the bounds leave it open."""
    found: list[int | None] = []
    for lowest, highest in rates:
        best = 1 + sum(low > highest for low, _ in rates)
        worst = 1 + sum(high > lowest for _, high in rates) - (highest > lowest)
        found.append(best if best == worst else None)
    return found


def difference[Number: (int, Decimal)](published: Number | None, computed: Number | None) -> Number | None:
    """Published minus computed number, for display; None when either is unknown."""
    return None if published is None or computed is None else published - computed

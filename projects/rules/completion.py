"""How much of a target is done, and how much of it was due. Exact until `round_half_up`, which rounds once.

A number that nobody reported is None, and None is never counted as 0.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

type Amount = int | Decimal


@dataclass(frozen=True, slots=True)
class Completion:
    """An amount done against the amount wanted, both in the same unit (yuan, or projects)."""

    actual: Amount | None
    target: Amount | None
    time_share: Fraction
    """How much of the target is due by now, 0 to 1."""

    @property
    def share(self) -> Fraction | None:
        """完成率: actual ÷ target, may exceed 1; None when either is unknown or the target is 0."""
        if self.actual is None or not self.target:
            return None
        return Fraction(self.actual) / Fraction(self.target)

    @property
    def pace_gap(self) -> Fraction | None:
        """较序时: share − time share, from unrounded values; 0.138 is 13.8 points ahead."""
        return None if self.share is None else self.share - self.time_share

    @property
    def due(self) -> Fraction | None:
        """What should be done by now, in the unit of the target."""
        return None if self.target is None else Fraction(self.target) * self.time_share

    @property
    def share_of_due(self) -> Fraction | None:
        """actual ÷ due; None when either is unknown or nothing is due yet."""
        if self.actual is None or not self.due:
            return None
        return Fraction(self.actual) / self.due


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of what is known, and of how many; `value` is None when nothing is."""

    value: Amount | None
    known: int
    missing: int


def add(values: Iterable[Amount | None]) -> Sum:
    everything = list(values)
    known = [value for value in everything if value is not None]
    return Sum(_sum(known) if known else None, len(known), len(everything) - len(known))


def _sum(values: Sequence[Amount]) -> Amount:
    """Exact, where Decimal's own `+` keeps 28 digits only; whole numbers stay int."""
    if all(isinstance(value, int) for value in values):
        return sum(value for value in values if isinstance(value, int))
    places = max(-int(Decimal(value).as_tuple().exponent) for value in values)
    return round_half_up(sum(map(Fraction, values), Fraction(0)), max(places, 0))


def total(parts: Iterable[Completion]) -> Completion | None:
    """The subtotal Σactual ÷ Σtarget, never a mean of rates; None without parts.

    Actuals: the sum of the known ones; say beside it how many are missing (`add`).
    Targets: unknown as soon as one is, because a target that is too small would flatter the rate.
    Where parts are due at different paces, the time share is Σdue ÷ Σtarget.
    """
    rows = list(parts)
    if not rows:
        return None
    targets = add(row.target for row in rows)
    target = None if targets.missing else targets.value
    return Completion(add(row.actual for row in rows).value, target, _common_time_share(rows))


def _common_time_share(rows: Sequence[Completion]) -> Fraction:
    shares = {row.time_share for row in rows}
    weight = sum((Fraction(row.target) for row in rows if row.target), Fraction(0))
    if len(shares) == 1 or not weight:
        # Without any target there is no rate to compare: the strictest pace keeps the field filled.
        return max(shares)
    return sum((row.due for row in rows if row.due), Fraction(0)) / weight


def time_share(
    months_passed: int,
    due_month: int = 12,
    curve: Sequence[Amount] | None = None,
    target: Amount | None = None,
) -> Fraction:
    """序时进度, 0 to 1: months passed ÷ the month in which the whole target is due.

    With a `curve` of twelve cumulative amounts: the amount of the last month passed ÷ the curve's end, or
    ÷ `target` where the curve is to be read in amounts. A curve that ends at 0 says nothing: passed over.
    Raises ValueError for a due month outside 1–12 or a curve of another length: a fault of the caller.
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
    """Rounded to `places` decimals, a half away from zero; exact, whatever the decimal context."""
    scaled = abs(Fraction(value)) * 10**places
    digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(f"{digits if value >= 0 else -digits}E{-places}")


def started_reconciliation(due: int, overdue: int, early: int) -> int:
    """New starts, from what was due by now: due − overdue + early = started."""
    return due - overdue + early


def difference[Number: (int, Decimal)](published: Number | None, computed: Number | None) -> Number | None:
    """Published minus computed, shown and never mended; None when either is unknown."""
    return None if published is None or computed is None else published - computed

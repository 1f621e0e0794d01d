"""The months of one project's year as bars: yuan in, positions in per cent of the drawing out.

`figures.project_money` hands in the months, `templates/projects/project.html` prints what comes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from projects.rules.completion import round_half_up

MONTHS = 12
TOP, BOTTOM = 24, 80
"""Where the highest bar and the lowest line stand: amounts are written above, months below."""
STEP = Fraction(100, MONTHS)
BAR = Fraction(3, 4)
"""How much of its place a bar takes."""


@dataclass(frozen=True, slots=True)
class MonthAmount:
    """One month that has ended; yuan. `amount` None with `is_reported`: nothing new; without: nobody has reported."""

    number: int
    amount: int | None
    is_reported: bool


@dataclass(frozen=True, slots=True)
class MonthBar:
    """Where one month stands, in per cent; `is_told`: its amount is written above."""

    number: int
    amount: int | None
    x: str
    middle: str
    y: str
    height: str
    is_missing: bool
    is_told: bool

    @property
    def is_named(self) -> bool:
        """Whether the month's number is written below: each third one has room."""
        return self.number % 3 == 1


@dataclass(frozen=True, slots=True)
class MonthBars:
    """`pace`: what each month left has to bring for the plan, `pace_y` its line; None where that is unknown."""

    bars: tuple[MonthBar, ...]
    width: str
    pace: Fraction | None
    pace_y: str


def month_bars(months: Sequence[MonthAmount], pace: Fraction | None) -> MonthBars | None:
    """None where no month has an amount."""
    amounts = [month.amount for month in months if month.amount is not None]
    highest = max([*amounts, pace or 0], default=0)
    if not amounts or not highest:
        return None
    last = max(month.number for month in months if month.amount is not None)
    told = {last, next(month.number for month in months if month.amount == max(amounts))}

    def drawn(month: MonthAmount) -> MonthBar:
        x = STEP * (month.number - 1)
        is_missing = not month.is_reported
        share = Fraction(1, 2) if is_missing else Fraction(month.amount or 0) / Fraction(highest)
        return MonthBar(
            number=month.number,
            amount=month.amount,
            x=_percent(x),
            middle=_percent(x + STEP * BAR / 2),
            y=_percent(_height(share)),
            height=_percent(BOTTOM - _height(share)),
            is_missing=is_missing,
            is_told=month.number in told,
        )

    return MonthBars(
        bars=tuple(map(drawn, months)),
        width=_percent(STEP * BAR),
        pace=pace,
        pace_y="" if pace is None else _percent(_height(pace / Fraction(highest))),
    )


def _height(share: Fraction) -> Fraction:
    return BOTTOM - share * (BOTTOM - TOP)


def _percent(number: Fraction) -> str:
    return f"{round_half_up(number, 2):f}"

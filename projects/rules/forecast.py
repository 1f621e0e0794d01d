"""Ranges of what is to come, and whether such ranges have kept their word. Nothing here is drawn by chance.

A count to come is the sum of independent yes-or-no events of different chances (Poisson binomial), computed by exact
convolution. An amount to come is the sum of independent amounts, of which mean, variance and third moment are known;
its quantiles follow by the expansion of Cornish and Fisher (1938), Revue de l'Institut International de Statistique 5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import sqrt

HALF, MOST = 0.5, 0.8
"""The shares of outcomes that the two ranges hold."""

NORMAL_HALF, NORMAL_MOST = 0.6744897501960817, 1.2815515655446004
"""How many standard deviations around the mean hold these shares of a normal distribution."""

ROUNDING = 1e-12

ERRORS = ((1 / 6, -sqrt(3)), (2 / 3, 0.0), (1 / 6, sqrt(3)))
"""Three points that stand for a normal distribution (Gauss and Hermite): weight, and standard errors off the mean."""

LEAST_CASES = 12
"""Past forecasts of the same lead that are needed before any is shown."""

LEAST_KEPT, MOST_KEPT = Fraction(7, 10), Fraction(9, 10)
"""The share of past outcomes that must lie in the range for eight of ten: fewer, and it promises too much; more, and
it says too little."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What a number may come to, in projects or yuan: the middle, and the ranges for five and eight of ten."""

    middle: int
    half: tuple[int, int]
    most: tuple[int, int]

    def holds(self, outcome: int) -> bool:
        """Whether the wider range holds it."""
        return self.most[0] <= outcome <= self.most[1]


def count_spread(reached: int, views: Sequence[tuple[float, Sequence[float]]]) -> Spread:
    """So many are reached, and each chance is that of one more. A range is the narrowest that holds its share.

    `views`: the chances as one may see them, each with its weight; the weights add up to 1.
    """
    shares = [0.0] * (1 + max(len(chances) for _, chances in views))
    for weight, chances in views:
        for number, share in enumerate(_convolved(chances)):
            shares[number] += weight * share
    middle = next(number for number, total in enumerate(accumulate(shares)) if total >= 0.5 - ROUNDING)
    half, most = (_narrowest(shares, share) for share in (HALF, MOST))
    return Spread(reached + middle, *((reached + low, reached + high) for low, high in (half, most)))


def _convolved(chances: Iterable[float]) -> list[float]:
    """The chance of each number from 0 on."""
    shares = [1.0]
    for chance in chances:
        stays = [share * (1 - chance) for share in shares]
        comes = [share * chance for share in shares]
        shares = [none + one for none, one in zip([*stays, 0.0], [0.0, *comes], strict=True)]
    return shares


def _narrowest(shares: Sequence[float], wanted: float) -> tuple[int, int]:
    """From the likeliest number outwards, on the likelier side first, until the share is held."""
    low = high = max(range(len(shares)), key=lambda number: shares[number])
    held = shares[low]
    while held < wanted - ROUNDING and (low > 0 or high < len(shares) - 1):
        below = shares[low - 1] if low else -1.0
        above = shares[high + 1] if high < len(shares) - 1 else -1.0
        if above > below:
            high += 1
        else:
            low -= 1
        held += max(above, below)
    return low, high


def amount_spread(reached: int, mean: float, variance: float, third: float) -> Spread:
    """So many yuan are reached; what comes has this mean, variance and third central moment. Never below `reached`."""
    deviation = sqrt(max(variance, 0.0))
    skew = third / deviation**3 if deviation else 0.0

    def at(z: float) -> int:
        return reached + max(0, round(mean + deviation * (z + (z * z - 1) * skew / 6)))

    return Spread(at(0.0), *((at(-z), at(z)) for z in (NORMAL_HALF, NORMAL_MOST)))


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """How many past forecasts there were, and how many outcomes lay in the range for eight of ten."""

    cases: int
    kept: int

    @classmethod
    def of(cls, past: Sequence[tuple[Spread, int]]) -> "TrackRecord":
        return cls(len(past), sum(spread.holds(outcome) for spread, outcome in past))

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.kept, self.cases) if self.cases else None

    @property
    def is_long_enough(self) -> bool:
        return self.cases >= LEAST_CASES

    @property
    def is_kept(self) -> bool:
        """Whether the ranges have held what they claim, so that the next one may be shown."""
        return self.is_long_enough and LEAST_KEPT <= Fraction(self.kept, self.cases) <= MOST_KEPT

    @property
    def is_too_wide(self) -> bool:
        """Whether more outcomes lay in the range than it claims."""
        return self.kept > self.cases * MOST_KEPT

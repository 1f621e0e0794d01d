"""Kaplan–Meier: the share of cases that still wait after some time, where some cases are still open (right-censored).

Kaplan, E. L. and Meier, P. (1958), “Nonparametric estimation from incomplete observations”, Journal of the American
Statistical Association 53, 457–481; the variance is Greenwood's (1926). `tests/rules/test_survival.py` holds it to the
published values of the leukaemia trial of Freireich et al. (1963), Blood 21, 699–716, as printed in Kleinbaum and
Klein, “Survival Analysis: A Self-Learning Text”, chapter 2.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import sqrt

type Case = tuple[int, bool]
"""How long a case was watched, in whole days (or weeks), and whether it ended then; False: it was still open."""


@dataclass(frozen=True, slots=True)
class SurvivalStep:
    """At `time` days `ended` of `at_risk` cases ended; `survival` is the share that waits longer than that.

    `error` is the standard error of `survival`.
    """

    time: int
    at_risk: int
    ended: int
    survival: float
    error: float


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """The estimate from so many `cases`; between two steps the share stays as it is."""

    cases: int
    steps: tuple[SurvivalStep, ...]

    @property
    def ended(self) -> int:
        return sum(step.ended for step in self.steps)

    def survival(self, time: int) -> float:
        """The share of cases that wait longer than `time`."""
        place = bisect_right(self.steps, time, key=lambda step: step.time)
        return self.steps[place - 1].survival if place else 1.0

    @property
    def median(self) -> int | None:
        """After how long half of the cases have ended; None where fewer than half have."""
        return next((step.time for step in self.steps if step.survival <= 0.5), None)

    def shifted(self, errors: float) -> "SurvivalCurve":
        """The curve so many standard errors above the estimate, within 0 and 1 and never rising."""
        steps, below = [], 1.0
        for step in self.steps:
            below = min(below, max(0.0, step.survival + errors * step.error))
            steps.append(replace(step, survival=below))
        return SurvivalCurve(self.cases, tuple(steps))

    def ends_after(self, waited: int) -> list[tuple[int, float]] | None:
        """For a case that has waited so long: after how many more days it ends, with what chance each.

        None where every case on record had ended by then, so that nothing is known. The chances add up to less than
        1 where some cases were still open at the end of what is known.
        """
        left = self.survival(waited)
        if left <= 0:
            return None
        drops, before = [], left
        for step in self.steps:
            if step.time > waited:
                drops.append((step.time - waited, (before - step.survival) / left))
                before = step.survival
        return drops


def kaplan_meier(cases: Iterable[Case]) -> SurvivalCurve:
    """The curve of the cases; where one ends and another is lost on the same day, the lost one was still at risk."""
    watched, ended = Counter[int](), Counter[int]()
    for time, is_end in cases:
        watched[time] += 1
        ended[time] += is_end
    at_risk, survival, greenwood, steps = watched.total(), 1.0, 0.0, []
    for time in sorted(watched):
        if ends := ended[time]:
            survival *= (at_risk - ends) / at_risk
            greenwood += ends / (at_risk * (at_risk - ends)) if at_risk > ends else 0.0
            steps.append(SurvivalStep(time, at_risk, ends, survival, survival * sqrt(greenwood)))
        at_risk -= watched[time]
    return SurvivalCurve(watched.total(), tuple(steps))

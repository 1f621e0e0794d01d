"""How many projects will have reached a stage: from how long projects of the scope took from stage to stage.

A project that waits for a stage is judged by those that waited as long for their next one; what follows after that is
the sum of the usual times (convolution of the curves, day by day). Times that are not over yet count as still open.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise

from projects.figures.forecast.knowledge import Knowledge, StepFact
from projects.rules.forecast import ERRORS, Spread, count_spread
from projects.rules.lifecycle import CHAIN
from projects.rules.survival import Case, SurvivalCurve, kaplan_meier
from projects.vocabulary import Precision, Stage

LEAST_KNOWN = 20
"""Cases without which a curve says nothing."""

type Span = tuple[Stage, Stage]
"""The stage from which a time is counted, and the one that ends it."""


@dataclass(frozen=True, slots=True)
class StageOutlook:
    """The projects of a list by what is known of a stage.

    `views`: the chances of those that wait for it to reach it by the day asked for, by the curves as estimated and off
    by their errors, with weights. `stopped`: wait and stand still. `unknown`: wait, and nothing is known to judge them
    by. `thin`: spans with too few cases to judge by.
    """

    reached: int
    views: tuple[tuple[float, tuple[float, ...]], ...]
    stopped: int
    unknown: int
    thin: tuple[Span, ...]

    @property
    def spread(self) -> Spread | None:
        """None where too little is known."""
        return None if self.thin else count_spread(self.reached, self.views)


@cache
def way_to(stage: Stage) -> tuple[Stage, ...]:
    """The stages that lead to it, and itself. Production may begin before the acceptance: it does not wait for it."""
    if stage == Stage.ENTERED:
        return (*way_to(Stage.STARTED), Stage.ENTERED)
    before = CHAIN[1 : CHAIN.index(stage)]
    return (*(each for each in before if each != Stage.COMPLETED), stage)


@dataclass(frozen=True)
class StageModel:
    """The curves of what was known at a moment, by span."""

    known: Knowledge
    curves: Mapping[Span, SurvivalCurve]
    _shifted: dict[tuple[Span, float], SurvivalCurve] = field(default_factory=dict, repr=False)

    @classmethod
    def learned(cls, known: Knowledge, stages: Sequence[Stage]) -> "StageModel":
        cases: dict[Span, list[Case]] = defaultdict(list)
        spans = {
            project: {span for stage in stages for span in _spans(steps, stage)}
            for project, steps in known.steps.items()
        }
        for project, of_project in spans.items():
            for span in of_project:
                if case := _case(known, project, span):
                    cases[span].append(case)
        return cls(known, {span: kaplan_meier(found) for span, found in cases.items()})

    def outlook(self, stage: Stage, until: date) -> StageOutlook:
        """Of the projects on the list, on the way to a stage by a later day of the same year."""
        known = self.known
        listed = [(project, known.steps[project]) for project in sorted(known.listed)]
        reached = sum(is_reached_in_year(steps.get(stage), known.as_of) for _, steps in listed)
        waiting = [(project, steps) for project, steps in listed if _waits(steps, stage, known.as_of)]
        going = [steps for project, steps in waiting if project not in known.stopped]
        days = (until - known.as_of).days
        usual = _Waiting(self, stage, days)
        judged = [steps for steps in going if usual.chance(steps) is not None]
        return StageOutlook(
            reached=reached,
            views=tuple((weight, self._chances(judged, stage, days, errors)) for weight, errors in ERRORS),
            stopped=len(waiting) - len(going),
            unknown=len(going) - len(judged),
            thin=tuple(sorted(usual.thin)),
        )

    def _chances(
        self, judged: Sequence[Mapping[Stage, StepFact]], stage: Stage, days: int, errors: float
    ) -> tuple[float, ...]:
        """Where a shifted curve knows nothing of who waits for so long, nobody goes on."""
        waiting = _Waiting(self, stage, days, errors)
        return tuple(waiting.chance(steps) or 0.0 for steps in judged)

    def curve(self, span: Span, errors: float) -> SurvivalCurve | None:
        """The curve so many standard errors above its estimate; None where there are too few cases."""
        curve = self.curves.get(span)
        if curve is None or curve.cases < LEAST_KNOWN:
            return None
        if errors and (span, errors) not in self._shifted:
            self._shifted[span, errors] = curve.shifted(errors)
        return self._shifted.get((span, errors), curve)


def is_reached_in_year(step: StepFact | None, day: date) -> bool:
    """Whether the stage was reached for certain from January to the day."""
    if step is None or step.reached_on is None or step.skipped or step.precision == Precision.NOT_LATER:
        return False
    return date(day.year, 1, 1) <= step.reached_on <= day


def _waits(steps: Mapping[Stage, StepFact], stage: Stage, day: date) -> bool:
    """Whether the stage is still to come: not reached by the day, not skipped, and none that follows was reached."""
    step = steps.get(stage)
    if step is not None and (step.skipped or _is_reached(step, day)):
        return False
    if stage == Stage.ENTERED:
        return True
    later = CHAIN[CHAIN.index(stage) + 1 :]
    may_come_before = (Stage.IN_PRODUCTION, Stage.FULL_CAPACITY) if stage == Stage.COMPLETED else ()
    return not any(_is_reached(steps.get(each), day) for each in later if each not in may_come_before)


def _is_reached(step: StepFact | None, day: date) -> bool:
    return step is not None and step.reached_on is not None and step.reached_on <= day


def _spans(steps: Mapping[Stage, StepFact], stage: Stage) -> Iterator[Span]:
    """The spans of a project on its way to a stage, without the stages that it skips."""
    way = [each for each in way_to(stage) if not (each in steps and steps[each].skipped)]
    if way and way[-1] == stage:
        yield from pairwise(way)
        if stage == Stage.IN_PRODUCTION:
            yield (Stage.COMPLETED, stage)


def _case(known: Knowledge, project: int, span: Span) -> Case | None:
    """How long it took, or has taken so far; None where a day is missing, or the second came first."""
    steps, day = known.steps[project], known.as_of
    first, last = steps.get(span[0]), steps.get(span[1])
    if first is None or not first.is_dated or not _is_reached(first, day):
        return None
    assert first.reached_on is not None
    if last is not None and last.reached_on is not None and last.reached_on <= day:
        if not last.is_dated or last.reached_on < first.reached_on:
            return None
        return (last.reached_on - first.reached_on).days, True
    if not _waits(steps, span[1], day):
        return None  # a later stage was recorded, so the day of this one is unknown
    watched = (min(day, known.stopped.get(project, day)) - first.reached_on).days
    return (watched, False) if watched >= 0 else None


class _Waiting:
    """The chances of projects that wait for a stage, `days` ahead, by curves that are off by so many `errors`."""

    def __init__(self, model: StageModel, stage: Stage, days: int, errors: float = 0.0) -> None:
        self.model, self.stage, self.days, self.errors = model, stage, days, errors
        self.thin: set[Span] = set()
        self._totals: dict[tuple[Stage, ...], list[float]] = {}

    def chance(self, steps: Mapping[Stage, StepFact]) -> float | None:
        """None where no earlier stage is dated, or nothing on record took as long."""
        ahead = self._ahead(steps)
        start = steps[ahead[0]] if ahead else None
        if start is None or start.reached_on is None or not start.is_dated:
            return None
        curve = self._curve((ahead[0], ahead[1]))
        ends = curve.ends_after((self.model.known.as_of - start.reached_on).days) if curve else []
        if ends is None:
            return None
        onward = self._onward(tuple(ahead[1:]))
        return sum(share * onward[self.days - more] for more, share in ends if more <= self.days)

    def _ahead(self, steps: Mapping[Stage, StepFact]) -> list[Stage]:
        """From the furthest stage on the way that was reached to the one that is waited for; empty where none was."""
        day = self.model.known.as_of
        if self.stage == Stage.IN_PRODUCTION and _is_reached(steps.get(Stage.COMPLETED), day):
            return [Stage.COMPLETED, self.stage]
        way = [each for each in way_to(self.stage) if not (each in steps and steps[each].skipped)]
        places = [place for place, each in enumerate(way) if _is_reached(steps.get(each), day)]
        return way[places[-1] :] if places else []

    def _onward(self, way: tuple[Stage, ...]) -> list[float]:
        """The chance to come from the first stage to the last within 0, 1, 2 … days."""
        if way not in self._totals:
            self._totals[way] = self._convolved(way)
        return self._totals[way]

    def _convolved(self, way: tuple[Stage, ...]) -> list[float]:
        if len(way) == 1:
            return [1.0] * (self.days + 1)
        after, curve = self._onward(way[1:]), self._curve((way[0], way[1]))
        total = [0.0] * (self.days + 1)
        before = 1.0
        for step in curve.steps if curve else ():
            share, before = before - step.survival, step.survival
            for within in range(step.time, self.days + 1):
                total[within] += share * after[within - step.time]
        return total

    def _curve(self, span: Span) -> SurvivalCurve | None:
        curve = self.model.curve(span, self.errors)
        if curve is None:
            self.thin.add(span)
        return curve

"""The chance to reach a stage, from made-up knowledge whose answers can be found by hand."""

from datetime import date, timedelta

import pytest

from projects.figures.forecast.knowledge import Knowledge, StepFact
from projects.figures.forecast.stages import StageModel, way_to
from projects.vocabulary import Stage

DAY, YEAR_END = date(2024, 9, 30), date(2024, 12, 31)


def steps(**reached: int | None) -> dict[Stage, StepFact]:
    """Stages by name, with how many days before `DAY` each was reached; None: it is planned only."""
    return {
        Stage(name): StepFact(None if ago is None else DAY - timedelta(days=ago), "day", skipped=False)
        for name, ago in reached.items()
    }


def known(
    *listed: dict[Stage, StepFact], stopped: dict[int, date] | None = None, past: bool = True
) -> Knowledge:
    """The listed projects, beside thirty past ones: a third each took 50, 120 and 200 days from land to start."""
    took = [50, 120, 200] * 10 if past else []
    old = {1000 + n: steps(filed=930, land=900, started=900 - days) for n, days in enumerate(took)}
    return Knowledge(
        as_of=DAY,
        steps=dict(enumerate(listed)) | old,
        listed=frozenset(range(len(listed))),
        stopped=stopped or {},
        plans={},
        reports={},
    )


def chances(knowledge: Knowledge, stage: Stage = Stage.STARTED) -> list[float]:
    """By the curves as estimated."""
    outlook = StageModel.learned(knowledge, [stage]).outlook(stage, YEAR_END)
    return [round(chance, 6) for chance in outlook.views[1][1]]


def test_who_waits_is_judged_by_those_who_waited_as_long() -> None:
    """Land 100 days ago: of the twenty that took longer, ten started within the 92 days that are left."""
    knowledge = known(steps(land=100))
    # The waiting project is a case of its own, still open after 100 days: 21 were at risk before 120, then 20.
    assert chances(knowledge) == [0.5]


def test_the_times_of_two_stages_are_added_day_by_day() -> None:
    """Filed 10 days ago: all got their land after 30 days, so 72 are left for the start; a third took 50."""
    assert chances(known(steps(filed=10))) == [round(1 / 3, 6)]


def test_a_project_that_took_longer_than_all_is_told_apart() -> None:
    outlook = StageModel.learned(known(steps(land=300)), [Stage.STARTED]).outlook(Stage.STARTED, YEAR_END)

    assert (outlook.views[1][1], outlook.unknown) == ((0.0,), 0)  # itself still open: the curve does not end


def test_a_project_without_any_dated_stage_is_told_apart() -> None:
    outlook = StageModel.learned(known(steps(started=None)), [Stage.STARTED]).outlook(Stage.STARTED, YEAR_END)

    assert (outlook.views[1][1], outlook.unknown, outlook.stopped) == ((), 1, 0)


def test_who_stands_still_waits_without_a_chance() -> None:
    knowledge = known(steps(land=100), stopped={0: DAY - timedelta(days=20)})
    outlook = StageModel.learned(knowledge, [Stage.STARTED]).outlook(Stage.STARTED, YEAR_END)

    assert (outlook.views[1][1], outlook.stopped) == ((), 1)


def test_what_was_reached_this_year_counts_and_what_was_before_does_not() -> None:
    knowledge = known(steps(land=120, started=60), steps(land=700, started=400))
    outlook = StageModel.learned(knowledge, [Stage.STARTED]).outlook(Stage.STARTED, YEAR_END)

    assert (outlook.reached, outlook.views[1][1]) == (1, ())
    assert outlook.spread is not None
    assert outlook.spread.most == (1, 1)


def test_a_skipped_stage_is_left_out_of_the_way() -> None:
    """Without land the time from filing to the start counts, and nobody is known to have gone that way."""
    equipment = steps(filed=10) | {Stage.LAND: StepFact(None, "", skipped=True)}
    outlook = StageModel.learned(known(equipment), [Stage.STARTED]).outlook(Stage.STARTED, YEAR_END)

    assert outlook.thin == ((Stage.FILED, Stage.STARTED),)
    assert outlook.spread is None


def test_too_few_cases_say_nothing() -> None:
    outlook = StageModel.learned(known(steps(land=100), past=False), [Stage.STARTED]).outlook(
        Stage.STARTED, YEAR_END
    )

    assert (outlook.thin, outlook.spread) == (((Stage.LAND, Stage.STARTED),), None)


def test_the_errors_of_the_curve_widen_the_range() -> None:
    outlook = StageModel.learned(known(*[steps(land=100)] * 12), [Stage.STARTED]).outlook(
        Stage.STARTED, YEAR_END
    )
    slower, usual, faster = (next(iter(view)) for _, view in outlook.views)

    assert slower > usual > faster  # fewer standard errors: more have ended
    assert sum(weight for weight, _ in outlook.views) == pytest.approx(1)


def test_production_does_not_wait_for_the_acceptance() -> None:
    assert Stage.COMPLETED not in way_to(Stage.IN_PRODUCTION)
    assert way_to(Stage.ENTERED)[-2:] == (Stage.STARTED, Stage.ENTERED)

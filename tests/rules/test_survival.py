"""The estimate of Kaplan and Meier, held to published values: Freireich et al. (1963), weeks in remission."""

import pytest

from projects.rules.survival import kaplan_meier

MERCAPTOPURINE = [(6, 3, 1), (7, 1, 0), (9, 0, 1), (10, 1, 1), (11, 0, 1), (13, 1, 0), (16, 1, 0), (17, 0, 1)]
MERCAPTOPURINE += [
    (19, 0, 1),
    (20, 0, 1),
    (22, 1, 0),
    (23, 1, 0),
    (25, 0, 1),
    (32, 0, 2),
    (34, 0, 1),
    (35, 0, 1),
]
"""Weeks, how many relapsed then, and how many were last seen then."""

PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def treated() -> list[tuple[int, bool]]:
    return [
        case
        for week, relapsed, open_ in MERCAPTOPURINE
        for case in [(week, True)] * relapsed + [(week, False)] * open_
    ]


def test_the_treated_patients_have_the_published_survival_and_standard_errors() -> None:
    curve = kaplan_meier(treated())

    assert (curve.cases, curve.ended) == (21, 9)
    assert [(step.time, step.at_risk, step.ended) for step in curve.steps] == [
        (6, 21, 3), (7, 17, 1), (10, 15, 1), (13, 12, 1), (16, 11, 1), (22, 7, 1), (23, 6, 1),
    ]  # fmt: skip
    assert [round(step.survival, 4) for step in curve.steps] == [
        0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482,
    ]  # fmt: skip
    assert [round(step.error, 4) for step in curve.steps] == [
        0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346,
    ]  # fmt: skip
    assert curve.median == 23


def test_the_patients_on_placebo_have_the_published_survival() -> None:
    curve = kaplan_meier((week, True) for week in PLACEBO)

    assert [(step.time, round(step.survival, 4)) for step in curve.steps] == [
        (1, 0.9048), (2, 0.8095), (3, 0.7619), (4, 0.6667), (5, 0.5714), (8, 0.3810), (11, 0.2857),
        (12, 0.1905), (15, 0.1429), (17, 0.0952), (22, 0.0476), (23, 0.0),
    ]  # fmt: skip
    assert curve.median == 8


@pytest.mark.parametrize(("week", "share"), [(0, 1.0), (5, 1.0), (6, 0.8571), (9, 0.8067), (99, 0.4482)])
def test_the_share_stays_between_the_steps(week: int, share: float) -> None:
    assert round(kaplan_meier(treated()).survival(week), 4) == share


def test_who_has_waited_is_judged_by_those_who_waited_as_long() -> None:
    drops = kaplan_meier(treated()).ends_after(10)

    assert drops is not None
    assert [more for more, _ in drops] == [3, 6, 12, 13]
    assert [round(share, 4) for _, share in drops] == [0.0833, 0.0833, 0.1190, 0.1190]
    assert sum(share for _, share in drops) == pytest.approx(1 - 0.4482 / 0.7529, abs=1e-4)


def test_nothing_is_known_of_who_waits_longer_than_all_who_ended() -> None:
    assert kaplan_meier((week, True) for week in PLACEBO).ends_after(23) is None


def test_without_cases_nobody_is_known_to_end() -> None:
    curve = kaplan_meier([])

    assert (curve.cases, curve.steps, curve.survival(5), curve.median) == (0, (), 1.0, None)

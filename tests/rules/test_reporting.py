from datetime import date

import pytest

from projects.rules import reporting
from projects.rules.broken import RuleBroken
from projects.rules.reporting import Background, DoubtKind

YI = 10**8


@pytest.mark.parametrize(
    ("month", "days", "last"),
    [
        (date(2024, 9, 1), 5, date(2024, 10, 5)),
        (date(2024, 12, 1), 5, date(2025, 1, 5)),
        (date(2024, 9, 1), -5, date(2024, 9, 25)),
        (date(2024, 2, 1), 0, date(2024, 2, 29)),
    ],
)
def test_the_window_closes_days_after_the_month(month: date, days: int, last: date) -> None:
    assert reporting.deadline(month, days) == last


def test_the_month_follows_from_the_year_to_date() -> None:
    background = Background(earlier=[2 * YI, 3 * YI])

    assert reporting.month_from_year(7 * YI, background) == 2 * YI
    assert reporting.month_amount(None, 7 * YI, background) == 2 * YI
    assert reporting.month_amount(2 * YI, 7 * YI, background) == 2 * YI
    assert reporting.month_amount(2 * YI, None, background) == 2 * YI
    with pytest.raises(RuleBroken, match="对不上"):
        reporting.month_amount(3 * YI, 7 * YI, background)
    assert reporting.month_from_year(5 * YI, background) == 0


def test_a_year_to_date_below_last_months_is_refused() -> None:
    with pytest.raises(RuleBroken, match=r"低于上月的年累计 5\.0 亿元"):
        reporting.month_from_year(4 * YI, Background(earlier=[2 * YI, 3 * YI]))


@pytest.mark.parametrize(
    ("invested", "background", "kinds"),
    [
        (None, Background(), []),
        (0, Background(started=False), []),
        (YI, Background(), []),
        (YI, Background(started=False), [DoubtKind.NOT_STARTED]),
        (YI, Background(total_investment=YI), []),
        (YI + 1, Background(total_investment=YI), [DoubtKind.ABOVE_TOTAL]),
        (YI, Background(earlier=[YI], invested_before=YI, total_investment=3 * YI), []),
        (
            YI,
            Background(earlier=[YI], invested_before=YI + 1, total_investment=3 * YI),
            [DoubtKind.ABOVE_TOTAL],
        ),
        (3 * YI, Background(earlier=[YI, 0, YI]), []),
        (3 * YI + 1, Background(earlier=[YI, 0, YI]), [DoubtKind.FAR_ABOVE_MEAN]),
        (5 * YI, Background(earlier=[5 * YI], planned=YI), []),
        (5 * YI + 1, Background(earlier=[5 * YI], planned=YI), [DoubtKind.ABOVE_PLAN]),
        (YI, Background(planned=0), []),
        (YI, Background(usual=(1, YI)), []),
        (YI + 1, Background(usual=(1, YI)), [DoubtKind.ABOVE_USUAL]),
        (YI + 1, Background(usual=(1, YI), total_investment=9 * YI), []),
        (YI + 1, Background(usual=(1, YI), planned=9 * YI), []),
    ],
)
def test_what_looks_wrong(invested: int | None, background: Background, kinds: list[DoubtKind]) -> None:
    assert [doubt.kind for doubt in reporting.doubts(invested, background)] == kinds


def test_only_what_is_beyond_all_measure_wants_words() -> None:
    assert reporting.to_explain(YI, Background(started=False)) == ""
    assert reporting.to_explain(9 * YI, Background(earlier=[YI])) == ""
    asked = reporting.to_explain(2 * YI, Background(total_investment=YI, planned=YI // 100))
    assert asked == (
        "累计将超总投资：单位是否应为万元？年累计超过年度计划的 10 倍：单位是否应为万元？"
        "金额无误的，请在“金额说明”里写明原因。"
    )
    unusual = reporting.to_explain(2 * YI, Background(usual=(120_000, YI)))
    assert "本单位近一年单月完成在 12—10000 万元之间" in unusual


@pytest.mark.parametrize(
    ("today", "days", "month"),
    [
        ("2024-10-01", 5, "2024-09-01"),
        ("2024-10-24", 5, "2024-09-01"),  # closed, and still asked for
        ("2024-10-26", 5, "2024-10-01"),  # closes on 5 November
        ("2024-10-14", -6, "2024-09-01"),  # October closes on the 25th
        ("2024-10-15", -6, "2024-10-01"),
        ("2024-01-03", 5, "2023-12-01"),
        ("2024-01-03", 40, "2023-11-01"),  # a long window: December closes in February
    ],
)
def test_the_month_that_is_asked_for(today: str, days: int, month: str) -> None:
    assert reporting.asked_month(date.fromisoformat(today), days) == date.fromisoformat(month)


def test_the_month_before() -> None:
    assert reporting.month_before(date(2024, 1, 1)) == date(2023, 12, 1)

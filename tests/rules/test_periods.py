from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.vocabulary import Precision

DAY, MONTH, QUARTER, YEAR, NOT_LATER = Precision
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31))
precisions = st.sampled_from(Precision)


@pytest.mark.parametrize(
    ("day", "precision", "first", "last"),
    [
        (date(2024, 8, 15), DAY, date(2024, 8, 15), date(2024, 8, 15)),
        (date(2024, 2, 10), MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        (date(2023, 2, 10), MONTH, date(2023, 2, 1), date(2023, 2, 28)),
        (date(2024, 1, 1), QUARTER, date(2024, 1, 1), date(2024, 3, 31)),
        (date(2024, 8, 15), QUARTER, date(2024, 7, 1), date(2024, 9, 30)),
        (date(2024, 12, 31), QUARTER, date(2024, 10, 1), date(2024, 12, 31)),
        (date(2024, 8, 15), YEAR, date(2024, 1, 1), date(2024, 12, 31)),
        (date(2024, 8, 15), NOT_LATER, None, date(2024, 8, 15)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(
    day: date, precision: Precision, first: date | None, last: date
) -> None:
    assert periods.first_day(day, precision) == first
    assert periods.last_day(day, precision) == last


@given(days, precisions)
def test_the_day_lies_within_its_period(day: date, precision: Precision) -> None:
    last = periods.last_day(day, precision)
    assert (periods.first_day(day, precision) or day) <= day <= last
    assert periods.last_day(last, precision) == last
    assert periods.first_day(last, precision) == (
        None if precision == NOT_LATER else periods.first_day(day, precision)
    )


@pytest.mark.parametrize(
    ("day", "precision", "stored"),
    [
        (date(2024, 9, 30), DAY, date(2024, 9, 30)),
        (date(2024, 1, 1), YEAR, date(2024, 9, 30)),
        (date(2023, 1, 1), YEAR, date(2023, 12, 31)),
        (date(2024, 9, 1), MONTH, date(2024, 9, 30)),
        (date(2024, 7, 1), QUARTER, date(2024, 9, 30)),
        (date(2024, 8, 8), NOT_LATER, date(2024, 8, 8)),
    ],
)
def test_what_happened_is_stored_as_its_last_possible_day_up_to_today(
    day: date, precision: Precision, stored: date
) -> None:
    assert periods.settled(day, precision, today=date(2024, 9, 30)) == stored


@pytest.mark.parametrize(
    ("day", "precision"),
    [
        (date(2024, 10, 1), DAY),
        (date(2024, 10, 31), MONTH),
        (date(2024, 12, 31), QUARTER),
        (date(2025, 1, 1), YEAR),
        (date(2024, 10, 1), NOT_LATER),
    ],
)
def test_what_happened_cannot_lie_in_the_future(day: date, precision: Precision) -> None:
    with pytest.raises(RuleBroken, match="实际日期不能晚于今天（2024年9月30日）"):
        periods.settled(day, precision, today=date(2024, 9, 30))


@pytest.mark.parametrize(
    ("day", "precision", "year", "answer"),
    [
        (date(2024, 9, 30), DAY, 2024, True),
        (date(2024, 9, 30), YEAR, 2024, True),
        (date(2024, 9, 30), YEAR, 2023, False),
        (date(2024, 9, 30), QUARTER, 2025, False),
        (date(2024, 11, 30), NOT_LATER, 2024, None),
        (date(2024, 11, 30), NOT_LATER, 2023, None),
        (date(2024, 11, 30), NOT_LATER, 2025, False),
    ],
)
def test_the_year_of_an_event_is_certain_or_open(
    day: date, precision: Precision, year: int, answer: bool | None
) -> None:
    assert periods.day_in_year(day, precision, year) is answer


@pytest.mark.parametrize(
    ("day", "precision", "words"),
    [
        (date(2024, 9, 30), DAY, "2024年9月30日"),
        (date(2024, 9, 30), MONTH, "2024年9月"),
        (date(2024, 9, 15), MONTH, "2024年9月（不晚于9月15日）"),
        (date(2024, 9, 30), QUARTER, "2024年第三季度"),
        (date(2024, 8, 15), QUARTER, "2024年第三季度（不晚于8月15日）"),
        (date(2024, 12, 31), YEAR, "2024年"),
        (date(2024, 9, 30), YEAR, "2024年（不晚于9月30日）"),
        (date(2024, 11, 30), NOT_LATER, "不晚于2024年11月30日"),
    ],
)
def test_a_period_is_worded_no_more_exactly_than_it_is_known(
    day: date, precision: Precision, words: str
) -> None:
    assert periods.wording(day, precision) == words


@given(days, precisions)
def test_what_is_worded_can_be_typed_again(day: date, precision: Precision) -> None:
    last = periods.last_day(day, precision)
    assert periods.parse_period(periods.wording(last, precision)) == (last, precision)


@pytest.mark.parametrize(
    ("as_of", "months"),
    [
        (date(2023, 12, 31), 0),
        (date(2024, 1, 1), 0),
        (date(2024, 1, 31), 1),
        (date(2024, 2, 28), 1),
        (date(2024, 2, 29), 2),
        (date(2024, 9, 29), 8),
        (date(2024, 9, 30), 9),
        (date(2024, 12, 31), 12),
        (date(2025, 1, 1), 12),
    ],
)
def test_a_month_has_passed_on_its_last_day(as_of: date, months: int) -> None:
    assert periods.months_passed(2024, as_of) == months


@pytest.mark.parametrize(
    ("since", "as_of", "months"),
    [
        (date(2024, 3, 15), date(2024, 3, 15), Fraction(0)),
        (date(2024, 3, 15), date(2024, 3, 1), Fraction(0)),
        (date(2024, 3, 15), date(2024, 4, 14), Fraction(30, 31)),
        (date(2024, 3, 15), date(2024, 4, 15), Fraction(1)),
        (date(2024, 3, 15), date(2024, 5, 16), 2 + Fraction(1, 31)),
        (date(2024, 1, 31), date(2024, 2, 29), Fraction(1)),
        (date(2024, 12, 15), date(2025, 2, 15), Fraction(2)),
    ],
)
def test_months_elapse_between_two_days(since: date, as_of: date, months: Fraction) -> None:
    assert periods.elapsed_months(since, as_of) == months


@given(days, st.integers(0, 2000), st.integers(1, 40))
def test_elapsed_months_grow_day_by_day(since: date, gone: int, more: int) -> None:
    sooner, later = since + timedelta(days=gone), since + timedelta(days=gone + more)
    assert periods.elapsed_months(since, sooner) < periods.elapsed_months(since, later)


def test_a_year_has_twelve_months() -> None:
    months = periods.months_of(2024)
    assert (len(months), months[0], months[-1]) == (12, date(2024, 1, 1), date(2024, 12, 1))
    assert periods.month_start(date(2024, 2, 29)) == date(2024, 2, 1)
    assert periods.month_end(date(2024, 2, 1)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("2024-09-30", date(2024, 9, 30), DAY),
        ("2024/9/30", date(2024, 9, 30), DAY),
        ("2024.9.30", date(2024, 9, 30), DAY),
        ("20240930", date(2024, 9, 30), DAY),
        ("2024年9月30日", date(2024, 9, 30), DAY),
        ("二〇二四年九月三十日", date(2024, 9, 30), DAY),
        ("二零二四年十二月三十一日", date(2024, 12, 31), DAY),
        ("二○二四年十月", date(2024, 10, 31), MONTH),
        ("二〇二四年一季度", date(2024, 3, 31), QUARTER),
        ("二〇二四年", date(2024, 12, 31), YEAR),
        (" 2024 年 9 月 30 日 ", date(2024, 9, 30), DAY),
        ("２０２４．９．３０", date(2024, 9, 30), DAY),
        ("2024.3", date(2024, 3, 31), MONTH),
        ("2024-03", date(2024, 3, 31), MONTH),
        ("202403", date(2024, 3, 31), MONTH),
        ("2024年3月", date(2024, 3, 31), MONTH),
        ("2024年3月份", date(2024, 3, 31), MONTH),
        ("2024年3月底", date(2024, 3, 31), MONTH),
        ("2024.3月底", date(2024, 3, 31), MONTH),
        ("2024年一季度", date(2024, 3, 31), QUARTER),
        ("2024年第1季度", date(2024, 3, 31), QUARTER),
        ("2024年第四季度", date(2024, 12, 31), QUARTER),
        ("2024Q1", date(2024, 3, 31), QUARTER),
        ("2024年q3", date(2024, 9, 30), QUARTER),
        ("2024年上半年", date(2024, 6, 30), NOT_LATER),
        ("2024年前三季度", date(2024, 9, 30), NOT_LATER),
        ("2024年下半年", date(2024, 12, 31), YEAR),
        ("2024", date(2024, 12, 31), YEAR),
        ("2024年", date(2024, 12, 31), YEAR),
        ("2024年底", date(2024, 12, 31), YEAR),
        ("2024年年底", date(2024, 12, 31), YEAR),
        ("2024年底前", date(2024, 12, 31), NOT_LATER),
        ("2024年6月30日前", date(2024, 6, 30), NOT_LATER),
        ("2024年6月以前", date(2024, 6, 30), NOT_LATER),
        ("不晚于2024年11月30日", date(2024, 11, 30), NOT_LATER),
        ("截至2024年9月底", date(2024, 9, 30), NOT_LATER),
    ],
)
def test_it_reads_what_people_type(text: str, day: date, precision: Precision) -> None:
    assert periods.parse_period(text) == (day, precision)


@pytest.mark.parametrize(
    ("text", "day", "precision"),
    [
        ("9月", date(2025, 9, 30), MONTH),
        ("9月5日", date(2025, 9, 5), DAY),
        ("一季度", date(2025, 3, 31), QUARTER),
        ("Q4", date(2025, 12, 31), QUARTER),
        ("上半年", date(2025, 6, 30), NOT_LATER),
        ("前三季度", date(2025, 9, 30), NOT_LATER),
        ("年底", date(2025, 12, 31), YEAR),
        ("年内", date(2025, 12, 31), YEAR),
        ("年底前", date(2025, 12, 31), NOT_LATER),
        ("2024年3月", date(2024, 3, 31), MONTH),
    ],
)
def test_a_text_without_a_year_takes_the_year_it_stands_in(
    text: str, day: date, precision: Precision
) -> None:
    assert periods.parse_period(text, year=2025) == (day, precision)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "看不懂日期“”"),
        ("近日", "看不懂日期“近日”"),
        ("45565", "看不懂日期“45565”"),
        ("2024-9 30", "看不懂日期"),
        ("2024-1 1", "看不懂日期"),
        ("2024-9/30", "看不懂日期"),
        ("1024年9月", "看不懂日期"),
        ("二〇二四年三四月", "看不懂日期"),
        ("二〇二四年二十月", "没有“二〇二四年二十月”这一天"),
        ("二〇二四", "看不懂日期"),
        ("2024年2月30日", "没有“2024年2月30日”这一天"),
        ("2024.13", "没有“2024.13”这一天"),
        ("9月", "日期“9月”没有写明年份"),
        ("年底前", "日期“年底前”没有写明年份"),
    ],
)
def test_it_names_the_text_it_cannot_read(text: str, reason: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        periods.parse_period(text)
    assert reason in str(broken.value)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), precisions)
def test_every_wording_is_read_back(day: date, precision: Precision) -> None:
    assert periods.parse_period(periods.wording(day, precision)) == (day, precision)


@pytest.mark.parametrize(
    "text", ["2024年9月（不晚于8月20日）", "2024年9月5日（不晚于9月5日）", "9月（不晚于9月5日）"]
)
def test_a_bound_outside_its_period_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken):
        periods.parse_period(text)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 9, 30), "2024年1—9月"),
        (date(2024, 1, 31), "2024年1月"),
        (date(2024, 2, 28), "截至2024年2月28日"),
        (date(2024, 12, 31), "2024年1—12月"),
    ],
)
def test_the_year_to_date_is_worded_as_papers_do(day: date, words: str) -> None:
    assert periods.year_to_date(day) == words

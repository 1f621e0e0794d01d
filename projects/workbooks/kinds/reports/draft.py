"""A row of a monthly sheet: the checks of its cells, and what it would change in the project's report."""

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from projects.columns import CLEARED
from projects.forms.report import ReportRowForm
from projects.models import MonthlyReport
from projects.models.checks import broken
from projects.rules import entries, periods, reporting
from projects.rules.broken import RuleBroken
from projects.rules.entries import CELLS, EMPTY, Entry, entry_of, put
from projects.rules.reporting import LOCKED, Background, not_begun, opening_words
from projects.vocabulary import Precision
from projects.workbooks.cells import Cells, Judge, by_amount, by_field, by_flag, by_period
from projects.workbooks.drafts import (
    NOT_YOURS,
    WHOLE_ROW,
    CellChange,
    CellConflict,
    Draft,
    ImportTerms,
    ParsedRow,
)
from projects.workbooks.kinds.reports.months import StoredMonth
from projects.workbooks.row_questions import BALANCE, MONTH_ONLY, OPENING_FAULT, WHOLE

WRITTEN = ("progress", "needs_coordination", "next_step", "explanation")
CLEARABLE = frozenset({"invested", "opening", *WRITTEN})


def report_cells(*, year: int | None) -> Cells:
    """The judges of all columns; `year` stands in for a month that names none."""
    form = ReportRowForm(background=Background())
    judges: dict[str, Judge] = {name: by_field(form.fields[name]) for name in WRITTEN}
    judges |= {
        "month": _by_month(year),
        "invested": by_amount,
        "year_to_date": by_amount,
        "opening": by_amount,
        "unchanged": by_flag,
    }
    return Cells(judges, clearable=CLEARABLE, texts=frozenset({*WRITTEN, "unchanged"}))


def emptied(key: str, value: Any) -> Any:
    """A cell that says （清空） as what it leaves: no amount, or no text."""
    if value is not CLEARED:
        return value
    return "" if key in WRITTEN else None


def _by_month(year: int | None) -> Judge:
    period = by_period(year)

    def judge(text: str) -> date:
        on, precision = period(text)
        if precision not in (Precision.DAY, Precision.MONTH):
            raise RuleBroken(f"“{text}”不是一个月份，请写成 2024-09 或 2024年9月。")
        return periods.month_start(on)

    return judge


NOT_COUNTED = "{}的月报还没有提交，没有计入上月的年累计，请核对由年累计推算的本月完成。"

ROUNDED_TO_DATE = "年累计按末位进位，与已报的以前月份一致，本月按 0 登记"
PENDING = "{}的月报填了还没有提交，期初累计会与它重复：请先提交，或清空那几个月。"
NO_TO_DATE = "年累计含以前月份，没有登记"

type Values = Mapping[str, Any]


def draft(
    parsed: ParsedRow, stored: StoredMonth, terms: ImportTerms, *, within: Fraction = reporting.EXACT
) -> Draft:
    """What the row would do to the month; `state` is the entry after the row, for later months.

    `within`: half of the last digit that its year to date prints.
    """
    row = Draft(label=stored.label, subject=stored.project.pk)
    row.faults.update(parsed.faults)
    _check_month(row, stored, terms)
    theirs = entry_of(stored.report)
    mine = _mine(row, parsed.values, stored, stored.before or theirs, terms, within)
    if row.faults:
        return row
    row.state = theirs
    balance = _balance(row, parsed.values, stored, terms)
    if row.faults:
        return row
    if stored.closed:
        if balance or mine not in (theirs, stored.before or theirs):
            row.faults[WHOLE_ROW] = stored.closed
        return row
    entry, lines = entries.reconciled(stored.before or theirs, theirs, mine, parsed.choice)
    row.conflicts = [
        CellConflict(line.name, line.label, line.before, line.theirs, line.mine) for line in lines
    ]
    if lines:
        return row
    if balance is not None:
        _open(row, stored, balance)
    _demand_words(row, stored, theirs, entry)
    if entry != theirs and not row.faults:
        _set(row, stored, entry)
        _doubt(row, stored, entry, by_year="year_to_date" in parsed.values)
    return row


def _check_month(row: Draft, stored: StoredMonth, terms: ImportTerms) -> None:
    if not terms.writer.may_write(stored.project.pk):
        row.faults[WHOLE_ROW] = NOT_YOURS
    elif fault := not_begun(stored.month, terms.today):
        row.faults.setdefault("month", fault)


def _is_opening(values: Values, stored: StoredMonth) -> bool:
    """Whether the year to date holds earlier months that nobody has reported."""
    typed, to_date = values.get("invested"), values.get("year_to_date")
    if not to_date or typed == to_date or stored.background.knows_year or stored.month.month == 1:
        return False
    return not (stored.report and stored.report.opening is not None)


def _balance(row: Draft, values: Values, stored: StoredMonth, terms: ImportTerms) -> int | None:
    """What a row that states the month and the year to date makes the opening balance up to the month before."""
    typed, to_date = values.get("invested"), values.get("year_to_date")
    if terms.opening != BALANCE or typed is None or to_date is None or not _is_opening(values, stored):
        return None
    if typed > to_date:
        row.faults.setdefault("year_to_date", "年累计小于本月完成，请核对。")
        return None
    return int(to_date - typed)


def _open(row: Draft, stored: StoredMonth, amount: int) -> None:
    """Write the opening balance into the report of the month before."""
    before, month = stored.last_month, reporting.month_before(stored.month)
    report = copy(before) if before else MonthlyReport(project=stored.project, month=month)
    if before and (before.is_filled or before.state in LOCKED):
        row.faults[WHOLE_ROW] = f"{month.month}月已有月报，不能再登记{opening_words(month)}。"
        return
    _demand_nothing_pending(row, stored)
    report.opening = amount
    row.changes.append(
        CellChange("opening", opening_words(month), "", replace(EMPTY, opening=amount).words("invested"))
    )
    row.is_new = before is None
    if not row.faults:
        row.write(before, report)


def _demand_nothing_pending(row: Draft, stored: StoredMonth) -> None:
    """A month that is written and not handed in would count beside the opening balance that holds it."""
    if stored.pending:
        months = "、".join(f"{month.month}月" for month in stored.pending)
        row.faults.setdefault(WHOLE_ROW, PENDING.format(months))


def _amount(
    row: Draft, values: Values, stored: StoredMonth, terms: ImportTerms, within: Fraction
) -> int | None:
    """The month's amount. Where nothing was reported before, a year to date has earlier months: that is asked."""
    typed, to_date = values.get("invested"), values.get("year_to_date")
    is_opening = _is_opening(values, stored)
    if is_opening and terms.opening == BALANCE:
        return typed
    if not is_opening or terms.opening == WHOLE:
        amount = (
            to_date
            if is_opening
            else reporting.month_amount(typed, to_date, stored.background, within=within)
        )
        if (
            typed is None
            and amount is not None
            and to_date is not None
            and to_date < stored.background.year_before
        ):
            row.doubts.append(ROUNDED_TO_DATE)
        return amount
    if terms.opening != MONTH_ONLY:
        raise RuleBroken(OPENING_FAULT)
    row.doubts.append(NO_TO_DATE)
    return typed


def _mine(
    row: Draft, values: Values, stored: StoredMonth, seen: Entry, terms: ImportTerms, within: Fraction
) -> Entry:
    """The month as the row would have it, upon what its writer saw; what it does not say stays as it was."""
    stated: dict[str, Any] = {name: values[name] for name in WRITTEN if name in values}
    if (opening := _opening(values, stored, terms, seen)) is not None:
        _demand_nothing_pending(row, stored)
        stated["opening"] = opening
        values = {key: value for key, value in values.items() if key != "year_to_date"}
    elif "opening" in values:
        stated["opening"] = None
    try:
        amount = _amount(row, values, stored, terms, within)
    except RuleBroken as fault:
        row.faults.setdefault("year_to_date", str(fault))
        return seen
    if "invested" in values or ("year_to_date" in values and amount is not None):
        stated["invested"] = amount
        if amount:
            stated["unchanged"] = False  # one rules the other out
        if amount != seen.invested:
            stated.setdefault("explanation", "")  # it was about the earlier amount
    if "unchanged" in values:
        stated["unchanged"] = values["unchanged"]
    mine = replace(seen, **stated)
    if mine.unchanged and mine.invested:
        row.faults.setdefault("unchanged", reporting.UNCHANGED_WITH_AMOUNT)
    return mine


def _opening(values: Values, stored: StoredMonth, terms: ImportTerms, seen: Entry) -> int | None:
    """What the month holds as the opening balance of the year, where the row says so: in a column of its own, or as a
    year to date without an amount of the month.
    """
    if values.get("opening") is not None:
        return int(values["opening"])
    to_date = values.get("year_to_date")
    if to_date is None or values.get("invested") is not None:
        return None
    if seen.opening is not None or (terms.opening == BALANCE and _is_opening(values, stored)):
        return int(to_date)
    return None


def _demand_words(row: Draft, stored: StoredMonth, theirs: Entry, entry: Entry) -> None:
    """An amount beyond all measure is kept with a reason in words, as on the page: in its column, or typed here."""
    if entry.invested == theirs.invested or entry.explanation:
        return
    if why := reporting.to_explain(entry.invested, stored.background):
        row.faults["explanation"] = why


def _set(row: Draft, stored: StoredMonth, entry: Entry) -> None:
    theirs = entry_of(stored.report)
    report_before = stored.report
    report = (
        copy(report_before) if report_before else MonthlyReport(project=stored.project, month=stored.month)
    )
    put(report, entry)
    for sentence in broken(report):
        row.faults.setdefault(WHOLE_ROW, sentence)
    row.is_new, row.state = row.is_new or report_before is None, entry
    row.changes += [
        CellChange(name, label, theirs.words(name), entry.words(name))
        for name, label in CELLS.items()
        if theirs.cell(name) != entry.cell(name)
    ]
    if not row.faults:
        row.write(report_before, report)


def _doubt(row: Draft, stored: StoredMonth, entry: Entry, *, by_year: bool) -> None:
    row.doubts += [doubt.sentence for doubt in reporting.doubts(entry.invested, stored.background)]
    if by_year and stored.pending:
        row.doubts.append(NOT_COUNTED.format("、".join(f"{month.month}月" for month in stored.pending)))

"""A row of the month's sheet as a form, and what was typed as a draft of the report: for the page and the API."""

from django.http import QueryDict

from projects.actions import reporting
from projects.figures.reporting import SheetRow
from projects.forms.report import ReportRowForm
from projects.rules.entries import Entry
from projects.rules.money import MoneyUnit


def row_form(
    row: SheetRow, unit: MoneyUnit, data: QueryDict | None = None, *, prefix: str | None = None
) -> ReportRowForm:
    """`unit`: of amounts that are typed without one."""
    report = row.report
    initial = {
        "invested": row.invested,
        "year_to_date": row.year_to_date,
        "unchanged": report.unchanged if report else False,
        "progress": report.progress if report else "",
        "next_step": report.next_step if report else "",
        "needs_coordination": report.needs_coordination if report else "",
        "explanation": report.explanation if report else "",
        "seen": row.version,
    }
    return ReportRowForm(data, prefix=prefix, initial=initial, background=row.background, unit=unit)


def written(row: SheetRow, form: ReportRowForm) -> reporting.Written:
    """What a valid form is to write."""
    cleaned = form.cleaned_data
    has_amount = cleaned["invested"] is not None or cleaned["unchanged"]
    entry = Entry(
        cleaned["invested"],
        cleaned["progress"],
        cleaned["next_step"],
        cleaned["needs_coordination"],
        cleaned["unchanged"],
        None if has_amount else row.opening,  # recorded on a page of its own
        cleaned["explanation"],
    )
    seen = reporting.Seen(cleaned["seen"], form.choices, cleaned["shown"])
    return reporting.Written(row.project, entry, row.reopened, seen)

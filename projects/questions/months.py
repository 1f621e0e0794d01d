"""What the month's sheet asks, and what of a sealed month a user may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Page
from django.http import Http404, QueryDict
from django.utils import timezone

from projects import access
from projects.figures.month_page import RowsAsked, counts, month_page
from projects.figures.reporting import MonthSheet, SheetRow, month_sheet
from projects.figures.scope import Scope
from projects.forms.report import MonthQuestionForm
from projects.models import Bulletin, Organisation, Project, User
from projects.models.district import report_days_after
from projects.rules import periods
from projects.rules.bulletin import Printed
from projects.rules.reporting import month_before


def month_asked(year: str, number: str) -> date:
    """The first day of a month that has begun; Http404 before."""
    on = date(int(year), int(number), 1)
    if on > timezone.localdate():
        raise Http404("这个月还没有开始。")
    return on


def newest_seal(user: User) -> tuple[Bulletin, Scope] | None:
    """The newest sealed month of the district, and the scope that it was sealed of; None where none is sealed."""
    seal = next(
        (seal for seal in Bulletin.objects.seals_from(date.min) if seal.organisation_id is None), None
    )
    if seal is None:
        return None
    scope = Scope(
        Project.objects.counted_for(user),
        seal.year,
        seal.as_of,
        seal.level,
        known_at=seal.sealed_at,
        organisations=Organisation.objects.all(),
        reach=user.reach,
    )
    return seal, scope


def month_named(text: str) -> date:
    """The first day of the month of an address, as 2024-09; the last month where it names none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return month_before(timezone.localdate())


def month_of(user: User, month: date) -> MonthSheet:
    """The month of the projects that the user may write; for the office, of all projects."""
    return month_sheet(
        access.writable_projects(user),
        month,
        today=timezone.localdate(),
        days_after=report_days_after(),
    )


def next_month(month: date) -> date | None:
    """The month after, once it has begun."""
    after = periods.month_end(month) + timedelta(days=1)
    return after if after <= timezone.localdate() else None


def month_rows(
    data: QueryDict, rows: Sequence[SheetRow], user: User
) -> tuple[MonthQuestionForm, Page[SheetRow]]:
    """The question of the address, and the page of a month's rows that answers it; a faulty one narrows nothing."""
    question = MonthQuestionForm(data)
    asked = RowsAsked()
    if question.is_valid():
        cleaned = question.cleaned_data
        asked = RowsAsked(cleaned["q"], cleaned["rows"], question.chosen, cleaned["sort"])
    return question, month_page(rows, access.writable_projects(user), asked, data.get("page"))


@dataclass(frozen=True, slots=True)
class RowsChoice:
    """One choice of which rows of a month a page shows: its key, its words, how many rows it has."""

    key: str
    label: str
    count: int


def choices_of_rows(rows: Sequence[SheetRow]) -> list[RowsChoice]:
    found = counts(rows)
    return [RowsChoice(key, label, found[key]) for key, label in MonthQuestionForm.ROWS]


def visible_part(printed: Printed, user: User, organisations: Sequence[Organisation]) -> Printed:
    """What the user may see of a sealed month."""
    if user.covers_district:
        return printed
    return printed.narrowed_to({unit.pk for unit in access.readable_among(user, organisations)})

"""Remind the units whose reports of a month are missing (催报); each once a day, and each reminder is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions.notifying import News, tell_all
from projects.actions.recording import refusals_worded
from projects.models import Organisation, Reminder, User, audience
from projects.models.reminder import reminder_cause
from projects.rules.broken import RuleBroken
from projects.rules.reporting import month_words
from projects.vocabulary import NoticeKind


@dataclass(frozen=True, slots=True)
class Reminded:
    """What a press of the button did. `already`: reminded today before. `unheard`: nobody has an account there."""

    units: Sequence[Organisation]
    people: int
    already: Sequence[Organisation]
    unheard: Sequence[Organisation]


@transaction.atomic
def remind(missing: Mapping[Organisation, int], month: date, *, closes_on: date, by: User) -> Reminded:
    """Tell the staff of the units how many reports of the month they owe; `missing` by unit.

    RuleBroken where no unit owes one, or where somebody else has just reminded the same unit.
    """
    if not missing:
        raise RuleBroken("这个月没有未报的单位，无需催报。")
    now, today = timezone.now(), timezone.localdate()
    done = set(Reminder.objects.of_month(month).on_day(today).values_list("organisation_id", flat=True))
    due = [unit for unit in missing if unit.pk not in done]
    staff = audience.staff_of(unit.pk for unit in due)
    heard = [unit for unit in due if staff[unit.pk]]
    for unit in heard:
        with refusals_worded():
            reminder = Reminder.objects.create(
                organisation=unit,
                month=month,
                day=today,
                missing=missing[unit],
                reminded_by=by,
                reminded_at=now,
            )
        reminder.told.set(staff[unit.pk])
    told = [(staff[unit.pk], _news(unit, missing[unit], month, today, closes_on)) for unit in heard]
    people = {notice.person_id for notice in tell_all(told)}
    return Reminded(
        units=heard,
        people=len(people),
        already=[unit for unit in missing if unit.pk in done],
        unheard=[unit for unit in due if not staff[unit.pk]],
    )


def _news(unit: Organisation, missing: int, month: date, today: date, closes_on: date) -> News:
    over = "，已过期" if closes_on < today else ""
    return News(
        NoticeKind.REMINDED,
        cause=reminder_cause(month, unit.pk, today),
        text=f"请尽快提交 {month_words(month)}月报：{unit}还有 {missing} 个项目未报",
        detail=f"{closes_on.isoformat()} 截止{over}",
        organisation=unit,
        month=month,
    )

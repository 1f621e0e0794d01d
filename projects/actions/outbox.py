"""Which notices show at the bell and which are sent, by each person's choice; called where notices are written."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from projects.models import Delivery, Notice, NoticeChoice, NoticeHabits, User
from projects.models.notice import kinds_told
from projects.vocabulary import Channel, is_told_by_default

type Choices = Mapping[tuple[int, str, str], bool]


def choices_of(people: Sequence[int]) -> Choices:
    """What people have chosen otherwise than the defaults, by person, kind and channel; one query."""
    found = NoticeChoice.objects.filter(person__in=people)
    return {(row.person_id, row.kind, row.channel): row.is_wanted for row in found}


def wants(person: int, kind: str, channel: Channel, choices: Choices) -> bool:
    return choices.get((person, kind, channel), is_told_by_default(kind, channel))


def mute(notices: Sequence[Notice], choices: Choices) -> None:
    """Notices, not saved yet, for which a person wants no bell stand on the page as read."""
    for notice in notices:
        if not wants(notice.person_id, notice.kind, Channel.PAGE, choices):
            notice.read_at = notice.made_at


def post(notices: Sequence[Notice], choices: Choices) -> None:
    """Put into the outbox what people want by mail, for after their quiet hours; none where mail is off."""
    wanted = [each for each in notices if wants(each.person_id, each.kind, Channel.MAIL, choices)]
    if not settings.MAIL_ON or not wanted:
        return
    habits = {
        row.person_id: row for row in NoticeHabits.objects.filter(person__in={n.person_id for n in wanted})
    }
    Delivery.objects.bulk_create(
        _delivery(notice, habits.get(notice.person_id))
        for notice in wanted
        if notice.person_id not in habits or not habits[notice.person_id].is_weekly
    )


@transaction.atomic
def sum_up(today: date) -> int:
    """Once a week put what is unread, of the kinds that they want by mail, into the outbox of those who want one mail a
    week; how many people.
    """
    if not settings.MAIL_ON:
        return 0
    monday = date.fromordinal(today.toordinal() - today.weekday())
    due = NoticeHabits.objects.select_for_update().filter(is_weekly=True).exclude(summed_up_on__gte=monday)
    people = 0
    for habits in due:
        choices = choices_of([habits.person_id])
        made = Delivery.objects.bulk_create(
            _delivery(notice, habits)
            for notice in Notice.objects.filter(person=habits.person_id, deliveries=None).untold()
            if wants(habits.person_id, notice.kind, Channel.MAIL, choices)
        )
        habits.summed_up_on = today
        habits.save(update_fields=["summed_up_on"])
        people += bool(made)
    return people


@transaction.atomic
def choose(
    person: User,
    *,
    page: Sequence[str],
    mail: Sequence[str],
    quiet_from: time | None,
    quiet_until: time | None,
    is_weekly: bool,
) -> None:
    """Keep how the person wants to be told: kinds that ring, kinds that are mailed, and when."""
    wanted = {Channel.PAGE: set(page), Channel.MAIL: set(mail)}
    NoticeChoice.objects.bulk_create(
        (
            NoticeChoice(person=person, kind=kind, channel=channel, is_wanted=kind in kinds)
            for channel, kinds in wanted.items()
            for kind in kinds_told(person)
        ),
        update_conflicts=True,
        unique_fields=["person", "kind", "channel"],
        update_fields=["is_wanted"],
    )
    NoticeHabits.objects.update_or_create(
        person=person,
        defaults={"quiet_from": quiet_from, "quiet_until": quiet_until, "is_weekly": is_weekly},
    )


def _delivery(notice: Notice, habits: NoticeHabits | None) -> Delivery:
    now = timezone.now()
    return Delivery(notice=notice, channel=Channel.MAIL, due_at=habits.loud_from(now) if habits else now)

"""Tell people what concerns them. Actions call this in their own transaction; nobody is told twice of one cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from projects.actions import outbox
from projects.models import (
    Bulletin,
    Decision,
    Import,
    Notice,
    Organisation,
    PaperOrder,
    Problem,
    Project,
    Receiver,
    ReceiverMessage,
    User,
)
from projects.models.audience import audible
from projects.models.notice import LONGEST_DETAIL, LONGEST_TEXT, NoticeQuerySet
from projects.rules.phones import without_contacts
from projects.vocabulary import NoticeKind, Stage


@dataclass(frozen=True, slots=True)
class News:
    """What is told, whoever hears it. `cause` names what happened, so that it is told once.

    What it is about (project and the rest) leads to the page where one acts, and decides who may still read it.
    """

    kind: NoticeKind
    cause: str
    text: str
    detail: str = ""
    project: Project | None = None
    stage: Stage | None = None
    problem: Problem | None = None
    decision: Decision | None = None
    bulletin: Bulletin | None = None
    organisation: Organisation | None = None
    paper_order: PaperOrder | None = None
    imported: Import | None = None
    month: date | None = None

    def to(self, person: User) -> Notice:
        notice = self.notice
        notice.person = person
        return notice

    def to_receiver(self, receiver: Receiver) -> ReceiverMessage:
        """For a robot or another system: `detail` may hold what somebody typed for one reader, so it stays here."""
        return ReceiverMessage(
            receiver=receiver,
            kind=self.kind,
            cause=f"{self.cause}@{self.organisation.pk}" if self.organisation else self.cause,
            text=_shortened(without_contacts(self.text), LONGEST_TEXT),
            path=self.notice.get_absolute_url(),
            project=self.project,
            problem=self.problem,
            decision=self.decision,
            organisation=self.organisation,
        )

    @property
    def notice(self) -> Notice:
        """To nobody yet."""
        return Notice(
            kind=self.kind,
            cause=self.cause,
            text=_shortened(self.text, LONGEST_TEXT),
            detail=_shortened(self.detail, LONGEST_DETAIL),
            project=self.project,
            stage=self.stage or "",
            problem=self.problem,
            decision=self.decision,
            bulletin=self.bulletin,
            organisation=self.organisation,
            paper_order=self.paper_order,
            imported=self.imported,
            month=self.month,
        )


def tell(people: Iterable[User], news: News, *, by: User | None = None) -> list[Notice]:
    """Tell the people, but not the person who did it. See `tell_all`."""
    return tell_all([(people, news)], by=by)


@transaction.atomic
def tell_all(told: Iterable[tuple[Iterable[User], News]], *, by: User | None = None) -> list[Notice]:
    """Tell each group of people its news, in a few statements; the notices that are new.

    Whoever was told of a cause before is not told again.
    """
    doer, groups = by.pk if by else None, list(told)
    announce([news for _, news in groups])
    wanted = {
        (person.pk, news.cause): news.to(person)
        for people, news in groups
        for person in people
        if person.pk != doer
    }
    if not wanted:
        return []
    known = Notice.objects.filter(cause__in={cause for _, cause in wanted}).values_list("person_id", "cause")
    new = sorted((wanted[key] for key in wanted.keys() - set(known)), key=attrgetter("person_id", "cause"))
    choices = outbox.choices_of([notice.person_id for notice in new])
    outbox.mute(new, choices)
    made = Notice.objects.bulk_create(new)
    outbox.post(made, choices)
    return made


def announce(told: Sequence[News]) -> None:
    """Put into the outbox of robots and other systems what each is to hear; nobody hears of a cause twice."""
    if not settings.OUTGOING_HOSTS or not told:
        return
    for receiver in Receiver.objects.on().with_audience():
        messages = [news.to_receiver(receiver) for news in told if news.kind in receiver.kinds]
        ReceiverMessage.objects.bulk_create(audible(receiver, messages), ignore_conflicts=True)


@transaction.atomic
def withdraw(cause: str) -> None:
    """What was told holds no more: nobody needs to read it. Causes that begin with this one are meant, too."""
    Notice.objects.unread().filter(cause__startswith=cause).delete()
    ReceiverMessage.objects.waiting().filter(cause__startswith=cause).delete()


@transaction.atomic
def read(notices: NoticeQuerySet, *, by: User) -> int:
    """The person has read these; how many were unread."""
    now = timezone.now()
    number = notices.unread().filter(person_id=by.pk).update(read_at=now)
    if number:
        by.notices_read_at = now
        by.save(update_fields=["notices_read_at"])
    return number


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

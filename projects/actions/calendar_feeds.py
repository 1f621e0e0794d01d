"""The calendar feed of a person: make it, end it, note that it was read. Each act is an entry of the account."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from projects.actions.auditing import note
from projects.models import AccountEntry, CalendarFeed, User
from projects.rules.broken import RuleBroken
from projects.rules.calendar_feeds import digest_of, new_feed_key
from projects.vocabulary import AccountAct, AuditAct

NOTED_EVERY = timedelta(minutes=10)
"""A use is written at most so often: reading must not become writing."""


@transaction.atomic
def make_feed(owner: User, *, is_starred_only: bool, by: User) -> str:
    """The key of a new feed, which is stored nowhere; a former one ends. RuleBroken for an account that is closed."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=owner.pk)
    if not locked.is_active:
        raise RuleBroken(f"{locked}已停用，不能开通日历订阅。")
    text = new_feed_key()
    CalendarFeed.objects.update_or_create(
        owner=locked,
        defaults={
            "digest": digest_of(text),
            "is_starred_only": is_starred_only,
            "made_at": timezone.now(),
            "last_used_at": None,
        },
    )
    _note(locked, AccountAct.FEED_MADE, by=by, reason="")
    return text


@transaction.atomic
def end_feed(owner: User, *, by: User, reason: str) -> bool:
    """End the feed at once; whether there was one."""
    number, _ = CalendarFeed.objects.filter(owner=owner).delete()
    if number:
        _note(owner, AccountAct.FEED_ENDED, by=by, reason=reason)
    return bool(number)


def note_read(feed: CalendarFeed, *, at: datetime) -> None:
    CalendarFeed.objects.filter(pk=feed.pk).unused_since(at - NOTED_EVERY).update(last_used_at=at)


def _note(owner: User, act: AccountAct, *, by: User, reason: str) -> None:
    AccountEntry.objects.create(person=owner, act=act, changes="", reason=reason, by=by)
    note(AuditAct.KEY, by=by, subject=f"{act.label}：{owner.username}", detail=reason)

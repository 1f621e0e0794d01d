"""Sealing a month: its numbers are kept as printed, in a chain that shows whether one was altered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from projects.actions.guarding import close_register
from projects.actions.notifying import News, tell
from projects.actions.recording import record
from projects.models import Bulletin, Figure, Organisation, User, audience
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.bulletin import PrintedFigure, title_of
from projects.rules.seals import digest_of
from projects.vocabulary import BulletinKind, FigureTopic, NoticeKind


@contextmanager
def closing() -> Iterator[datetime]:
    """While numbers are added up and sealed, nobody else writes or seals; gives the moment that the seal knows."""
    with transaction.atomic():
        close_register()
        yield timezone.now()


@transaction.atomic
def seal(
    *,
    year: int,
    month: int,
    level: str,
    organisation: Organisation | None,
    known_at: datetime,
    content: str,
    figures: Sequence[PrintedFigure],
    by: User,
) -> Bulletin:
    """Seal a month that has ended, for a list ("" = all) and a unit (None = the district).

    `content`: the canonical text of what is printed, as known at the moment `known_at`; `figures`: its numbers by code.
    RuleBroken for a month that has not ended, or that is sealed already.
    """
    close_register()
    as_of = periods.month_end(date(year, month, 1))
    title = title_of(year, month, level, organisation.name if organisation else "")
    last = Bulletin.objects.chain().last()
    _check(title, as_of, known_at, last)
    bulletin = Bulletin(
        title=title,
        kind=BulletinKind.SEALED,
        year=year,
        as_of=as_of,
        level=level,
        organisation=organisation,
        content=content,
        previous_digest=last.digest if last else "",
        sealed_by=by,
        sealed_at=known_at,
    )
    bulletin.digest = digest_of(bulletin.previous_digest, content)
    reason = f"封存{year}年{month}月"
    record(bulletin, by=by, reason=reason)
    rows = [_figure(bulletin, figure) for figure in figures]
    bulk_create_with_history(rows, Figure, default_user=by, default_change_reason=reason)
    news = News(
        NoticeKind.SEALED,
        cause=f"seal:{bulletin.pk}",
        text=f"已封存：{title}",
        bulletin=bulletin,
        organisation=organisation,
    )
    tell(audience.readers_of_seal(organisation.pk if organisation else None), news, by=by)
    return bulletin


def _check(title: str, as_of: date, known_at: datetime, last: Bulletin | None) -> None:
    """RuleBroken where the month has not ended, the clock runs behind the last seal, or the seal exists already."""
    if timezone.localdate(known_at) <= as_of:
        raise RuleBroken(f"{as_of.year}年{as_of.month}月还没有结束，不能封存。")
    if last is not None and last.sealed_at is not None and known_at <= last.sealed_at:
        raise RuleBroken(f"封存时间须晚于上一次封存《{last.title}》，请检查系统时间。")
    if Bulletin.objects.filter(title=title).exists():
        raise RuleBroken(f"《{title}》已经封存，同一个月、同一范围只封存一次。")


def _figure(bulletin: Bulletin, figure: PrintedFigure) -> Figure:
    return Figure(
        bulletin=bulletin,
        position=figure.position,
        topic=FigureTopic.PROJECTS,
        code=figure.code,
        label=figure.label,
        level=figure.level,
        organisation_id=figure.organisation,
        unit=figure.unit,
        amount=figure.amount,
        printed=figure.printed,
    )

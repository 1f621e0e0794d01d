"""The calendar feed: a page where one makes and ends the own one, and the file that calendar programs read."""

from datetime import UTC, datetime

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import calendar_feeds as actions
from projects.figures.calendar_feed import due_events
from projects.files.writing.calendar import CalendarEntry, calendar_file
from projects.models import CalendarFeed, Project, User
from projects.models.district import current_district
from projects.once import once

PER_MINUTE = 10
"""Readings of one feed, and wrong keys of one address; programs read some times a day."""
NONE = "没有这个日历订阅，或者已经停用。"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.has_keys)
def account_calendar(request: HttpRequest) -> HttpResponse:
    """One's own feed. The address of a new one is in the answer, and nowhere later."""
    user = access.signed_in(request)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    made = ""
    if act == "end":
        with once(request, resolve_url("account_calendar")):
            actions.end_feed(user, by=user, reason="本人停用")
        messages.success(request, "已停用，日历程序从现在起读不到。")
        return redirect("account_calendar")
    if act == "make":
        with once(request, resolve_url("account_calendar")):
            key = actions.make_feed(user, is_starred_only="starred" in request.POST, by=user)
            made = f"{request.build_absolute_uri(reverse('calendar_feed'))}?key={key}"
    elif request.method == "POST":
        raise BadRequest("不认识的操作。")
    feed = CalendarFeed.objects.filter(owner=user).first()
    return render(request, "projects/account_calendar.html", {"feed": feed, "made": made})


@login_not_required
@require_safe
@never_cache
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """The file of the feed whose key is asked with, with what its owner may read today; 404 for any other key.

    The key stands in the query, which no log of ours holds.
    """
    feed = CalendarFeed.objects.presented(request.GET.get("key", ""))
    if _is_too_often(f"feed-{feed.pk}" if feed else f"no-feed-{get_client_ip_address(request)}"):
        return HttpResponse("读得太频繁，请一分钟后再试。", status=429, headers={"Retry-After": "60"})
    owner = User.objects.with_roles().get(pk=feed.owner_id) if feed else None
    if feed is None or owner is None or not access.has_keys(owner):
        raise Http404(NONE)
    now = timezone.now()
    content = _content(request, feed, owner, now)
    actions.note_read(feed, at=now)
    return HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": "inline; filename=due.ics", "X-Robots-Tag": "noindex"},
    )


def _content(request: HttpRequest, feed: CalendarFeed, owner: User, now: datetime) -> bytes:
    projects = Project.objects.visible_to(owner)
    if feed.is_starred_only:
        projects = projects.starred_by(owner)
    events = due_events(projects, access.readable_decisions(owner), today=timezone.localdate(now))
    entries = [
        CalendarEntry(
            each.number,
            each.first,
            each.last,
            each.title,
            each.words,
            request.build_absolute_uri(each.path),
        )
        for each in events
    ]
    return calendar_file(f"{current_district().product}到期", entries, made_at=now.astimezone(UTC))


def _is_too_often(who: str) -> bool:
    """Count a reading of this minute; where the cache cannot be written, nobody is stopped."""
    cache, name = caches["limits"], f"{who}-{int(timezone.now().timestamp()) // 60}"
    try:
        cache.add(name, 0, 120)
        return cache.incr(name) > PER_MINUTE
    except (OSError, ValueError):
        return False

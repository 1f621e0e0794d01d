"""The calendar feed: what is due as a file for calendar programs, with the rights that its owner has today."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from projects.actions import people
from projects.models import AccountEntry, CalendarFeed, Organisation, Star, User
from projects.views.calendar_feeds import PER_MINUTE
from tests import build

pytestmark = pytest.mark.django_db

PAGE, FEED = "/account/calendar/", "/calendar/feed.ics"
KEY = re.compile(r"http://testserver(/calendar/feed\.ics\?key=(cal_[A-Za-z0-9_-]{43}))")


@pytest.fixture(autouse=True)
def _limits() -> None:
    caches["limits"].clear()


@pytest.fixture
def unit() -> Organisation:
    return build.town("罗溪镇")


@pytest.fixture
def staff(unit: Organisation) -> User:
    return build.staff(unit)


def made(user: User, **facts: str) -> str:
    """The address of a new feed, as the page shows it once."""
    answer = build.browser_of(user).post(PAGE, {"act": "make", **facts})
    assert answer.status_code == 200
    ((address, _),) = KEY.findall(answer.content.decode())
    return address


def events(address: str) -> list[Any]:
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def titles(address: str) -> set[str]:
    return {str(event["summary"]) for event in events(address)}


def in_days(number: int) -> date:
    return timezone.localdate() + timedelta(days=number)


def test_stages_and_decisions_are_days_and_ranges(staff: User, unit: Organisation) -> None:
    project = build.project("热泵；一期", organisation=unit)
    stage = build.milestone(project, "topped_out", planned=in_days(5))
    later = date(timezone.localdate().year + 1, 2, 1)
    month = build.milestone(project, "completed", planned=later, planned_precision="month")
    decision = build.decision(unit, "月底前复工", due=in_days(-3), given_on=in_days(-9), by=build.leader())
    found = {str(event["uid"]): event for event in events(made(staff))}
    assert found.keys() == {
        f"stage-{stage.pk}@hightech-projects",
        f"stage-{month.pk}@hightech-projects",
        f"decision-{decision.pk}@hightech-projects",
    }
    day = found[f"stage-{stage.pk}@hightech-projects"]
    assert (day["dtstart"].dt, day["dtend"].dt) == (in_days(5), in_days(6))
    assert day["dtstart"].params["VALUE"] == "DATE"
    assert str(day["summary"]) == "封顶：热泵；一期"
    assert f"http://testserver/projects/{project.pk}/milestones/topped_out/" in str(day["description"])
    whole = found[f"stage-{month.pk}@hightech-projects"]
    assert (whole["dtstart"].dt, whole["dtend"].dt) == (later, later.replace(month=3))
    late = found[f"decision-{decision.pk}@hightech-projects"]
    assert str(late["summary"]) == "督办：月底前复工"
    assert "已逾期" in str(late["description"])


def test_an_event_keeps_its_number_when_it_is_moved_and_goes_when_it_is_done(
    staff: User, unit: Organisation
) -> None:
    project = build.project("热泵", organisation=unit)
    stage = build.milestone(project, "topped_out", planned=in_days(5))
    address = made(staff)
    (before,) = events(address)
    stage.current_on = in_days(9)
    build.kept(stage)
    (after,) = events(address)
    assert after["uid"] == before["uid"]
    assert after["dtstart"].dt == in_days(9)
    today = timezone.localdate()
    stage.reached_on, stage.reached_precision, stage.recorded_on = today, "day", today
    build.kept(stage)
    assert events(address) == []


def test_only_what_its_owner_may_read_today(staff: User, unit: Organisation) -> None:
    other = build.town("奔牛镇")
    for owner in (unit, other):
        build.milestone(build.project(f"{owner}项目", organisation=owner), "completed", planned=in_days(5))
        build.decision(owner, f"{owner}督办", due=in_days(5), by=build.leader())
    own, all_of_it = made(staff), made(build.leader())
    assert titles(own) == {"竣工：罗溪镇项目", "督办：罗溪镇督办"}
    assert titles(all_of_it) == titles(own) | {"竣工：奔牛镇项目", "督办：奔牛镇督办"}
    staff.organisation = other
    staff.save()
    assert titles(own) == {"竣工：奔牛镇项目", "督办：奔牛镇督办"}
    staff.groups.clear()
    assert Client().get(own).status_code == 404


def test_of_starred_projects_alone(staff: User, unit: Organisation) -> None:
    for name in ("热泵", "电池"):
        project = build.project(name, organisation=unit)
        build.milestone(project, "completed", planned=in_days(5))
    Star.objects.create(user=staff, project=project)
    assert titles(made(staff, starred="1")) == {"竣工：电池"}


def test_the_key_is_stored_as_a_digest_shown_once_and_ends_at_once(staff: User) -> None:
    address = made(staff)
    key = address.partition("key=")[2]
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM projects_calendarfeed")
        assert key not in repr(cursor.fetchall())
    browser = build.browser_of(staff)
    assert key not in browser.get(PAGE).content.decode()
    second = made(staff)
    assert Client().get(address).status_code == 404
    assert events(second) == []
    assert "最近读取" in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, {"act": "end"}).status_code == 302
    assert Client().get(second).status_code == 404
    acts = AccountEntry.objects.filter(person=staff).order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["feed_made", "feed_made", "feed_ended"]


def test_it_ends_with_the_account_and_does_not_come_back(staff: User) -> None:
    address = made(staff)
    people.close(staff, by=build.admin(), reason="离职")
    assert Client().get(address).status_code == 404
    people.open_again(staff, by=build.admin(), reason="回来")
    assert Client().get(address).status_code == 404
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("query", ["", "?key=", "?key=x", f"?key=cal_{'a' * 43}"])
def test_without_the_key_there_is_nothing(query: str) -> None:
    assert Client().get(FEED + query).status_code == 404


def test_it_is_read_only_so_often_a_minute(staff: User) -> None:
    address = made(staff)
    answers = [Client().get(address).status_code for _ in range(PER_MINUTE + 2)]
    assert answers.count(200) >= PER_MINUTE
    assert set(answers[PER_MINUTE:]) <= {200, 429}  # a minute may begin in between
    guesses = [Client().get(f"{FEED}?key=x").status_code for _ in range(2 * PER_MINUTE + 2)]
    assert 429 in guesses


def test_an_account_that_reads_nothing_has_none() -> None:
    assert build.browser_of(build.auditor()).post(PAGE, {"act": "make"}).status_code == 403
    assert build.browser_of(build.staff(build.town())).post(PAGE, {"act": "x"}).status_code == 400


def test_the_number_of_queries_does_not_grow(staff: User, unit: Organisation) -> None:
    address = made(staff)
    counts = []
    for number in (1, 20):
        for each in range(number):
            project = build.project(f"项目{number}-{each}", organisation=unit)
            build.milestone(project, "completed", planned=in_days(5))
            build.decision(unit, f"督办{each}", due=in_days(5), by=build.leader())
        with CaptureQueriesContext(connection) as queries:
            events(address)
        counts.append(len(queries))
    assert counts[1] <= counts[0]

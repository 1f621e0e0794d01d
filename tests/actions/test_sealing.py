"""Sealing a month: what is kept, what is refused, and that the chain cannot fork."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from projects.actions import lifecycle, sealing
from projects.figures.chain import checked_seals
from projects.models import Bulletin, Figure
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.seals import digest_of
from projects.vocabulary import BulletinKind, Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db


def started(organisation=None, reached: str = "2024-05-01"):
    project = build.project(organisation=organisation)
    build.listing(project)
    build.milestone(project, "started", reached)
    return project


def test_a_seal_keeps_the_numbers_with_who_and_when() -> None:
    started(build.town("罗溪镇"))
    office = build.office()

    bulletin = build.seal(by=office)

    assert (bulletin.title, bulletin.kind) == ("2024年9月完成情况（市重点）", BulletinKind.SEALED)
    assert (bulletin.year, bulletin.as_of, bulletin.level) == (2024, date(2024, 9, 30), "city")
    assert bulletin.sealed_by == office
    assert bulletin.digest == digest_of("", bulletin.content)
    entry = bulletin.history.get()
    assert (entry.history_user, entry.history_change_reason) == (office, "封存2024年9月")


def test_its_figures_stand_by_code_level_and_unit() -> None:
    luoxi = build.town("罗溪镇")
    started(luoxi)
    started()

    bulletin = build.seal()

    figures = {
        (figure.code, figure.organisation): (figure.level, figure.amount, figure.printed)
        for figure in bulletin.figures.all()
    }
    assert figures == {
        ("projects", None): ("city", 2, "2个"),
        ("started", None): ("city", 2, "2个"),
        ("projects", luoxi): ("city", 1, "1个"),
        ("started", luoxi): ("city", 1, "1个"),
    }
    assert {entry.history_change_reason for entry in Figure.history.all()} == {"封存2024年9月"}


def test_each_seal_carries_the_digest_of_the_one_before() -> None:
    first = build.seal("2024-08")
    second = build.seal("2024-09")
    third = build.seal("2024-07")  # sealed late: the chain goes by when, not by which month

    assert [first.previous_digest, second.previous_digest] == ["", first.digest]
    assert third.previous_digest == second.digest
    assert list(Bulletin.objects.chain()) == [first, second, third]


def test_a_month_is_sealed_once_for_a_scope() -> None:
    build.seal("2024-09")

    with pytest.raises(RuleBroken, match="《2024年9月完成情况（市重点）》已经封存"):
        build.seal("2024-09")

    build.seal("2024-09", level="province")
    build.seal("2024-09", organisation=build.town("罗溪镇"))
    assert Bulletin.objects.count() == 3


def test_a_month_must_have_ended() -> None:
    today = timezone.localdate()

    with pytest.raises(RuleBroken, match="还没有结束"):
        build.seal(f"{today:%Y-%m}")

    ended = today.replace(day=1) - timedelta(days=1)
    assert build.seal(f"{ended:%Y-%m}").as_of == ended


def test_a_clock_that_goes_backwards_is_refused() -> None:
    last = build.seal("2024-08")
    assert last.sealed_at is not None

    with pytest.raises(RuleBroken, match="请检查系统时间"):
        sealing.seal(
            year=2024,
            month=9,
            level="city",
            organisation=None,
            known_at=last.sealed_at - timedelta(seconds=1),
            content="{}",
            figures=[],
            by=build.office(),
        )


def test_a_refused_seal_leaves_nothing() -> None:
    build.seal("2024-09")
    figures = Figure.objects.count()

    with pytest.raises(RuleBroken):
        build.seal("2024-09")

    assert Figure.objects.count() == figures


@pytest.mark.parametrize("units", [1, 12])
def test_the_number_of_queries_does_not_depend_on_the_units(
    units: int, django_assert_max_num_queries
) -> None:
    for number in range(units):
        started(build.town(f"{number}号镇"))
    office = build.office()

    # PostgreSQL takes two advisory locks more than SQLite, one for the chain of seals and one for the audit.
    with django_assert_max_num_queries(37):
        build.seal(by=office)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_seals_at_the_same_time_do_not_fork_the_chain() -> None:
    started()
    office = build.office()
    as_of = periods.month_end(date(2024, 9, 1))

    def seal_one(level: str) -> str:
        try:
            with sealing.closing() as known_at:
                bulletin = sealing.seal(
                    year=as_of.year,
                    month=as_of.month,
                    level=level,
                    organisation=None,
                    known_at=known_at,
                    content=f'{{"level":"{level}"}}',
                    figures=[],
                    by=office,
                )
            return bulletin.title
        finally:
            connection.close()

    levels = ["", "province", "city", "district"]
    with ThreadPoolExecutor(max_workers=4) as pool:
        titles = list(pool.map(seal_one, levels))

    chain = list(Bulletin.objects.chain())
    assert sorted(titles) == sorted(seal.title for seal in chain)
    assert [seal.previous_digest for seal in chain] == ["", *(seal.digest for seal in chain[:-1])]
    assert [check.fault for check in checked_seals()] == ["封存内容无法读取"] * 4  # the chain itself is whole


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_is_written_meanwhile_waits_and_meets_the_seal() -> None:
    project = started()
    staff = build.staff()

    def reach() -> str:
        try:
            lifecycle.reach(project, Stage.TOPPED_OUT, on=date(2024, 8, 1), precision=Precision.DAY, by=staff)
        except RuleBroken as broken:
            return str(broken)
        finally:
            connection.close()
        return "written"

    with ThreadPoolExecutor(max_workers=1) as pool:
        with sealing.closing():
            written = pool.submit(reach)
            wait([written], timeout=1)
            waited = not written.done()
            build.seal("2024-09")

        assert waited
        assert "已封存" in written.result(timeout=20)
    assert not project.milestones.filter(stage="topped_out").exists()

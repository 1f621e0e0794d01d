"""`manage.py recount`: nothing differs on the demonstration district, and what was altered is found and named."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from projects.management.commands.recount import one_state
from projects.models import Bulletin, Figure, Milestone, MonthlyReport, Project
from projects.recount.comparing import Product
from projects.recount.counting import Basis, CountedDay
from projects.recount.pages import page
from projects.recount.questions import default_days
from projects.recount.refereeing import Comparison
from projects.recount.tables import snapshot
from projects.rules import periods
from projects.rules.bulletin import read
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 30)


def recounted(**options: object) -> str:
    """What the command says; CommandError, with what it said before, where anything differs."""
    said = StringIO()
    try:
        call_command("recount", stdout=said, **options)
    except CommandError as fault:
        raise CommandError(f"{said.getvalue()}{fault}") from fault
    return said.getvalue()


def small_register() -> Project:
    luoxi = build.town("罗溪镇")
    project = build.project("甲", organisation=luoxi, total_investment=12 * build.YI, at="2024-01-02")
    build.listing(project, at="2024-01-02")
    build.report(project, "2024-08", 3 * build.YI, at="2024-09-02")
    build.milestone(project, "started", "2024-05-20", planned="2024-04-30", at="2024-05-21")
    build.target("invested", 10 * build.YI, organisation=luoxi, at="2024-01-02")
    build.light_rule()
    return project


def test_nothing_differs_on_the_demonstration_district(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR, settings.DEMO_MARK = tmp_path, tmp_path / "demonstration"
    call_command("demo", projects=24, stdout=StringIO())
    today = timezone.localdate()
    ended = periods.month_end(periods.month_start(today) - timezone.timedelta(days=40))

    said = recounted(days=[ended, ended.replace(day=14)], seed=3)

    compared = {
        kind: int(number) for kind, number in re.findall(r"^  (\S+)：比对 (\d+) 个，差异 0 个$", said, re.M)
    }
    assert compared["封存"] > 3_000
    assert sum(compared.values()) > 30_000
    assert min(compared[kind] for kind in ("名单", "名次", "漏斗", "月报", "明细", "佐证", "逐月")) > 100
    assert len(compared) == 14
    assert said.count("：领导、") == 4  # each day at two moments, asked by a leader and by staff of a unit
    assert said.splitlines()[-1] == f"▸ 共比对 {sum(compared.values())} 个数，差异 0 个。"


def test_a_number_altered_in_a_seal_is_found_and_named() -> None:
    small_register()
    seal = build.seal("2024-08")
    assert "差异 0 个" in recounted(sealed=True)

    Figure.objects.filter(bulletin=seal, code="invested", organisation=None).update(amount=4 * build.YI)

    with pytest.raises(CommandError) as found:
        recounted(sealed=True)
    told = str(found.value).splitlines()
    assert told[1] == f"✗ [封存] 《{seal.title}》：全区 数字 完成投资：系统 400000000，重算 300000000"
    assert re.fullmatch(r"共比对 \d{2,} 个数，差异 1 个。", told[-1])


def test_a_seal_that_printed_another_number_or_is_torn_is_found() -> None:
    small_register()
    seal = build.seal("2024-08", organisation=build.town("罗溪镇"))
    printed = read(seal.content)
    assert printed is not None
    Bulletin.objects.filter(pk=seal.pk).update(content=seal.content.replace('"projects":1', '"projects":2'))

    with pytest.raises(CommandError, match="合计 项目数：系统 2，重算 1"):
        recounted(sealed=True)

    Bulletin.objects.filter(pk=seal.pk).update(content=seal.content[:-1])
    with pytest.raises(CommandError, match="封存内容：系统 读不出"):
        recounted(sealed=True)


def test_a_row_altered_past_the_history_is_found_in_the_sealed_month() -> None:
    small_register()
    build.seal("2024-08")
    MonthlyReport.history.update(invested=5)

    with pytest.raises(CommandError, match=r"投资 实际：系统 300000000，重算 5"):
        recounted(sealed=True)


def test_a_row_altered_between_the_two_sides_is_named_with_scope_day_and_basis() -> None:
    small_register()
    asked = Basis(SEPTEMBER, "city")
    values, _ = Product().page(asked, None)
    MonthlyReport.objects.update(invested=5)
    comparison = Comparison()

    comparison.compare("全区", values, page(CountedDay(snapshot(None), SEPTEMBER), asked))

    told = {difference.figure: str(difference) for difference in comparison.differences}
    assert told["完成投资 台账合计 至少"] == "全区：完成投资 台账合计 至少：系统 300000000，重算 5"
    assert told["罗溪镇 完成投资 完成率"].endswith("系统 3/10（0.3000），重算 1/200000000（0.0000）")
    assert {difference.kind for difference in comparison.differences} == {"指标", "逐月", "目标、完成率与灯"}


def test_a_possible_end_that_is_wrong_is_found_and_named() -> None:
    project = build.project("甲", organisation=build.town("罗溪镇"))
    build.listing(project)
    build.milestone(project, Stage.STARTED, "2024-12-31", "year")
    asked = Basis(SEPTEMBER, "city")
    values, _ = Product().page(asked, None)
    counted = CountedDay(snapshot(None), SEPTEMBER)
    agreeing, comparison = Comparison(), Comparison()
    agreeing.compare("全区", values, page(counted, asked))
    Milestone.objects.update(reached_precision="day")  # now it certainly lies ahead

    comparison.compare("全区", values, page(CountedDay(snapshot(None), SEPTEMBER), asked))

    assert agreeing.differences == []
    told = {difference.figure: str(difference) for difference in comparison.differences}
    assert told["新开工 台账合计 至多"] == "全区：新开工 台账合计 至多：系统 1，重算 0"
    assert told["新开工 1—1月 至多"] == "全区：新开工 1—1月 至多：系统 1，重算 0"
    assert told["到达开工 至多"] == "全区：到达开工 至多：系统 1，重算 0"
    assert {difference.kind for difference in comparison.differences} == {"指标", "逐月", "漏斗"}


def test_lists_that_differ_say_which_names() -> None:
    comparison = Comparison()

    comparison.compare("全区", {("名单", "未报"): ("甲", "乙")}, {("名单", "未报"): ("乙", "丙", "丙")})
    comparison.compare("全区", {("漏斗", "签约"): 3}, {})

    assert [str(each) for each in comparison.differences] == [
        "全区：未报：系统多出 甲，系统缺少 丙、丙",
        "全区：签约：系统 3，重算 没有这一项",
    ]


def test_days_and_units_are_chosen_and_checked() -> None:
    small_register()

    said = recounted(days=[SEPTEMBER], units=["罗溪镇"])

    assert "▸ 截至 2024-09-30，现在所知：领导、罗溪镇经办" in said
    with pytest.raises(CommandError, match="没有叫“无名镇”的单位"):
        recounted(days=[SEPTEMBER], units=["无名镇"])
    with pytest.raises(CommandError, match="截至日不能晚于今天"):
        recounted(days=[date(2999, 1, 1)])


def test_an_empty_register_has_nothing_that_differs() -> None:
    assert "差异 0 个" in recounted(days=[SEPTEMBER])


def test_the_days_are_twelve_month_ends_and_some_within() -> None:
    days = default_days(date(2024, 9, 30), Random(1))

    ends = [day for day in days if day == periods.month_end(day)]
    assert (ends[0], ends[-1], len(ends)) == (date(2023, 10, 31), date(2024, 9, 30), 12)
    assert len(days) - len(ends) == 3
    assert max(default_days(date(2024, 9, 29), Random(1))) == date(2024, 8, 31)


@pytest.mark.django_db(transaction=True)
def test_others_write_while_the_recount_reads_one_state() -> None:
    """Outside a test's own transaction the command opens one: what is written meanwhile is not in it."""
    build.project("先有的")
    with one_state(), ThreadPoolExecutor(1) as elsewhere:
        before = len(snapshot(None).projects)
        elsewhere.submit(written_elsewhere).result()
        during = len(snapshot(None).projects)

    assert (before, during, len(snapshot(None).projects)) == (1, 1, 2)


def written_elsewhere() -> None:
    build.project("后来的")
    connection.close()

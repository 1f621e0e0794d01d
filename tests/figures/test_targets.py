"""The table of targets, one target with its versions, and the original amount beside the current one."""

from datetime import date

import pytest

from projects.actions import targets as acts
from projects.figures.completion.target import targets_of
from projects.figures.scope import Scope
from projects.figures.targets import TargetGrid, TargetSheet, target_grid, target_sheet
from projects.models import Organisation, Project, Target
from projects.models.reach import DISTRICT
from projects.vocabulary import Indicator
from tests import build

pytestmark = pytest.mark.django_db

INVESTED, STARTED = Indicator.INVESTED, Indicator.STARTED


def grid(readable=None, units=None, year: int = 2024, level: str = "city") -> TargetGrid:
    return target_grid(
        Target.objects.all() if readable is None else readable,
        list(Organisation.objects.all()) if units is None else units,
        year=year,
        level=level,
    )


def sum_of(table: TargetGrid, indicator: Indicator) -> tuple:
    found = next(line for line in table.sums if line.indicator == indicator)
    return found.units.value, found.units.known, found.whole, found.difference


def test_rows_follow_the_tree_and_leave_the_office_out():
    luoxi, park = build.town("罗溪镇", position=1), build.park("综合保税区", position=3)
    village = build.town("龙王村", parent=luoxi, position=2)
    build.town("重大项目办", kind="office", position=4)

    rows = [(row.unit, row.label, row.depth) for row in grid().rows]

    assert rows == [
        (None, "全区", 0),
        (luoxi.pk, "罗溪镇", 1),
        (village.pk, "龙王村", 2),
        (park.pk, "综合保税区", 1),
    ]


def test_a_target_of_the_office_itself_is_never_hidden():
    office = build.town("重大项目办", kind="office")
    build.target("started", 1, organisation=office)
    assert [row.label for row in grid().rows] == ["全区", "重大项目办"]


def test_no_target_is_not_a_target_of_nothing():
    build.district()
    build.target("started", 0)
    cells = {cell.indicator: cell for cell in grid().rows[0].cells}
    assert (cells[STARTED].fact is None, cells[STARTED].amount) == (False, 0)
    assert (cells[INVESTED].fact, cells[INVESTED].amount) == (None, None)


def test_the_units_are_held_against_the_district_and_nothing_is_mended():
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    build.town("奔牛镇")
    build.target("invested", 647 * build.YI)
    build.target("invested", 400 * build.YI, organisation=luoxi)
    build.target("invested", 250 * build.YI, organisation=xuejia)
    build.target("started", 9, organisation=luoxi)
    build.target("started", 100, organisation=build.town("龙王村", parent=luoxi))  # in its town's already
    build.target("entered", 34)

    table = grid()

    assert sum_of(table, INVESTED) == (650 * build.YI, 2, 647 * build.YI, 3 * build.YI)
    assert sum_of(table, STARTED) == (9, 1, None, None)
    assert sum_of(table, Indicator.ENTERED) == (None, 0, 34, None)
    assert table.amounts[None, INVESTED] == 647 * build.YI


def test_a_unit_sees_its_own_rows_and_what_is_below_it():
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    village = build.town("龙王村", parent=luoxi)
    for unit, amount in ((None, 60), (luoxi, 12), (village, 5), (xuejia, 9)):
        build.target("started", amount, organisation=unit)
    staff = build.staff(luoxi)

    table = grid(Target.objects.visible_to(staff), list(Organisation.objects.within(luoxi)))

    assert [(row.label, row.cells[2].amount) for row in table.rows] == [("罗溪镇", 12), ("龙王村", 5)]
    assert sum_of(table, STARTED) == (5, 1, 12, -7)


def test_nobody_sees_targets_without_a_role_or_a_unit():
    build.target("started", 1)
    assert not Target.objects.visible_to(build.person(None)).exists()
    assert Target.objects.visible_to(build.leader()).exists()
    assert not Target.objects.visible_to(build.leader(build.town())).exists()
    homeless = build.staff(build.town())
    homeless.organisation = None
    assert not Target.objects.visible_to(homeless).exists()


@pytest.mark.usefixtures("article")
def test_the_articles_targets_are_only_stated_as_met():
    whole = grid().rows[0]
    facts = {cell.indicator: cell.fact for cell in whole.cells if cell.fact}
    assert set(facts) == {INVESTED, Indicator.ENTERED, STARTED, Indicator.COMPLETED}
    assert {(fact.amount, fact.stated_met, fact.paragraph) for fact in facts.values()} == {(None, True, "¶3")}


def test_what_was_taken_back_is_told_once_and_not_while_it_stands_again():
    office, luoxi = build.office(), build.town()
    build.target("started", 12, organisation=luoxi)
    build.target("invested", 10**9)
    gone = {(luoxi.pk, STARTED): (12, None), (None, INVESTED): (10**9, None)}
    acts.set_targets(2024, "city", gone, by=office, reason="误填")
    acts.set_targets(2024, "city", {(None, INVESTED): (None, 2 * 10**9)}, by=office)

    (entry,) = grid().withdrawn

    assert (entry.subject, entry.verb, entry.why, entry.who) == (
        "罗溪镇新开工 12 个",
        "取消",
        "误填",
        str(office),
    )


def amended(target: Target, by, reason: str, **terms: object) -> Target:
    for name, value in terms.items():
        setattr(target, name, value)
    return acts.amend(target, seen=target.history.latest().history_id, by=by, reason=reason)


def sheet_of(target: Target) -> TargetSheet:
    return target_sheet(Target.objects.get(pk=target.pk))


def test_versions_say_who_when_from_what_to_what_and_why():
    office = build.office()
    target = build.target("started", 60, by=office, at="2024-01-10")
    amended(target, office, "省里调整", amount=55, due_month=9)

    later, first = sheet_of(target).versions

    assert (first.who, first.verb, f"{first.at:%Y-%m-%d}") == (str(office), "新增", "2024-01-10")
    assert [(change.label, change.after) for change in first.changes] == [
        ("指标", "2024 年市重点 新开工"),
        ("单位", "全区"),
        ("年度目标", "60 个"),
        ("应完成", "12月底前"),
    ]
    assert (later.verb, later.why) == ("修改", "省里调整")
    assert [(change.label, change.before, change.after) for change in later.changes] == [
        ("年度目标", "60 个", "55 个"),
        ("应完成", "12月底前", "9月底前"),
    ]


def test_a_curve_of_money_is_told_in_yi():
    target = build.target("invested", 12 * build.YI, curve=[month * build.YI for month in range(1, 13)])
    words = {change.label: change.after for change in sheet_of(target).versions[0].changes}
    assert words["年度目标"] == "12 亿元"
    assert words["逐月累计计划"].startswith("1 亿元、2 亿元、")


def test_the_original_target_stays_beside_the_current_one():
    target = build.target("started", 60)
    assert sheet_of(target).changed_from is None
    amended(target, build.office(), "调整", amount=55)
    amended(target, build.office(), "再调整", amount=50)
    sheet = sheet_of(target)
    assert (sheet.original, sheet.target.amount, sheet.changed_from) == (60, 50, 60)


def test_a_statement_has_its_first_published_amount_as_the_original():
    target = build.target("started", None)
    amended(target, build.office(), "公布", amount=29)
    assert sheet_of(target).original == 29


def test_who_accepted_a_reason_is_who_wrote_it_last():
    first, second = build.office(), build.office()
    target = build.target("started", 12)
    assert sheet_of(target).accepted is None
    amended(target, first, "会议一", accepted_reason="缺地")
    amended(target, first, "改月份", due_month=9)
    accepted = sheet_of(target).accepted
    assert accepted is not None
    assert (accepted.who, accepted.why) == (str(first), "会议一")
    amended(target, first, "收回", accepted_reason="")
    assert sheet_of(target).accepted is None
    amended(target, second, "会议二", accepted_reason="缺地")
    accepted = sheet_of(target).accepted
    assert accepted is not None
    assert (accepted.who, accepted.why) == (str(second), "会议二")


def scope(known_at=None) -> Scope:
    units = list(Organisation.objects.all())
    return Scope(
        Project.objects.all(), 2024, date(2024, 9, 30), "city", None, known_at, units, reach=DISTRICT
    )


def test_completion_knows_the_original_on_both_clocks(django_assert_num_queries):
    target = build.target("started", 60, at="2024-01-10")
    target.amount = 55
    build.kept(target, at="2024-06-10", reason="调整")

    today = scope()
    with django_assert_num_queries(1):
        now = targets_of(today)[None, "started"]
    then = targets_of(scope(build.moment("2024-03-01")))[None, "started"]

    assert (now.original, now.amount, now.changed_from) == (60, 55, 60)
    assert (then.original, then.amount, then.changed_from) == (60, 60, None)


@pytest.mark.parametrize("units", [3, 30])
def test_the_grid_asks_two_queries_whatever_its_size(units: int, django_assert_num_queries):
    towns = [build.town(f"单位{number}") for number in range(units)]
    for town in towns:
        build.target("started", 3, organisation=town)
    every = list(Organisation.objects.all())

    with django_assert_num_queries(2):
        table = grid(units=every)

    assert sum_of(table, STARTED)[:2] == (3 * units, units)

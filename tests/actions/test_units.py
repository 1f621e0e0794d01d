"""A unit is renamed, closed, merged into another, and comes back: past days stay, nothing is lost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.forms import modelform_factory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import registry, units
from projects.figures.targets import target_grid
from projects.forms.account import AccountForm
from projects.forms.problem import ProblemForm
from projects.forms.project import ProjectPageForm
from projects.models import Organisation, Problem, Project, Target, User
from projects.rules.broken import Overtaken, RuleBroken
from tests import build

pytestmark = pytest.mark.django_db

JUNE = date(2024, 6, 1)


@pytest.fixture
def office() -> User:
    return build.office()


@pytest.fixture
def luoxi() -> Organisation:
    """A town with two projects, one of which it got in March."""
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    build.project("甲", organisation=luoxi, at="2024-01-02")
    project = build.project("乙", organisation=benniu, at="2024-01-02")
    project.hand_to(luoxi.pk, on=date(2024, 3, 1), today=timezone.localdate())
    build.kept(project)
    return luoxi


@pytest.fixture
def xuejia() -> Organisation:
    return build.town("薛家镇")


def closed(unit: Organisation, office: User, **asked) -> int:
    asked = {"on": JUNE, "expected": 2, "reason": "区划调整"} | asked
    return units.close_unit(unit, by=office, **asked)


def answering() -> dict[str, list[str]]:
    """By project the units in the order in which they answered."""
    names = dict(Organisation.objects.values_list("pk", "name"))
    return {
        project.name: [
            *(f"{names[unit]}至{until}" for unit, until in project.former_units),
            str(project.organisation),
        ]
        for project in Project.objects.order_by("pk")
    }


BEFORE = {"甲": ["罗溪镇"], "乙": ["奔牛镇至2024-03-01", "罗溪镇"]}
MERGED = {
    "甲": ["罗溪镇至2024-06-01", "薛家镇"],
    "乙": ["奔牛镇至2024-03-01", "罗溪镇至2024-06-01", "薛家镇"],
}


def test_a_merged_unit_hands_its_projects_over_from_the_day(luoxi, xuejia, office) -> None:
    assert closed(luoxi, office, successor=xuejia) == 2

    luoxi.refresh_from_db()
    assert (luoxi.closed_on, luoxi.successor) == (JUNE, xuejia)
    assert answering() == MERGED
    for record in (luoxi, *Project.objects.all()):
        entry = record.history.first()
        assert entry.history_user == office
        assert entry.history_change_reason == "罗溪镇2024-06-01并入薛家镇：区划调整"


def test_a_merger_is_undone_with_the_projects_that_are_still_there(luoxi, xuejia, office) -> None:
    closed(luoxi, office, successor=xuejia)
    gone = Project.objects.get(name="乙")
    gone.hand_to(build.town("奔牛镇").pk, on=date(2024, 8, 1), today=timezone.localdate())
    registry.amend(gone, by=office, reason="再划转")

    back = units.reopen_unit(luoxi, by=office, reason="文件撤回")

    luoxi.refresh_from_db()
    assert (back, luoxi.closed_on, luoxi.successor) == (1, None, None)
    assert answering()["甲"] == BEFORE["甲"]
    assert answering()["乙"] == [*MERGED["乙"][:2], "薛家镇至2024-08-01", "奔牛镇"]
    assert luoxi.history.first().history_change_reason == "恢复罗溪镇：文件撤回"


def test_a_merger_and_its_undoing_leave_the_projects_as_they_were(luoxi, xuejia, office) -> None:
    closed(luoxi, office, successor=xuejia)

    units.reopen_unit(luoxi, by=office, reason="文件撤回")

    assert answering() == BEFORE


@pytest.mark.parametrize("chosen", [True, False])
def test_people_go_along_only_where_that_is_chosen_and_come_back(luoxi, xuejia, office, chosen) -> None:
    clerk, other = build.staff(luoxi), build.staff(xuejia)

    closed(luoxi, office, successor=xuejia, with_people=chosen)
    clerk.refresh_from_db()
    assert clerk.organisation == (xuejia if chosen else luoxi)

    units.reopen_unit(luoxi, by=office, reason="文件撤回")
    assert User.objects.get(pk=clerk.pk).organisation == luoxi
    assert User.objects.get(pk=other.pk).organisation == xuejia


def test_targets_stay_with_the_unit(luoxi, xuejia, office) -> None:
    target = build.target("started", 3, organisation=luoxi)

    closed(luoxi, office, successor=xuejia)

    target.refresh_from_db()
    assert target.organisation == luoxi


def test_a_unit_without_projects_is_closed_without_a_successor(xuejia, office) -> None:
    assert closed(xuejia, office, expected=0) == 0

    xuejia.refresh_from_db()
    assert (xuejia.closed_on, xuejia.successor) == (JUNE, None)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({}, "罗溪镇还有 2 个项目，请选择并入的单位，或先把项目移交出去。"),
        ({"successor": "罗溪镇"}, "请选择另一个没有撤销的单位。"),
        (
            {"successor": "薛家镇", "on": date(2024, 2, 1)},
            "乙：责任单位变更日期不能早于上一次变更（2024-03-01）。",
        ),
        ({"successor": "薛家镇", "on": timezone.localdate() + timedelta(days=1)}, "撤销日期不能晚于今天。"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(luoxi, xuejia, office, asked, sentence) -> None:
    if "successor" in asked:
        asked = asked | {"successor": build.town(asked["successor"])}

    with pytest.raises(RuleBroken) as refused:
        closed(luoxi, office, **asked)

    assert str(refused.value) == sentence
    assert answering() == BEFORE
    assert Organisation.objects.filter(closed_on__isnull=False).count() == 0


def test_a_unit_with_units_below_or_helping_is_not_closed(luoxi, xuejia, office) -> None:
    build.helper(Project.objects.get(name="甲"), xuejia)
    village = build.town("某村", parent=luoxi)

    with pytest.raises(RuleBroken, match="罗溪镇还有下级单位（某村等），请先调整它们的上级单位。"):
        closed(luoxi, office, successor=xuejia)
    with pytest.raises(RuleBroken, match="薛家镇还是 1 个项目的协同单位（甲），请先在项目页调整。"):
        closed(xuejia, office, successor=luoxi, expected=0)
    assert closed(village, office, expected=0) == 0


def test_a_unit_is_not_closed_before_it_last_answered(luoxi, office) -> None:
    benniu = build.town("奔牛镇")

    with pytest.raises(RuleBroken, match="奔牛镇到 2024-03-01 还负责过乙，撤销日期不能早于这一天。"):
        closed(benniu, office, expected=0, on=date(2024, 2, 29))
    assert closed(benniu, office, expected=0, on=date(2024, 3, 1)) == 0


def test_a_closed_unit_and_the_district_are_not_closed_again(xuejia, office) -> None:
    closed(xuejia, office, expected=0)

    with pytest.raises(RuleBroken, match="薛家镇已于 2024-06-01 撤销。"):
        closed(xuejia, office, expected=0)
    with pytest.raises(RuleBroken, match="全区本级不能撤销。"):
        closed(build.district(), office, expected=0)
    with pytest.raises(RuleBroken, match="没有撤销，无需恢复。"):
        units.reopen_unit(build.district(), by=office, reason="x")


def test_another_number_of_projects_than_shown_is_asked_again(luoxi, xuejia, office) -> None:
    with pytest.raises(Overtaken, match="罗溪镇现在有 2 个项目，不是刚才的 1 个"):
        closed(luoxi, office, successor=xuejia, expected=1)


def test_a_merger_on_a_sealed_day_is_a_correction(luoxi, xuejia, office) -> None:
    build.seal("2024-06", level="")

    with pytest.raises(RuleBroken, match="2024年6月（全区 · 全部项目）已封存"):
        closed(luoxi, office, successor=xuejia)
    closed(luoxi, office, successor=xuejia, reason="更正：文件号 7")

    assert answering() == MERGED


def test_a_merger_writes_many_projects_in_as_many_queries_as_two(luoxi, xuejia, office) -> None:
    with CaptureQueriesContext(connection) as few:
        closed(luoxi, office, successor=xuejia)
    units.reopen_unit(luoxi, by=office, reason="再来")
    for number in range(20):
        build.project(f"{number}", organisation=luoxi)
    with CaptureQueriesContext(connection) as many:
        closed(luoxi, office, successor=xuejia, expected=22)

    assert len(many) <= len(few)


def test_a_renamed_unit_keeps_its_former_name(luoxi, office) -> None:
    units.rename_unit(luoxi, name="罗溪街道", short_name="罗溪", by=office, reason="撤镇设街")

    luoxi.refresh_from_db()
    assert (luoxi.name, luoxi.short_name, luoxi.former_names) == ("罗溪街道", "罗溪", "罗溪镇")
    assert luoxi.history.first().history_change_reason == "更名：撤镇设街"
    with pytest.raises(RuleBroken, match="名称没有变化。"):
        units.rename_unit(luoxi, name="罗溪街道", short_name="罗溪", by=office, reason="再改")


def test_no_unit_goes_below_a_closed_one(xuejia, office) -> None:
    closed(xuejia, office, expected=0)
    xuejia.refresh_from_db()

    with pytest.raises(RuleBroken, match="薛家镇已撤销，不能作为上级单位。"):
        build.town("某村", parent=xuejia)


def test_open_problems_go_to_the_successor_and_come_back(luoxi, xuejia, office) -> None:
    project = luoxi.projects.get(name="甲")
    waiting = build.problem(project, "缺地", organisation=luoxi)
    solved = build.problem(project, "缺电", organisation=luoxi, resolved_on=JUNE, resolution="已通电")
    closed(luoxi, office, successor=xuejia, with_problems=True)
    waiting.refresh_from_db()
    solved.refresh_from_db()
    assert (waiting.organisation, solved.organisation) == (xuejia, luoxi)
    units.reopen_unit(Organisation.objects.get(pk=luoxi.pk), by=office, reason="撤错了")
    waiting.refresh_from_db()
    assert waiting.organisation == luoxi
    assert waiting.history.latest().history_change_reason == "恢复罗溪镇：撤错了"


def test_a_closed_unit_is_no_longer_offered_and_what_names_it_keeps_it(luoxi, xuejia, office) -> None:
    helped, other = build.project("丙", organisation=xuejia), build.project("丁", organisation=xuejia)
    problem = build.problem(helped, "缺地", organisation=luoxi)
    closed(luoxi, office, successor=xuejia)
    gone = Organisation.objects.get(pk=luoxi.pk)
    every = Organisation.objects.all()

    def offered(form, name: str) -> bool:
        return gone.pk in {getattr(value, "value", value) for value, _ in form.fields[name].choices}

    assert not offered(ProjectPageForm(instance=other, organisations=every), "helpers")
    assert offered(ProblemForm(None, instance=problem, organisations=every), "organisation")
    assert not offered(
        ProblemForm(None, instance=Problem(project=other), organisations=every), "organisation"
    )
    account = modelform_factory(User, AccountForm, fields=["organisation"])
    assert not offered(account(), "organisation")
    assert offered(account(instance=build.staff(gone)), "organisation")
    rows = target_grid(Target.objects.all(), list(every), year=2024, level="city").rows
    assert gone.pk not in [row.unit for row in rows]
    rows = target_grid(Target.objects.all(), list(every), year=2023, level="city").rows
    assert gone.pk in [row.unit for row in rows]


def stood(unit: Organisation) -> list[tuple[str, str]]:
    """What it stood under, each with its end; the one of today last."""
    unit.refresh_from_db()
    names = dict(Organisation.objects.values_list("pk", "name"))
    return [*((names[above], until) for above, until in unit.former_parents), (unit.parent.name, "")]


@pytest.fixture
def village(luoxi) -> Organisation:
    return build.town("龙王村", kind="department", parent=luoxi)


def test_a_unit_moves_under_another_from_a_day_and_back(village, xuejia, office) -> None:
    units.move_unit(village, parent=xuejia, on=JUNE, by=office, reason="区划调整")

    assert stood(village) == [("罗溪镇", "2024-06-01"), ("薛家镇", "")]
    entry = village.history.first()
    assert (entry.history_user, entry.history_change_reason) == (
        office,
        "2024-06-01起由罗溪镇改属薛家镇：区划调整",
    )
    assert [village.parent_on(day) for day in (date(2024, 5, 31), JUNE)] == [
        village.former_parents[0][0],
        xuejia.pk,
    ]

    units.move_back(village, by=office, reason="文件有误")

    assert stood(village) == [("罗溪镇", "")]
    with pytest.raises(RuleBroken, match="没有调整过上级单位"):
        units.move_back(village, by=office, reason="再来一次")


@pytest.mark.parametrize(
    ("parent", "on", "sentence"),
    [
        ("罗溪镇", JUNE, "上级单位已是罗溪镇"),
        ("龙王村一组", JUNE, "上级单位不能是自己或自己的下级"),
        ("薛家镇", date(2999, 1, 1), "上级单位变更日期不能晚于今天"),
    ],
)
def test_a_move_that_cannot_be_is_refused(village, xuejia, office, parent, on, sentence) -> None:
    build.town("龙王村一组", kind="department", parent=village)

    with pytest.raises(RuleBroken, match=sentence):
        units.move_unit(village, parent=build.town(parent), on=on, by=office, reason="区划调整")

    assert stood(village) == [("罗溪镇", "")]


def test_on_no_day_a_unit_stands_below_itself(luoxi, village, xuejia, office) -> None:
    """In March the village would stand below the town, and the town below the village."""
    units.move_unit(village, parent=xuejia, on=JUNE, by=office, reason="区划调整")

    with pytest.raises(RuleBroken, match="会有单位在自己的下级之下"):
        units.move_unit(luoxi, parent=village, on=date(2024, 3, 1), by=office, reason="区划调整")


def test_a_move_before_a_sealed_day_is_a_correction(village, xuejia, office) -> None:
    build.seal("2024-07", by=office)

    with pytest.raises(RuleBroken, match="已封存，这项改动"):
        units.move_unit(village, parent=xuejia, on=JUNE, by=office, reason="区划调整")

    units.move_unit(village, parent=xuejia, on=JUNE, by=office, reason="更正：文件日期有误")
    assert stood(village)[-1] == ("薛家镇", "")
    with pytest.raises(RuleBroken, match="已封存"):
        units.move_back(village, by=office, reason="撤销")


def test_helping_has_its_days(luoxi, xuejia, office) -> None:
    project = Project.objects.get(name="甲")

    def helping() -> list[tuple[str, date | None, date | None]]:
        rows = project.participations.order_by("pk").select_related("organisation")
        return [(row.organisation.name, row.began_on, row.ended_on) for row in rows]

    registry.set_helpers(project, [xuejia], on=JUNE, by=office, reason="分工")
    registry.set_helpers(project, [], on=date(2024, 8, 1), by=office, reason="分工")
    assert helping() == [("薛家镇", JUNE, date(2024, 8, 1))]

    with pytest.raises(RuleBroken, match="薛家镇到 2024-08-01 为止已是协同单位"):
        registry.set_helpers(project, [xuejia], on=date(2024, 7, 1), by=office, reason="分工")
    with pytest.raises(RuleBroken, match="协同单位变更日期不能晚于今天"):
        registry.set_helpers(project, [xuejia], on=date(2999, 1, 1), by=office, reason="分工")

    registry.set_helpers(project, [xuejia], on=date(2024, 8, 1), by=office, reason="分工")
    registry.set_helpers(project, [], on=date(2024, 8, 1), by=office, reason="误勾")
    assert helping() == [("薛家镇", JUNE, date(2024, 8, 1))]


def test_helping_in_a_sealed_month_is_a_correction(luoxi, xuejia, office) -> None:
    project = Project.objects.get(name="甲")
    build.listing(project)
    build.seal("2024-07", by=office)

    with pytest.raises(RuleBroken, match="已封存"):
        registry.set_helpers(project, [xuejia], on=JUNE, by=office, reason="分工")

    registry.set_helpers(project, [xuejia], on=date(2024, 8, 1), by=office, reason="分工")
    registry.set_helpers(project, [], on=date(2024, 8, 1), by=office, reason="分工")
    registry.set_helpers(project, [xuejia], on=JUNE, by=office, reason="更正：漏登")
    assert project.participations.get().began_on == JUNE

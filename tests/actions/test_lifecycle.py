"""Every move of a project through its stages: what it writes, what it refuses, what the history says."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import lifecycle
from projects.models import Milestone, Project
from projects.rules.broken import RuleBroken
from projects.rules.lifecycle import Standstill
from projects.vocabulary import DelayReason, Precision, SideState, Stage
from tests import build

pytestmark = pytest.mark.django_db

DAY = date(2024, 12, 26)


@pytest.fixture
def staff():
    return build.staff(build.town())


@pytest.fixture
def project():
    """Started in March, to be completed by the end of December 2024."""
    project = build.project("热泵", organisation=build.town())
    build.milestone(project, "started", "2024-03-15")
    build.milestone(project, "completed", planned="2024-12-31", planned_precision="month")
    return project


def stored(project: Project, stage: Stage) -> Milestone:
    return project.milestones.get(stage=stage)


def last_words(record) -> tuple:
    entry = record.history.first()
    return entry.history_user, entry.history_change_reason


def refuses(sentence: str, act) -> None:
    """`act` is refused with the sentence, and leaves no milestone and no entry behind."""
    before = Milestone.history.count(), list(Milestone.objects.order_by("pk").values())
    with pytest.raises(RuleBroken, match=sentence):
        act()
    assert (Milestone.history.count(), list(Milestone.objects.order_by("pk").values())) == before


# reach


def test_reach_records_the_day_and_when_it_was_recorded(project, staff):
    lifecycle.reach(project, Stage.COMPLETED, on=DAY, precision=Precision.DAY, by=staff)

    milestone = stored(project, Stage.COMPLETED)
    assert (milestone.reached_on, milestone.reached_precision) == (DAY, Precision.DAY)
    assert milestone.recorded_on == timezone.localdate()
    assert milestone.planned_on == date(2024, 12, 31)
    assert last_words(milestone) == (staff, "登记竣工")


def test_reach_makes_the_milestone_that_nobody_planned(project, staff):
    lifecycle.reach(
        project, Stage.TOPPED_OUT, on=date(2024, 9, 2), precision=Precision.MONTH, by=staff, reason="见照片"
    )
    milestone = stored(project, Stage.TOPPED_OUT)
    assert (milestone.reached_on, milestone.planned_on) == (date(2024, 9, 30), None)
    assert milestone.reached_note == "见照片"
    assert last_words(milestone) == (staff, "见照片")


def test_reach_within_a_running_period_is_bounded_by_today(project, staff):
    today = timezone.localdate()
    lifecycle.reach(project, Stage.COMPLETED, on=today, precision=Precision.YEAR, by=staff)
    assert stored(project, Stage.COMPLETED).reached_on == today


def test_reach_leaves_the_source_with_the_plan_that_it_stated(project, staff):
    milestone = stored(project, Stage.COMPLETED)
    milestone.planned_source = milestone.current_source = build.source()
    milestone.planned_paragraph = milestone.current_paragraph = "¶2"
    build.kept(milestone)
    lifecycle.reach(project, Stage.COMPLETED, on=DAY, precision=Precision.DAY, by=staff)
    milestone.refresh_from_db()
    assert (milestone.planned_source, milestone.planned_paragraph) == (build.source(), "¶2")
    assert (milestone.current_source, milestone.current_paragraph) == (build.source(), "¶2")
    assert (milestone.reached_source, milestone.reached_paragraph) == (None, "")


def test_reach_refuses_a_day_to_come(project, staff):
    tomorrow = timezone.localdate() + timedelta(days=1)
    refuses(
        "实际日期不能晚于今天",
        lambda: lifecycle.reach(project, Stage.COMPLETED, on=tomorrow, precision=Precision.DAY, by=staff),
    )


def test_reach_refuses_a_day_before_an_earlier_stage(project, staff):
    refuses(
        "竣工（2024年3月14日）早于开工（2024年3月15日）",
        lambda: lifecycle.reach(
            project, Stage.COMPLETED, on=date(2024, 3, 14), precision=Precision.DAY, by=staff
        ),
    )


def test_reach_refuses_to_write_over_a_recorded_day(project, staff):
    refuses(
        "开工已登记",
        lambda: lifecycle.reach(project, Stage.STARTED, on=DAY, precision=Precision.DAY, by=staff),
    )


def test_reach_refuses_a_stage_that_is_not_meant_to_happen(project, staff):
    lifecycle.skip(project, Stage.TOPPED_OUT, by=staff, reason="设备项目")
    refuses(
        "本项目不设此节点",
        lambda: lifecycle.reach(project, Stage.TOPPED_OUT, on=DAY, precision=Precision.DAY, by=staff),
    )


# plan and postpone


def test_the_first_plan_is_the_original_one_for_ever(project, staff):
    lifecycle.plan(
        project, Stage.TOPPED_OUT, on=date(2024, 9, 5), precision=Precision.MONTH, by=staff, reason="施工合同"
    )
    milestone = stored(project, Stage.TOPPED_OUT)
    assert (milestone.planned_on, milestone.current_on) == (date(2024, 9, 30), date(2024, 9, 30))
    assert last_words(milestone) == (staff, "施工合同")

    lifecycle.plan(project, Stage.TOPPED_OUT, on=date(2024, 8, 31), precision=Precision.DAY, by=staff)
    milestone.refresh_from_db()
    assert (milestone.planned_on, milestone.current_on) == (date(2024, 9, 30), date(2024, 8, 31))
    assert last_words(milestone) == (staff, "计划封顶")


def test_a_later_plan_is_a_postponement(project, staff):
    refuses(
        "属于推迟",
        lambda: lifecycle.plan(
            project, Stage.COMPLETED, on=date(2025, 1, 31), precision=Precision.DAY, by=staff
        ),
    )


def test_no_plan_for_what_was_reached_or_is_not_meant_to_happen(project, staff):
    lifecycle.skip(project, Stage.TOPPED_OUT, by=staff, reason="设备项目")
    for stage, sentence in ((Stage.STARTED, "已登记实际日期"), (Stage.TOPPED_OUT, "不设封顶节点")):
        refuses(
            sentence,
            lambda stage=stage: lifecycle.plan(project, stage, on=DAY, precision=Precision.DAY, by=staff),
        )


def postpone(
    project, staff, to=date(2025, 3, 31), cause=DelayReason.EQUIPMENT, reason="", stage=Stage.COMPLETED
):
    return lifecycle.postpone(
        project, stage, to=to, precision=Precision.DAY, cause=cause, by=staff, reason=reason
    )


def test_postpone_moves_the_plan_and_keeps_why(project, staff):
    postpone(project, staff, reason="进口设备未到")
    milestone = stored(project, Stage.COMPLETED)
    assert (milestone.planned_on, milestone.current_on) == (date(2024, 12, 31), date(2025, 3, 31))
    assert (milestone.reason, milestone.reason_note) == (DelayReason.EQUIPMENT, "进口设备未到")
    assert last_words(milestone) == (staff, "推迟竣工（设备到货）：进口设备未到")
    assert [entry.current_on for entry in milestone.history.all()] == [date(2025, 3, 31), date(2024, 12, 31)]


def test_postpone_refuses_an_earlier_day_a_missing_plan_and_a_wordless_other(project, staff):
    refuses("须晚于现计划", lambda: postpone(project, staff, to=date(2024, 12, 31)))
    refuses("还没有计划日期", lambda: postpone(project, staff, stage=Stage.TOPPED_OUT))
    refuses("请在说明中写明", lambda: postpone(project, staff, cause=DelayReason.OTHER))
    refuses("已登记实际日期", lambda: postpone(project, staff, stage=Stage.STARTED))


# take back, skip, restore


def test_take_back_leaves_the_plan_and_both_in_the_history(project, staff):
    lifecycle.reach(project, Stage.COMPLETED, on=DAY, precision=Precision.DAY, by=staff)
    lifecycle.take_back(project, Stage.COMPLETED, by=staff, reason="误登")
    milestone = stored(project, Stage.COMPLETED)
    assert (milestone.reached_on, milestone.reached_precision, milestone.recorded_on) == (None, "", None)
    assert milestone.current_on == date(2024, 12, 31)
    assert last_words(milestone) == (staff, "撤回竣工：误登")
    assert [entry.reached_on for entry in milestone.history.all()] == [None, DAY, None]


def test_take_back_refuses_what_was_not_reached_and_a_missing_reason(project, staff):
    refuses(
        "竣工尚未登记",
        lambda: lifecycle.take_back(project, Stage.COMPLETED, by=staff, reason="误登"),
    )
    refuses("撤回须写明原因", lambda: lifecycle.take_back(project, Stage.STARTED, by=staff, reason=""))


def test_skip_drops_the_plan_and_restore_brings_the_stage_back(project, staff):
    lifecycle.skip(project, Stage.COMPLETED, by=staff, reason="设备项目")
    milestone = stored(project, Stage.COMPLETED)
    assert (milestone.skipped, milestone.current_on, milestone.current_precision) == (True, None, "")
    assert milestone.planned_on == date(2024, 12, 31)
    assert last_words(milestone) == (staff, "设备项目")

    lifecycle.restore(project, Stage.COMPLETED, by=staff, reason="仍须验收")
    milestone.refresh_from_db()
    assert not milestone.skipped
    assert last_words(milestone) == (staff, "恢复竣工节点：仍须验收")


def test_skip_refuses_a_reached_stage_and_restore_one_that_stands(project, staff):
    refuses("已登记实际日期", lambda: lifecycle.skip(project, Stage.STARTED, by=staff, reason="设备项目"))
    refuses("无需恢复", lambda: lifecycle.restore(project, Stage.COMPLETED, by=staff, reason="仍须验收"))


# what somebody else wrote meanwhile


def test_what_was_seen_may_be_written_and_what_was_overtaken_not(project, staff):
    seen = project.milestones.with_version().get(stage=Stage.COMPLETED).version
    lifecycle.as_seen(project, Stage.COMPLETED, seen, lambda: postpone(project, staff))
    for version in (seen, None, 10**9):
        refuses(
            "竣工刚刚被别人改过",
            lambda version=version: lifecycle.as_seen(
                project, Stage.COMPLETED, version, lambda: postpone(project, staff, to=date(2026, 1, 1))
            ),
        )


def test_a_stage_without_a_record_is_seen_as_none(project, staff):
    def reach():
        return lifecycle.reach(project, Stage.TOPPED_OUT, on=DAY, precision=Precision.DAY, by=staff)

    refuses("刚刚被别人改过", lambda: lifecycle.as_seen(project, Stage.TOPPED_OUT, 1, reach))
    assert lifecycle.as_seen(project, Stage.TOPPED_OUT, None, reach).reached_on == DAY


def test_undo_refuses_what_is_not_the_newest_or_not_there(project, staff):
    seen = project.milestones.with_version().get(stage=Stage.COMPLETED).version
    postpone(project, staff)
    refuses("刚刚被别人改过", lambda: lifecycle.undo(project, Stage.COMPLETED, version=seen, by=staff))
    refuses("刚刚被别人改过", lambda: lifecycle.undo(project, Stage.TOPPED_OUT, version=1, by=staff))


# side states


def turn_aside(project, staff, on=DAY, reason=""):
    return lifecycle.turn_aside(
        project, SideState.PAUSED, on=on, cause=DelayReason.MARKET, by=staff, reason=reason
    )


def test_a_project_pauses_and_goes_on(project, staff):
    turn_aside(project, staff, reason="订单不足")
    project.refresh_from_db()
    assert (project.side_state, project.side_state_on, project.side_reason, project.side_note) == (
        SideState.PAUSED,
        DAY,
        DelayReason.MARKET,
        "订单不足",
    )
    assert last_words(project) == (staff, "暂停（市场变化）：订单不足")

    lifecycle.resume(project, by=staff, reason="订单恢复")
    project.refresh_from_db()
    assert (project.side_state, project.side_state_on, project.side_reason) == ("", None, "")
    assert last_words(project) == (staff, "订单恢复")


def test_what_stood_still_is_kept_with_its_days(project, staff):
    turn_aside(project, staff, on=date(2024, 5, 1))
    lifecycle.resume(project, by=staff, reason="恢复", on=date(2024, 6, 1))
    turn_aside(project, staff, on=date(2024, 9, 1))
    project.refresh_from_db()

    assert project.pauses == [["2024-05-01", "2024-06-01", "paused"]]
    assert project.standstills == (
        Standstill(date(2024, 5, 1), date(2024, 6, 1)),
        Standstill(date(2024, 9, 1), date.max),
    )


def test_a_pause_that_becomes_a_termination_stood_still_all_along(project, staff):
    turn_aside(project, staff, on=date(2024, 5, 1))
    lifecycle.turn_aside(
        project, SideState.TERMINATED, on=date(2024, 8, 1), cause=DelayReason.FINANCING, by=staff
    )
    lifecycle.resume(project, by=staff, reason="新股东进入", on=date(2024, 9, 1))
    project.refresh_from_db()

    assert project.pauses == [
        ["2024-05-01", "2024-08-01", "paused"],
        ["2024-08-01", "2024-09-01", "terminated"],
    ]


def test_a_side_state_changes_only_as_it_can(project, staff):
    turn_aside(project, staff)
    with pytest.raises(RuleBroken, match="项目已暂停，不能再设为暂停"):
        turn_aside(project, staff)
    with pytest.raises(RuleBroken, match="不能早于停下的那天"):
        lifecycle.resume(project, by=staff, reason="恢复", on=date(2024, 12, 25))
    lifecycle.turn_aside(project, SideState.TERMINATED, on=DAY, cause=DelayReason.MARKET, by=staff)
    with pytest.raises(RuleBroken, match="项目已终止，不能再设为暂停"):
        turn_aside(project, staff)
    fresh = build.project()
    with pytest.raises(RuleBroken, match="请在说明中写明"):
        lifecycle.turn_aside(fresh, SideState.PAUSED, on=DAY, cause=DelayReason.OTHER, by=staff)


def test_pausing_writes_over_nothing_that_a_colleague_has_changed(project, staff):
    stale = Project.objects.get(pk=project.pk)
    project.contact = "王五"
    build.kept(project)
    turn_aside(stale, staff)
    project.refresh_from_db()

    assert (project.contact, project.side_state) == ("王五", SideState.PAUSED)


def test_a_side_state_to_come_and_a_needless_resume_are_refused(project, staff):
    with pytest.raises(RuleBroken, match="不能晚于今天"):
        turn_aside(project, staff, on=timezone.localdate() + timedelta(days=1))
    fresh = Project.objects.get(pk=project.pk)
    with pytest.raises(RuleBroken, match="无需恢复"):
        lifecycle.resume(fresh, by=staff, reason="订单恢复")
    assert fresh.side_state == ""
    assert fresh.history.count() == 1

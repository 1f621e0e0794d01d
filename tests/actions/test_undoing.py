"""One change taken back: fields that still stand get their old value, the rest is refused in words."""

from datetime import date

import pytest

from projects.actions import evidence, lifecycle, registry, reporting
from projects.actions.recording import erase
from projects.actions.undoing import undo
from projects.models import AnnualPlan, Listing, Milestone, MonthlyReport, Participation, Project, User
from projects.rules.broken import RuleBroken
from projects.rules.entries import Entry
from projects.vocabulary import DelayReason, Precision, SideState, Stage
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

WHY = "登错了"
MONTH = date(2024, 8, 1)


@pytest.fixture
def staff() -> User:
    return build.staff(build.town("罗溪镇"))


@pytest.fixture
def project(staff: User) -> Project:
    return build.project("热泵", organisation=staff.organisation, total_investment=10 * YI)


def take_back(record, *, by: User, units: tuple[int, ...] = (), reason: str = WHY) -> None:
    """Undo the newest entry of a record's history."""
    owner = record if isinstance(record, Project) else record.project
    undo(owner, record._meta.model_name, record.history.first().history_id, units=units, by=by, reason=reason)


def amend(project: Project, by: User, **facts: object) -> None:
    for name, value in facts.items():
        setattr(project, name, value)
    registry.amend(project, by=by, reason="核对")


# A project


def test_the_fields_of_one_change_stand_again_and_the_others_stay(project: Project, staff: User) -> None:
    amend(project, staff, total_investment=12 * YI, place="旧址")
    entry = project.history.first()
    amend(project, staff, remark="后来写的")
    undo(project, "project", entry.history_id, units=(), by=staff, reason=WHY)

    project.refresh_from_db()
    assert (project.total_investment, project.place, project.remark) == (10 * YI, "", "后来写的")
    newest = project.history.first()
    assert (newest.history_type, newest.history_user) == ("~", staff)
    assert newest.history_change_reason.startswith("撤销 ")
    assert newest.history_change_reason.endswith(f"的记录：{WHY}")
    assert project.history.count() == 4


def test_what_was_changed_since_is_named_and_nothing_is_written(project: Project, staff: User) -> None:
    amend(project, staff, total_investment=12 * YI, place="旧址")
    entry = project.history.first()
    amend(project, staff, total_investment=13 * YI)

    with pytest.raises(RuleBroken, match="“总投资”后来又改过"):
        undo(project, "project", entry.history_id, units=(), by=staff, reason=WHY)
    assert Project.objects.get().place == "旧址"
    assert project.history.count() == 3


def test_an_undo_can_itself_be_undone(project: Project, staff: User) -> None:
    amend(project, staff, place="新址")
    take_back(project, by=staff)
    take_back(project, by=staff)

    assert Project.objects.get().place == "新址"


def test_a_handing_over_goes_back_only_to_a_unit_that_the_writer_may_name(
    project: Project, staff: User
) -> None:
    home, other = staff.organisation, build.town("奔牛镇")
    amend(project, build.office(), organisation=other)

    with pytest.raises(RuleBroken, match="不能把项目交给原来的责任单位"):
        take_back(project, by=build.staff(other), units=(other.pk,))
    take_back(project, by=build.office(), units=(home.pk, other.pk))
    assert Project.objects.get().organisation == home


def test_a_pause_is_taken_back_whole(project: Project, staff: User) -> None:
    lifecycle.turn_aside(
        project, SideState.PAUSED, on=date(2024, 6, 1), cause=DelayReason.MARKET, by=staff, reason="停产"
    )
    take_back(project, by=staff)

    kept = Project.objects.get()
    assert (kept.side_state, kept.side_state_on, kept.side_reason, kept.side_note) == ("", None, "", "")


def test_a_new_project_stays(project: Project, staff: User) -> None:
    with pytest.raises(RuleBroken, match="新增项目不能撤销"):
        take_back(project, by=staff)


def test_a_model_rule_is_judged_again(project: Project, staff: User) -> None:
    amend(project, staff, name="热泵二期")
    build.project("热泵")

    with pytest.raises(RuleBroken, match="同一建设单位已有同名项目"):
        take_back(project, by=staff)
    project.refresh_from_db()
    assert project.name == "热泵二期"


# Lists, plans, helpers


def test_what_was_added_goes_and_what_was_deleted_comes_again(project: Project, staff: User) -> None:
    listing = build.listing(project, "city")
    erase(listing, by=staff, reason="误列")
    listing_entry = Listing.history.first()
    plan, helper = build.annual_plan(project, 3 * YI), build.helper(project, build.town("奔牛镇"))
    take_back(plan, by=staff)
    take_back(helper, by=staff)
    undo(project, "listing", listing_entry.history_id, units=(), by=staff, reason=WHY)

    assert not AnnualPlan.objects.exists()
    assert not Participation.objects.exists()
    again = Listing.objects.get()
    assert (again.pk, again.year, again.level) == (listing_entry.id, 2024, "city")
    assert [entry.history_type for entry in again.history.all()] == ["+", "-", "+"]


def test_a_deletion_is_taken_back_once_and_never_beside_another(project: Project, staff: User) -> None:
    erase(build.listing(project, "city"), by=staff, reason="误列")
    number = Listing.history.first().history_id
    other = build.listing(project, "city")

    with pytest.raises(RuleBroken, match="已在这一年度的同级名单中"):
        undo(project, "listing", number, units=(), by=staff, reason=WHY)
    erase(other, by=staff, reason="又误列")
    undo(project, "listing", number, units=(), by=staff, reason=WHY)
    with pytest.raises(RuleBroken, match="已经恢复"):
        undo(project, "listing", number, units=(), by=staff, reason=WHY)


def test_an_addition_that_was_changed_since_stays(project: Project, staff: User) -> None:
    plan = build.annual_plan(project, 3 * YI)
    number = plan.history.first().history_id
    plan.planned_investment = 4 * YI
    build.kept(plan)

    with pytest.raises(RuleBroken, match="“年度计划投资”后来又改过"):
        undo(project, "annualplan", number, units=(), by=staff, reason=WHY)


def test_a_change_of_what_was_deleted_since_says_so(project: Project, staff: User) -> None:
    plan = build.annual_plan(project, 3 * YI)
    plan.planned_investment = 4 * YI
    build.kept(plan)
    number = plan.history.first().history_id
    erase(plan, by=staff, reason="误填")

    with pytest.raises(RuleBroken, match="后来已被删除"):
        undo(project, "annualplan", number, units=(), by=staff, reason=WHY)


# Stages


def reach(project: Project, stage: Stage, on: date, by: User) -> Milestone:
    return lifecycle.reach(project, stage, on=on, precision=Precision.DAY, by=by)


def test_a_stage_that_was_recorded_by_mistake_is_gone(project: Project, staff: User) -> None:
    take_back(reach(project, Stage.STARTED, date(2024, 3, 1), staff), by=staff)

    assert not Milestone.objects.exists()


def test_a_stage_with_photos_is_not_deleted(project: Project, staff: User) -> None:
    milestone = reach(project, Stage.STARTED, date(2024, 3, 1), staff)
    evidence.attach(milestone, build.upload(), by=staff)

    with pytest.raises(RuleBroken, match="已有佐证材料"):
        take_back(milestone, by=staff)


def test_a_planned_stage_keeps_its_plan(project: Project, staff: User) -> None:
    build.milestone(project, "completed", planned="2024-12-31", note="报道")
    take_back(reach(project, Stage.COMPLETED, date(2024, 11, 1), staff), by=staff)

    kept = Milestone.objects.get()
    assert (kept.reached_on, kept.recorded_on, kept.note) == (None, None, "报道")
    assert kept.current_on == date(2024, 12, 31)


def test_a_postponement_goes_and_the_coded_reason_with_it(project: Project, staff: User) -> None:
    build.milestone(project, "completed", planned="2024-12-31")
    milestone = lifecycle.postpone(
        project,
        Stage.COMPLETED,
        to=date(2025, 3, 1),
        precision=Precision.DAY,
        cause=DelayReason.WEATHER,
        by=staff,
    )
    number = milestone.history.first().history_id
    take_back(milestone, by=staff)
    kept = Milestone.objects.get()
    assert (kept.current_on, kept.reason) == (date(2024, 12, 31), "")

    take_back(kept, by=staff)
    reach(project, Stage.COMPLETED, date(2024, 11, 1), staff)
    with pytest.raises(RuleBroken, match="已登记实际日期，不能再改计划"):
        undo(project, "milestone", number, units=(), by=staff, reason=WHY)


def test_the_original_plan_is_the_offices_to_take_back(project: Project, staff: User) -> None:
    milestone = lifecycle.plan(
        project, Stage.COMPLETED, on=date(2024, 12, 31), precision=Precision.DAY, by=staff
    )

    with pytest.raises(RuleBroken, match="原计划一经填写不再改动"):
        take_back(milestone, by=staff)
    take_back(milestone, by=build.office())
    assert not Milestone.objects.exists()


def test_what_is_reached_again_must_stand_in_order(project: Project, staff: User) -> None:
    started = reach(project, Stage.STARTED, date(2024, 6, 1), staff)
    lifecycle.take_back(project, Stage.STARTED, by=staff, reason="误报")
    reach(project, Stage.TOPPED_OUT, date(2024, 5, 1), staff)

    with pytest.raises(RuleBroken, match="次序不对"):
        take_back(started, by=staff)
    started.refresh_from_db()
    assert started.reached_on is None


# Reports


def test_a_draft_goes_back_to_what_it_was(project: Project, staff: User) -> None:
    report = reporting.write(project, MONTH, Entry(YI, "主体施工"), by=staff)
    reporting.write(project, MONTH, Entry(2 * YI, "主体施工"), by=staff)
    take_back(report, by=staff)
    report.refresh_from_db()
    assert report.invested == YI

    number = report.history.last().history_id
    undo(project, "monthlyreport", number, units=(), by=staff, reason=WHY)
    assert not MonthlyReport.objects.exists()


def test_a_report_that_was_handed_in_is_not_touched(project: Project, staff: User) -> None:
    report = reporting.write(project, MONTH, Entry(YI), by=staff)
    reporting.write(project, MONTH, Entry(2 * YI), by=staff)
    numbers = [entry.history_id for entry in report.history.all()]
    reporting.hand_in([project], MONTH, by=staff)
    handed_in = report.history.first().history_id

    for number, sentence in (
        (numbers[0], "月报已提交，不能再改"),
        (handed_in, "提交、审核和退回不能在这里撤销"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            undo(project, "monthlyreport", number, units=(), by=build.office(), reason=WHY)
    assert MonthlyReport.objects.get().invested == 2 * YI


def test_an_approved_report_that_was_deleted_is_the_offices_to_bring_back(
    project: Project, staff: User
) -> None:
    report = build.report(project, "2024-08", YI)
    erase(report, by=build.office(), reason="误删")
    number = MonthlyReport.history.first().history_id

    with pytest.raises(RuleBroken, match="只能由项目办恢复"):
        undo(project, "monthlyreport", number, units=(), by=staff, reason=WHY)
    undo(project, "monthlyreport", number, units=(), by=build.office(), reason=WHY)
    assert MonthlyReport.objects.get().invested == YI


# What guards all of them


def test_a_sealed_month_yields_only_to_a_correction(project: Project, staff: User) -> None:
    office = build.office()
    build.listing(project, "city")
    started = reach(project, Stage.STARTED, date(2024, 3, 1), office)
    build.seal("2024-09", by=office)

    for by in (staff, office):
        with pytest.raises(RuleBroken, match="已封存"):
            take_back(started, by=by)
    take_back(started, by=office, reason="更正：重复登记")
    assert not Milestone.objects.exists()
    assert Milestone.history.first().history_change_reason.startswith("更正：重复登记（撤销 ")


@pytest.mark.parametrize("reason", ["", " "])
def test_no_undo_without_a_reason(project: Project, staff: User, reason: str) -> None:
    amend(project, staff, place="新址")
    with pytest.raises(RuleBroken, match="撤销须写明原因"):
        take_back(project, by=staff, reason=reason)


def test_an_entry_of_another_project_or_table_is_not_found(project: Project, staff: User) -> None:
    other = build.listing(build.project("别的")).history.first().history_id

    with pytest.raises(RuleBroken, match="没有这条记录"):
        undo(project, "listing", other, units=(), by=staff, reason=WHY)
    with pytest.raises(RuleBroken, match="不能撤销"):
        undo(project, "user", 1, units=(), by=staff, reason=WHY)

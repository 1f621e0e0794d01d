"""A sealed month refuses what would change its numbers, unless the office corrects it and says why."""

from datetime import date

import pytest

from projects.actions import lifecycle, registry, undoing
from projects.actions.recording import erase, record
from projects.models import AnnualPlan, Listing, Milestone, MonthlyReport, Project
from projects.rules.broken import RuleBroken
from projects.vocabulary import Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db

AUGUST, OCTOBER = date(2024, 8, 15), date(2024, 10, 10)
SEALED = r"2024年9月（全区 · 市重点）已封存"


@pytest.fixture
def luoxi():
    return build.town("罗溪镇")


@pytest.fixture
def project(luoxi):
    """On the municipal list of 2024, with a report of August and a plan of the year."""
    project = build.project("热泵", organisation=luoxi)
    build.listing(project)
    build.annual_plan(project, 5 * build.YI)
    build.report(project, "2024-08", build.YI)
    build.milestone(project, "started", "2024-03-15")
    return project


@pytest.fixture
def staff(luoxi):
    return build.staff(luoxi)


@pytest.fixture
def office():
    return build.office()


@pytest.fixture
def sealed(project):
    return build.seal("2024-09")


def reach(project: Project, on: date, by, **said) -> Milestone:
    return lifecycle.reach(project, Stage.TOPPED_OUT, on=on, precision=Precision.DAY, by=by, **said)


def why(subject) -> str:
    return subject.history.first().history_change_reason


@pytest.mark.usefixtures("sealed")
def test_a_day_in_a_sealed_month_is_refused(project, staff) -> None:
    with pytest.raises(RuleBroken, match=SEALED) as refusal:
        reach(project, AUGUST, staff)

    assert "请项目办以更正方式登记" in str(refusal.value)
    assert not project.milestones.filter(stage="topped_out").exists()


@pytest.mark.usefixtures("sealed")
def test_a_day_after_it_is_recorded_as_ever(project, staff) -> None:
    assert reach(project, OCTOBER, staff).reached_on == OCTOBER


@pytest.mark.usefixtures("sealed")
def test_the_office_corrects_with_a_reason(project, office) -> None:
    milestone = reach(project, AUGUST, office, correction="漏报，有现场照片")

    assert milestone.reached_on == AUGUST
    assert why(milestone) == "更正：漏报，有现场照片（登记封顶）"


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("correction", ["", "  "])
def test_the_office_without_a_reason_is_refused(project, office, correction: str) -> None:
    with pytest.raises(RuleBroken, match=SEALED):
        reach(project, AUGUST, office, correction=correction)


@pytest.mark.usefixtures("sealed")
def test_a_reason_does_not_make_staff_the_office(project, staff) -> None:
    with pytest.raises(RuleBroken, match=SEALED):
        reach(project, AUGUST, staff, correction="漏报")
    with pytest.raises(RuleBroken, match=SEALED):
        reach(project, AUGUST, staff, reason="更正：漏报")


@pytest.mark.usefixtures("sealed")
def test_taking_back_what_was_counted_is_a_correction(project, staff, office) -> None:
    with pytest.raises(RuleBroken, match=SEALED):
        lifecycle.take_back(project, Stage.STARTED, by=staff, reason="登错")

    milestone = lifecycle.take_back(project, Stage.STARTED, by=office, reason="登错", correction="登错项目")

    assert milestone.reached_on is None
    assert why(milestone) == "更正：登错项目（撤回开工：登错）"


def _move(project: Project) -> Milestone:
    milestone = project.milestones.get(stage="started")
    milestone.reached_on = OCTOBER
    return milestone


def _unlist(project: Project) -> Listing:
    listing = project.listings.get()
    listing.removed_on, listing.removed_reason = AUGUST, "停建"
    return listing


def _replan(project: Project) -> AnnualPlan:
    plan = project.annual_plans.get()
    plan.planned_investment = 6 * build.YI
    return plan


def _rereport(project: Project) -> MonthlyReport:
    report = project.reports.get()
    report.invested = 2 * build.YI
    return report


def _hand_in(project: Project) -> MonthlyReport:
    return MonthlyReport(project=project, month=date(2024, 9, 1), invested=1, state="submitted")


COUNTED = [_move, _unlist, _replan, _rereport, _hand_in]


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("change", COUNTED)
def test_whatever_the_numbers_count_is_held(project, office, change) -> None:
    with pytest.raises(RuleBroken, match=SEALED):
        record(change(project), by=office, reason="修改")

    corrected = change(project)
    record(corrected, by=office, reason="更正：核实后改")
    assert why(corrected) == "更正：核实后改"


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("kind", ["milestones", "listings", "annual_plans", "reports"])
def test_what_is_counted_is_not_erased(project, office, kind: str) -> None:
    with pytest.raises(RuleBroken, match=SEALED):
        erase(getattr(project, kind).get(), by=office, reason="误登")

    erase(getattr(project, kind).get(), by=office, reason="更正：误登")
    assert not getattr(project, kind).exists()


@pytest.mark.usefixtures("sealed")
def test_a_project_is_not_erased_with_what_is_counted(project, office) -> None:
    with pytest.raises(RuleBroken, match=SEALED):
        erase(project, by=office, reason="误登")


@pytest.mark.usefixtures("sealed")
def test_another_project_on_the_sealed_list_is_a_correction(staff, office) -> None:
    late = build.project("迟到项目", organisation=staff.organisation)
    entry = Listing(year=2024, level="city")

    with pytest.raises(RuleBroken, match=SEALED):
        registry.keep_year(late, [entry], by=staff, reason="增补")

    registry.keep_year(late, [entry], by=office, reason="更正：增补名单")
    assert late.listings.get().level == "city"


def _draft(project: Project) -> MonthlyReport:
    return MonthlyReport(project=project, month=date(2024, 9, 1), invested=1)


def _words(project: Project) -> MonthlyReport:
    report = project.reports.get()
    report.progress = "主体施工"
    return report


def _october(project: Project) -> MonthlyReport:
    return MonthlyReport(project=project, month=date(2024, 10, 1), invested=1, state="approved")


def _off_the_list_later(project: Project) -> Listing:
    listing = project.listings.get()
    listing.removed_on, listing.removed_reason = OCTOBER, "停建"
    return listing


def _other_list(project: Project) -> Listing:
    return Listing(project=project, year=2024, level="province")


def _next_year(project: Project) -> AnnualPlan:
    return AnnualPlan(project=project, year=2025, planned_investment=1)


def _plan_ahead(project: Project) -> Milestone:
    day = date(2024, 12, 31)
    planned = {"planned_on": day, "planned_precision": "day", "current_on": day, "current_precision": "day"}
    return Milestone(project=project, stage="completed", **planned)


def _rename(project: Project) -> Project:
    project.name = "热泵二期"
    return project


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize(
    "change",
    [_draft, _words, _october, _off_the_list_later, _other_list, _next_year, _plan_ahead, _rename],
)
def test_what_changes_no_sealed_number_goes_on(project, staff, change) -> None:
    subject = change(project)
    record(subject, by=staff, reason="日常登记")

    assert why(subject) == "日常登记"


@pytest.mark.usefixtures("sealed")
def test_a_project_on_no_sealed_list_is_free(staff) -> None:
    other = build.project("别的项目", organisation=staff.organisation)
    build.listing(other, "province")

    assert reach(other, AUGUST, staff).reached_on == AUGUST


def test_a_seal_of_all_projects_holds_every_one(staff) -> None:
    other = build.project("不在名单的项目", organisation=staff.organisation)
    build.seal("2024-09", level="")

    with pytest.raises(RuleBroken, match="2024年9月（全区 · 全部项目）已封存"):
        reach(other, AUGUST, staff)


def test_a_seal_of_a_unit_holds_its_projects_only(luoxi, project, staff) -> None:
    build.seal("2024-09", organisation=luoxi)
    xuejia = build.town("薛家镇")
    other = build.project(organisation=xuejia)
    build.listing(other)

    with pytest.raises(RuleBroken, match="2024年9月（罗溪镇 · 市重点）已封存"):
        reach(project, AUGUST, staff)
    assert reach(other, AUGUST, build.staff(xuejia)).reached_on == AUGUST


def test_the_newest_month_is_named(project, staff) -> None:
    build.seal("2024-08")
    build.seal("2024-09")

    with pytest.raises(RuleBroken, match=SEALED):
        reach(project, AUGUST, staff)


@pytest.mark.usefixtures("sealed")
def test_what_no_person_writes_is_not_held(project) -> None:
    record(_move(project), by=None, reason="载入")

    assert project.milestones.get(stage="started").reached_on == OCTOBER


@pytest.mark.parametrize("seals", [1, 6])
def test_the_number_of_queries_does_not_depend_on_the_seals(
    project, staff, seals: int, django_assert_max_num_queries
) -> None:
    for month in range(1, seals + 1):
        build.seal(f"2024-0{month}")

    with django_assert_max_num_queries(30):
        reach(project, OCTOBER, staff)


def hand(project: Project, unit, on: date, by, reason: str = "划转") -> Project:
    project.hand_to(unit.pk, on=on, today=date(2024, 11, 8))
    return registry.amend(project, by=by, reason=reason)


@pytest.mark.usefixtures("sealed")
def test_a_move_on_a_sealed_day_is_a_correction(project, office) -> None:
    xuejia = build.town("薛家镇")
    with pytest.raises(RuleBroken, match=SEALED):
        hand(Project.objects.get(), xuejia, AUGUST, office)

    hand(project, xuejia, AUGUST, office, "更正：文件六月就划转了")

    assert Project.objects.get().organisation == xuejia


@pytest.mark.usefixtures("sealed")
def test_a_move_after_the_sealed_day_goes_on_and_later_writes_too(project, staff) -> None:
    village = build.town("某村", parent=staff.organisation)

    moved = hand(project, village, OCTOBER, staff)
    moved.remark = "二期"
    registry.amend(moved, by=staff, reason="补充")

    assert Project.objects.get().remark == "二期"


@pytest.mark.parametrize("sealed_unit", ["罗溪镇", "薛家镇"])
def test_the_seals_of_both_units_hold_a_move(project, office, sealed_unit: str) -> None:
    xuejia = build.town("薛家镇")
    build.seal("2024-09", organisation=build.town(sealed_unit))

    with pytest.raises(RuleBroken, match=f"2024年9月（{sealed_unit} · 市重点）已封存"):
        hand(project, xuejia, AUGUST, office)


def test_the_seal_of_a_third_unit_holds_no_move(project, office) -> None:
    build.seal("2024-09", organisation=build.town("奔牛镇"))

    assert hand(project, build.town("薛家镇"), AUGUST, office).former_units != []


def test_undoing_a_move_of_a_sealed_day_is_a_correction(project, office) -> None:
    hand(project, build.town("薛家镇"), AUGUST, office)
    build.seal("2024-09")
    entry = project.history.latest("history_id").pk
    units = {build.town("罗溪镇").pk}

    with pytest.raises(RuleBroken, match=SEALED):
        undoing.undo(project, "project", entry, units=units, by=office, reason="误划")
    undoing.undo(project, "project", entry, units=units, by=office, reason="更正：误划")

    assert Project.objects.get().former_units == []

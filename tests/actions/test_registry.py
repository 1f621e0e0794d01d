"""Putting a project on the register, changing it, its lists, plans and helpers."""

import pytest

from projects.actions.registry import amend, hand_over, keep, keep_year, register, set_helpers
from projects.models import AnnualPlan, Listing, Project
from projects.models.versions import versions_of
from projects.rules.broken import Overtaken, RuleBroken
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return build.office()


def words(record) -> list[tuple]:
    return [
        (entry.history_type, entry.history_user, entry.history_change_reason)
        for entry in record.history.order_by("history_id")
    ]


def test_register_enters_a_project(office):
    project = register(Project(name="甲"), by=office)
    assert Project.objects.get() == project
    assert words(project) == [("+", office, "新建项目")]


def test_register_refuses_a_second_one_of_that_name(office):
    build.project("甲", enterprise="乙公司")
    with pytest.raises(RuleBroken, match="同一建设单位已有同名项目"):
        register(Project(name="甲", enterprise="乙公司"), by=office)
    assert Project.objects.count() == Project.history.count() == 1


def test_amend_keeps_both_versions(office):
    project = build.project("甲", total_investment=1)
    project.total_investment = 10 * build.YI
    amend(project, by=office, reason="企业更新了备案")
    assert words(project)[-1] == ("~", office, "企业更新了备案")
    assert [entry.total_investment for entry in project.history.all()] == [10 * build.YI, 1]


@pytest.mark.parametrize(("amount", "reason", "fault"), [(-1, "试", "不能为负数"), (2, " ", "写明变更原因")])
def test_amend_refuses_a_broken_fact_and_a_missing_reason(office, amount, reason, fault):
    project = build.project("甲", total_investment=1)
    project.total_investment = amount
    with pytest.raises(RuleBroken, match=fault):
        amend(project, by=office, reason=reason)
    project.refresh_from_db()
    assert project.total_investment == 1
    assert project.history.count() == 1


def test_keep_year_writes_lists_and_plans_and_takes_back_the_dropped(office):
    project = build.project()
    mistake = build.listing(project, "province")
    kept = [Listing(year=2024, level="city"), AnnualPlan(year=2024, planned_investment=build.YI)]
    keep_year(project, kept, dropped=[mistake], by=office, reason="下达年度名单")

    listing, plan = project.listings.get(), project.annual_plans.get()
    assert (listing.level, plan.planned_investment) == ("city", build.YI)
    assert words(listing) == words(plan) == [("+", office, "下达年度名单")]
    gone = Listing.history.filter(history_type="-").get()
    assert (gone.level, gone.history_user, gone.history_change_reason) == ("province", office, "下达年度名单")


def test_keep_year_writes_all_or_nothing(office):
    project = build.project()
    with pytest.raises(RuleBroken, match="年度应在"):
        keep_year(
            project, [Listing(year=2024, level="city"), AnnualPlan(year=1999)], by=office, reason="下达"
        )
    assert not project.listings.exists()
    assert not Listing.history.exists()


def test_set_helpers_makes_it_exactly_these(office):
    answering, luoxi, benniu = build.town("孟河镇"), build.town("罗溪镇"), build.town("奔牛镇")
    project = build.project(organisation=answering)
    build.helper(project, luoxi)
    set_helpers(project, [benniu, answering], by=office, reason="调整分工")
    entry = project.participations.get()
    assert entry.organisation == benniu  # the answering unit does not help itself
    assert words(entry) == [("+", office, "调整分工")]
    set_helpers(project, [benniu], by=office, reason="再存一次")
    assert words(entry) == [("+", office, "调整分工")]


def test_keep_saves_the_whole_sheet(office):
    project = keep(
        Project(name="甲"), years=[Listing(year=2024, level="city")], helpers=[build.town()], by=office
    )
    assert words(project) == words(project.listings.get()) == [("+", office, "新建项目")]
    assert project.participations.count() == 1


def test_keep_leaves_no_entry_for_what_is_unchanged(office):
    project = build.project("甲")
    keep(project, years=[Listing(year=2024, level="city")], by=office, reason="下达年度名单")
    assert project.history.count() == 1
    assert words(project.listings.get()) == [("+", office, "下达年度名单")]


def test_keep_asks_for_a_reason_once_the_project_exists(office):
    project = build.project("甲")
    with pytest.raises(RuleBroken, match="写明变更原因"):
        keep(project, years=[Listing(year=2024, level="city")], by=office)
    assert not Listing.objects.exists()


def test_what_was_overtaken_is_not_written(office):
    project = build.project("甲")
    seen = versions_of(project)
    amend(Project.objects.get(pk=project.pk), by=office, reason="别人")
    project.name = "乙"
    build.helper(project, build.town())
    with pytest.raises(Overtaken, match="别人刚刚改过这个项目"):
        keep(project, versions=seen, by=office, reason="改名")
    assert Project.objects.get(pk=project.pk).name == "甲"

    keep(project, versions=versions_of(project), by=office, reason="改名")
    assert Project.objects.get(pk=project.pk).name == "乙"


def test_projects_are_handed_over_together_or_not_at_all(office):
    for name in "甲乙":
        build.project(name, contact="张三")
    with pytest.raises(Overtaken, match="张三现在负责 2 个项目"):
        hand_over(Project.objects.all(), "张三", to="李四", expected=3, by=office, reason="调岗")
    with pytest.raises(RuleBroken, match="请写明变更原因"):
        hand_over(Project.objects.all(), "张三", to="李四", expected=2, by=office, reason=" ")
    assert not Project.objects.filter(contact="李四").exists()

    held = hand_over(Project.objects.all(), "张三", to="李四", expected=2, by=office, reason="调岗")
    reasons = {project.history.latest().history_change_reason for project in held}
    assert (len(held), reasons) == (2, {"移交（张三 → 李四）：调岗"})

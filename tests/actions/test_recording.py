"""The one writer: judged, saved, and in the history with who and why."""

import pytest

from projects.actions.recording import erase, erase_all, record
from projects.models import AnnualPlan, Listing, Milestone, Project
from projects.rules.broken import RuleBroken
from tests import build

pytestmark = pytest.mark.django_db


def test_record_leaves_one_entry_with_who_and_why():
    office = build.office()
    project = Project(name="甲")
    record(project, by=office, reason="新建项目")
    entry = project.history.get()
    assert (entry.history_type, entry.history_user, entry.history_change_reason) == ("+", office, "新建项目")


def test_record_keeps_what_stood_before():
    project = build.project("甲", total_investment=1)
    project.total_investment = 2
    record(project, by=build.office(), reason="企业更新了备案")
    newest, oldest = project.history.all()
    assert (oldest.total_investment, newest.total_investment) == (1, 2)
    assert (newest.history_type, newest.history_change_reason) == ("~", "企业更新了备案")


def test_a_broken_rule_is_a_sentence_and_nothing_is_written():
    with pytest.raises(RuleBroken, match="总投资不能为负数"):
        record(Project(name="甲", total_investment=-1), by=build.office(), reason="试")
    assert not Project.objects.exists()
    assert not Project.history.exists()


def test_erase_says_who_and_why_also_for_what_hangs_on_it():
    office, project = build.office(), build.project("甲")
    build.milestone(project, "started", "2024-09-30")
    build.listing(project)
    build.annual_plan(project, 1)

    erase(project, by=office, reason="重复登记")

    assert not Project.objects.exists()
    for model in (Project, Milestone, Listing, AnnualPlan):
        last = model.history.first()
        assert not model.objects.exists()
        assert (last.history_type, last.history_user, last.history_change_reason) == ("-", office, "重复登记")
        assert model.history.filter(history_type="-").count() == 1


def test_many_are_erased_with_one_entry_each():
    office, projects = build.office(), [build.project(name) for name in ("甲", "乙")]
    erase_all(projects, by=office, reason="登记错误")

    assert not Project.objects.exists()
    entries = Project.history.filter(history_type="-").order_by("id")
    said = [(entry.id, entry.history_user, entry.history_change_reason) for entry in entries]
    assert said == [(project.pk, office, "登记错误") for project in projects]

"""Decisions: given, reported on, asked to close, sent back, extended, closed; every step is kept."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import decisions
from projects.actions.evidence import judge_all
from projects.models import Attachment, Decision, Organisation
from projects.rules.broken import RuleBroken
from tests import build

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def unit() -> Organisation:
    return build.town("罗溪镇")


@pytest.fixture
def decision(unit: Organisation) -> Decision:
    return build.decision(unit, due=TODAY + timedelta(days=10))


def acts_of(decision: Decision) -> list[str]:
    return [step.act for step in decision.steps.order_by("pk")]


def state_of(decision: Decision) -> str:
    return Decision.objects.get(pk=decision.pk).state


def test_its_way_from_a_meeting_to_its_end(unit: Organisation, decision: Decision) -> None:
    staff, office = build.staff(unit), build.office()
    decisions.report(decision, text="已报方案", by=staff)
    assert state_of(decision) == "working"
    decisions.ask(decision, text="已送电", by=staff)
    assert state_of(decision) == "asked"
    decisions.send_back(decision, text="缺验收单", by=office)
    assert state_of(decision) == "working"
    decisions.ask(decision, text="补了验收单", by=staff)
    decisions.close(decision, text="属实", by=office)

    closed = Decision.objects.get()
    assert (closed.state, closed.closed_on) == ("closed", TODAY)
    assert acts_of(decision) == ["give", "report", "ask", "return", "ask", "close"]
    newest = closed.history.first()
    assert (newest.history_user, newest.history_change_reason) == (office, "销号")


@pytest.mark.parametrize(
    "act", [decisions.report, decisions.ask, decisions.close], ids=lambda act: act.__name__
)
def test_each_step_is_explained_and_a_closed_decision_takes_none(unit, decision, act) -> None:
    by = build.office()
    with pytest.raises(RuleBroken, match="写明"):
        act(decision, text=" ", by=by)
    decisions.close(decision, text="不再需要", by=by)
    with pytest.raises(RuleBroken, match="已经销号"):
        act(decision, text="又来", by=by)
    assert acts_of(decision) == ["give", "close"]


def test_only_what_was_asked_is_sent_back_and_what_was_asked_waits(unit, decision) -> None:
    staff = build.staff(unit)
    with pytest.raises(RuleBroken, match="没有在申请销号"):
        decisions.send_back(decision, text="为何", by=build.office())
    decisions.ask(decision, text="好了", by=staff)
    for act in (decisions.report, decisions.ask):
        with pytest.raises(RuleBroken, match="等待答复"):
            act(decision, text="再说一次", by=staff)


def test_a_deadline_only_moves_to_a_later_day(decision: Decision) -> None:
    with pytest.raises(RuleBroken, match="应晚于"):
        decisions.extend(decision, due_on=decision.due_on, text="雨季", by=build.office())
    later = decision.due_on + timedelta(days=5)
    decisions.extend(decision, due_on=later, text="雨季", by=build.office())

    assert Decision.objects.get().due_on == later
    assert decision.steps.get(act="extend").due_on == later


def test_parts_are_closed_before_the_whole_and_are_due_no_later(
    unit: Organisation, decision: Decision
) -> None:
    office = build.office()
    with pytest.raises(RuleBroken, match="不能晚于上级事项"):
        build.decision(unit, "子任务", due=decision.due_on + timedelta(days=1), whole=decision)
    part = build.decision(unit, "子任务", due=decision.due_on, whole=decision)
    with pytest.raises(RuleBroken, match="不能再分子任务"):
        build.decision(unit, "孙任务", due=decision.due_on, whole=part)
    for act in (decisions.ask, decisions.close):
        with pytest.raises(RuleBroken, match="子任务没有销号"):
            act(decision, text="好了", by=office)
    with pytest.raises(RuleBroken, match="子任务的期限"):
        decisions.extend(part, due_on=decision.due_on + timedelta(days=1), text="慢", by=office)
    decisions.close(part, text="好了", by=office)
    decisions.close(decision, text="好了", by=office)
    with pytest.raises(RuleBroken, match="不能再加子任务"):
        build.decision(unit, "又一个", due=decision.due_on, whole=decision)


def test_photos_become_documents_of_the_project_and_need_one(unit: Organisation, decision: Decision) -> None:
    project = build.project("热泵", organisation=unit)
    staff, files = (
        build.staff(unit),
        judge_all([build.upload(build.photo()), build.upload(build.photo(colour="red"))]),
    )
    with pytest.raises(RuleBroken, match="没有关联项目"):
        decisions.report(decision, text="见照片", files=files, by=staff)
    assert state_of(decision) == "given"

    joint = build.decision(unit, "落实用电", project=project)
    decisions.report(joint, text="见照片", files=files, by=staff)
    steps = joint.steps.filter(act="report").order_by("pk")
    assert [step.text for step in steps] == ["见照片", ""]
    assert {step.attachment for step in steps} == set(Attachment.objects.filter(project=project))


def test_it_is_given_no_later_than_today_and_to_a_unit_that_is_in_use(unit: Organisation) -> None:
    with pytest.raises(RuleBroken, match="不能晚于今天"):
        build.decision(unit, given_on=TODAY + timedelta(days=1))
    with pytest.raises(RuleBroken, match="不能早于交办日期"):
        build.decision(unit, due=TODAY - timedelta(days=1))
    Organisation.objects.filter(pk=unit.pk).update(closed_on=date(2024, 1, 1))
    with pytest.raises(RuleBroken, match="已经撤销"):
        build.decision(Organisation.objects.get(pk=unit.pk))

"""Ask the unit that answers for a project why one of its milestones is late."""

from django.db import transaction
from django.utils import timezone

from projects.actions.notifying import News, tell
from projects.actions.recording import record
from projects.models import Inquiry, Milestone, Project, User, audience
from projects.rules import lifecycle
from projects.rules.broken import RuleBroken
from projects.vocabulary import DelayReason, NoticeKind, Stage


@transaction.atomic
def ask_reason(project: Project, stage: Stage, *, by: User) -> Inquiry:
    """Record the question; one that was asked before stays as it is, whoever asks again.

    Raises RuleBroken when the stage is not late, when its reason is known, or when no unit answers for the project.
    """
    milestone = Milestone.objects.select_for_update().filter(project=project, stage=stage).first()
    today = timezone.localdate()
    step = milestone.as_step() if milestone else lifecycle.Step(stage)
    days = lifecycle.days_late(step, today, project.standstills)
    if milestone is None or not days or lifecycle.side_state_on(project.standstills, today) is not None:
        raise RuleBroken(f"{stage.label}没有晚于计划，无需询问。")
    if milestone.reason:
        raise RuleBroken(f"{stage.label}已经说明原因：{DelayReason(milestone.reason).label}。")
    if project.organisation_id is None:
        raise RuleBroken("这个项目还没有责任单位，没有单位可问。")
    asked = Inquiry.objects.filter(milestone=milestone).first()
    if asked is not None:
        return asked
    inquiry = Inquiry(milestone=milestone, asked_by=by, asked_at=timezone.now())
    late = "来源后无消息" if step.is_plan_stated else f"晚 {days} 天"
    record(inquiry, by=by, reason=f"询问{stage.label}{late}的原因")
    news = News(
        NoticeKind.ASKED,
        cause=f"inquiry:{inquiry.pk}",
        text=f"{by}询问原因：{stage.label}，{project}",
        detail=late,
        project=project,
        stage=stage,
    )
    tell(audience.staff_of_one(project.organisation_id), news, by=by)
    return inquiry

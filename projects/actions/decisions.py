"""Follow up a decision (督办): give it to a unit, report on it, ask for its end, send it back, extend and close it.

Every step is a record of its own and stands in the history of the decision.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.actions import attachments
from projects.actions.evidence import Judged
from projects.actions.notifying import News, tell
from projects.actions.recording import record
from projects.models import Attachment, Decision, DecisionStep, User, audience
from projects.rules.broken import RuleBroken
from projects.vocabulary import AttachmentKind, DecisionAct, DecisionState, NoticeKind

CLOSED = "这件督办已经销号。"

TOLD = {
    DecisionAct.GIVE: (NoticeKind.ASSIGNED, "交办"),
    DecisionAct.ASK: (NoticeKind.ASKED, "申请销号"),
    DecisionAct.RETURN: (NoticeKind.RETURNED, "督办退回"),
    DecisionAct.EXTEND: (NoticeKind.REOPENED, "督办延期"),
    DecisionAct.CLOSE: (NoticeKind.APPROVED, "督办销号"),
}
"""Steps that somebody is told of: the unit, or who decides where the unit asks."""


@transaction.atomic
def give(decision: Decision, *, by: User) -> Decision:
    """Save a new decision; a part of another is due no later than the whole."""
    if decision.given_on > timezone.localdate():
        raise RuleBroken("交办日期不能晚于今天。")
    if decision.organisation.closed_on is not None:
        raise RuleBroken("承办单位已经撤销，请选在用的单位。")
    if decision.whole is not None:
        _refuse_part(decision, _locked(decision.whole))
    decision.given_by, decision.state = by, DecisionState.GIVEN
    record(decision, by=by, reason="交办")
    _step(decision, DecisionAct.GIVE, by=by)
    return decision


@transaction.atomic
def report(decision: Decision, *, text: str, files: Sequence[Judged] = (), by: User) -> Decision:
    """Say what was done. Files become documents of the project; a decision without a project takes none."""
    locked = _unanswered(decision)
    locked.state = DecisionState.WORKING
    record(locked, by=by, reason="办理情况")
    _step(locked, DecisionAct.REPORT, text=_said(text, "请写明办理情况。"), files=files, by=by)
    return locked


@transaction.atomic
def ask(decision: Decision, *, text: str, files: Sequence[Judged] = (), by: User) -> Decision:
    """Say that it is done and ask for its end; all parts must be closed."""
    locked = _unanswered(decision)
    if locked.parts.exclude(state=DecisionState.CLOSED).exists():
        raise RuleBroken("还有子任务没有销号，不能申请销号。")
    locked.state = DecisionState.ASKED
    record(locked, by=by, reason="申请销号")
    _step(locked, DecisionAct.ASK, text=_said(text, "请写明办理结果。"), files=files, by=by)
    return locked


@transaction.atomic
def send_back(decision: Decision, *, text: str, by: User) -> Decision:
    """Refuse the end that the unit asked for, with a reason."""
    locked = _locked(decision)
    if locked.state != DecisionState.ASKED:
        raise RuleBroken("这件督办没有在申请销号，不能退回。")
    locked.state = DecisionState.WORKING
    record(locked, by=by, reason="退回")
    _step(locked, DecisionAct.RETURN, text=_said(text, "退回须写明原因。"), by=by)
    return locked


@transaction.atomic
def extend(decision: Decision, *, due_on: date, text: str, by: User) -> Decision:
    """Move the deadline to a later day, with a reason."""
    locked = _open(decision)
    if due_on <= locked.due_on:
        raise RuleBroken(f"延期后的期限应晚于 {locked.due_on.isoformat()}。")
    if locked.whole is not None and due_on > locked.whole.due_on:
        raise RuleBroken(f"子任务的期限不能晚于上级事项的 {locked.whole.due_on.isoformat()}。")
    locked.due_on = due_on
    record(locked, by=by, reason="延期")
    _step(locked, DecisionAct.EXTEND, text=_said(text, "延期须写明原因。"), due_on=due_on, by=by)
    return locked


@transaction.atomic
def close(decision: Decision, *, text: str, by: User) -> Decision:
    """End the decision (销号); all parts must be closed."""
    locked = _open(decision)
    if locked.parts.exclude(state=DecisionState.CLOSED).exists():
        raise RuleBroken("还有子任务没有销号，不能销号。")
    locked.state, locked.closed_on = DecisionState.CLOSED, timezone.localdate()
    record(locked, by=by, reason="销号")
    _step(locked, DecisionAct.CLOSE, text=_said(text, "销号须写明结果。"), by=by)
    return locked


def _refuse_part(part: Decision, whole: Decision) -> None:
    if whole.is_closed:
        raise RuleBroken("上级事项已经销号，不能再加子任务。")
    if whole.whole_id is not None:
        raise RuleBroken("子任务下面不能再分子任务。")
    if part.due_on > whole.due_on:
        raise RuleBroken(f"子任务的期限不能晚于上级事项的 {whole.due_on.isoformat()}。")


def _step(
    decision: Decision,
    act: DecisionAct,
    *,
    by: User,
    text: str = "",
    due_on: date | None = None,
    files: Sequence[Judged] = (),
) -> None:
    """One row for the step, and one more for each further file; who is concerned is told."""
    kept: list[Attachment | None] = [*_documents(decision, files, by)]
    steps = [
        DecisionStep.objects.create(
            decision=decision,
            act=act,
            text="" if number else text,
            due_on=due_on,
            attachment=document,
            taken_by=by,
        )
        for number, document in enumerate(kept or [None])
    ]
    if act in TOLD:
        _tell(steps[0], by)


def _tell(step: DecisionStep, by: User) -> None:
    decision = step.decision
    kind, words = TOLD[DecisionAct(step.act)]
    if step.act == DecisionAct.ASK:
        people = [decision.given_by, *audience.office()]
    else:
        people = audience.staff_of_one(decision.organisation_id)
    news = News(
        kind,
        cause=f"step:{step.pk}",
        text=f"{words}：{decision.text}",
        detail=step.text or f"{decision.organisation}，{decision.due_on.isoformat()} 前办结",
        decision=decision,
    )
    tell(people, news, by=by)


def _documents(decision: Decision, files: Sequence[Judged], by: User) -> list[Attachment]:
    if not files:
        return []
    if decision.project is None:
        raise RuleBroken("这件督办没有关联项目，不能上传佐证；请写在说明里。")
    caption = f"督办佐证：{decision}"
    return attachments.keep_all(decision.project, files, kind=AttachmentKind.OTHER, caption=caption, by=by)


def _said(text: str, missing: str) -> str:
    if not text.strip():
        raise RuleBroken(missing)
    return text.strip()


def _open(decision: Decision) -> Decision:
    locked = _locked(decision)
    if locked.is_closed:
        raise RuleBroken(CLOSED)
    return locked


def _unanswered(decision: Decision) -> Decision:
    locked = _open(decision)
    if locked.state == DecisionState.ASKED:
        raise RuleBroken("已经申请销号，请等待答复。")
    return locked


def _locked(decision: Decision) -> Decision:
    """Lock the decision; return its current record."""
    return Decision.objects.select_for_update().get(pk=decision.pk)

"""How a write is recorded: judged by the model, saved, and entered in the history with who and why."""

from django.core.exceptions import ValidationError
from django.db.models import CASCADE, Model

from projects.actions.guarding import guard
from projects.models import User
from projects.rules.broken import RuleBroken


def record(subject: Model, *, by: User | None, reason: str) -> None:
    """Save `subject` with its history entry; RuleBroken for a broken rule of the model or a sealed month."""
    try:
        subject.full_clean()
    except ValidationError as fault:
        raise RuleBroken("；".join(fault.messages)) from fault
    guard(subject, by=by, reason=reason)
    attribute(subject, by=by, reason=reason)
    subject.save()


def erase(subject: Model, *, by: User | None, reason: str) -> None:
    """Delete `subject` and what hangs on it; the history of each stays and says who and why.

    RuleBroken where a sealed month counts it.
    """
    guard(subject, by=by, reason=reason, gone=True)
    for relation in subject._meta.related_objects:
        if relation.on_delete is CASCADE:
            for below in relation.related_model._base_manager.filter(**{relation.field.name: subject}):
                erase(below, by=by, reason=reason)
    attribute(subject, by=by, reason=reason)
    subject.delete()


def attribute(subject: Model, *, by: User | None, reason: str) -> None:
    """Tell the history library whose write this is and why."""
    subject._history_user = by  # type: ignore[attr-defined]
    subject._change_reason = reason  # type: ignore[attr-defined]

"""Light rules: a version is kept from a day on, with a reason."""

from django.db import transaction

from projects.actions.recording import record
from projects.models import LightRule, User
from projects.rules.broken import RuleBroken


@transaction.atomic
def keep_rule(rule: LightRule, *, by: User, reason: str) -> LightRule:
    """Save a new version of a rule, or correct one; RuleBroken without a reason, and for a second one of a day."""
    if not reason.strip():
        raise RuleBroken("请写明修改亮灯规则的原因。")
    record(rule, by=by, reason=reason.strip())
    return rule

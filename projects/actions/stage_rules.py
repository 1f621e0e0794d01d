"""Which stages ask for a photo or a permit."""

from collections.abc import Collection

from django.db import transaction

from projects.actions.recording import record
from projects.models import StageRule, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import Stage


@transaction.atomic
def set_stage_rules(proven: Collection[Stage], *, by: User, reason: str) -> list[Stage]:
    """These stages ask for evidence, all others do not; returns those that changed. RuleBroken where none does."""
    rules = {rule.stage: rule for rule in StageRule.objects.select_for_update()}
    changed = []
    for stage in Stage:
        rule = rules.get(stage, StageRule(stage=stage, evidence_required=False))
        if rule.evidence_required == (stage in proven):
            continue
        rule.evidence_required = stage in proven
        record(rule, by=by, reason=reason)
        changed.append(stage)
    if not changed:
        raise RuleBroken("和现在的一样，没有改动。")
    return changed

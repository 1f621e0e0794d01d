"""What is asked of the stages that the completion page counts, until the office says otherwise."""

from django.db import migrations
from django.utils import timezone

PROVEN = ("started", "topped_out", "completed", "in_production")


def ask(apps, schema_editor):
    """Written by nobody, and told in the history like every other rule."""
    alias = schema_editor.connection.alias
    rules = apps.get_model("projects", "StageRule").objects.using(alias)
    history = apps.get_model("projects", "HistoricalStageRule").objects.using(alias)
    for stage in PROVEN:
        rule = rules.create(stage=stage, evidence_required=True)
        history.create(
            id=rule.pk,
            stage=stage,
            evidence_required=True,
            history_type="+",
            history_date=timezone.now(),
            history_change_reason="初始设置",
        )


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_evidence_photos")]

    operations = [migrations.RunPython(ask, migrations.RunPython.noop)]

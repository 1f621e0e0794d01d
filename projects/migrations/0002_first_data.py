"""The roles, and what evidence the stages ask for until the office decides otherwise."""

from django.db import migrations
from django.utils import timezone

ROLES = ("领导", "经办", "项目办", "管理员", "审计员", "安全员")
PROVEN_STAGES = ("started", "topped_out", "completed", "in_production")


def create_roles(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


def create_stage_rules(apps, schema_editor):
    """Each rule has its first history entry, without a user."""
    alias = schema_editor.connection.alias
    rules = apps.get_model("projects", "StageRule").objects.using(alias)
    history = apps.get_model("projects", "HistoricalStageRule").objects.using(alias)
    for stage in PROVEN_STAGES:
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
    dependencies = [("projects", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        migrations.RunPython(create_roles, migrations.RunPython.noop),
        migrations.RunPython(create_stage_rules, migrations.RunPython.noop),
    ]

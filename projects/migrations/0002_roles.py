"""The four groups that the rights speak of; the other directories are data and come from fixtures."""

from django.db import migrations

ROLES = ("领导", "经办", "项目办", "管理员")


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for name in ROLES:
        groups.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_register"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]

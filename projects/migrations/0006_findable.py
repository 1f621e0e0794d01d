"""Projects on record before the search box knew pinyin: what it looks in is computed once for each."""

from itertools import batched

from django.db import migrations

from projects.models.search import Findable

BATCH = 500
COLUMNS = ["words", "pinyin", "initials"]


def fill(apps, schema_editor):
    projects = apps.get_model("projects", "Project")._base_manager
    for batch in batched(projects.iterator(chunk_size=BATCH), BATCH):
        for project in batch:
            findable = Findable.of(project)
            for column in COLUMNS:
                setattr(project, column, getattr(findable, column))
        projects.bulk_update(batch, COLUMNS)


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_finding")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]

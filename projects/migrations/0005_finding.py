from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_batches")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="words",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="搜索文字"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="project",
            name="pinyin",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="搜索拼音"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="project",
            name="initials",
            field=models.TextField(blank=True, default="", editable=False, verbose_name="搜索首字母"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="project",
            name="pauses",
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name="停顿时段"),
        ),
        migrations.AddField(
            model_name="historicalproject",
            name="pauses",
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name="停顿时段"),
        ),
    ]

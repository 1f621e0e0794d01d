import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0003_reopenings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('move', '移动到节点'), ('assign', '修改字段'), ('enlist', '列入名单')], max_length=20, verbose_name='操作')),
                ('terms', models.JSONField(verbose_name='内容')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='原因')),
                ('state', models.CharField(choices=[('preview', '待确认'), ('applied', '已执行'), ('undone', '已撤销')], default='preview', max_length=20, verbose_name='状态')),
                ('outcome', models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='项目')),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='改动项目数')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='预览时间')),
                ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='执行时间')),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to=settings.AUTH_USER_MODEL, verbose_name='操作人')),
                ('undone_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_batches', to=settings.AUTH_USER_MODEL, verbose_name='撤销人')),
            ],
            options={
                'verbose_name': '批量处理',
                'verbose_name_plural': '批量处理',
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['created_by', 'state'], name='batch_by_person_and_state')],
            },
        ),
    ]

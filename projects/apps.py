"""The application's card."""

from django.apps import AppConfig
from django.db.models import fields


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "重大项目"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        fields.BLANK_CHOICE_LABEL = "请选择"  # Django 6.1 has no Chinese for its own label yet

"""The application's configuration, loaded by Django."""

from django.apps import AppConfig
from django.db.models import fields
from django.utils.module_loading import import_string

from projects.vocabulary import use_list_names


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "重大项目"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        fields.BLANK_CHOICE_LABEL = "请选择"  # Django 6.1 has no Chinese for its own label yet
        use_list_names(
            import_string("projects.models.district.list_names")
        )  # models load after the application

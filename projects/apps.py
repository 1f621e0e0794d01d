"""The application's configuration, loaded by Django."""

import gc

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import fields
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from projects.vocabulary import use_list_names

GARBAGE_AFTER = 50_000
"""New objects after which Python looks for circles: at its 2,000, an import spends a twentieth of its time on that."""


def protect_tables(**signal: object) -> None:
    """SQLite drops triggers when a migration makes a table again, so they are made after each."""
    import_string("projects.models.append_only.protect")()


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = "重大项目"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])
        fields.BLANK_CHOICE_LABEL = "请选择"  # Django 6.1 has no Chinese for its own label yet
        use_list_names(
            import_string("projects.models.district.list_names")
        )  # models load after the application
        user_logged_in.connect(import_string("projects.sessions.remember"), dispatch_uid="remember")
        for signal, hears in (
            (user_logged_in, "on_signed_in"),
            (user_logged_out, "on_signed_out"),
            (user_login_failed, "on_sign_in_failed"),
        ):
            signal.connect(import_string(f"projects.audit.{hears}"), dispatch_uid=hears)
        for name in ("added", "removed", "reset", "used"):
            signal = import_string(f"allauth.mfa.signals.authenticator_{name}")
            signal.connect(import_string(f"projects.signin.second_factor.on_{name}"), dispatch_uid=name)
        post_migrate.connect(protect_tables, sender=self, dispatch_uid="protect")

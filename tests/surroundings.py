"""Settings of a private, quick surrounding: for the suite, and for programs that make a register of their own."""

from pathlib import Path
from typing import Any


def settings_in(folder: Path) -> dict[str, Any]:
    """Cheap passwords, unhashed static files, jobs at once, and no file outside the folder."""
    return {
        "VAR_DIR": folder,
        "MEDIA_ROOT": folder / "uploads",
        "STATIC_ROOT": folder / "static",
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        "TASKS": {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}},
        "CACHES": {
            alias: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": alias}
            for alias in ("default", "progress", "limits")
        },
        "API_KEY_PER_MINUTE": 0,  # a sweep asks more often than a program may
        "API_ACCOUNT_PER_MINUTE": 0,
    }

"""The back office: every table has a list and a form, under the same judges, rights and history as a page."""

from django.contrib import admin
from django_tasks_db.admin import DBTaskResult

from projects.admin import (
    acts,
    directory,
    imports,
    milestones,
    numbers,
    projects,
    reports,
    saved_views,
    tokens,
)
from projects.admin.recording import UNKNOWN

__all__ = [
    "acts",
    "directory",
    "imports",
    "milestones",
    "numbers",
    "projects",
    "reports",
    "saved_views",
    "tokens",
]

# Its pages speak English and ask Django's permission rows; an import has its own page.
admin.site.unregister(DBTaskResult)

admin.site.site_header = "常州高新区重大项目 · 后台"
admin.site.site_title = "重大项目后台"
admin.site.index_title = "台账与目录"
admin.site.empty_value_display = UNKNOWN

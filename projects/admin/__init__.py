"""The back office: every table has a list and a form, under the same judges, rights and history as a page.

Tested in tests/admin.
"""

from allauth.account.admin import EmailAddress  # this import registers them
from allauth.mfa.admin import Authenticator  # and this one
from allauth.socialaccount.admin import SocialAccount, SocialApp, SocialToken  # and this one
from django.contrib import admin
from django.utils.functional import lazy
from django_tasks_db.admin import DBTaskResult  # type: ignore[attr-defined]  # this import registers it

from projects.admin import (
    acts,
    directory,
    imports,
    milestones,
    numbers,
    projects,
    reports,
    saved_views,
)
from projects.admin.recording import UNKNOWN
from projects.models.district import current_district

__all__ = [
    "acts",
    "directory",
    "imports",
    "milestones",
    "numbers",
    "projects",
    "reports",
    "saved_views",
]

# Its pages speak English and ask Django's permission rows; an import has its own page.
admin.site.unregister(DBTaskResult)
# The register sends no mail, so nobody confirms an address.
admin.site.unregister(EmailAddress)
# Its page shows the secret; the page of people resets a lost one.
admin.site.unregister(Authenticator)
# The provider of single sign-on stands in the settings alone, and nothing of what it gives is stored.
admin.site.unregister([SocialAccount, SocialApp, SocialToken])

admin.site.site_header = lazy(lambda: f"{current_district()} · 后台", str)()
admin.site.site_title = "重大项目后台"
admin.site.index_title = "台账与目录"
admin.site.empty_value_display = UNKNOWN

"""The addresses of the site: Django's own pages, then ours."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from hightech.metrics import metrics
from hightech.sign_in import admin_password, admin_sign_in
from projects import access
from projects.views.single_sign_on import single_sign_on, single_sign_on_return

# Every way in is the site's own page, with its limits and its second factor: the admin has none of its own.
admin.site.login = admin_sign_in  # type: ignore[method-assign]
admin.site.password_change = admin_password  # type: ignore[assignment]

own = access.allowed(access.has_account)

second_factor_urls = [
    path("", own(mfa.index), name="mfa_index"),
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", own(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("activate/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("deactivate/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("codes/generate/", own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
]

account_urls = [  # not `allauth.urls`: nobody signs up, confirms an address or sets a password there
    path("login/", allauth.login, name="account_login"),
    path("oidc/", single_sign_on, name="single_sign_on"),
    path("oidc/return/", single_sign_on_return, name="single_sign_on_return"),
    path("logout/", require_POST(allauth.logout), name="account_logout"),
    path("reauthenticate/", own(allauth.reauthenticate), name="account_reauthenticate"),
    path("second-factor/", include(second_factor_urls)),
]

# Browsers ask for this one on pages that name no icon, such as the admin's.
icon = login_not_required(RedirectView.as_view(url=lazy(static, str)("projects/icon.svg")))

urlpatterns = [
    path("favicon.ico", icon),
    path("metrics", metrics, name="metrics"),
    path("accounts/", include(account_urls)),
    path("admin/", admin.site.urls),
    path("", include("projects.urls")),
]

handler400 = "hightech.unavailable.bad_request"
handler404 = "hightech.unavailable.not_found"
handler500 = "hightech.unavailable.server_error"

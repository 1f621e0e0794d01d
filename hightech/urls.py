"""The addresses of the site: Django's own pages, then ours."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from projects.forms.signin import AdminSignInForm, SignInForm

sign_in = auth.LoginView.as_view(redirect_authenticated_user=True, authentication_form=SignInForm)
admin.site.login_form = AdminSignInForm

account_urls = [
    path("login/", sign_in, name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password_change/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("password_change/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
]

# Browsers ask for this one on pages that name no icon, such as the admin's.
icon = login_not_required(RedirectView.as_view(url=lazy(static, str)("projects/icon.svg")))

urlpatterns = [
    path("favicon.ico", icon),
    path("accounts/", include(account_urls)),
    path("admin/", admin.site.urls),
    path("", include("projects.urls")),
]

handler400 = "hightech.unavailable.bad_request"
handler500 = "hightech.unavailable.server_error"

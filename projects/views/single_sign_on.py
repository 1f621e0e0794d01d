"""To the provider of single sign-on, and back from it. Both addresses answer 404 where the settings name none.

The way there is a plain link: a form would need the provider's host in `form-action` of the content policy.
"""

from collections.abc import Callable
from functools import wraps

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from projects.signin.provider import FAULTS, NUMBER, StrictOAuth2Adapter, read_with_care


def _by_provider(
    step: Callable[[HttpRequest, StrictOAuth2Adapter], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """The step with the provider of the settings; what goes wrong with it is a sentence on the sign-in page."""

    @wraps(step)
    def view(request: HttpRequest) -> HttpResponse:
        if settings.OIDC is None:
            raise Http404
        adapter = StrictOAuth2Adapter(request, NUMBER)
        try:
            return step(request, adapter)
        except FAULTS as fault:
            answer: HttpResponse = render_authentication_error(
                request, adapter.get_provider(), exception=fault
            )
            return answer

    return view


@login_not_required
@require_GET
@_by_provider
def single_sign_on(request: HttpRequest, adapter: StrictOAuth2Adapter) -> HttpResponse:
    """To the provider. `next`: the page to open afterwards."""
    with read_with_care():
        answer: HttpResponse = adapter.get_provider().redirect(
            request, AuthProcess.LOGIN, next_url=get_next_redirect_url(request)
        )
    return answer


@login_not_required
@require_GET
@_by_provider
def single_sign_on_return(request: HttpRequest, adapter: StrictOAuth2Adapter) -> HttpResponse:
    """Back from the provider, with a code or with its refusal."""
    answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return answer

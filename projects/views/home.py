"""The way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from projects import access
from projects.models import Organisation
from projects.models.reach import NOTHING
from projects.vocabulary import Role


@require_safe
@access.allowed(access.has_account)
def home(request: HttpRequest) -> HttpResponse:
    """Leaders begin with the completion, those who write with what they owe, a new register with its first steps,
    auditors with the audit, security officers with the accounts."""
    user = access.signed_in(request)
    if user.keeps_directories and Organisation.objects.root() is None:
        return redirect("setup")
    if user.reach == NOTHING and user.is_auditor:
        return redirect("audit")
    if user.reach == NOTHING and user.keeps_accounts:
        return redirect("people")
    return redirect("todo" if user.writes and Role.LEADER not in user.roles else "completion")

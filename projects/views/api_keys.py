"""Keys of the API: one's own, and for administrators those of all accounts. A new key is shown once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import api_keys as actions
from projects.actions.api_keys import NewKey
from projects.figures.api_keys import key_lines
from projects.forms.api_keys import IssuedKeyForm, NewKeyForm, RevokedKeyForm
from projects.models import ApiKey
from projects.models.api_key import ApiKeyQuerySet
from projects.once import once_or_fault

MAKE, REVOKE = "make", "revoke"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.has_keys)
def account_keys(request: HttpRequest) -> HttpResponse:
    """One's own keys."""
    user = access.signed_in(request)
    blank = partial(NewKeyForm, units=access.units_of_keys(user), writes=user.writes)
    return _answer(request, "account_keys", blank, ApiKey.objects.filter(owner=user))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.allowed(access.keeps_accounts)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys of all accounts."""
    units, owners = access.units_of_keys(access.signed_in(request)), access.owners_of_keys()
    blank = partial(IssuedKeyForm, units=units, writes=True, owners=owners)
    return _answer(request, "api_keys", blank, ApiKey.objects.all())


def _act(request: HttpRequest) -> str:
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if request.method == "POST" and act not in (MAKE, REVOKE):
        raise BadRequest("不认识的操作。")
    return act


def _answer(
    request: HttpRequest, page: str, blank: Callable[..., NewKeyForm], keys: ApiKeyQuerySet
) -> HttpResponse:
    """Carry out what was sent, about a new key or one of `keys`, and show them; `blank` makes the form of a new one."""
    act = _act(request)
    form = blank(request.POST if act == MAKE else None)
    ending = RevokedKeyForm(request.POST) if act == REVOKE else None
    made: NewKey | None = None
    if ending is not None and _revoked(request, page, ending, keys):
        messages.success(request, "已撤销，用它的系统从现在起取不到数。")
        return redirect(page)
    if form.is_bound:
        made = _made(request, page, form)
    context: dict[str, Any] = {
        "form": blank() if made else form,
        "ending": ending,
        "made": made,
        "lines": _with_forms(keys, ending),
    }
    failed = (form.is_bound and made is None) or ending is not None
    return render(request, f"projects/{page}.html", context, status=422 if failed else 200)


def _made(request: HttpRequest, page: str, form: NewKeyForm) -> NewKey | None:
    """The new key; None where the form says why not."""
    if not form.is_valid():
        return None
    user = access.signed_in(request)
    owner = form.owner_chosen if isinstance(form, IssuedKeyForm) else user
    made = None
    with once_or_fault(request, form, resolve_url(page)):
        made = actions.make(owner, form.facts, by=user)
    return made


def _revoked(request: HttpRequest, page: str, ending: RevokedKeyForm, keys: ApiKeyQuerySet) -> bool:
    if not ending.is_valid():
        return False
    key = get_object_or_404(keys, pk=ending.cleaned_data["key"])
    with once_or_fault(request, ending, resolve_url(page)):
        actions.revoke(key, by=access.signed_in(request), reason=ending.cleaned_data["reason"])
    return not ending.errors


def _with_forms(keys: ApiKeyQuerySet, ending: RevokedKeyForm | None) -> Sequence[tuple[Any, RevokedKeyForm]]:
    """Each line with the form that ends its key: the one that was sent, where it was refused."""
    sent = ending.data.get("key") if ending is not None else None
    lines = []
    for line in key_lines(keys, today=timezone.localdate()):
        fresh = RevokedKeyForm(initial={"key": line.key.pk}, auto_id=f"end_{line.key.pk}_%s")
        lines.append((line, ending if ending is not None and sent == str(line.key.pk) else fresh))
    return lines

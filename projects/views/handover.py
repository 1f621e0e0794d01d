"""One person's projects handed over to another, in one go."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods

from projects import access
from projects.actions import registry
from projects.forms.handover import HandoverForm, WhoseForm
from projects.models import Organisation
from projects.once import once
from projects.rules.broken import Overtaken, RuleBroken

PAGE_SIZE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def handover(request: HttpRequest) -> HttpResponse:
    """The address says whose projects; the form says to whom."""
    user = access.signed_in(request)
    writable = access.writable_projects(user)
    whose = WhoseForm(
        request.GET or None, contacts=writable.contacts(), organisations=Organisation.objects.all()
    )
    if not whose.is_valid():
        status = 400 if whose.is_bound else 200
        return render(request, "projects/handover.html", {"whose": whose}, status=status)
    contact, unit = whose.cleaned_data["contact"], whose.cleaned_data["organisation"]
    scope = writable.answered_by(unit) if unit else writable
    form, status = HandoverForm(request.POST if request.method == "POST" else None), 200
    if form.is_bound:
        status = 422
        try:
            if form.is_valid():
                with once(request, resolve_url("handover")):
                    moved = registry.hand_over(scope, contact, **form.cleaned_data, by=user)
                words = f"{contact}的 {len(moved)} 个项目已移交给{form.cleaned_data['to']}。"
                messages.success(request, words)
                return redirect("handover")
        except RuleBroken as broken:
            form.add_error(None, str(broken))
            status = 409 if isinstance(broken, Overtaken) else 422
    charges = scope.in_charge_of(contact).facts().order_by("pk")
    page = Paginator(charges, PAGE_SIZE).get_page(request.GET.get("page"))
    numbers = page.paginator.get_elided_page_range(page.number)
    context = {"whose": whose, "form": form, "contact": contact, "page": page, "numbers": numbers}
    return render(request, "projects/handover.html", context, status=status)

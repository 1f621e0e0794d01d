"""The audit, for auditors: searched, and never changed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.paging import PAGE_SIZE, Pages
from projects.forms.audit import AuditQuestionForm
from projects.models import AuditEntry


@require_safe
@access.allowed(access.reads_audit)
def audit(request: HttpRequest) -> HttpResponse:
    question = AuditQuestionForm(request.GET)
    context: dict[str, object] = {"question": question}
    if not question.is_valid():
        return render(request, "projects/audit.html", context, status=400)
    pages = Pages(AuditEntry.objects.found(**question.cleaned_data), PAGE_SIZE)
    context["page"] = pages.get_page(request.GET.get("page", 1))
    return render(request, "projects/audit.html", context)

"""Layouts of the 调度表: which columns in which order, kept by the office for everybody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from projects import access
from projects.actions.table_layouts import drop_layout, save_layout
from projects.forms.paper_order import LayoutForm
from projects.models import TableLayout
from projects.once import once


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.keeps_register)
def table_layouts(request: HttpRequest) -> HttpResponse:
    """The layouts with a form for one more; of the same name it replaces the one before."""
    form = LayoutForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with once(request, resolve_url("table_layouts")):
            saved = save_layout(form.cleaned_data["title"], form.columns, by=access.signed_in(request))
        messages.success(request, f"已保存版式“{saved}”。")
        return redirect("table_layouts")
    context = {"form": form, "layouts": TableLayout.objects.select_related("saved_by")}
    return render(request, "projects/table_layouts.html", context, status=422 if form.errors else 200)


@require_POST
@access.allowed(access.keeps_register)
def table_layout_drop(request: HttpRequest, pk: int) -> HttpResponse:
    layout = get_object_or_404(TableLayout, pk=pk)
    with once(request, resolve_url("table_layouts")):
        drop_layout(layout)
    messages.success(request, f"已删除版式“{layout}”。")
    return redirect("table_layouts")

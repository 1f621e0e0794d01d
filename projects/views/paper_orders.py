"""会议材料: ask for papers of a frozen day, basis and scope, see how far they are, and take them along."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.middleware import HtmxDetails

from projects import access
from projects.actions.papers import order_again, order_papers
from projects.audit import Export, mark_contacts, mark_export
from projects.forms.paper_order import PaperOrderForm
from projects.models import Organisation, Paper, PaperOrder
from projects.once import once
from projects.papers import making
from projects.papers.pack import packed_order
from projects.rules.broken import RuleBroken

PER_PAGE = 20
GONE = "这份材料的文件不在了，请重新生成。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def paper_orders(request: HttpRequest) -> HttpResponse:
    """The form, and what was asked for before."""
    user = access.signed_in(request)
    form = PaperOrderForm(
        request.POST if request.method == "POST" else None,
        readable=access.readable_among(user, list(Organisation.objects.all())),
        reach=user.reach,
        today=timezone.localdate(),
        takes_phones=access.takes_phones(user),
    )
    if request.method == "POST" and form.is_valid():
        with once(request) as outcome:
            order = order_papers(
                **form.asked, page_address=request.build_absolute_uri(resolve_url("project", 0)), by=user
            )
            outcome.led_to = resolve_url("paper_order", order.pk)
        making.start(order)
        return redirect(outcome.led_to)
    orders = PaperOrder.objects.visible_to(user).facts()
    page = Paginator(orders, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number),
        "may_keep": access.keeps_register(user),
        "kept_days": settings.KEEP_PAPERS_DAYS,
    }
    return render(request, "projects/paper_orders.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def paper_order(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the papers are, and their files; POST begins again what was not finished."""
    user = access.signed_in(request)
    order = get_object_or_404(PaperOrder.objects.visible_to(user).facts(), pk=pk)
    if request.method == "POST":
        try:
            with once(request, resolve_url("paper_order", pk)):
                order = order_again(order)
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            making.start(order)
        return redirect("paper_order", pk)
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    part = "#papers" if htmx else ""
    context = {
        "order": order,
        "papers": order.papers.annotate(count=Count("fields")),
        "is_stuck": _is_stuck(order),
    }
    return render(request, f"projects/paper_order.html{part}", context)


def _is_stuck(order: PaperOrder) -> bool:
    """Whether nobody seems to work at it: no worker takes it, or the one that did has ended."""
    now = timezone.now()
    if order.begun_at is None:
        return now - (order.asked_again_at or order.asked_at) > settings.IMPORT_NO_WORKER_AFTER
    return now - order.begun_at > timedelta(seconds=settings.JOB_MOST_SECONDS)


@require_safe
@access.allowed(access.reads_figures)
def paper_download(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """One file as it was made."""
    orders = PaperOrder.objects.visible_to(access.signed_in(request))
    found = get_object_or_404(
        Paper.objects.exclude(made_at=None).select_related("order"), order__in=orders.filter(pk=pk), kind=kind
    )
    _mark_phones(request, found.order)
    try:
        answer = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
    except FileNotFoundError as gone:
        raise Http404(GONE) from gone
    mark_export(answer, Export(found.name))
    return answer


@require_safe
@access.allowed(access.reads_figures)
def paper_pack(request: HttpRequest, pk: int) -> HttpResponse:
    """All files of an order with a list of their digests."""
    orders = PaperOrder.objects.visible_to(access.signed_in(request))
    order = get_object_or_404(orders.facts(), pk=pk)
    _mark_phones(request, order)
    if order.is_working or not order.made:
        raise Http404("材料还没有全部生成。")
    try:
        content = packed_order(order)
    except FileNotFoundError as gone:
        raise Http404(GONE) from gone
    name = f"会议材料-{order.organisation or '全区'}-{order.as_of.isoformat()}"
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.zip") or "attachment"}
    answer = HttpResponse(content, content_type="application/zip", headers=headers)
    mark_export(answer, Export(name))
    return answer


def _mark_phones(request: HttpRequest, order: PaperOrder) -> None:
    """Note that telephone numbers are taken along. PermissionDenied for whoever may no longer do so."""
    if not order.with_phones:
        return
    if not access.takes_phones(access.signed_in(request)):
        raise PermissionDenied("您的账号不能导出联系电话。")
    mark_contacts(request, f"会议材料第 {order.pk} 号的联系电话")

"""A number of the completion page opened, and both as workbooks."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.attention import attention
from projects.figures.completion.breakdown import Breakdown, breakdown
from projects.figures.completion.curve import month_curve
from projects.figures.completion.lines import CompletionPage
from projects.figures.paging import Pages
from projects.forms.questions import CompletionQuestion
from projects.questions import CompletionAnswer
from projects.views import workbooks
from projects.views.downloads import download

ROWS_SHOWN = 50
MOST_EXPORTED = 10_000


@require_safe
@access.allowed(access.reads_figures)
def completion_figure(request: HttpRequest, indicator: str) -> HttpResponse:
    """One number: formula, target, the projects that it counts and those that it leaves out."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked.question)
    page = asked.page
    opened = _opened(page, indicator)
    counted = Pages(opened.counted, ROWS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "line": opened.line,
        "curve": month_curve(page.scope, opened.line),
        "breakdown": opened,
        "counted": counted,
        "numbers": counted.paginator.get_elided_page_range(counted.number),
        "left_out": Pages(opened.left_out, ROWS_SHOWN).get_page(request.GET.get("left")),
    }
    return render(request, "projects/completion_figure.html", context)


@require_safe
@access.allowed(access.reads_figures)
def completion_figure_export(request: HttpRequest, indicator: str, suffix: str) -> HttpResponseBase:
    """The rows behind one number, all of them."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked.question)
    page = asked.page
    opened = _opened(page, indicator)
    sheets = workbooks.figure_sheets(page, opened)
    name = workbooks.file_name(f"完成情况-{opened.line.indicator.label}", page.scope)
    return download(suffix, sheets, name)


@require_safe
@access.allowed(access.reads_figures)
def completion_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The completion page as a workbook, from the same figures."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked.question)
    page = asked.page
    listed = attention(page.scope, most=MOST_EXPORTED, rules=page.rules)
    sheets = workbooks.completion_sheets(page, asked.rows, listed)
    return download(suffix, sheets, workbooks.file_name("完成情况", page.scope))


@require_safe
@access.allowed(access.reads_figures)
def completion_attention_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """What the attention page lists, as far as a sheet goes."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked.question)
    page = asked.page
    sheets = workbooks.attention_sheets(page, attention(page.scope, most=MOST_EXPORTED, rules=page.rules))
    return download(suffix, sheets, workbooks.file_name("关注事项", page.scope))


def _refused(request: HttpRequest, question: CompletionQuestion) -> HttpResponse:
    return render(request, "projects/completion_figure.html", {"question": question}, status=400)


def _opened(page: CompletionPage, indicator: str) -> Breakdown:
    line = next((line for line in page.lines if line.indicator == indicator), None)
    if line is None:
        raise Http404("这个范围没有这项指标。")
    return breakdown(page.scope, line)

"""Every workbook and CSV file to take along: read the question, take the figures of its page, stream the sheets."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from projects import access
from projects.audit import Export, Rows, mark_contacts, mark_export
from projects.figures.attention import attention
from projects.figures.decisions import ledger as decision_ledger
from projects.figures.decisions import overdue
from projects.figures.forecast.page import forecast_page
from projects.figures.history import project_history, register_history
from projects.figures.list_sums import registry_totals
from projects.figures.past_list import past_rows, past_totals
from projects.figures.problems import ledger
from projects.files.writing import csv, xlsx
from projects.files.writing.sheets import Sheet
from projects.forms.phones import PhonesForm
from projects.models import Bulletin, Organisation, User
from projects.models.versions import organisation_versions, target_versions
from projects.questions.completion import ComparisonAnswer, CompletionAnswer, RegisterAnswer
from projects.questions.lists import decisions_question, problems_question, projects_question
from projects.questions.months import month_asked, month_of, visible_part
from projects.questions.targets import targets_of, targets_question
from projects.rules import bulletin
from projects.rules.periods import month_start
from projects.templatetags.formats import level_name
from projects.vocabulary import MADE_UP, ImportKind, Level
from projects.workbooks.sheets.attention import attention_sheets, file_name
from projects.workbooks.sheets.bulletin import published_sheet, sealed_sheet
from projects.workbooks.sheets.compare import comparison_sheets
from projects.workbooks.sheets.completion import completion_sheets, figure_sheets
from projects.workbooks.sheets.decisions import decision_sheet
from projects.workbooks.sheets.faulty import faulty_sheets
from projects.workbooks.sheets.forecast import forecast_sheets
from projects.workbooks.sheets.history import project_history_sheet, register_history_sheet
from projects.workbooks.sheets.months import month_sheet, review_sheet
from projects.workbooks.sheets.organisations import organisation_sheet
from projects.workbooks.sheets.past import past_sheet
from projects.workbooks.sheets.problems import problem_sheet
from projects.workbooks.sheets.projects import project_sheet
from projects.workbooks.sheets.targets import target_sheet
from projects.workbooks.sheets.template import blank_sheet, explained_sheet

MOST_LISTED = 10_000


class Suffix:
    """`<suffix:suffix>` of an address: the format of the file."""

    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def download(suffix: str, sheets: Iterable[Sheet], name: str) -> FileResponse | StreamingHttpResponse:
    """A file `name.suffix`; neither format of it is ever whole in memory."""
    if settings.DEMO:  # a file that leaves the system says so, too
        sheets = [replace(sheet, notes=[MADE_UP, *sheet.notes]) for sheet in sheets]
    export = Export(name)
    export.counted = Rows()
    sheets = [replace(sheet, rows=export.counted.counted(sheet.rows)) for sheet in sheets]
    response = _file(suffix, sheets, name)
    mark_export(response, export)
    return response


def _file(suffix: str, sheets: Iterable[Sheet], name: str) -> FileResponse | StreamingHttpResponse:
    if suffix == "csv":
        disposition = content_disposition_header(True, f"{name}.csv") or "attachment"
        headers = {"Content-Disposition": disposition}
        return StreamingHttpResponse(csv.csv_pieces(sheets), content_type=csv.CONTENT_TYPE, headers=headers)
    return FileResponse(
        xlsx.workbook(sheets), as_attachment=True, filename=f"{name}.xlsx", content_type=xlsx.CONTENT_TYPE
    )


@require_safe
@access.allowed(access.reads_figures)
def project_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    question = projects_question(request.GET, access.signed_in(request))
    if not question.is_valid():
        return render(request, "projects/projects.html", {"question": question}, status=400)
    sheet = project_sheet(
        question,
        registry_totals(question.qs, year=question.list_year or question.today.year, as_of=question.today),
        with_phones=_takes_phones(request),
    )
    return download(suffix, [sheet], f"项目清单-{question.today.isoformat()}")


def _takes_phones(request: HttpRequest) -> bool:
    """Whether the file holds telephone numbers: they were asked for, which is noted. PermissionDenied for others."""
    asked = PhonesForm(request.GET)
    if not asked.is_valid() or not asked.cleaned_data["phones"]:
        return False
    if not access.takes_phones(access.signed_in(request)):
        raise PermissionDenied("您的账号不能导出联系电话。")
    mark_contacts(request, "项目清单导出的联系电话")
    return True


@require_safe
@access.allowed(access.reads_figures)
def project_past_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The register as it was, all rows of it."""
    asked = RegisterAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return render(request, "projects/project_past.html", {"controls": asked.question}, status=400)
    scope, words = asked.scope, asked.words
    sheet = past_sheet(scope, words, past_rows(scope, words=words), past_totals(scope, words=words))
    return download(suffix, [sheet], file_name("台账回看", scope))


@require_safe
@access.allowed(access.reads_figures)
def project_history_export(request: HttpRequest, pk: int, suffix: str) -> HttpResponseBase:
    project = access.readable_project(access.signed_in(request), pk)
    sheet = project_history_sheet(project.name, project_history(project), today=timezone.localdate())
    return download(suffix, [sheet], f"历史-{project.name}")


@require_safe
@access.allowed(access.reads_figures)
def projects_history_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Of all projects that the filters of the list leave."""
    question = projects_question(request.GET, access.signed_in(request))
    if not question.is_valid():
        return render(request, "projects/projects.html", {"question": question}, status=400)
    sheet = register_history_sheet(
        register_history(question.qs), question.in_words, today=timezone.localdate()
    )
    return download(suffix, [sheet], f"变更记录-{question.today.isoformat()}")


@require_safe
@access.allowed(access.reads_figures)
def problems_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    question = problems_question(request.GET, access.signed_in(request))
    if not question.is_valid():
        return render(request, "projects/problems.html", {"question": question}, status=400)
    lines = ledger(question.qs, today=question.today)
    sheet = problem_sheet(lines, question.in_words, today=question.today)
    return download(suffix, [sheet], f"问题台账-{question.today.isoformat()}")


@require_safe
@access.allowed(access.reads_figures)
def decisions_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    question = decisions_question(request.GET, access.signed_in(request))
    if not question.is_valid():
        return render(request, "projects/decisions.html", {"question": question}, status=400)
    lines = decision_ledger(question.qs, today=question.today)
    sheet = decision_sheet(lines, question.in_words, today=question.today)
    return download(suffix, [sheet], f"督办台账-{question.today.isoformat()}")


@require_safe
@access.allowed(access.keeps_directories)
def organisations_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    today, versions = timezone.localdate(), organisation_versions()  # before the units themselves
    units = list(Organisation.objects.select_related("parent"))
    sheet = organisation_sheet(units, versions, today=today)
    return download(suffix, [sheet], f"单位-{today.isoformat()}")


@require_safe
@access.allowed(access.writes_projects)
def month_export(request: HttpRequest, year: str, number: str, suffix: str) -> HttpResponseBase:
    user, on = access.signed_in(request), month_asked(year, number)
    whose = access.reach_name(user)
    sheet = month_sheet(month_of(user, on), whose, today=timezone.localdate())
    return download(suffix, [sheet], f"月报-{whose}-{on:%Y-%m}")


@require_safe
@access.allowed(access.keeps_targets)
def month_review_export(request: HttpRequest, year: str, number: str, suffix: str) -> HttpResponseBase:
    on = month_asked(year, number)
    sheet = review_sheet(month_of(access.signed_in(request), on), today=timezone.localdate())
    return download(suffix, [sheet], f"月报审核-{on:%Y-%m}")


@require_safe
@access.allowed(access.reads_figures)
def targets_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    user = access.signed_in(request)
    question = targets_question(request.GET, user)
    if not question.is_valid():
        return render(request, "projects/targets.html", {"controls": question}, status=400)
    year, level = question.cleaned_data["year"], question.level_code
    sheet = _targets(user, year, level)
    return download(suffix, [sheet], f"年度目标-{year}-{level_name(level)}")


def _targets(user: User, year: int, level: str, *, is_form: bool = False) -> Sheet:
    versions = target_versions(year, level)  # before the targets themselves
    grid = targets_of(user, year, level)
    return target_sheet(grid, versions, today=timezone.localdate(), is_form=is_form)


@require_safe
@access.allowed(access.reads_figures)
def bulletin_export(request: HttpRequest, pk: int, suffix: str) -> HttpResponseBase:
    found = get_object_or_404(Bulletin.objects.select_related("source", "organisation"), pk=pk)
    if not found.is_sealed:
        sheet = published_sheet(found, found.figures.select_related("organisation"))
        return download(suffix, [sheet], found.title)
    sealed = bulletin.read(found.content)
    if sealed is None:
        raise Http404("封存内容无法读取。")
    shown = visible_part(sealed, access.signed_in(request), list(Organisation.objects.all()))
    return download(suffix, [sealed_sheet(found, shown)], found.title)


@require_safe
@access.allowed(access.reads_figures)
def completion_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The completion page as a workbook, from the same figures."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked)
    page = asked.page
    listed = attention(page.scope, most=MOST_LISTED, rules=page.rules)
    return download(suffix, completion_sheets(page, asked.rows, listed), file_name("完成情况", page.scope))


@require_safe
@access.allowed(access.reads_figures)
def completion_attention_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """What the attention page lists, as far as a sheet goes."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked)
    page = asked.page
    sheets = [*attention_sheets(page, attention(page.scope, most=MOST_LISTED, rules=page.rules))]
    today = timezone.localdate()
    if late := overdue(access.readable_decisions(access.signed_in(request)), page.scope, today=today):
        sheets.append(decision_sheet(late, "逾期，不分名单", today=today))
    return download(suffix, sheets, file_name("关注事项", page.scope))


@require_safe
@access.allowed(access.reads_figures)
def completion_compare_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """Two days side by side, with every project behind the change of the chosen number."""
    asked = ComparisonAnswer(request.GET, access.signed_in(request))
    if not asked.is_valid():
        return render(request, "projects/completion_compare.html", {"controls": asked.question}, status=400)
    return download(
        suffix, comparison_sheets(asked.comparison, asked.explanation), file_name("两日对比", asked.now.scope)
    )


@require_safe
@access.allowed(access.reads_figures)
def completion_forecast_export(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """The forecast of the year, and every forecast of the same lead with what it came to."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked)
    sheets = forecast_sheets(forecast_page(asked.scope))
    return download(suffix, sheets, file_name("年底预计", asked.scope))


@require_safe
@access.allowed(access.reads_figures)
def completion_figure_export(request: HttpRequest, indicator: str, suffix: str) -> HttpResponseBase:
    """The rows behind one number, all of them."""
    asked = CompletionAnswer(request.GET, access.signed_in(request))
    if not asked.question.is_valid():
        return _refused(request, asked)
    opened = asked.opened(indicator)
    name = file_name(f"完成情况-{opened.line.indicator.label}", asked.scope)
    return download(suffix, figure_sheets(asked.page, opened), name)


def _refused(request: HttpRequest, asked: CompletionAnswer) -> HttpResponse:
    return render(request, "projects/completion_figure.html", {"question": asked.question}, status=400)


@require_safe
@access.allowed(access.writes_projects)
def import_template(request: HttpRequest, kind: str) -> HttpResponseBase:
    """An empty workbook to fill in, with a sheet that explains its columns."""
    if kind not in ImportKind:
        raise Http404("没有这种导入模板。")
    user, what = access.signed_in(request), ImportKind(kind)
    if not access.may_import(user, what):
        raise PermissionDenied("您的账号不能导入这类内容。")
    return download("xlsx", [_form(user, what), explained_sheet(what)], f"导入模板-{what.label}")


def _form(user: User, kind: ImportKind) -> Sheet:
    """Months and targets are forms of what is on record; other kinds begin empty."""
    today = timezone.localdate()
    match kind:
        case ImportKind.REPORTS:
            month = month_of(user, month_start(today))
            return month_sheet(month, access.reach_name(user), today=today, is_form=True)
        case ImportKind.TARGETS:
            return _targets(user, today.year, Level.CITY, is_form=True)
    return blank_sheet(user, kind, today=today)


@require_safe
@access.allowed(access.writes_projects)
def import_faulty(request: HttpRequest, pk: int) -> HttpResponseBase:
    imported = access.readable_import(access.signed_in(request), pk)
    sheets = faulty_sheets(imported)
    if not sheets:
        raise Http404("这次导入没有有错误的行。")
    return download("xlsx", sheets, f"错误行-{imported.workbook.name.rpartition('.')[0][:80]}")

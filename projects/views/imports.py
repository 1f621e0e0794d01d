"""A workbook comes in: it is sent, read, looked over, written, and taken back; each step returns to its page."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from projects import access
from projects.forms.headings import HeadingsForm
from projects.forms.workbook import ImportForm, ReasonForm, asked_at_first
from projects.models import Import, User
from projects.once import once
from projects.rules.broken import RuleBroken
from projects.views.import_messages import report_step
from projects.vocabulary import ImportKind, ImportState
from projects.workbooks import decide, jobs, progress
from projects.workbooks.preview import answers_form, list_year_question, preview
from projects.workbooks.receive import discard, receive
from projects.workbooks.row_questions import offered

RECENT = 10
MAPPED = frozenset({ImportState.MAPPING, ImportState.PREVIEW, ImportState.FAILED})
UNKNOWN_ACT = "不认识的操作。"
LOST = "工作簿已不在存储中。"


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def import_new(request: HttpRequest) -> HttpResponse:
    """GET `?kind=&year=&level=&month=` shows the form so filled in; POST keeps the workbook and begins to read it."""
    user, today = access.signed_in(request), timezone.localdate()
    kinds = access.importable_kinds(user)
    if request.method == "POST":
        form = ImportForm(request.POST, request.FILES, kinds=kinds, today=today)
        if form.is_valid():
            return redirect("imported", _begun(request, form, user).pk)
    else:
        form = ImportForm(kinds=kinds, today=today, initial=asked_at_first(request.GET.dict(), kinds, today))
    recent = Import.objects.visible_to(user).filter(kind__in=kinds).facts()
    context = {"form": form, "kinds": kinds, "recent": recent[:RECENT]}
    return render(request, "projects/import_new.html", context, status=422 if form.errors else 200)


def _begun(request: HttpRequest, form: ImportForm, user: User) -> Import:
    """Kept, and being read; bytes that stand in the register already wait until that is confirmed."""
    data = form.cleaned_data
    kind = ImportKind(data["kind"])
    with once(request) as outcome:
        kept = receive(data["file"], kind=kind, terms=form.terms, by=user, reason=data["reason"])
        outcome.led_to = resolve_url("imported", kept.pk)
        if Import.objects.same_applied(kept.workbook.sha256, kind).exists():
            return kept
        begun = jobs.begin(kept, ImportState.READING, by=user)
    return jobs.start(begun)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@access.allowed(access.writes_projects)
def imported(request: HttpRequest, pk: int) -> HttpResponse:
    """One import, however far it has come; what is done here returns here."""
    user = access.signed_in(request)
    found = access.readable_import(user, pk)
    if request.method == "POST":
        return redirect(_do(request, found, user))
    if found.state == ImportState.MAPPING:
        return redirect("import_headings", pk)
    if found.is_working:
        return _waiting(request, found, user)
    if found.state == ImportState.FAILED:
        return render(request, "projects/import_failed.html", {"imported": found})
    if getattr(request, "htmx", None) and request.headers.get("HX-Target") == "progress":
        return HttpResponse(headers={"HX-Refresh": "true"})
    shown = preview(
        found,
        visible=Import.objects.visible_to(user),
        outcome=request.GET.get("outcome", ""),
        number=request.GET.get("page", 1),
        today=timezone.localdate(),
    )
    return render(request, "projects/imported.html", {"imported": found, "preview": shown})


def _waiting(request: HttpRequest, found: Import, user: User) -> HttpResponse:
    """How far the job has come; or, where nobody has begun it, the question whether to."""
    if not found.has_begun:
        same = Import.objects.visible_to(user).same_applied(found.workbook.sha256, found.kind)
        context: dict[str, object] = {"imported": found, "earlier": same.facts()[:3]}
        return render(request, "projects/import_again.html", context)
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    context = {"imported": found, "progress": progress.state_of(found)}
    part = "#progress" if htmx else ""
    return render(request, f"projects/import_working.html{part}", context)


def _do(request: HttpRequest, found: Import, user: User) -> str:
    """Do what the button says, and say what has come of it; gives the address to go on to."""
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest(UNKNOWN_ACT)
    led_to = resolve_url("import_new") if act is _discard else resolve_url("imported", found.pk)
    try:
        with once(request, led_to):
            result = act(found, request.POST, user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return resolve_url("imported", found.pk)
    if isinstance(result, str):
        messages.success(request, result)
    else:
        report_step(request, jobs.start(result))
    return led_to


def _reason(sent: QueryDict) -> str:
    form = ReasonForm(sent)
    if not form.is_valid():
        raise RuleBroken("；".join(map(str, form.errors["reason"])))
    return str(form.cleaned_data["reason"])


def _read(found: Import, sent: QueryDict, user: User) -> Import:
    return jobs.begin(found, ImportState.READING, by=user)


def _demand_year(found: Import, sent: QueryDict) -> None:
    """A list that is neither of this year nor of the next has been confirmed; RuleBroken asks about it."""
    question = list_year_question(found, today=timezone.localdate())
    if question and sent.get("year_sure") != str(found.year):
        raise RuleBroken(f"没有写入任何内容：{question}")


def _apply_all(found: Import, sent: QueryDict, user: User) -> Import:
    _demand_year(found, sent)
    return jobs.begin(found, ImportState.APPLYING, by=user)


def _apply_good(found: Import, sent: QueryDict, user: User) -> Import:
    _demand_year(found, sent)
    return jobs.begin(found, ImportState.APPLYING, by=user, only_good=True)


def _undo(found: Import, sent: QueryDict, user: User) -> Import:
    return jobs.begin(found, ImportState.UNDOING, by=user, reason=_reason(sent))


def _reword(found: Import, sent: QueryDict, user: User) -> Import:
    reworded = decide.reword(found, _reason(sent))
    return jobs.begin(reworded, ImportState.JUDGING, by=user)


def _answer(found: Import, sent: QueryDict, user: User) -> Import:
    form = answers_form(found, offered(ImportKind(found.kind)), sent)
    if not form.is_valid():
        raise RuleBroken("请从列出的回答中选择。")
    return jobs.begin(found, decide.answer(found, form.answers, by=user), by=user)


def _repeat(found: Import, sent: QueryDict, user: User) -> Import:
    return jobs.begin_again(found, by=user)


def _all_new(found: Import, sent: QueryDict, user: User) -> str:
    return f"已把 {decide.all_new(found, by=user)} 行疑似按新项目处理。"


def _discard(found: Import, sent: QueryDict, user: User) -> str:
    discard(found)
    return f"已删除《{found.workbook.name}》的这次导入，没有写入任何内容。"


ACTS: dict[str, Callable[[Import, QueryDict, User], Import | str]] = {
    "read": _read,
    "apply_all": _apply_all,
    "apply_good": _apply_good,
    "undo": _undo,
    "answer": _answer,
    "reword": _reword,
    "repeat": _repeat,
    "all_new": _all_new,
    "discard": _discard,
}
"""What the buttons of an import's page do: a sentence, or a step that has begun and is still to be set off."""


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def import_headings(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    found = access.readable_import(user, pk)
    if found.state not in MAPPED or not found.layout:
        return redirect("imported", pk)
    form = HeadingsForm(
        request.POST if request.method == "POST" else None,
        kind=ImportKind(found.kind),
        layout=found.layout,
        columns=found.columns,
    )
    if form.is_bound and form.is_valid() and _read_again(request, found, form, user):
        return redirect("imported", pk)
    context = {"imported": found, "form": form}
    return render(request, "projects/import_headings.html", context, status=422 if form.is_bound else 200)


def _read_again(request: HttpRequest, found: Import, form: HeadingsForm, user: User) -> bool:
    """Keep the choices and read the workbook again; False, and a message, where that may not be done now."""
    try:
        with once(request, resolve_url("imported", found.pk)):
            explained = decide.explain(
                found, form.meanings, left_out=form.unread_sheets, answers=form.answers, by=user
            )
            begun = jobs.begin(explained, ImportState.READING, by=user)
        jobs.start(begun)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return False
    return True


@require_safe
@access.allowed(access.writes_projects)
def import_file(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook with all its bytes, as a file to be kept and never to be shown."""
    workbook = access.readable_import(access.signed_in(request), pk).workbook
    try:
        content = workbook.file.open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError) as lost:
        raise Http404(LOST) from lost
    response = FileResponse(
        content, as_attachment=True, filename=workbook.name, content_type="application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response

"""The issue ledger: the list, one problem with its forms, a new one for a project."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import problems as acts
from projects.figures.problems import problem_line, problem_page
from projects.forms.problem import CloseProblemForm, ProblemForm, ReopenProblemForm
from projects.models import Organisation, Problem, User
from projects.models.versions import newest_version
from projects.once import once, once_or_fault
from projects.questions.lists import problems_question
from projects.rules.broken import RuleBroken

CLOSE, REOPEN, AMEND = "close", "reopen", "amend"
ANSWERS = {CLOSE: "已销号。", REOPEN: "已重新打开。", AMEND: "已保存。"}
TITLES = {CLOSE: ("销号", "销号"), REOPEN: ("重新打开", "重新打开"), AMEND: ("修改", "保存修改")}


@require_safe
@access.allowed(access.reads_figures)
def problems(request: HttpRequest) -> HttpResponse:
    question = problems_question(request.GET, access.signed_in(request))
    context: dict[str, object] = {"question": question}
    if not question.is_valid():
        return render(request, "projects/problems.html", context, status=400)
    page = problem_page(question.qs, today=question.today, number=request.GET.get("page", 1))
    return render(request, "projects/problems.html", context | {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_problem_new(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    sent = request.POST if request.method == "POST" else None
    new = Problem(project=project, raised_on=timezone.localdate())
    form = ProblemForm(sent, instance=new, organisations=Organisation.objects.all())
    if form.is_bound and form.is_valid():
        try:
            with once(request, resolve_url("project", pk)):
                acts.raise_problem(project, form.instance, by=user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "已登记问题。")
            return redirect("project", pk)
    context = {"project": project, "form": form}
    return render(request, "projects/problem_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    found = access.readable_problem(user, pk)
    open_acts = _open_acts(found)
    sent: dict[str, forms.BaseForm] = {}
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in TITLES:
            raise BadRequest("不认识的操作。")
        if act not in open_acts:
            raise PermissionDenied("您的账号不能这样处理这个问题，或者它的状态已经变了。")
        sent[act] = _form(act, found, request)
        if _done(request, act, found, sent[act], user):
            messages.success(request, ANSWERS[act])
            return redirect("problem", pk)
        found = access.readable_problem(user, pk)  # without what the refused form has put into it
    offered = [(act, *TITLES[act], sent.get(act) or _form(act, found)) for act in open_acts]
    context = {
        "line": problem_line(found, timezone.localdate()),
        "acts": offered,
        "may_give": access.gives_decisions(user),
    }
    is_contested = any(getattr(form, "conflict", None) for form in sent.values())
    status = 409 if is_contested else 422 if sent else 200
    return render(request, "projects/problem.html", context, status=status)


def _open_acts(found: Problem) -> list[str]:
    """What the user may do with a problem that stands like this; the action judges again."""
    may_close, may_write = found.may_close, found.may_write  # type: ignore[attr-defined]  # from `marked`
    if found.resolved_on is not None:
        return [REOPEN] if may_write else []
    return [act for act, may in ((CLOSE, may_close), (AMEND, may_write)) if may]


def _form(act: str, found: Problem, request: HttpRequest | None = None) -> forms.BaseForm:
    data = request.POST if request is not None else None
    match act:
        case "close":
            return CloseProblemForm(data, today=timezone.localdate())
        case "reopen":
            return ReopenProblemForm(data)
        case _:
            newest, units = newest_version(Problem, found.pk), Organisation.objects.all()
            version = newest.history_id if newest else None
            if request is None:
                return ProblemForm(None, instance=found, organisations=units, version=version)
            return ProblemForm.merged(request.POST, instance=found, organisations=units, version=version)


def _done(request: HttpRequest, act: str, found: Problem, form: forms.BaseForm, user: User) -> bool:
    """Whether the act was carried out; if not, the form says why."""
    if not form.is_valid() or getattr(form, "conflict", None):
        return False
    with once_or_fault(request, form, resolve_url("problem", found.pk)):
        _carry_out(act, found, form.cleaned_data, user)
    return not form.errors


def _carry_out(act: str, found: Problem, data: dict[str, Any], user: User) -> None:
    match act:
        case "close":
            acts.close(found, on=data["on"], resolution=data["resolution"], by=user)
        case "reopen":
            acts.reopen(found, by=user, reason=data["reason"])
        case _:
            acts.amend(found, by=user, reason=data["reason"], version=data["seen"] or data["version"])

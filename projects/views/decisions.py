"""The ledger of decisions (督办): the list, a new one from a project, a problem or a number, one with its steps."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import decisions as acts
from projects.actions.evidence import Judged, judge_all
from projects.deciding import decision_for, open_acts
from projects.figures.decisions import decision_line, decision_page, ledger, steps_of
from projects.forms.decision import AnswerForm, DecisionForm, ExtendForm, JudgeForm, SubjectForm
from projects.models import Decision, User
from projects.once import once, once_or_fault
from projects.papers.sentences import sentences
from projects.questions.completion import CompletionAnswer
from projects.questions.lists import decisions_question
from projects.rules.broken import RuleBroken
from projects.rules.completion import LEAST_RANKED

TITLES = {
    "report": ("写办理情况", "保存"),
    "ask": ("申请销号", "申请销号"),
    "close": ("同意销号", "销号"),
    "return": ("退回", "退回"),
    "extend": ("延期", "延期"),
}
ANSWERS = {
    "report": "已记下办理情况。",
    "ask": "已申请销号。",
    "close": "已销号。",
    "return": "已退回。",
    "extend": "已延期。",
}


@require_safe
@access.allowed(access.reads_figures)
def decisions(request: HttpRequest) -> HttpResponse:
    user = access.signed_in(request)
    question = decisions_question(request.GET, user)
    context: dict[str, object] = {"question": question, "may_give": access.gives_decisions(user)}
    if not question.is_valid():
        return render(request, "projects/decisions.html", context, status=400)
    page = decision_page(question.qs, today=question.today, number=request.GET.get("page", 1))
    return render(request, "projects/decisions.html", context | {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.gives_decisions)
def decision_new(request: HttpRequest) -> HttpResponse:
    """`?project=`, `?problem=`, `?whole=` or `?number=`: what it is given for."""
    user = access.signed_in(request)
    subject = SubjectForm(request.GET)
    if not subject.is_valid():
        raise BadRequest("地址里的参数有误。")
    new = decision_for(subject.cleaned_data, user)
    if (number := subject.cleaned_data["number"]) and not any((new.project, new.problem, new.whole)):
        new.number, new.number_words = number, _words_of(number, user)
    sent = request.POST if request.method == "POST" else None
    form = DecisionForm(sent, instance=new, organisations=access.charged_organisations(user))
    if form.is_bound and form.is_valid():
        try:
            with once(request) as outcome:
                acts.give(form.instance, by=user)
                outcome.led_to = resolve_url("decision", new.pk)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"已交办给{new.organisation}。")
            return redirect("decision", new.pk)
    context = {"form": form, "new": new}
    return render(request, "projects/decision_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    found = access.readable_decision(user, pk)
    offered = open_acts(found, user)
    sent: dict[str, forms.Form] = {}
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act not in TITLES:
            raise BadRequest("不认识的操作。")
        if act not in offered:
            raise PermissionDenied("您的账号不能这样处理这件督办，或者它的状态已经变了。")
        sent[act] = _form(act, found, request)
        if _done(request, act, found, sent[act], user):
            messages.success(request, ANSWERS[act])
            return redirect("decision", pk)
    parts = access.readable_decisions(user).filter(whole=found)
    context = {
        "line": decision_line(found, timezone.localdate()),
        "steps": steps_of(found),
        "parts": ledger(parts, today=timezone.localdate()),
        "acts": [(act, *TITLES[act], sent.get(act) or _form(act, found)) for act in offered],
        "may_add": access.judges_decision(user, found) and not found.is_closed and found.whole is None,
    }
    return render(request, "projects/decision.html", context, status=422 if sent else 200)


def _words_of(address: str, user: User) -> str:
    """The number that the page at this address shows to the user, as a sentence."""
    path, _, query = address.partition("?")
    try:
        found = resolve(path)
    except Resolver404:
        raise Http404 from None
    if found.url_name != "completion_figure":
        raise Http404
    asked = CompletionAnswer(QueryDict(query), user)
    if not asked.question.is_valid():
        raise Http404
    line = asked.opened(found.kwargs["indicator"]).line
    return sentences(asked.page, asked.whose, least=LEAST_RANKED, about=line).line


def _form(act: str, found: Decision, request: HttpRequest | None = None) -> forms.Form:
    data = request.POST if request is not None else None
    match act:
        case "report" | "ask":
            files = request.FILES if request is not None else None
            return AnswerForm(data, files, act=act, has_project=found.project is not None)
        case "extend":
            return ExtendForm(data, now=found.due_on)
        case _:
            return JudgeForm(data, act=act)


def _done(request: HttpRequest, act: str, found: Decision, form: forms.Form, user: User) -> bool:
    """Whether the act was carried out; if not, the form says why."""
    if not form.is_valid():
        return False
    try:
        files = judge_all(form.cleaned_data.get("documents") or [])
    except RuleBroken as broken:
        form.add_error("documents", str(broken))
        return False
    with once_or_fault(request, form, resolve_url("decision", found.pk)):
        _carry_out(act, found, form.cleaned_data, files, user)
    return not form.errors


def _carry_out(act: str, found: Decision, data: dict[str, Any], files: list[Judged], user: User) -> None:
    text = data["text"]
    match act:
        case "report":
            acts.report(found, text=text, files=files, by=user)
        case "ask":
            acts.ask(found, text=text, files=files, by=user)
        case "close":
            acts.close(found, text=text, by=user)
        case "return":
            acts.send_back(found, text=text, by=user)
        case _:
            acts.extend(found, due_on=data["due_on"], text=text, by=user)

"""The talk about a project: comments and records on one line of time, and what one was told."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from projects import access
from projects.actions import conversation as acts
from projects.figures.conversation import Talk, talk, took_part
from projects.figures.paging import PAGE_SIZE, Pages
from projects.forms.comment import CommentForm, TalkQuestion
from projects.models import Mention, Project, User
from projects.once import once, once_or_fault

RECENT = 12
MOST_NAMES = 8
NOBODY = "没有这个人，或者对方看不到这个项目"


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@access.allowed(access.reads_figures)
def project_talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything in pages; for the project's own page, which asks for it last, the newest. A comment is sent here."""
    subject = access.readable_project(access.signed_in(request), pk)
    if request.method == "POST":
        return _say(request, subject)
    question = TalkQuestion(request.GET)
    if not question.is_valid():
        raise BadRequest("不认识的条件。")
    month, show = question.cleaned_data["month"], question.cleaned_data["show"]
    found = _talk(subject, month, show)
    if request.htmx:  # type: ignore[attr-defined]  # from the middleware
        context = {"project": subject, "items": found.items[:RECENT], "rest": len(found.items) - RECENT}
        return render(request, "projects/project_talk.html#feed", context)
    return _page(request, subject, found, CommentForm(month=month), month=month, show=show)


def _talk(subject: Project, month: date | None, show: str) -> Talk:
    with_comments, with_records = show != TalkQuestion.RECORDS, show != TalkQuestion.COMMENTS
    return talk(subject, month=month, with_comments=with_comments, with_records=with_records)


def _page(
    request: HttpRequest,
    subject: Project,
    found: Talk,
    form: CommentForm,
    *,
    month: date | None,
    show: str = "",
    status: int = 200,
) -> HttpResponse:
    page = Pages(found.items, PAGE_SIZE).get_page(request.GET.get("page", 1))
    context = {
        "project": subject,
        "page": page,
        "comments": found.comments,
        "month": month,
        "show": show,
        "choices": TalkQuestion.base_fields["show"].choices,  # type: ignore[attr-defined]
        "say": form,
    }
    return render(request, "projects/project_talk.html", context, status=status)


def _say(request: HttpRequest, subject: Project) -> HttpResponse:
    """Write what was sent; who is mentioned, or has spoken about this month's report, finds it in the to-do."""
    user = access.signed_in(request)
    readers = access.readers_of(subject)
    form = CommentForm(request.POST, readers=readers)
    if form.is_valid():
        month, mentioned = form.cleaned_data["month"], form.mentioned
        led_to = _address(subject, month)
        told = [*mentioned, *took_part(subject, month, readers)]
        with once_or_fault(request, form, led_to):
            acts.say(subject, form.cleaned_data["text"], by=user, mentioned=told, month=month)
        if not form.errors:
            messages.success(request, _said(told, user))
            return redirect(led_to)
    asked = form.cleaned_data.get("month")
    return _page(request, subject, _talk(subject, asked, ""), form, month=asked, status=422)


def _said(told: list[User], by: User) -> str:
    names = list(dict.fromkeys(str(person) for person in told if person.pk != by.pk))
    return f"已发送，{'、'.join(names)}会在待办里看到。" if names else "已发送。"


def _address(subject: Project, month: date | None) -> str:
    query = f"?{urlencode({'month': f'{month:%Y-%m}'})}" if month else ""
    return resolve_url("project_talk", subject.pk) + query


@require_safe
@access.allowed(access.reads_figures)
def project_readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Names for what stands behind an @: only of people who may see the project."""
    subject = access.readable_project(access.signed_in(request), pk)
    asked = request.GET.get("q", "")
    found = [person for person in access.readers_of(subject) if asked in str(person)]
    context = {"people": found[:MOST_NAMES], "nobody": NOBODY}
    return render(request, "projects/project_talk.html#people", context)


@require_POST
@access.allowed(access.reads_figures)
def mention_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Open what one was told, which is read from then on."""
    user = access.signed_in(request)
    visible = Project.objects.visible_to(user)
    told = get_object_or_404(Mention.objects.select_related("comment__project"), pk=pk, person=user)
    subject = access.readable_project(user, told.comment.project_id)
    led_to = _address(subject, told.comment.month)
    with once(request, led_to):
        acts.read(told, projects=visible, by=user)
    return redirect(led_to)

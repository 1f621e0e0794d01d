"""The list of projects as a wall, a board and a calendar: the same question and the same rights, drawn otherwise."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_safe

from projects import access
from projects.figures.board import board_page
from projects.figures.due import due_page
from projects.figures.wall import wall_page
from projects.filters import ProjectFilter
from projects.forms.charts import BoardForm, CalendarForm, WallForm
from projects.forms.saved_view import NewViewForm
from projects.models import SavedView
from projects.questions.lists import projects_question
from projects.vocabulary import Lane


@require_safe
@access.allowed(access.reads_figures)
def project_wall(request: HttpRequest) -> HttpResponse:
    """The stages of each project on an axis of months, by unit."""
    question, asked = _asked(request), WallForm(request.GET)
    if not (question.is_valid() and asked.is_valid()):
        return _refused(request, question, asked)
    first, number = asked.cleaned_data["since"], request.GET.get("page", 1)
    page = wall_page(question.qs, as_of=question.today, first=first, number=number)
    return _drawn(request, question, page)


@require_safe
@access.allowed(access.reads_figures)
def project_board(request: HttpRequest) -> HttpResponse:
    """The projects by how far they have come; one lane whole where it is asked for."""
    question, asked = _asked(request), BoardForm(request.GET)
    if not (question.is_valid() and asked.is_valid()):
        return _refused(request, question, asked)
    lane = Lane(asked.cleaned_data["lane"]) if asked.cleaned_data["lane"] else None
    page = board_page(question.qs, as_of=question.today, lane=lane, number=request.GET.get("page", 1))
    return _drawn(request, question, page)


@require_safe
@access.allowed(access.reads_figures)
def project_calendar(request: HttpRequest) -> HttpResponse:
    """What falls due in a month."""
    question, asked = _asked(request), CalendarForm(request.GET)
    if not (question.is_valid() and asked.is_valid()):
        return _refused(request, question, asked)
    day = asked.cleaned_data["day"]
    month = asked.cleaned_data["month"] or (day or question.today).replace(day=1)
    page = due_page(
        question.qs, month=month, as_of=question.today, day=day, number=request.GET.get("page", 1)
    )
    return _drawn(request, question, page)


def _asked(request: HttpRequest) -> ProjectFilter:
    return projects_question(request.GET, access.signed_in(request))


def _name(request: HttpRequest) -> str:
    """The name of the page, of its address and of its template."""
    match = request.resolver_match
    return match.url_name or "" if match else ""


def _drawn(request: HttpRequest, question: ProjectFilter, page: Any) -> HttpResponse:
    context = _context(request, question) | {
        "page": page,
        "chips": question.chips(question.list_year or timezone.localdate().year),
    }
    return render(request, f"projects/{_name(request)}.html", context)


def _refused(request: HttpRequest, question: ProjectFilter, asked: forms.Form) -> HttpResponse:
    context = _context(request, question) | {"asked": asked}
    return render(request, f"projects/{_name(request)}.html", context, status=400)


def _context(request: HttpRequest, question: ProjectFilter) -> dict[str, object]:
    return {
        "question": question,
        "here": _name(request),
        "list_url": resolve_url(_name(request)),
        "views": SavedView.objects.offered_to(access.signed_in(request)),
        "view_form": NewViewForm(auto_id="view_%s"),
    }

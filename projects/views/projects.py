"""The register: the list, one project, its history, and the form that writes it."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from projects import access
from projects.actions import registry, undoing
from projects.actions.planning import PlansRefused, keep_with_plans
from projects.audit import mark_contacts
from projects.figures import history
from projects.figures.course import Course, CourseRow
from projects.figures.decisions import ledger as decision_ledger
from projects.figures.evidence import gallery, newest_photos
from projects.figures.inquiries import asked_of
from projects.figures.open_milestones import Asked
from projects.figures.paging import PAGE_SIZE, Pages
from projects.figures.problems import ledger
from projects.figures.registry import project_sheet, registry_page
from projects.figures.successions import succession_links
from projects.figures.timeline import Timeline
from projects.forms.comment import CommentForm
from projects.forms.merging import ATTEMPTS
from projects.forms.milestone import ReachForm
from projects.forms.project import ProjectDossier, UndoForm
from projects.forms.saved_view import NewViewForm
from projects.models import Attachment, Project, SavedView, User
from projects.once import once
from projects.questions.lists import projects_question
from projects.rules.broken import Overtaken, RuleBroken
from projects.vocabulary import Stage


@require_safe
@vary_on_headers("HX-Request")
@access.allowed(access.reads_figures)
def projects(request: HttpRequest) -> HttpResponse:
    user = access.signed_in(request)
    question = projects_question(request.GET, user)
    context: dict[str, object] = {
        "question": question,
        "may_create": access.writes_projects(user),
        "views": SavedView.objects.offered_to(user),
        "view_form": NewViewForm(auto_id="view_%s"),
        "list_url": resolve_url("projects"),
    }
    if not question.is_valid():
        return _list(request, context, status=400)
    page = registry_page(
        question.qs,
        writable=access.writable_projects(user),
        reader=user,
        as_of=question.today,
        year=question.list_year,
        number=request.GET.get("page", 1),
        asked=question.words,
        group=question.grouping,
        found=question.found,
    )
    if "contact" in question.shown:
        mark_contacts(request, "项目清单的责任人")
    context |= {"page": page, "chips": question.chips(page.year), "tabs": question.tabs()}
    return _list(request, context | {"columns": question.shown, "here": request.get_full_path()})


def _list(request: HttpRequest, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    """The page, or its results alone; htmx swaps in only what comes with 200."""
    htmx = cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]  # from the middleware
    if htmx and not htmx.history_restore_request:
        return render(request, "projects/projects.html#results", context | {"is_part": True})
    return render(request, "projects/projects.html", context, status=status)


@require_safe
@access.allowed(access.reads_figures)
def project(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    subject = access.readable_project(user, pk)
    if subject.contact_phone:
        mark_contacts(request, f"项目：{subject.name}")
    sheet, albums = project_sheet(subject, as_of=timezone.localdate()), gallery(subject)
    context = {
        "project": subject,
        "sheet": sheet,
        "albums": albums,
        "photos": newest_photos(albums),
        "attachments": list(Attachment.objects.of_project(subject)),
        "ledger": _ledger(sheet.course),
        "may_ask": access.asks_reasons(user),
        "say": CommentForm(),
        "decisions": decision_ledger(
            access.readable_decisions(user).of_project(subject), today=sheet.timeline.as_of
        ),
        "problems": ledger(access.readable_problems(user).of_project(subject), today=sheet.timeline.as_of),
    }
    if subject.has_successions:  # type: ignore[attr-defined]  # from `with_successions`
        context["links"] = succession_links(subject, Project.objects.visible_to(user))
    chosen = _chosen_stage(request, sheet.timeline)
    if subject.may_write and chosen:  # type: ignore[attr-defined]  # from `marked`
        version = sheet.timeline.marks[chosen].version
        context |= {"stage": chosen, "form": _reach_form(sheet.timeline, chosen), "version": version}
    return render(request, "projects/project.html", context)


def _ledger(course: Course) -> list[tuple[CourseRow, Asked | None]]:
    """The stages on record, the late ones with who asked why."""
    milestones = [(row, row.mark.milestone) for row in course.rows]
    asked = asked_of(milestone.pk for row, milestone in milestones if milestone and row.mark.days_late)
    return [(row, asked.get(milestone.pk) if milestone else None) for row, milestone in milestones]


def _chosen_stage(request: HttpRequest, timeline: Timeline) -> Stage | None:
    """The stage that the form on the page records: the one asked for, else the next."""
    asked = request.GET.get("stage")
    following = timeline.next.stage if timeline.next else None
    return next((stage for stage in timeline.choices if stage == asked), following)


def _reach_form(timeline: Timeline, stage: Stage) -> ReachForm:
    return ReachForm(initial={"on": timeline.as_of}, auto_id="reach_%s")


@require_safe
@access.allowed(access.reads_figures)
def project_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every entry in pages."""
    subject = access.readable_project(access.signed_in(request), pk)
    entries = history.project_history(subject)
    page = Pages(entries, PAGE_SIZE).get_page(request.GET.get("page", 1))
    return render(request, "projects/project_history.html", {"project": subject, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_history_undo(request: HttpRequest, pk: int, table: str, number: int) -> HttpResponse:
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    entry = history.history_entry(project, table, number)
    if entry is None or not entry.can_undo:
        raise Http404("没有这条可以撤销的记录。")
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            units = set(access.assignable_organisations(user).values_list("pk", flat=True))
            with once(request, resolve_url("project_history", pk)):
                undoing.undo(project, table, number, units=units, by=user, reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "已撤销，撤销本身也记入了历史。")
            return redirect("project_history", pk)
    context = {"project": project, "entry": entry, "form": form}
    return render(request, "projects/project_history_undo.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.writes_projects)
def project_new(request: HttpRequest) -> HttpResponse:
    return _write(request, Project())


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _write(request, access.writable_project(access.signed_in(request), pk))


def _write(request: HttpRequest, subject: Project) -> HttpResponse:
    """The form of a project; what others write meanwhile is merged, or shown for the writer to choose."""
    user, title = access.signed_in(request), subject.name
    organisations = access.assignable_organisations(user)
    sent = request.POST if request.method == "POST" else None
    dossier = ProjectDossier(sent, subject, organisations=organisations)
    for _ in range(ATTEMPTS):
        if sent is None or not dossier.is_valid() or dossier.conflict:
            break
        try:
            with once(request) as outcome:
                _keep(dossier, subject, user)
                outcome.led_to = resolve_url("project", subject.pk)
        except Overtaken:
            dossier = ProjectDossier(sent, subject, organisations=organisations)
        except PlansRefused as refused:
            dossier.refuse(refused.faults)
            break
        except RuleBroken as broken:
            dossier.facts.add_error(None, str(broken))
            break
        else:
            messages.success(request, "已保存。" if dossier.has_changed() else "没有改动，未写入记录。")
            return redirect("project", subject.pk)
    else:
        dossier.facts.add_error(None, "很多人正在修改这个项目，请稍后再保存。")
    rows = [(row, None) for row in dossier.stages.rows] if dossier.stages else []
    context = {"dossier": dossier, "project": subject, "title": title, "plan_rows": rows}
    status = 200 if sent is None else 409 if dossier.conflict else 422
    return render(request, "projects/project_form.html", context, status=status)


def _keep(dossier: ProjectDossier, subject: Project, by: User) -> None:
    def write() -> Project:
        years, dropped = dossier.records()
        return registry.keep(
            subject,
            years=years,
            dropped=dropped,
            helpers=dossier.facts.cleaned_data["helpers"],
            helped_on=dossier.facts.helped_on,
            versions=dossier.versions,
            by=by,
            reason=dossier.reason,
        )

    keep_with_plans(write, dossier.changes, by=by)

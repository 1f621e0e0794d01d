"""Photos and permits: sent in, shown to those who may see the project, taken away with a reason."""

from pathlib import PurePath

from django.contrib import messages
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from projects import access
from projects.actions import evidence as acts
from projects.forms.evidence import EvidenceForm, WithdrawEvidenceForm
from projects.models import Evidence
from projects.once import once
from projects.rules.broken import RuleBroken
from projects.vocabulary import Stage

CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".heic": "image/heic",
    ".pdf": "application/pdf",
}
LOST = "文件已不在存储中。"


@require_safe
@access.allowed(access.reads_figures)
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What may be seen: the copy of a photo that tells nothing else, or the document itself."""
    kept = access.readable_evidence(access.signed_in(request), pk)
    return _served(kept, kept.shown) if kept.is_photo else _original(kept)


@require_safe
@access.allowed(access.reads_figures)
def evidence_thumbnail(request: HttpRequest, pk: int) -> HttpResponseBase:
    kept = access.readable_evidence(access.signed_in(request), pk)
    if not kept.is_photo:
        raise Http404("这份材料没有缩略图。")
    return _served(kept, kept.thumbnail)


@require_safe
@access.allowed(access.reads_figures)
def evidence_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was sent, metadata and all: for those who may write the project."""
    return _original(access.writable_evidence(access.signed_in(request), pk))


def _original(kept: Evidence) -> FileResponse:
    return _served(kept, kept.file, attachment=True)


def _served(kept: Evidence, file: FieldFile, *, attachment: bool = False) -> FileResponse:
    name = f"{kept.milestone.project.name}-{kept.milestone.get_stage_display()}-{kept.pk}"
    return served(file, name, attachment=attachment)


def served(file: FieldFile, name: str, *, attachment: bool = False) -> FileResponse:
    """An uploaded file under a name; Http404 where the storage has lost it."""
    extension = PurePath(file.name or "").suffix
    try:
        content = file.open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as lost:
        raise Http404(LOST) from lost
    response = FileResponse(
        content,
        as_attachment=attachment,
        filename=f"{name}{extension}",
        content_type=CONTENT_TYPES[extension],
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@access.allowed(access.reads_figures)
def project_milestone_evidence(request: HttpRequest, pk: int, stage: str) -> HttpResponse:
    """Keep what was sent, all of it or nothing, and go back to the stage."""
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    milestone = project.milestones.filter(stage=stage).first()
    if milestone is None:
        raise Http404("这个节点还没有记录，请先登记或填写计划。")
    form = EvidenceForm(request.POST, request.FILES)
    back = resolve_url("project_milestone", pk, stage) + "#evidence"
    if form.is_valid():
        data = form.cleaned_data
        try:
            files = acts.judge_all(data["evidence"])
            with once(request, back):
                kept = acts.keep_all(milestone, files, caption=data["caption"], by=user)
        except RuleBroken as broken:
            messages.error(request, f"没有上传：{broken}")
        else:
            messages.success(request, f"{Stage(stage).label}：已上传 {len(kept)} 份佐证。")
    for faults in form.errors.values():
        messages.error(request, f"没有上传：{faults[0]}")
    return redirect(back)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def evidence_delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    kept = access.writable_evidence(user, pk)
    project, stage = kept.milestone.project, Stage(kept.milestone.stage)
    form = WithdrawEvidenceForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with once(request, resolve_url("project", project.pk)):
            acts.withdraw(kept, by=user, reason=form.cleaned_data["reason"])
        messages.success(request, f"{stage.label}：已删除一份佐证。")
        return redirect("project", project.pk)
    context = {"evidence": kept, "project": project, "stage": stage, "form": form}
    return render(request, "projects/evidence_delete.html", context, status=422 if form.errors else 200)

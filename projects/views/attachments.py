"""Documents of a project: sent in, shown to those who may see the project, taken away with a reason."""

from pathlib import PurePath

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_safe

from projects import access
from projects.actions import attachments as acts
from projects.actions.evidence import judge_all
from projects.forms.attachment import AttachmentForm, WithdrawAttachmentForm
from projects.once import once_or_fault
from projects.rules.broken import RuleBroken
from projects.views.evidence import served


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def project_attachments(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was sent, all of it or nothing."""
    user = access.signed_in(request)
    project = access.writable_project(user, pk)
    sent = request.method == "POST"
    form = AttachmentForm(request.POST, request.FILES) if sent else AttachmentForm()
    if sent and form.is_valid():
        data, led_to = form.cleaned_data, f"{resolve_url('project', pk)}#files"
        try:
            files = judge_all(data["documents"])
        except RuleBroken as broken:
            form.add_error("documents", str(broken))
        else:
            with once_or_fault(request, form, led_to):
                acts.keep_all(project, files, kind=data["kind"], caption=data["caption"], by=user)
        if not form.errors:
            messages.success(request, f"已上传 {len(files)} 份{data['kind'].label}。")
            return redirect(led_to)
    context = {"project": project, "form": form}
    return render(request, "projects/project_attachments.html", context, status=422 if form.errors else 200)


@require_safe
@access.allowed(access.reads_figures)
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What may be seen: the copy of a photo that tells nothing else, or the document itself."""
    kept = access.readable_attachment(access.signed_in(request), pk)
    name = f"{kept.project.name}-{kept.get_kind_display()}-{kept.pk}"
    if kept.is_photo:
        return served(kept.shown, name)
    return served(kept.file, name, attachment=True)


@require_safe
@access.allowed(access.reads_figures)
def attachment_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as it was sent, metadata and all: for those who may write the project."""
    kept = access.writable_attachment(access.signed_in(request), pk)
    return served(kept.file, PurePath(str(kept)).stem, attachment=True)


@require_http_methods(["GET", "HEAD", "POST"])
@access.allowed(access.reads_figures)
def attachment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    user = access.signed_in(request)
    kept = access.writable_attachment(user, pk)
    project = kept.project
    form = WithdrawAttachmentForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with once_or_fault(request, form, resolve_url("project", project.pk)):
            acts.withdraw(kept, by=user, reason=form.cleaned_data["reason"])
        if not form.errors:
            messages.success(request, "已删除一份附件。")
            return redirect("project", project.pk)
    context = {"attachment": kept, "project": project, "form": form}
    return render(request, "projects/attachment_delete.html", context, status=422 if form.errors else 200)

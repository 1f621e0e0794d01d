"""Carry out an act on one stage of a project, as a page sends it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpRequest

from projects import access
from projects.actions import evidence, lifecycle
from projects.models import Milestone, Project
from projects.once import once
from projects.rules.broken import Overtaken, RuleBroken
from projects.rules.typed import whole_number
from projects.vocabulary import Stage

if TYPE_CHECKING:
    from projects.stage_acts import Act


def perform(
    request: HttpRequest, act: "Act", form: forms.Form, project: Project, stage: Stage, *, led_to: str
) -> Milestone | None:
    """Carry out the act with its photos, all or nothing; None when it is refused, and the form says why.

    `led_to`: the address of the answer. Raises Overtaken when the version sent is not the stage's newest.
    """
    if not form.is_valid():
        return None
    data, by = form.cleaned_data, access.signed_in(request)
    try:
        files = evidence.judge_all(data.get("evidence", []))

        def write() -> Milestone:
            milestone = act.run(project, stage, data, by)
            evidence.keep_all(milestone, files, by=by, reason=f"{act.title}时上传")
            return milestone

        with once(request, led_to):
            return lifecycle.as_seen(project, stage, version_of(request.POST), write)
    except Overtaken:
        raise
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None


def version_of(data: Any) -> int | None:
    """The version of the stage that a form was made for; None: there was no record yet."""
    return whole_number(data.get("version", ""))

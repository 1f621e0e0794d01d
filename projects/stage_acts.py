"""The acts on one stage of a project: each with its form and the action that it calls, for the page and the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from projects import access
from projects.actions import lifecycle
from projects.figures.timeline import StageMark
from projects.forms.milestone import (
    ExplainForm,
    PlanForm,
    PostponeForm,
    ReachCorrectionForm,
    ReachForm,
    WhyCorrectionForm,
    WhyForm,
)
from projects.models import Milestone, Project, User
from projects.rules.periods import wording
from projects.vocabulary import Stage

type CleanedData = dict[str, Any]
type Run = Callable[[Project, Stage, CleanedData, User], Milestone]
type Words = Callable[[CleanedData], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a stage: its form, and the action that it calls.

    `words`: what it would write, by column, as a reader says it. `office_form`: where it may change a sealed
    month, the form with which the office corrects it.
    """

    code: str
    title: str
    button: str
    form: type[forms.Form]
    run: Run
    words: Words
    office_form: type[forms.Form] | None = None

    def blank(self, mark: StageMark, user: User, *, prefix: str = "") -> forms.Form:
        """`prefix` keeps the ids apart where a page has several such forms."""
        offered = timezone.localdate() if self.code == "reach" else None
        return self._form(user)(initial={"on": offered}, auto_id=f"{prefix}{self.code}_%s")

    def filled(self, data: Any, files: Any, user: User, *, prefix: str = "") -> forms.Form:
        return self._form(user)(data, files, auto_id=f"{prefix}{self.code}_%s")

    def _form(self, user: User) -> type[forms.Form]:
        return self.office_form if self.office_form and access.keeps_register(user) else self.form


def _reach(project: Project, stage: Stage, data: CleanedData, by: User) -> Milestone:
    return lifecycle.reach(
        project,
        stage,
        on=data["on"],
        precision=data["precision"],
        by=by,
        reason=data["note"],
        correction=data.get("correction", ""),
    )


def _plan(project: Project, stage: Stage, data: CleanedData, by: User) -> Milestone:
    return lifecycle.plan(
        project, stage, on=data["on"], precision=data["precision"], by=by, reason=data["note"]
    )


def _postpone(project: Project, stage: Stage, data: CleanedData, by: User) -> Milestone:
    return lifecycle.postpone(
        project,
        stage,
        to=data["on"],
        precision=data["precision"],
        cause=data["cause"],
        by=by,
        reason=data["note"],
    )


def _explain(project: Project, stage: Stage, data: CleanedData, by: User) -> Milestone:
    return lifecycle.explain(project, stage, cause=data["cause"], by=by, reason=data["note"])


def _take_back(project: Project, stage: Stage, data: CleanedData, by: User) -> Milestone:
    return lifecycle.take_back(
        project, stage, by=by, reason=data["reason"], correction=data.get("correction", "")
    )


def _skip(project: Project, stage: Stage, data: CleanedData, by: User) -> Milestone:
    return lifecycle.skip(project, stage, by=by, reason=data["reason"])


def _restore(project: Project, stage: Stage, data: CleanedData, by: User) -> Milestone:
    return lifecycle.restore(project, stage, by=by, reason=data["reason"])


def _reached_words(data: CleanedData) -> dict[str, str]:
    return {"reached_on": wording(data["on"], data["precision"]), "reached_note": data["note"]}


def _planned_words(data: CleanedData) -> dict[str, str]:
    return {"current_on": wording(data["on"], data["precision"])}


def _explained_words(data: CleanedData) -> dict[str, str]:
    return {"reason": data["cause"].label, "reason_note": data["note"]}


def _postponed_words(data: CleanedData) -> dict[str, str]:
    return _planned_words(data) | _explained_words(data)


ACTS = {
    act.code: act
    for act in (
        Act("reach", "登记完成", "登记", ReachForm, _reach, _reached_words, ReachCorrectionForm),
        Act("postpone", "推迟计划", "推迟", PostponeForm, _postpone, _postponed_words),
        Act("explain", "说明原因", "保存原因", ExplainForm, _explain, _explained_words),
        Act("plan", "计划日期", "保存计划", PlanForm, _plan, _planned_words),
        Act("skip", "不设此节点", "设为不设", WhyForm, _skip, lambda data: {"skipped": "是"}),
        Act(
            "take_back",
            "撤回登记",
            "撤回",
            WhyForm,
            _take_back,
            lambda data: {"reached_on": ""},
            WhyCorrectionForm,
        ),
        Act("restore", "恢复此节点", "恢复", WhyForm, _restore, lambda data: {"skipped": "否"}),
    )
}

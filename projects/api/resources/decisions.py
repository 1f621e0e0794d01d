"""The ledger of decisions (督办): given, reported on, judged and extended."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from projects import access
from projects.actions import decisions as acts
from projects.api.conditions import parameters_of
from projects.api.records import RecordPayload
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Creation, Fields, Resource
from projects.api.resources.naming import RelatedPayload, key_field, version_field
from projects.deciding import decision_for, open_acts
from projects.filters import DecisionFilter
from projects.forms.decision import AnswerForm, DecisionForm, ExtendForm, JudgeForm
from projects.models import Decision, DecisionStep, User
from projects.questions.lists import decisions_question


class DecisionSubject(forms.Form):
    """What a new decision is given for; it may be for nothing of the register."""

    project = key_field("项目（编号）", required=False)
    problem = key_field("问题（编号）", required=False)
    whole = key_field("上级事项（编号），分解为子任务时填", required=False)


class DecisionStepPayload(RecordPayload[DecisionStep]):
    """督办的一步。"""

    taken_by = RelatedPayload(read_only=True)

    class Meta:
        model = DecisionStep
        fields = read_only_fields = ["act", "text", "due_on", "attachment", "taken_by", "taken_at"]


class DecisionPayload(RecordPayload[Decision]):
    """一件督办和它的每一步。"""

    organisation = RelatedPayload(read_only=True, help_text="承办单位")
    project = RelatedPayload(allow_null=True, read_only=True)
    given_by = RelatedPayload(read_only=True, help_text="交办人")
    steps = DecisionStepPayload(many=True, read_only=True)
    version = version_field()

    class Meta:
        model = Decision
        fields = read_only_fields = [
            "id", "text", "source", "occasion", "organisation", "person", "given_by", "given_on", "due_on",
            "state", "closed_on", "whole", "project", "problem", "number", "number_words", "steps", "version",
        ]  # fmt: skip


def _with_steps(rows: "QuerySet[Decision]") -> "QuerySet[Decision]":
    related = rows.select_related("organisation", "project", "given_by")
    return related.prefetch_related("steps__taken_by")


def _form(data: QueryDict, decision: Decision, user: User) -> DecisionForm:
    return DecisionForm(data, instance=decision, organisations=access.charged_organisations(user))


def _answer(code: str, title: str, run: Any) -> Act[Decision]:
    """What the unit says was done; files are documents of the project."""

    def form(data: QueryDict, files: Any, decision: Decision, user: User) -> AnswerForm:
        return AnswerForm(data, files, act=code, has_project=decision.project is not None)

    def done(decision: Decision, form: AnswerForm, user: User) -> Decision:
        files = form.cleaned_data.get("documents") or []
        answered: Decision = run(decision, text=form.cleaned_data["text"], files=files, by=user)
        return answered

    return _act(code, title, AnswerForm, form, done)


def _judgement(code: str, title: str, run: Any) -> Act[Decision]:
    def form(data: QueryDict, files: Any, decision: Decision, user: User) -> JudgeForm:
        return JudgeForm(data, act=code)

    def done(decision: Decision, form: JudgeForm, user: User) -> Decision:
        judged: Decision = run(decision, text=form.cleaned_data["text"], by=user)
        return judged

    return _act(code, title, JudgeForm, form, done)


def _act(code: str, title: str, kind: type[forms.Form], form: Any, run: Any) -> Act[Decision]:
    def fields() -> Fields:
        return kind.base_fields

    def may(user: User, decision: Decision) -> bool:
        return code in open_acts(decision, user)

    return Act(code=code, title=title, fields=fields, form=form, run=run, may=may)


def _extend(decision: Decision, form: ExtendForm, user: User) -> Decision:
    data = form.cleaned_data
    return acts.extend(decision, due_on=data["due_on"], text=data["text"], by=user)


DECISIONS: Resource[Decision] = Resource(
    name="decisions",
    title="督办",
    payload=DecisionPayload,
    readable=access.readable_decisions,
    shown=_with_steps,
    question=decisions_question,
    parameters=parameters_of(DecisionFilter),
    find=access.readable_decision,
    creation=Creation(
        may=access.gives_decisions,
        subject=DecisionSubject,
        start=lambda user, about: decision_for(about, user),
        act=Act(
            code="give",
            title="交办",
            fields=lambda: DecisionForm.base_fields,
            form=lambda data, files, decision, user: _form(data, decision, user),
            run=lambda decision, form, user: acts.give(form.instance, by=user),
        ),
    ),
    acts=[
        _answer("report", "写办理情况", acts.report),
        _answer("ask", "申请销号", acts.ask),
        _judgement("return", "退回", acts.send_back),
        _judgement("close", "销号", acts.close),
        _act(
            "extend",
            "延期",
            ExtendForm,
            lambda data, files, decision, user: ExtendForm(data, now=decision.due_on),
            _extend,
        ),
    ],
)

urlpatterns = urls_of(DECISIONS)

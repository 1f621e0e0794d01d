"""The form of all stages' plans of a project: one line a stage, a date as people write it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from projects.forms.fields import CauseForm, VersionField, cause_field
from projects.models import Project
from projects.models.versions import plans_at
from projects.rules import periods
from projects.rules.broken import RuleBroken
from projects.rules.lifecycle import CHAIN, Step
from projects.rules.plans import PlanChange
from projects.vocabulary import DelayReason, Precision, Stage

ORDER = (*CHAIN, Stage.ENTERED)
SELDOM = frozenset({Stage.NEGOTIATING, Stage.REGISTERED})
"""Stages that are asked for only where something is on record about them."""
NO_CAUSE = "推迟了计划，请选择原因。"
NOT_EMPTY = "计划不能清空：改期请写新的日期；没有这个节点，请到该节点页设为“不设”。"
MONTHS_ONLY = "计划请写到日、月、季或年，例如 2027-03。"
EXAMPLE = "2027-03"

type Plan = tuple[date | None, str]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """The fields of one stage; a stage that is reached or skipped has none."""

    step: Step
    on: forms.BoundField | None
    cause: forms.BoundField | None
    note: forms.BoundField | None
    version: forms.BoundField | None


class PlansForm(CauseForm):
    """The plans of a project's stages; a reason is asked for where a plan moves to a later day.

    `cause` and `note` hold for every line that moved and has no reason of its own. `typed`: what was changed.
    """

    cause = cause_field(NO_CAUSE)

    def __init__(
        self,
        data: QueryDict | None,
        project: Project,
        steps: dict[Stage, Step],
        versions: dict[Stage, int],
        **options: Any,
    ) -> None:
        """`steps`: the stages as they stand, `versions` of those on record."""
        super().__init__(data, **options)
        self.steps = {
            stage: steps.get(stage, Step(stage)) for stage in ORDER if stage in steps or stage not in SELDOM
        }
        self.open = [stage for stage, step in self.steps.items() if not (step.reached_on or step.skipped)]
        self.project, self.versions = project, versions
        self.typed: list[PlanChange] = []
        self.fields["cause"].required = False
        self.fields["cause"].label, self.fields["note"].label = "推迟原因", "说明（原因选“其他”时必填）"
        for stage in self.open:
            self._add(stage)
        unplanned = [stage for stage in self.open if self.steps[stage].current_on is None]
        if project.pk and unplanned:  # where one goes on typing
            self.fields[f"on_{unplanned[0]}"].widget.attrs["autofocus"] = True

    def _add(self, stage: Stage) -> None:
        step, label = self.steps[stage], stage.label
        place = {"placeholder": EXAMPLE, "autocomplete": "off", "aria-label": f"{label}现计划"}
        self.fields[f"on_{stage}"] = forms.CharField(
            label=label,
            max_length=40,
            required=False,
            initial=_words(step.current_on, step.current_precision),
            widget=forms.TextInput(place),
        )
        cause = cause_field(NO_CAUSE)
        cause.required, cause.choices = False, [("", "原因同上面"), *DelayReason.choices]
        cause.widget.attrs["aria-label"] = f"{label}推迟原因"
        self.fields[f"cause_{stage}"] = cause
        note = {"placeholder": "说明（可选）", "aria-label": f"{label}推迟说明"}
        self.fields[f"note_{stage}"] = forms.CharField(
            max_length=400, required=False, widget=forms.TextInput(note)
        )
        self.fields[f"version_{stage}"] = VersionField()
        self.fields[f"version_{stage}"].initial = self.versions.get(stage)

    @property
    def rows(self) -> Iterator[PlanRow]:
        for stage, step in self.steps.items():
            if stage in self.open:
                fields = (self[f"{name}_{stage}"] for name in ("on", "cause", "note", "version"))
                yield PlanRow(step, *fields)
            else:
                yield PlanRow(step, None, None, None, None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        bases = self._bases(cleaned)
        self.typed = [
            plan
            for stage in self.open
            if (plan := self._judged(stage, cleaned, bases.get(stage))) is not None
        ]
        return cleaned

    def clean_cause(self) -> Any:
        code = self.cleaned_data["cause"]
        return DelayReason(code) if code else None

    def _bases(self, cleaned: dict[str, Any]) -> dict[Stage, Plan]:
        """By stage the plan that stood there when the form was made; where it is unknown, the present one."""
        numbers = {stage: cleaned.get(f"version_{stage}") for stage in self.open}
        known = plans_at(self.project, [number for number in numbers.values() if number])
        bases: dict[Stage, Plan] = {}
        for stage, number in numbers.items():
            if number is None:
                bases[stage] = (None, "")
            elif number in known:
                bases[stage] = known[number]
        return bases

    def _judged(self, stage: Stage, cleaned: dict[str, Any], base: Plan | None) -> PlanChange | None:
        """The plan that was typed; None where it is what stood there before, or was refused."""
        step, name = self.steps[stage], f"on_{stage}"
        before = base or (step.current_on, step.current_precision or "")
        text = cleaned.get(name, "")
        if text == _words(*before):
            return None
        if not text:
            self.add_error(name, NOT_EMPTY)
            return None
        try:
            on, precision = periods.parse_period(text)
        except RuleBroken as broken:
            self.add_error(name, str(broken))
            return None
        if precision == Precision.NOT_LATER:
            self.add_error(name, MONTHS_ONLY)
            return None
        if (on, precision) == before:
            return None
        cause, note = self._why(stage, cleaned)
        if step.current_on is not None and on > step.current_on:
            self._demand_cause(stage, cause, note)
        return PlanChange(stage, on, precision, cleaned.get(f"version_{stage}"), cause, note)

    def _why(self, stage: Stage, cleaned: dict[str, Any]) -> tuple[DelayReason | None, str]:
        """The line's own reason, else the one for all lines."""
        own = cleaned.get(f"cause_{stage}")
        note = cleaned.get(f"note_{stage}", "")
        if own:
            return DelayReason(own), note
        return cleaned.get("cause"), note or cleaned.get("note", "")

    def _demand_cause(self, stage: Stage, cause: DelayReason | None, note: str) -> None:
        if cause is None:
            self.add_error(f"cause_{stage}", NO_CAUSE)
        elif cause == DelayReason.OTHER and not note:
            self.add_error(f"note_{stage}", "原因选“其他”时，请写明具体原因。")


def with_versions(data: QueryDict, versions: Mapping[Stage, int], stages: Iterable[Stage]) -> QueryDict:
    """What was sent, upon the present versions of the stages: for who is shown what others wrote."""
    newer = data.copy()
    for stage in stages:
        newer[f"version_{stage}"] = str(versions.get(stage, ""))
    return newer


def _words(on: date | None, precision: str | None) -> str:
    return periods.wording(on, Precision(precision or Precision.DAY)) if on else ""

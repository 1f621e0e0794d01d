"""The year's targets: the list as the page asks it, a new target, its terms, and taking one back."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from projects import access
from projects.actions import targets as acts
from projects.api.records import RecordPayload
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Change, Creation, Fields, Resource
from projects.api.resources.naming import RelatedPayload, condition, version_field
from projects.api.versions import UNWRITTEN, newest_number
from projects.forms.target import TargetForm, TargetsQuestion, WithdrawForm, amount_field
from projects.models import Organisation, Target, User
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.questions.targets import targets_question
from projects.rules.money import MoneyUnit
from projects.vocabulary import Indicator, level_choices


class TargetPayload(RecordPayload[Target]):
    """一项年度目标；金额为整数元，其余为个数。"""

    organisation = RelatedPayload(allow_null=True, read_only=True, help_text="空为全区")
    version = version_field()

    class Meta:
        model = Target
        fields = read_only_fields = [
            "id", "year", "indicator", "level", "organisation", "amount", "due_month", "curve", "stated_met",
            "source", "source_paragraph", "accepted_reason", "version",
        ]  # fmt: skip


class CellForm(forms.Form):
    """Which target is new: one for each year, level, unit and indicator."""

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    level = forms.ChoiceField(label="级别", choices=level_choices, required=False, help_text="空为全部项目")
    organisation = forms.ModelChoiceField(
        label="单位",
        queryset=Organisation.objects.open().below_district(),
        required=False,
        help_text="空为全区",
    )
    indicator = forms.ChoiceField(label="指标", choices=Indicator.choices)


class AmountForm(forms.Form):
    """How much is aimed at: whole yuan or a number of projects."""

    amount = forms.IntegerField(label="年度目标：元，其余指标为个数", min_value=0)

    def __init__(self, data: QueryDict, target: Target) -> None:
        super().__init__(data)
        self.fields["amount"] = amount_field(target.indicator, unit=MoneyUnit.YUAN, label="年度目标")
        self.fields["amount"].required = True


@dataclass(frozen=True, slots=True)
class TargetList:
    """What the page's question finds among the targets that the reader may see."""

    form: TargetsQuestion
    readable: "QuerySet[Target]"

    @property
    def qs(self) -> "QuerySet[Target]":
        return self.readable.filter(year=self.form.cleaned_data["year"], level=self.form.level_code)


def _with_unit(rows: "QuerySet[Target]") -> "QuerySet[Target]":
    return rows.select_related("organisation")


def _seen(target: Target) -> int:
    return newest_number(target) or UNWRITTEN


def _terms(target: Target, data: QueryDict | None) -> TargetForm:
    return TargetForm(data, instance=target, version=_seen(target))


def _set(new: Target, form: AmountForm, user: User) -> Target:
    cell = (new.organisation_id, Indicator(new.indicator))
    changes = {cell: (None, form.cleaned_data["amount"])}
    (target,) = acts.set_targets(new.year, new.level, changes, by=user)
    return target


def _amend(target: Target, form: TargetForm, user: User) -> Target:
    if not form.changes_terms:
        return target
    return acts.amend(target, seen=_seen(target), by=user, reason=form.cleaned_data["reason"])


def _withdraw(target: Target, form: Any, user: User) -> Target:
    acts.withdraw(target, seen=_seen(target), by=user, reason=form.cleaned_data["reason"])
    return target


def _leaving(data: QueryDict, target: Target) -> WithdrawForm:
    sent = data.copy()
    sent["version"] = str(_seen(target))
    return WithdrawForm(sent)


def _fields_of_terms() -> Fields:
    """Of a target of money: that of a count has the same with other units."""
    return TargetForm(None, instance=Target(indicator=Indicator.INVESTED), version=UNWRITTEN).fields


def _lock(target: Target) -> None:
    """The action locks the units, as the grid does, and compares the version then."""


def _may(user: User, target: Target) -> bool:
    return access.keeps_targets(user)


TARGETS: Resource[Target] = Resource(
    name="targets",
    title="年度目标",
    payload=TargetPayload,
    readable=Target.objects.visible_to,
    shown=_with_unit,
    question=lambda data, user: TargetList(targets_question(data, user), Target.objects.visible_to(user)),
    parameters=[condition(name, field) for name, field in TargetsQuestion.base_fields.items()],
    find=lambda user, pk: get_object_or_404(Target.objects.visible_to(user), pk=pk),
    lock=_lock,
    creation=Creation(
        may=access.keeps_targets,
        subject=CellForm,
        start=lambda user, about: Target(**about),
        act=Act(
            code="set",
            title="设定",
            fields=lambda: AmountForm.base_fields,
            form=lambda data, files, target, user: AmountForm(data, target),
            run=_set,
        ),
    ),
    change=Change(
        fields=_fields_of_terms,
        make=lambda target, user, data: _terms(target, data),
        keep=_amend,
        may=_may,
        lock=_lock,
    ),
    acts=[
        Act(
            code="withdraw",
            title="取消",
            fields=lambda: WithdrawForm.base_fields,
            form=lambda data, files, target, user: _leaving(data, target),
            run=_withdraw,
            may=_may,
            ends=True,
        )
    ],
)

urlpatterns = urls_of(TARGETS)

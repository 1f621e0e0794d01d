"""Forms of a project, its lists and its plans; the page, the admin and imported rows use the same ones."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from projects.forms.fields import (
    CUT_SHORT,
    DayField,
    DayInput,
    LinesField,
    MoneyField,
    RecordsField,
    VersionField,
    reason_field,
)
from projects.forms.merging import Merge
from projects.forms.plans import PlansForm
from projects.models import AnnualPlan, Listing, Organisation, Project
from projects.models.listing import YEAR_SURE, year_fault, year_question
from projects.models.organisation import OrganisationQuerySet
from projects.models.versions import ProjectVersions, versions_of
from projects.rules.broken import RuleBroken
from projects.rules.merge import Conflict
from projects.rules.phones import is_masked
from projects.rules.plans import PlanChange
from projects.vocabulary import Precision, Stage

WHY = "例如：企业更新了备案信息；会进入历史记录"

INCOMPLETE = {"missing_management_form": CUT_SHORT}

FACTS = [
    "name",
    "enterprise",
    "national_code",
    "credit_code",
    "content",
    "place",
    "longitude",
    "latitude",
    "town",
    "park",
    "organisation",
    "industry",
    "nature",
    "total_investment",
    "contract_amount",
    "foreign_amount",
    "foreign_currency",
    "linked_leader",
    "contact",
    "contact_phone",
    "former_names",
    "remark",
]


HANDED_ON = "handed_on"
ASKED = [item for name in FACTS for item in ([name, HANDED_ON] if name == "organisation" else [name])]
"""The facts, and beside the unit the day from which it answers."""


class HandedOnField(DayField):
    """The day from which the new unit answers; empty: today."""

    def __init__(self) -> None:
        super().__init__(
            label="责任单位变更日期",
            required=False,
            help_text="换责任单位时填，从这一天起由新单位负责；不填为今天",
        )


class YearSureField(forms.IntegerField):
    """The year that the user has confirmed; hidden until `ListingForm` asks, and never a change by itself."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, label=YEAR_SURE)

    def clean(self, value: Any) -> int | None:
        """A value that is not a number confirms nothing."""
        try:
            year: int | None = super().clean(value)
        except ValidationError:
            return None
        return year

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class ProjectForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a project; money is typed in 亿元 or with its unit and kept in whole yuan."""

    NO_MOVE = "责任单位没有变，不用填变更日期。"

    total_investment = MoneyField(label="总投资（亿元）", required=False)
    contract_amount = MoneyField(label="协议投资（亿元）", required=False)
    handed_on = HandedOnField()
    reason = forms.CharField(label="变更原因", max_length=200, help_text=WHY)

    class Meta:
        model = Project
        fields = ASKED
        field_classes = {"content": LinesField, "remark": LinesField}
        widgets = {"content": forms.Textarea({"rows": 3}), "remark": forms.Textarea({"rows": 2})}

    def __init__(self, *args: Any, organisations: OrganisationQuerySet | None = None, **options: Any) -> None:
        """`organisations`: the units that the user may assign; when the district is not among them, one is required."""
        super().__init__(*args, **options)
        self._offer("town", Organisation.objects.towns())
        self._offer("park", Organisation.objects.parks())
        if organisations is not None:
            self._offer("organisation", organisations)
            self.fields["organisation"].required = not organisations.districts().exists()
        if self.instance.pk is None:
            del self.fields["reason"], self.fields[HANDED_ON]

    def _offer(self, name: str, organisations: OrganisationQuerySet) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations.open(kept=getattr(self.instance, f"{name}_id"))

    def clean_contact_phone(self) -> str:
        """A masked number, as a list or a file shows it, is no number to store."""
        phone = str(self.cleaned_data["contact_phone"])
        if is_masked(phone):
            raise ValidationError("电话里有星号：这是遮盖过的号码，请填完整号码。")
        return phone

    def clean(self) -> dict[str, Any]:
        """Another unit answers from the day on; what was before stays with the one before."""
        cleaned = super().clean() or self.cleaned_data
        if HANDED_ON in cleaned and "organisation" in cleaned:
            today, on = timezone.localdate(), cleaned[HANDED_ON]
            unit = cleaned["organisation"].pk if cleaned["organisation"] else None
            if on and unit == self.instance.organisation_id and not self._helpers_change():
                self.add_error(HANDED_ON, self.NO_MOVE)
            try:
                self.instance.hand_to(unit, on=on or today, today=today)
            except RuleBroken as broken:
                self.add_error(HANDED_ON, str(broken))
        return cleaned

    def _helpers_change(self) -> bool:
        """Whether other units help from the day on: here nobody is asked."""
        return False


class ProjectPageForm(ProjectForm):
    """The form of the page, with the helping units and the base version."""

    NO_MOVE = "责任单位和协同单位都没有变，不用填变更日期。"

    version = VersionField()
    seen = VersionField()
    helpers_version = VersionField()
    helpers = RecordsField(
        label="协同单位",
        queryset=Organisation.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple(),
        help_text="协同单位可以查看项目，不能修改",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept: list[int | None] = []
        if self.instance.pk is not None:
            kept = [entry.organisation_id for entry in self.instance.participations.helping()]
            self.initial["helpers"] = kept
            self.fields[HANDED_ON].label = "单位变更日期"
            self.fields[HANDED_ON].help_text = "换责任单位、增减协同单位时填，从这一天起算；不填为今天"
        field = self.fields["helpers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Organisation.objects.open(kept=kept)

    def _helpers_change(self) -> bool:
        return "helpers" in self.changed_data

    @property
    def helped_on(self) -> date | None:
        """The day from which the helping units are others; None for a new project: it has always been so."""
        return self.cleaned_data[HANDED_ON] or timezone.localdate() if HANDED_ON in self.fields else None


class YearForm(forms.ModelForm):  # type: ignore[type-arg]
    """A record of a year; the year of a new or moved record is at most next year."""

    def __init__(self, *args: Any, today: date | None = None, **options: Any) -> None:
        """`today`: the day that years are judged by."""
        super().__init__(*args, **options)
        self.today = today or timezone.localdate()

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if self._is_other(year) and (fault := year_fault(year, today=self.today)):
            raise ValidationError(fault)
        return year

    def _is_other(self, year: int) -> bool:
        return self.instance.pk is None or self.initial.get("year") != year


class ListingForm(YearForm):
    """A place on a list; a year other than this or the next has to be confirmed."""

    year_sure = YearSureField()

    class Meta:
        model = Listing
        fields = [
            *("year", "level", "category", "completes", "number"),
            *("listed_on", "listed_precision", "removed_on", "removed_reason"),
        ]
        widgets = {"listed_on": DayInput(), "removed_on": DayInput()}

    def clean(self) -> dict[str, Any]:
        """A first day without a precision is exact; a precision without a day is ignored."""
        cleaned = super().clean() or self.cleaned_data
        precision = cleaned.get("listed_precision") or Precision.DAY
        cleaned["listed_precision"] = precision if cleaned.get("listed_on") else ""
        year = cleaned.get("year")
        if year is None or not self._is_other(year) or cleaned.get("year_sure") == year:
            return cleaned
        if question := year_question(year, today=self.today):
            self.fields["year_sure"].widget = forms.CheckboxInput({"value": year}, check_test=lambda _: False)
            self.add_error("year", question)
        return cleaned


class AnnualPlanForm(YearForm):
    invested_before = MoneyField(label="截至上年底累计完成（亿元）", required=False)
    planned_investment = MoneyField(label="年度计划投资（亿元）", required=False)

    class Meta:
        model = AnnualPlan
        fields = ["year", "invested_before", "planned_investment"]


class ListingRowForm(ListingForm):
    version = VersionField()
    seen = VersionField()


class AnnualPlanRowForm(AnnualPlanForm):
    version = VersionField()
    seen = VersionField()


ListingFormSet = forms.inlineformset_factory(
    Project, Listing, form=ListingRowForm, extra=1, can_delete_extra=False
)
AnnualPlanFormSet = forms.inlineformset_factory(
    Project, AnnualPlan, form=AnnualPlanRowForm, extra=1, can_delete_extra=False
)


class ProjectDossier:
    """Everything that the page of a project writes: facts with helpers, lists, plans, of a new
    project the plans of its stages; valid only as a whole.

    The sent data is merged with what others have stored since the base version. Where both changed one field,
    `conflict` describes it and nothing may be written. `versions`: the current versions when this was made.
    """

    def __init__(
        self, data: QueryDict | None, project: Project, *, organisations: OrganisationQuerySet
    ) -> None:
        """`data`: the sent data, None for a new page. `organisations`: as for `ProjectForm`."""
        self.organisations = organisations
        self.versions: ProjectVersions | None = None
        self.conflict: Conflict | None = None
        if project.pk is not None:
            self.versions = versions_of(project)
            project.refresh_from_db()
        self._show(project)
        if data is not None:
            self._take(data, project)

    def _show(self, project: Project) -> None:
        """Make the forms of the current values, each with its version."""
        self.facts = ProjectPageForm(instance=project, organisations=self.organisations)
        self.stages = None if project.pk else PlansForm(None, project, {}, {})
        self.listings, self.plans = ListingFormSet(instance=project), AnnualPlanFormSet(instance=project)
        if self.versions is None:
            return
        self.facts.initial.update(version=self.versions.project, helpers_version=self.versions.helpers)
        for part, versions in self._tables(self.versions):
            for form in part.initial_forms:
                form.initial["version"] = versions.get(form.instance.pk)

    def _take(self, data: QueryDict, project: Project) -> None:
        """Make the forms of the sent data, merged with the current values."""
        if self.versions is not None:
            merge = Merge(data, project)
            merge.record(self.facts, self.versions.project)
            merge.helpers(frozenset(self.facts.initial["helpers"]))
            for part, versions in self._tables(self.versions):
                merge.rows(part, versions)
            data, self.conflict = merge.data, merge.conflict
        self.facts = ProjectPageForm(data, instance=project, organisations=self.organisations)
        self.stages = None if project.pk else PlansForm(data, project, {}, {})
        self.listings = ListingFormSet(data, instance=project, error_messages=INCOMPLETE)
        self.plans = AnnualPlanFormSet(data, instance=project, error_messages=INCOMPLETE)

    def _tables(self, versions: ProjectVersions) -> tuple[tuple[Any, dict[int, int]], ...]:
        return (self.listings, versions.listings), (self.plans, versions.plans)

    @property
    def parts(self) -> tuple[Any, ...]:
        own = (self.facts, self.listings, self.plans)
        return own if self.stages is None else (*own, self.stages)

    @property
    def changes(self) -> list[PlanChange]:
        """The plans of a new project's stages."""
        return self.stages.typed if self.stages is not None else []

    def refuse(self, faults: Mapping[Stage, str]) -> None:
        """Show beside the stages why their plans cannot be written; nothing was."""
        self.facts.instance.pk, self.facts.instance._state.adding = None, True
        for stage, fault in faults.items():
            if self.stages is not None:
                self.stages.add_error(f"on_{stage}", fault)

    def is_valid(self) -> bool:
        """Validate every part, so that all errors are shown at once."""
        judged = [part.is_valid() for part in self.parts]
        return all(judged)

    def has_changed(self) -> bool:
        return bool(set(self.facts.changed_data) - {"reason", HANDED_ON}) or any(
            part.has_changed() for part in (self.listings, self.plans)
        )

    @property
    def reason(self) -> str:
        return str(self.facts.cleaned_data.get("reason", ""))

    def records(self) -> tuple[list[Any], list[Any]]:
        """Return listings and plans to write, and those to remove; nothing is saved here."""
        sets = (self.listings, self.plans)
        kept = [entry for part in sets for entry in part.save(commit=False)]
        return kept, [entry for part in sets for entry in part.deleted_objects]


class UndoForm(forms.Form):
    """Why one change of the history is taken back."""

    reason = reason_field("撤销须写明原因。", label="撤销原因", help_text="会作为一次新的变更进入历史记录")

"""Projects with their milestones, lists, annual plans and helping units."""

from datetime import date
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from projects.admin.milestones import MilestoneFormSet, MilestoneRowForm
from projects.admin.recording import (
    UNKNOWN,
    ByRole,
    ProjectRecordAdmin,
    ReasonedForm,
    RecordedAdmin,
    lock,
    money_column,
)
from projects.forms.project import ASKED, HANDED_ON, AnnualPlanForm, ListingForm, ProjectForm
from projects.models import AnnualPlan, Listing, Milestone, Participation, Project
from projects.models.organisation import OrganisationQuerySet
from projects.models.project import ProjectQuerySet
from projects.rules import lifecycle
from projects.templatetags import formats

ORIGIN = ("source", "source_paragraph")
SIDE = ("side_state", "side_state_on", "side_reason", "side_note")


class RegisterForm(ProjectForm):
    """The form of the page, with fields that only the office sets: the side state and the sources."""

    class Meta(ProjectForm.Meta):
        fields = [*ASKED, *SIDE, "named", *ORIGIN]

    def _offer(self, name: str, organisations: OrganisationQuerySet) -> None:
        if name in self.fields:  # a past version is shown without fields
            super()._offer(name, organisations)

    def clean_side_state_on(self) -> date | None:
        on: date | None = self.cleaned_data["side_state_on"]
        if on is not None and on > timezone.localdate():
            raise ValidationError("状态日期不能晚于今天。")
        return on

    def clean(self) -> dict[str, Any]:
        """A cleared side state ends today; a replaced one ends on the first day of the new one."""
        cleaned = super().clean() or self.cleaned_data
        was, is_now = self.instance.side_state, cleaned.get("side_state")
        until = cleaned.get("side_state_on") if is_now else timezone.localdate()
        if was and is_now != was and until:
            self.instance.keep_pause(max(until, self.instance.side_state_on))
        return cleaned


class MilestoneInline(ByRole, admin.TabularInline):
    model = Milestone
    form = MilestoneRowForm
    formset = MilestoneFormSet
    extra = 0
    show_change_link = True
    readonly_fields = ("original_plan", "recorded_on")
    fields = (
        "stage",
        "original_plan",
        "current_on",
        "current_precision",
        "reached_on",
        "reached_precision",
        "recorded_on",
        "skipped",
        "reason",
        "reason_note",
        "note",
    )

    @admin.display(description="原计划")
    def original_plan(self, milestone: Milestone) -> str:
        return formats.period(milestone.planned_on, milestone.planned_precision) or UNKNOWN


class ListingInline(ByRole, admin.TabularInline):
    model = Listing
    form = ListingForm
    extra = 0
    show_change_link = True


class AnnualPlanInline(ByRole, admin.TabularInline):
    model = AnnualPlan
    form = AnnualPlanForm
    extra = 0


class ParticipationInline(ByRole, admin.TabularInline):
    model = Participation
    fields = ("organisation", "began_on", "ended_on")
    extra = 0


@admin.register(Project)
class ProjectAdmin(RecordedAdmin):
    form = RegisterForm
    reason_field = "reason"
    inlines = (MilestoneInline, ListingInline, AnnualPlanInline, ParticipationInline)
    list_display = (
        "name",
        "enterprise",
        "organisation",
        "industry",
        money_column("total_investment", "总投资"),
        "stage_column",
        "list_column",
        "side_state",
        "named",
    )
    list_filter = (
        "listings__level",
        "listings__year",
        "named",
        "side_state",
        "nature",
        "organisation",
        "industry",
    )
    list_select_related = ("organisation", "industry")
    search_fields = ("name", "former_names", "enterprise", "national_code", "credit_code")

    def get_fieldsets(self, request: HttpRequest, obj: Project | None = None) -> list[Any]:
        groups = (
            ("状态", SIDE),
            ("来源", ("named", *ORIGIN)),
            ("变更", (self.reason_field,)),
        )
        shown = self.get_fields(request, obj)
        aside = {name for _, names in groups for name in names}
        return [
            (None, {"fields": [name for name in shown if name not in aside]}),
            *((title, {"fields": names}) for title, names in groups if set(names) <= set(shown)),
        ]

    def get_fields(self, request: HttpRequest, obj: Project | None = None) -> list[str]:
        """The day of a new unit is asked of a project that has one."""
        asked = RegisterForm.Meta.fields
        self.fields = asked if obj else [name for name in asked if name != HANDED_ON]
        return super().get_fields(request, obj)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Project], search_term: str
    ) -> tuple[QuerySet[Project], bool]:
        """Search as the list of projects does, including pinyin."""
        return cast(ProjectQuerySet, queryset).matching(search_term), False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Project]:
        return super().get_queryset(request).prefetch_related("milestones", "listings")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Project | None:
        """Read the record again under a lock before a write, so that the newest rows are validated."""
        project = super().get_object(request, object_id, from_field)
        if project is None or request.method != "POST":
            return project
        lock(project)
        return super().get_object(request, object_id, from_field)

    @admin.display(description="当前阶段")
    def stage_column(self, project: Project) -> str | None:
        stage = lifecycle.furthest(milestone.as_step() for milestone in project.milestones.all())
        return stage.label if stage else None

    @admin.display(description="名单")
    def list_column(self, project: Project) -> str:
        return "、".join(str(listing) for listing in project.listings.all())


class ListingRecordForm(ReasonedForm, ListingForm):
    pass


@admin.register(Listing)
class ListingAdmin(ProjectRecordAdmin):
    form = ListingRecordForm
    list_display = ("project", "year", "level", "category", "completes", "number", "listed_on", "removed_on")
    list_filter = ("year", "level", "category", "completes")
    fields = ("project", *ListingForm.Meta.fields, "year_sure", *ORIGIN)


class AnnualPlanRecordForm(ReasonedForm, AnnualPlanForm):
    pass


@admin.register(AnnualPlan)
class AnnualPlanAdmin(ProjectRecordAdmin):
    form = AnnualPlanRecordForm
    list_display = (
        "project",
        "year",
        money_column("invested_before", "截至上年底累计完成"),
        money_column("planned_investment", "年度计划投资"),
    )
    list_filter = ("year",)
    fields = ("project", *AnnualPlanForm.Meta.fields)


@admin.register(Participation)
class ParticipationAdmin(ProjectRecordAdmin):
    list_display = ("project", "organisation", "began_on", "ended_on")
    list_filter = ("organisation",)
    list_select_related = ("project", "organisation")
    fields = ("project", "organisation", "began_on", "ended_on")

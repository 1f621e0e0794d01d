"""What a project has for a year: its places on lists, and what it plans to invest."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from projects import access
from projects.actions import registry
from projects.api.conditions import parameters_of
from projects.api.records import MilestoneDayField, RecordPayload
from projects.api.resources.addresses import urls_of
from projects.api.resources.describing import Act, Change, Creation, Resource
from projects.api.resources.naming import ProjectSubject, RelatedPayload, version_field
from projects.filters.records import AnnualPlanFilter, ListingFilter
from projects.forms.fields import reason_field
from projects.forms.milestone import WhyForm
from projects.forms.project import AnnualPlanForm, ListingForm
from projects.models import AnnualPlan, Listing, Project, User

type Year = Listing | AnnualPlan

WHY = "请写明变更原因。"


class ListingChangeForm(ListingForm):
    """A place on a list with the reason that the page asks once for all of a project."""

    reason = reason_field(WHY)


class AnnualPlanChangeForm(AnnualPlanForm):
    reason = reason_field(WHY)


class YearListingPayload(RecordPayload[Listing]):
    """列入某一年度、某一级别的名单。"""

    project = RelatedPayload(read_only=True)
    listed = MilestoneDayField("listed", help_text="列入日期；空为名单未写日期，全年有效")
    version = version_field()

    class Meta:
        model = Listing
        fields = read_only_fields = [
            "id", "project", "year", "level", "category", "completes", "number", "listed", "removed_on",
            "removed_reason", "version",
        ]  # fmt: skip


class AnnualPlanPayload(RecordPayload[AnnualPlan]):
    """一个年度的计划投资。"""

    project = RelatedPayload(read_only=True)
    version = version_field()

    class Meta:
        model = AnnualPlan
        fields = read_only_fields = [
            "id", "project", "year", "invested_before", "planned_investment", "version",
        ]  # fmt: skip


def _of_visible(model: type[Any], user: User) -> "QuerySet[Any]":
    rows: QuerySet[Any] = model._base_manager.filter(project__in=Project.objects.visible_to(user))
    return rows


def _with_project(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.select_related("project")


def _may_write(user: User, entry: Year) -> bool:
    return access.may_write(user, entry.project)


def _lock(entry: Year) -> None:
    Project.objects.select_for_update().get(pk=entry.project_id)


def _keep(entry: Year, form: Any, user: User) -> Any:
    kept: Year = form.instance
    registry.keep_year(entry.project, [kept], by=user, reason=form.cleaned_data["reason"])
    return kept


def _remove(entry: Year, form: WhyForm, user: User) -> Any:
    registry.keep_year(entry.project, [], dropped=[entry], by=user, reason=form.cleaned_data["reason"])
    return entry


REMOVAL: Act[Any] = Act(
    code="remove",
    title="删除误录的",
    fields=lambda: WhyForm.base_fields,
    form=lambda data, files, entry, user: WhyForm(data),
    run=_remove,
    may=_may_write,
    ends=True,
)


def _year_records[Y: Year](
    model: type[Y],
    *,
    name: str,
    title: str,
    payload: type[RecordPayload[Y]],
    form: type[ListingChangeForm | AnnualPlanChangeForm],
    filters: Any,
) -> Resource[Y]:
    def start(user: User, about: dict[str, Any]) -> Any:
        entry = model()
        entry.project = access.writable_project(user, about["project"])
        return entry

    def filled(data: QueryDict | None, entry: Y) -> "forms.ModelForm[Any]":
        return form(data, instance=entry)

    return Resource(
        name=name,
        title=title,
        payload=payload,
        readable=lambda user: _of_visible(model, user),
        shown=_with_project,
        question=lambda data, user: filters(data, _of_visible(model, user)),
        parameters=parameters_of(filters),
        find=lambda user, pk: get_object_or_404(_with_project(_of_visible(model, user)), pk=pk),
        lock=_lock,
        creation=Creation(
            may=access.writes_projects,
            subject=ProjectSubject,
            start=start,
            act=Act(
                code="add",
                title="新建",
                fields=lambda: form.base_fields,
                form=lambda data, files, entry, user: filled(data, entry),
                run=_keep,
                may=_may_write,
            ),
        ),
        change=Change(
            fields=lambda: form.base_fields,
            make=lambda entry, user, data: filled(data, entry),
            keep=_keep,
            may=_may_write,
            lock=_lock,
        ),
        acts=[REMOVAL],
    )


LISTINGS = _year_records(
    Listing,
    name="listings",
    title="名单",
    payload=YearListingPayload,
    form=ListingChangeForm,
    filters=ListingFilter,
)
ANNUAL_PLANS = _year_records(
    AnnualPlan,
    name="annual_plans",
    title="年度计划",
    payload=AnnualPlanPayload,
    form=AnnualPlanChangeForm,
    filters=AnnualPlanFilter,
)

urlpatterns = [*urls_of(LISTINGS), *urls_of(ANNUAL_PLANS)]

"""One list with filters, sorting, an exact number and pages of fifty, for whoever is signed in.

Not in it, and in ours: rights by unit, counts beside the choices, sums, lights, and what a row can be asked to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Q
from django.urls import include, path
from django.utils import timezone
from django_filters.views import FilterView

from projects.models import Industry, Milestone, Organisation, Project
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import level_choices

PLACES = {stage.value: place for place, stage in enumerate(CHAIN)}


@dataclass(frozen=True)
class Line:
    """The columns of our list, from records that were fetched beforehand for the page."""

    project: Project
    today: date

    @property
    def levels(self) -> list[str]:
        listings = [entry for entry in self.project.listings.all() if entry.year == self.today.year]
        return [entry.get_level_display() for entry in listings if entry.removed_on is None]

    @property
    def planned(self) -> int | None:
        plans = (plan for plan in self.project.annual_plans.all() if plan.year == self.today.year)
        return next((plan.planned_investment for plan in plans), None)

    @property
    def reported(self) -> int:
        year = [report for report in self.project.reports.all() if report.month.year == self.today.year]
        return sum(report.invested or 0 for report in year if report.state == "approved")

    @property
    def rate(self) -> float | None:
        return self.reported / self.planned * 100 if self.planned else None

    @property
    def furthest(self) -> Milestone | None:
        reached = [stage for stage in self._stages if stage.reached_on and stage.stage in PLACES]
        return max(reached, key=lambda stage: PLACES[stage.stage], default=None)

    @property
    def next(self) -> Milestone | None:
        waiting = [stage for stage in self._stages if stage.current_on and not stage.reached_on]
        return min(waiting, key=lambda stage: stage.current_on, default=None)

    @property
    def state(self) -> str:
        if self.project.side_state:
            return self.project.get_side_state_display()
        return "晚点" if self.next and self.next.current_on < self.today else "正常"

    @property
    def progress(self) -> str:
        told = [report for report in self.project.reports.all() if report.progress]
        return max(told, key=lambda report: report.month).progress if told else ""

    @property
    def _stages(self) -> Iterator[Milestone]:
        return (stage for stage in self.project.milestones.all() if not stage.skipped)


class Filter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="by_words")
    level = django_filters.ChoiceFilter(choices=level_choices, method="by_level")
    organisation = django_filters.ModelChoiceFilter(queryset=Organisation.objects.all())
    industry = django_filters.ModelChoiceFilter(queryset=Industry.objects.all())
    sort = django_filters.OrderingFilter(
        fields=[("total_investment", "investment"), ("name", "name"), ("organisation__name", "organisation")]
    )

    class Meta:
        model = Project
        fields = ["side_state", "named"]

    def by_words(self, projects: Any, name: str, value: str) -> Any:
        return projects.filter(Q(name__icontains=value) | Q(enterprise__icontains=value))

    def by_level(self, projects: Any, name: str, value: str) -> Any:
        return projects.filter(listings__level=value, listings__year=timezone.localdate().year)


class List(LoginRequiredMixin, FilterView):
    filterset_class = Filter
    template_name = "stock/list.html"
    paginate_by = 50
    queryset = (
        Project.objects.order_by("-total_investment", "pk")
        .select_related("organisation", "industry")
        .prefetch_related("listings", "annual_plans", "milestones", "reports")
    )

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context = super().get_context_data(**more)
        today = timezone.localdate()
        return context | {"lines": [Line(project, today) for project in context["object_list"]]}


urlpatterns = [
    path("accounts/", include("django.contrib.auth.urls")),
    path("projects/", List.as_view()),
]

"""The issue ledger: what stands in a project's way, who removes it, by when."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from simple_history.models import HistoricalRecords

from projects.vocabulary import ProblemKind

from .constraints import ValidatedAtOnce
from .links import optional
from .organisation import Organisation
from .person import User
from .project import Project
from .reach import Nothing, UnitAndBelow, WholeDistrict
from .search import worded

SEARCHED = ("text", "resolution", "person", "project__name", "project__enterprise")


class ProblemQuerySet(models.QuerySet["Problem"]):
    # Who may
    def visible_to(self, user: User) -> ProblemQuerySet:
        """Problems of projects that the user may see, and those that the user's unit is to remove."""
        match user.reach:
            case WholeDistrict():
                return self.all()
            case UnitAndBelow(unit):
                of_projects = Problem.objects.filter(project__in=Project.objects.visible_to(user))
                to_remove = Problem.objects.filter(organisation__in=unit.units)
                seen = [found.order_by().values("pk") for found in (of_projects, to_remove)]
                return self.filter(pk__in=seen[0].union(seen[1]))
            case Nothing():
                return self.none()

    def answered_by(self, organisation: Organisation) -> ProblemQuerySet:
        """To be removed by the unit or one below it: named for the problem, else responsible for the project."""
        if organisation.is_district:
            return self.all()
        units = organisation.units
        return self.filter(Q(organisation__in=units) | Q(organisation=None, project__organisation__in=units))

    def of_projects(self, projects: models.QuerySet[Project]) -> ProblemQuerySet:
        return self.filter(project__in=projects)

    # Which
    def of_project(self, project: Project) -> ProblemQuerySet:
        return self.filter(project=project)

    def open_on(self, day: date) -> ProblemQuerySet:
        return self.filter(raised_on__lte=day).exclude(resolved_on__lte=day)

    def closed_by(self, day: date) -> ProblemQuerySet:
        return self.filter(resolved_on__lte=day)

    def overdue_on(self, day: date) -> ProblemQuerySet:
        return self.open_on(day).filter(due_on__lt=day)

    def due_by(self, day: date) -> ProblemQuerySet:
        return self.filter(due_on__lte=day)

    def of_kind(self, kind: str) -> ProblemQuerySet:
        return self.filter(kind=kind)

    def matching(self, text: str) -> ProblemQuerySet:
        """Every word in what it says, in what was done, in the person or in the project, whole or cut up."""
        return self.filter(worded(text, _holds))

    # Beside each, and in order
    def marked(
        self,
        *,
        readable: models.QuerySet[Project],
        writable: models.QuerySet[Project],
        closable: models.QuerySet[Problem],
    ) -> ProblemQuerySet:
        """`may_read` and `may_write` the project, `may_close` the problem: whether the view allows it."""
        return self.annotate(
            may_read=Exists(readable.filter(pk=OuterRef("project"))),
            may_write=Exists(writable.filter(pk=OuterRef("project"))),
            may_close=Exists(closable.filter(pk=OuterRef("pk"))),
        )

    def pressing_first(self) -> ProblemQuerySet:
        """The open ones first, by their deadline, the undated last; then the closed ones, the newest first."""
        return self.order_by(
            F("resolved_on").desc(nulls_first=True), F("due_on").asc(nulls_last=True), "pk"
        ).select_related("project__organisation", "organisation")


def _holds(piece: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__icontains": piece}) for field in SEARCHED))


class Problem(ValidatedAtOnce):
    """One line of the issue ledger: what stands in the way, who removes it, by when."""

    project = models.ForeignKey(
        Project, verbose_name="项目", related_name="problems", on_delete=models.CASCADE
    )
    kind = models.CharField("类别", max_length=20, choices=ProblemKind)
    text = models.TextField("问题")
    organisation = optional(Organisation, "责任单位", "problems")
    person = models.CharField("责任人", max_length=50, blank=True)
    raised_on = models.DateField("提出日期")
    due_on = models.DateField("办结期限", null=True, blank=True)
    resolved_on = models.DateField("销号日期", null=True, blank=True)
    resolution = models.TextField("办理情况", blank=True)
    history = HistoricalRecords(verbose_name="问题变更", verbose_name_plural="问题变更")

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问题台账"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(due_on__gte=F("raised_on")),
                name="problem_due_not_before_raised",
                violation_error_message="办结期限不能早于提出日期。",
            ),
            models.CheckConstraint(
                condition=Q(resolved_on__isnull=True)
                | (~Q(resolution="") & Q(resolved_on__gte=F("raised_on"))),
                name="problem_resolved_says_how",
                violation_error_message="销号须写明办理情况，且不早于提出日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text[:30]}"

"""Decisions that are followed up (督办): what is to be done, by which unit, until when, and every step of it."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from projects.vocabulary import DecisionAct, DecisionSource, DecisionState

from .constraints import ValidatedAtOnce
from .organisation import Organisation
from .person import User
from .project import Project
from .reach import Nothing, UnitAndBelow, WholeDistrict
from .search import worded

SEARCHED = ("text", "occasion", "person", "project__name")


class DecisionQuerySet(models.QuerySet["Decision"]):
    # Who may
    def visible_to(self, user: User) -> DecisionQuerySet:
        """Those that the user's unit, or one below it, is to carry out, and those of projects that the user may see."""
        match user.reach:
            case WholeDistrict():
                return self.all()
            case UnitAndBelow(unit):
                own = Q(organisation__in=unit.units)
                return self.filter(own | Q(project__in=Project.objects.visible_to(user)))
            case Nothing():
                return self.none()

    def answered_by(self, organisation: Organisation) -> DecisionQuerySet:
        """To be carried out by the unit or one below it."""
        return self.filter(organisation__in=organisation.units)

    def given_by(self, user: User) -> DecisionQuerySet:
        return self.filter(given_by_id=user.pk)

    # Which
    def of_project(self, project: Project) -> DecisionQuerySet:
        return self.filter(project=project)

    def open(self) -> DecisionQuerySet:
        return self.exclude(state=DecisionState.CLOSED)

    def closed(self) -> DecisionQuerySet:
        return self.filter(state=DecisionState.CLOSED)

    def asked(self) -> DecisionQuerySet:
        """The unit says that it is done."""
        return self.filter(state=DecisionState.ASKED)

    def unanswered(self) -> DecisionQuerySet:
        """The unit has to do something."""
        return self.filter(state__in=(DecisionState.GIVEN, DecisionState.WORKING))

    def overdue_on(self, day: date) -> DecisionQuerySet:
        return self.open().filter(due_on__lt=day)

    def matching(self, text: str) -> DecisionQuerySet:
        """Every word in what is to be done, in its occasion, the person or the project, whole or cut up."""
        return self.filter(worded(text, _holds))

    # Beside each, and in order
    def marked(self, *, readable: models.QuerySet[Project]) -> DecisionQuerySet:
        """`may_read` its project: whether its name leads to the page."""
        return self.annotate(may_read=Exists(readable.filter(pk=OuterRef("project"))))

    def pressing_first(self) -> DecisionQuerySet:
        """The open ones first, by their deadline; then the closed ones, the newest first."""
        found = self.select_related("organisation", "project", "given_by")
        return found.order_by(F("closed_on").desc(nulls_first=True), "due_on", "pk")


def _holds(piece: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__icontains": piece}) for field in SEARCHED))


class Decision(ValidatedAtOnce):
    """What a meeting or a leader has decided and a unit carries out until a day.

    `number`: the address of the number that it was given for, `number_words` that number as it was then.
    """

    text = models.TextField("督办事项", max_length=1000)
    source = models.CharField("来源", max_length=20, choices=DecisionSource, default=DecisionSource.MEETING)
    occasion = models.CharField("来源说明", max_length=100, blank=True)
    organisation = models.ForeignKey(
        Organisation, verbose_name="承办单位", related_name="decisions", on_delete=models.PROTECT
    )
    person = models.CharField("承办人", max_length=50, blank=True)
    given_on = models.DateField("交办日期")
    due_on = models.DateField("办结期限")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="交办人",
        related_name="decisions",
        on_delete=models.PROTECT,
        editable=False,
    )
    state = models.CharField("状态", max_length=20, choices=DecisionState, default=DecisionState.GIVEN)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    whole = models.ForeignKey(
        "self", verbose_name="上级事项", related_name="parts", on_delete=models.PROTECT, null=True, blank=True
    )
    project = models.ForeignKey(
        Project,
        verbose_name="项目",
        related_name="decisions",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
    )
    problem = models.ForeignKey(
        "Problem",
        verbose_name="问题",
        related_name="decisions",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    number = models.CharField("数字的地址", max_length=500, blank=True)
    number_words = models.CharField("当时的数字", max_length=500, blank=True)
    history = HistoricalRecords(verbose_name="督办变更", verbose_name_plural="督办变更")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("given_on")),
                name="decision_due_not_before_given",
                violation_error_message="办结期限不能早于交办日期。",
            ),
            models.CheckConstraint(
                condition=Q(state=DecisionState.CLOSED, closed_on__isnull=False, closed_on__gte=F("given_on"))
                | (~Q(state=DecisionState.CLOSED) & Q(closed_on__isnull=True)),
                name="decision_closed_has_day",
                violation_error_message="销号须有日期，且不早于交办日期。",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"], name="decision_by_deadline")]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def is_closed(self) -> bool:
        return self.state == DecisionState.CLOSED


class DecisionStep(models.Model):
    """One step of a decision: who did what and when, with a file as evidence. Never changed."""

    decision = models.ForeignKey(
        Decision, verbose_name="督办", related_name="steps", on_delete=models.CASCADE
    )
    act = models.CharField("步骤", max_length=20, choices=DecisionAct)
    text = models.TextField("说明", max_length=2000, blank=True)
    due_on = models.DateField("新的期限", null=True, blank=True)
    attachment = models.ForeignKey(
        "Attachment",
        verbose_name="佐证",
        related_name="decision_steps",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="谁", related_name="+", on_delete=models.PROTECT
    )
    taken_at = models.DateTimeField("时间", default=timezone.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "督办步骤"
        ordering = ["taken_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_act_display()}：{self.decision}"

"""What somebody new does first, and what of it is done."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Exists
from django.utils import timezone

from projects.models import Evidence, MonthlyReport, User
from projects.models.project import ProjectQuerySet

NEW_DAYS = 30
"""How long an account is new."""


class Step(StrEnum):
    CONTACT = "contact"
    CHARGE = "charge"
    REPORT = "report"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class FirstStep:
    step: Step
    is_done: bool


def first_steps(user: User, projects: ProjectQuerySet, *, today: date) -> tuple[FirstStep, ...]:
    """One query; nothing once the account is a month old or everything is done.

    `projects`: those that the person writes.
    """
    if (today - timezone.localtime(user.date_joined).date()).days > NEW_DAYS:
        return ()
    charge, report, photo = (
        User.objects.filter(pk=user.pk)
        .values_list(
            Exists(projects.in_charge_of(str(user))),
            Exists(MonthlyReport.history.filter(history_user=user)),
            Exists(Evidence.objects.filter(uploaded_by=user)),
        )
        .get()
    )
    done = {
        Step.CONTACT: bool(user.get_full_name().strip() and user.phone),
        Step.CHARGE: charge,
        Step.REPORT: report,
        Step.PHOTO: photo,
    }
    return () if all(done.values()) else tuple(FirstStep(step, done[step]) for step in Step)

"""Numbers on how the installation is, for Prometheus (`hightech.metrics`); the same in words is `figures.health`."""

import shutil
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import Error
from django.db.models import Count, Min
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from projects.figures.health import last_backup, worker_seen, workers_running
from projects.models import AuditEntry, Delivery, ReceiverMessage
from projects.vocabulary import AuditAct, DeliveryState

LOOKED_BACK = timedelta(hours=1)
REFUSED = (AuditAct.SIGN_IN_FAILED, AuditAct.LOCKED_OUT)


@dataclass(frozen=True, slots=True)
class RegisterMeasures:
    """What the database says. `oldest_job_seconds`: 0 where no job waits."""

    jobs_waiting: int
    oldest_job_seconds: float
    refused_sign_ins: int
    outbox_waiting: int


@dataclass(frozen=True, slots=True)
class MachineMeasures:
    """What files say; None where there is nothing to read."""

    workers_running: int
    worker_silent_seconds: float | None
    backup_age_seconds: float | None
    disk_free_bytes: int | None


def register_measures() -> RegisterMeasures | None:
    """None where the database does not answer."""
    now = timezone.now()
    try:
        waiting = (
            DBTaskResult.objects.ready().order_by().aggregate(number=Count("pk"), since=Min("enqueued_at"))
        )
        return RegisterMeasures(
            jobs_waiting=waiting["number"],
            oldest_job_seconds=(now - (waiting["since"] or now)).total_seconds(),
            refused_sign_ins=AuditEntry.objects.filter(act__in=REFUSED, at__gte=now - LOOKED_BACK).count(),
            outbox_waiting=_outbox_waiting(),
        )
    except Error:
        return None


def _outbox_waiting() -> int:
    """Mails to people, and messages to robots and other systems; one query."""
    mails = Delivery.objects.filter(state=DeliveryState.WAITING).order_by().values_list("pk")
    messages = ReceiverMessage.objects.waiting().order_by().values_list("pk")
    return mails.union(messages, all=True).count()


def machine_measures() -> MachineMeasures:
    now, seen, taken = timezone.now(), worker_seen(), last_backup()
    return MachineMeasures(
        workers_running=workers_running(),
        worker_silent_seconds=(now - seen).total_seconds() if seen else None,
        backup_age_seconds=(now - taken).total_seconds() if taken else None,
        disk_free_bytes=_free_bytes(),
    )


def _free_bytes() -> int | None:
    try:
        return shutil.disk_usage(settings.VAR_DIR).free
    except OSError:
        return None

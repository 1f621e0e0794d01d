"""The jobs of the worker that empty the outboxes, each by itself: mail that cannot be sent delays no robot."""

from datetime import datetime

from django.tasks import task
from django.utils import timezone

from projects.notices import mail, robots


@task
def empty_outbox() -> int:
    return mail.send_due(timezone.now())


@task
def tell_receivers() -> int:
    return robots.send_due(timezone.now())


def enqueue_due(now: datetime) -> bool:
    """Make a job of each outbox where something is due; whether there was one."""
    due = [
        job for job, is_due in ((empty_outbox, mail.is_due), (tell_receivers, robots.is_due)) if is_due(now)
    ]
    for job in due:
        job.enqueue()
    return bool(due)


def send_due(now: datetime) -> int:
    """Send what is due here and now, where no worker runs that would; how many messages went out."""
    return mail.send_due(now) + robots.send_due(now)

"""The job of the worker that empties the outbox."""

from django.tasks import task
from django.utils import timezone

from projects.notices.mail import send_due


@task
def empty_outbox() -> int:
    return send_due(timezone.now())

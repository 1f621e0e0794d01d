"""A form that was carried out once is not carried out again: its key is kept in the transaction of the write."""

from datetime import timedelta

from django.utils import timezone

from projects.models import SentForm, User

KEPT = timedelta(days=90)


class SentBefore(Exception):
    """The same form was carried out before; `led_to` is the page that it led to."""

    def __init__(self, led_to: str) -> None:
        super().__init__(led_to)
        self.led_to = led_to


def claim(digest: str, *, by: User) -> SentForm:
    """Enter a form that is about to be carried out, within the transaction of its write.

    Who sends the same form at the same moment waits here until that transaction ends. Raises SentBefore when it
    was carried out.
    """
    SentForm.objects.bulk_create([SentForm(digest=digest, user=by)], ignore_conflicts=True)
    entry = SentForm.objects.get(digest=digest)
    if entry.led_to:
        raise SentBefore(entry.led_to)
    return entry


def settle(entry: SentForm, led_to: str) -> None:
    """Note where the form has led; one that led nowhere was refused, and may be sent again."""
    if not led_to:
        entry.delete()
        return
    entry.led_to = led_to
    entry.save(update_fields=["led_to"])


def earlier(digest: str) -> str:
    """Where the same form has led before, "" when it was not carried out."""
    return SentForm.objects.filter(digest=digest).values_list("led_to", flat=True).first() or ""


def forget_old() -> None:
    """Forms of long ago: no page with their key is open any more."""
    SentForm.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()

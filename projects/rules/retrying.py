"""How long the outbox waits before it tries again, and when it gives up."""

from datetime import timedelta

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)
MOST_ATTEMPTS = 20
"""About a day and a half, as the waits grow."""
BROKEN_OFF_AFTER = timedelta(hours=1)
"""What a process has been sending for longer than this, it has not finished."""


def wait_after(attempts: int) -> timedelta:
    """The wait after an attempt that failed; `attempts`: those before it."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts, MOST_ATTEMPTS)))

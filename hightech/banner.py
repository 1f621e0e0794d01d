"""What every page is told about the installation that serves it."""

from django.conf import settings
from django.http import HttpRequest


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """Whether the register holds made-up data, so that no page can be taken for a real one."""
    return {"demo": settings.DEMO}

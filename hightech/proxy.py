"""The client's address behind a reverse proxy."""

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address that our own proxy saw: the last of X-Forwarded-For; readers can forge those before it."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")

"""Headers of every answer: what a page may ask of the device, and that nothing personal stays in a cache."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOTHING_OF_THE_DEVICE = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "geolocation",
        "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
        "publickey-credentials-get", "screen-wake-lock", "serial", "usb", "web-share", "xr-spatial-tracking",
    )
)  # fmt: skip
"""A photo is chosen in a field of a form, which needs no permission."""
NO_STORE = "no-store, private"


class HeadersMiddleware:
    """Add `Permissions-Policy`, and `Cache-Control: no-store` where the view has not said how long it may be kept.

    Pages, exports, JSON and evidence are all made for one person. Static files are answered before this middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", NOTHING_OF_THE_DEVICE)
        response.headers.setdefault("Cache-Control", NO_STORE)
        return response

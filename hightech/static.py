"""Static files that are missing leave a page plain, and never unreadable."""

import logging
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger(__name__)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Where the folder of collected files is gone, the plain address: the page goes without its style."""

    def read_manifest(self) -> str | None:
        try:
            return cast(str | None, super().read_manifest())
        except OSError:  # a file in the place of the folder
            return None

    def url(self, name: str | None, force: bool = False) -> str:
        try:
            return str(super().url(name, force))
        except (ValueError, OSError):
            return f"{self.base_url}{name}"


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """A file that was there at the start and cannot be opened now is not found."""

    def __call__(self, request: HttpRequest) -> Any:
        try:
            return super().__call__(request)
        except OSError:
            log.exception("static file: %s", request.path)
            return HttpResponse("没有这个文件。", status=404)

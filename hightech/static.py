"""Missing static files: the page is shown without them instead of failing."""

import logging
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

log = logging.getLogger(__name__)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """When the folder of collected files is missing, use addresses without a digest; the page has no style then."""

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
    """Answer 404 for a file that existed at the start and cannot be opened now."""

    def __call__(self, request: HttpRequest) -> Any:
        try:
            return super().__call__(request)
        except OSError:
            log.exception("static file: %s", request.path)
            return HttpResponse("没有这个文件。", status=404)

"""Reads on condition: an answer carries a digest of what it says, and whoever sends it back (`If-None-Match`) is told
304 while it would say the same, without the content.

A record's has its version before it (`"42-1f0c…"`) and goes into `If-Match` as it is. The digest is made of the answer
itself, so a change of rights, of a name or of the day counts like one of the record. What is saved is the
transfer, not the reading.
"""

import hashlib
from typing import Any, Final

from django.http import HttpRequest
from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

ETAG: Final = "ETag"
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="上次答复的 ETag；内容没有变化时返回 304，没有正文",
)
NOT_MODIFIED: Final = {304: OpenApiResponse(description="和上次读到的一样，没有正文")}
LENGTH = 16
"""Letters of a digest: it only has to differ from the one before."""


def digest_of(data: Any) -> str:
    content: bytes = JSONRenderer().render(data)
    return hashlib.sha256(content).hexdigest()[:LENGTH]


class ConditionalReads(APIView):
    """A view whose answers to GET can be asked for on condition."""

    def finalize_response(
        self, request: HttpRequest | Request, response: Any, *args: Any, **kwargs: Any
    ) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if request.method not in ("GET", "HEAD") or answer.status_code != 200:
            return answer
        version = answer.get(ETAG, "").strip('"')
        answer[ETAG] = f'"{version}-{digest_of(answer.data)}"' if version else f'"{digest_of(answer.data)}"'
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if answer[ETAG] not in {tag.removeprefix("W/") for tag in known}:
            return answer
        unchanged = Response(status=304, headers={ETAG: answer[ETAG]})
        return super().finalize_response(request, unchanged, *args, **kwargs)

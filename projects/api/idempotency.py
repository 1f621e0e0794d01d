"""A request with an `Idempotency-Key` is carried out once: sent again, it gets the answer of the first time.

A program that did not hear the answer may send the same request again. Only what was carried out is kept, for a day;
a request that was refused has written nothing and is judged anew. Used by every endpoint that writes.
"""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from projects.actions import answering_once
from projects.actions.answering_once import UsedOtherwise
from projects.api.keys import key_of
from projects.api.refusals import Faulty, Refusal
from projects.models import KeptAnswer, User
from projects.rules.seals import digest_of_file

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotent-Replayed"
KEPT_HEADERS = ("ETag", "Location")
LONGEST: Final = 200
IDEMPOTENCY_HEADER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="自己起的一个不重复的字（如 UUID，最多 200 个字）：没有收到答复时原样重发，只办一次；保留一天",
)
USED = "这个 Idempotency-Key 已经用于另一个请求，请换一个；没有写入。"

type Handler[V: APIView, **P] = Callable[Concatenate[V, Request, P], Response]


def idempotent[V: APIView, **P](handler: Handler[V, P]) -> Handler[V, P]:
    """Decorator of a handler that refuses by raising."""

    @wraps(handler)
    def once(view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        text = request.headers.get(HEADER)
        if text is None:
            return handler(view, request, *args, **kwargs)
        if not 0 < len(text) <= LONGEST:
            raise Faulty({HEADER: [f"请写 1 到 {LONGEST} 个字。"]})
        with transaction.atomic():
            try:
                entry = answering_once.claim(
                    _claimed(request, text), _content(request), by=cast(User, request.user)
                )
            except UsedOtherwise as used:
                raise Refusal(422, USED) from used
            if entry.status:
                return _again(entry)
            response = handler(view, request, *args, **kwargs)
            headers = {name: response[name] for name in KEPT_HEADERS if name in response}
            answering_once.settle(entry, status=response.status_code, body=response.data, headers=headers)
            return response

    return once


def _claimed(request: Request, text: str) -> str:
    """What the key belongs to: nobody meets the keys of another account or program."""
    key = key_of(request)
    return _digest(request.user.pk, key.pk if key else 0, text)


def _content(request: Request) -> str:
    """Digest of what is asked, with the files that are sent."""
    if isinstance(request.data, QueryDict):
        fields = {name: values for name, values in request.data.lists() if name not in request.FILES}
        files = [(name, _digest_of_file(file)) for name, sent in request.FILES.lists() for file in sent]
        body: Any = (sorted(fields.items()), sorted(files))
    else:
        body = json.dumps(request.data, sort_keys=True)
    return _digest(request.method, request.get_full_path(), request.headers.get("If-Match", ""), body)


def _digest_of_file(file: "UploadedFile[Any]") -> str:
    digest = digest_of_file(file.chunks())
    file.seek(0)
    return digest


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _again(entry: KeptAnswer) -> Response:
    return Response(entry.body, status=entry.status, headers={**entry.headers, REPLAYED: "true"})

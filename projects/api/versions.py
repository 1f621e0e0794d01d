"""Versions of records as headers: an answer carries one as `ETag`, a change sends it back as `If-Match`.

A version is the number of the record's newest entry in its history; `"0"` is a record of which nothing was ever
written. A version in the body (`"version": 7`), as the first programs send it, counts as well.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Model
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.refusals import Faulty, Refusal
from projects.forms.bodies import is_whole
from projects.models.versions import newest_version
from projects.rules.typed import whole_number

ETAG, IF_MATCH, VERSION = "ETag", "If-Match", "version"
UNWRITTEN: Final = 0
NO_VERSION = "请填读取时的版本号（整数）。"
WANTED = "修改要带读取时的版本：把读取时答复中的 ETag 原样放进 If-Match；没有写入。"
TWO_VERSIONS = "和 If-Match 里的版本不一致。"
IF_MATCH_HEADER = OpenApiParameter(
    IF_MATCH,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='读取时答复中的 ETag，如 "42"；正文里写了 version 时可以不带',
)
ETAG_HEADER = OpenApiParameter(
    ETAG, OpenApiTypes.STR, OpenApiParameter.HEADER, description="这条记录的版本", response=True
)
_TAG = re.compile(r'"([0-9]{1,18})(?:-[0-9a-f]{16})?"')
"""A version, and where it was read the digest of what was read (`conditional.py`)."""


def newest_number(record: Model) -> int | None:
    """The present version of a record; None where its history is empty."""
    newest = newest_version(type(record), record.pk) if record.pk is not None else None
    return newest.history_id if newest else None


def with_etag(response: Response, version: int | None) -> Response:
    response[ETAG] = f'"{version or UNWRITTEN}"'
    return response


def version_sent(request: Request, body: Mapping[str, Any]) -> int | None:
    """What the writer has read: a number, None for a record without a history.

    Raises Refusal 428 where the request says nothing, Faulty where it says nonsense or two things.
    """
    in_header = _of_header(request.headers.get(IF_MATCH))
    if VERSION not in body:
        if in_header is None:
            raise Refusal(428, WANTED, errors={VERSION: ["请填写。"]})
        return in_header or None
    in_body = body[VERSION]
    if in_body is not None and not is_whole(in_body):
        raise Faulty({VERSION: [NO_VERSION]})
    if in_header is not None and in_header != (in_body or UNWRITTEN):
        raise Faulty({VERSION: [TWO_VERSIONS]})
    return in_body or None


def _of_header(text: str | None) -> int | None:
    """None without a header. `*` is no version: it would write over what nobody has read."""
    if text is None:
        return None
    found = _TAG.fullmatch(text.strip())
    number = whole_number(found[1]) if found else None
    if number is None:
        raise Faulty({IF_MATCH: ['请原样写读取时的 ETag，如 "42"。']})
    return number

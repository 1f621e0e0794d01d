"""Take an uploaded map in, to be looked at, and put it in force."""

import hashlib

from django.db import transaction
from django.utils import timezone

from projects.actions.recording import erase, record
from projects.files import geojson
from projects.models import DistrictMap, User
from projects.rules.broken import RuleBroken


@transaction.atomic
def upload_map(
    content: bytes, *, name: str, datum: str, approval_number: str, origin: str, by: User
) -> DistrictMap:
    """Judge the file and keep its outlines for a look; RuleBroken where it cannot be taken.

    Uploads that the same user looked at before and did not put in force are deleted.
    """
    shapes = geojson.read_map(content)
    for before in DistrictMap.objects.filter(uploaded_by=by, kept_at=None):
        erase(before, by=by, reason="重新上传地图文件")
    uploaded = DistrictMap(
        file_name=name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        shapes=geojson.stored(shapes),
        datum=datum,
        approval_number=approval_number,
        origin=origin,
        uploaded_by=by,
    )
    record(uploaded, by=by, reason="上传地图文件")
    return uploaded


@transaction.atomic
def keep_map(uploaded: DistrictMap, *, by: User, reason: str) -> DistrictMap:
    """From now on this map is drawn; the earlier ones stay in the list. RuleBroken where it was put in force before."""
    if uploaded.kept_at is not None:
        raise RuleBroken("这张地图已经启用过。")
    uploaded.kept_by, uploaded.kept_at, uploaded.reason = by, timezone.now(), reason
    record(uploaded, by=by, reason=reason)
    return uploaded

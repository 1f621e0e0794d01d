"""Change the settings of the district."""

from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction

from projects.actions.recording import record
from projects.files import photos
from projects.models import DistrictSettings, User
from projects.models.district import ONLY_ROW
from projects.rules.broken import RuleBroken


@transaction.atomic
def change_district(
    district: DistrictSettings, *, logo: IO[Any] | None = None, drop_logo: bool = False, by: User, reason: str
) -> DistrictSettings:
    """Save the settings; `logo`: an image that replaces the current one.

    Raises RuleBroken for an image that cannot be read, and for two lists of the same name. The file of a former
    logo is kept, because the history of the settings refers to it.
    """
    if logo is not None:
        district.logo.save("logo.png", ContentFile(photos.logo(logo)), save=False)
    elif drop_logo:
        district.logo = ""
    record(district, by=by, reason=reason)
    return district


@transaction.atomic
def set_reporting_window(days_after: int, *, by: User, reason: str) -> None:
    """Reports are due so many days after the end of their month from now on; RuleBroken where nothing changes."""
    district = DistrictSettings.objects.select_for_update().filter(pk=ONLY_ROW).first()
    district = district or DistrictSettings(pk=ONLY_ROW)
    if district.report_days_after == days_after:
        raise RuleBroken("和现在的一样，没有改动。")
    district.report_days_after = days_after
    record(district, by=by, reason=reason)

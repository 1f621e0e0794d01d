"""Change the settings of the district."""

from typing import IO, Any

from django.core.files.base import ContentFile
from django.db import transaction

from projects.actions.recording import record
from projects.files import photos
from projects.models import DistrictSettings, User


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

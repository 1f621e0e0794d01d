"""What every page is told about the installation that serves it."""

from django.conf import settings
from django.http import HttpRequest

from projects.models import DistrictSettings
from projects.models.district import current_district


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """Whether the register holds made-up data, so that no page can be taken for a real one."""
    return {"demo": settings.DEMO}


def district(request: HttpRequest) -> dict[str, DistrictSettings]:
    """What the installation calls itself."""
    return {"district": current_district()}

"""Context processors: what every page knows about the installation."""

from django.conf import settings
from django.http import HttpRequest

from projects.models import DistrictSettings
from projects.models.district import current_district


def demonstration(request: HttpRequest) -> dict[str, bool]:
    """Whether the register holds demonstration data, so that every page can say so."""
    return {"demo": settings.DEMO}


def district(request: HttpRequest) -> dict[str, DistrictSettings]:
    """The names of the district and of the product."""
    return {"district": current_district()}

"""The first step of a new register: its district."""

from django.db import transaction

from projects.actions.recording import record
from projects.models import DistrictSettings, Organisation, User
from projects.models.district import ONLY_ROW
from projects.rules.broken import RuleBroken
from projects.vocabulary import OrganisationKind

WHY = "新登记册启用"


@transaction.atomic
def found_district(*, name: str, short_name: str, by: User) -> Organisation:
    """Create the district itself, above all units, and call the register by its name. RuleBroken where there is one."""
    User.objects.select_for_update().get(pk=by.pk)  # two windows of one administrator found one district
    if (existing := Organisation.objects.root()) is not None:
        raise RuleBroken(f"本区已经登记：{existing.name}。改名请到“单位”页。")
    district = Organisation(name=name, short_name=short_name, kind=OrganisationKind.DISTRICT)
    record(district, by=by, reason=WHY)
    settings = DistrictSettings.objects.filter(pk=ONLY_ROW).first() or DistrictSettings(pk=ONLY_ROW)
    settings.name = name
    record(settings, by=by, reason=WHY)
    return district

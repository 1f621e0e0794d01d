"""What a bulletin says, for a Word template: texts whose every number is a field.

Of a sealed month all of it comes from the sealed text, and for what the text does not hold (late projects, problems,
what falls due next) from the register as it was known at the moment of the seal; else from the register as it was
known at some moment. So the same seal, or the same moment, gives the same words for ever.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from projects.figures.attention import attention
from projects.figures.scope import Scope
from projects.models import Bulletin, Organisation, Project
from projects.models.reach import DISTRICT
from projects.papers.fields import Fields, plain
from projects.papers.frozen import ALL, Frozen
from projects.papers.lists import Listed
from projects.papers.wording import Words
from projects.rules import bulletin, periods
from projects.rules.bulletin import Printed
from projects.templatetags import formats
from projects.vocabulary import MONEY_INDICATORS

MOST_LISTED = 20
"""Late projects, problems and milestones of the next month that a paper names, of each."""
LISTS = ("late", "problems", "ahead")


@dataclass(frozen=True, slots=True)
class BulletinPaper:
    """`data`: what a template may name. `fields`: every number in it by key, as printed.

    `origin`: what the numbers come from, in the words that a document keeps of it; `known_at`: the moment of that.
    """

    title: str
    origin: dict[str, str]
    known_at: datetime
    data: dict[str, Any]
    fields: dict[str, str]


def words_of(basis: Frozen) -> BulletinPaper:
    """The words for the papers of an order."""
    seal = basis.order.bulletin
    words = sealed_paper(seal, basis.part) if seal else ledger_paper(basis.printed, basis.scope)
    assert words is not None  # the seal was read for `printed`
    return words


def sealed_paper(found: Bulletin, part: str) -> BulletinPaper | None:
    """The paper of a sealed month; None where its text cannot be read.

    `part`: `all` for the whole district, else the numbers of the units that it is narrowed to. The lists of projects
    are of the whole district and so for its readers only.
    """
    assert found.sealed_at is not None
    printed = bulletin.read(found.content)
    if printed is None:
        return None
    before = _before(found.as_of, found.level, found.organisation, found.sealed_at)
    if part != ALL:
        units = {int(unit) for unit in part.split() if unit.isdecimal()}
        printed = printed.narrowed_to(units)
        before = before.narrowed_to(units) if before else None
    fields = Fields()
    lists = listed(_scope(found), printed).sentences(fields) if part == ALL else {name: [] for name in LISTS}
    data = _data(printed, before, _basis(found, fields), fields) | lists
    origin = {"hp_seal": found.digest, "hp_part": part}
    return BulletinPaper(found.title, origin, found.sealed_at, data, fields.values)


def ledger_paper(printed: Printed, scope: Scope) -> BulletinPaper:
    """The paper of the register as it was known at the moment of the scope, of which `printed` are the numbers."""
    assert scope.known_at is not None
    before = _before(scope.as_of, scope.level, scope.organisation, scope.known_at)
    fields = Fields()
    known = timezone.localtime(scope.known_at)
    basis = f"按台账计算，只用{fields('known', f'{known:%Y年%-m月%-d日%H:%M}')}前录入的内容"
    data = _data(printed, before, basis, fields) | listed(scope, printed).sentences(fields)
    origin = {
        "hp_day": scope.as_of.isoformat(),
        "hp_known": scope.known_at.isoformat(),
        "hp_level": scope.level or ALL,
        "hp_unit": str(scope.organisation.pk) if scope.organisation else ALL,
    }
    return BulletinPaper(printed.title, origin, scope.known_at, data, fields.values)


def _data(printed: Printed, before: Printed | None, basis: str, fields: Fields) -> dict[str, Any]:
    words = Words(printed, fields)
    return {
        "title": f"关于{plain(printed.title)}的通报",
        "as_of": fields("as_of", formats.day(printed.day)),
        "basis": basis,
        "ranked_by": printed.ranked_label,
        "ranked_unit": "亿元" if printed.ranked_by in MONEY_INDICATORS else "个",
        "since": f"，变动比{before.title[: before.title.index('月') + 1]}" if before else "",
        "summary": words.summary(),
        "indicators": [words.row(line, "t") for line in printed.indicators],
        "units": [words.unit(unit, before) for unit in printed.units],
        "lights": list(words.lights()),
    }


def _before(as_of: date, level: str, organisation: Organisation | None, known_at: datetime) -> Printed | None:
    """The seal before of the same list and unit, as it was there at the moment."""
    seals = Bulletin.objects.seal_before(as_of, level=level, organisation=organisation, known_at=known_at)
    unit = organisation.pk if organisation else None
    seal = next((seal for seal in seals if seal.organisation_id == unit), None)
    return bulletin.read(seal.content) if seal else None


def _basis(found: Bulletin, fields: Fields) -> str:
    assert found.sealed_at is not None
    sealed = timezone.localtime(found.sealed_at).date()
    return f"{fields('sealed', formats.day(sealed))}封存，摘要{fields('digest', found.short_digest)}"


def _scope(found: Bulletin) -> Scope:
    """What a seal was of, as known when it was made."""
    return Scope(
        Project.objects.all(),
        found.year,
        found.as_of,
        found.level,
        found.organisation,
        found.sealed_at,
        Organisation.objects.all(),
        reach=DISTRICT,
    )


def listed(scope: Scope, printed: Printed) -> Listed:
    told = attention(scope, most=MOST_LISTED)
    month = periods.month_end(scope.as_of + timedelta(days=1))
    soon = [due for due in told.ahead if 0 < due.days_to_go <= (month - scope.as_of).days]
    names = {unit.organisation: unit.label for unit in printed.units if not unit.own}
    return Listed(told.late, told.problems, soon, names)

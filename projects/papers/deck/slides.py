"""The slides of a basis: their file, and their numbers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings

from projects.figures.cards import known_photos
from projects.figures.open_milestones import due_milestones
from projects.papers.deck.content import Photos, deck_of
from projects.papers.deck.files import kept_deck, made_deck
from projects.papers.deck.red import red_units
from projects.papers.deck.shapes import Deck
from projects.papers.fields import Fields
from projects.papers.frozen import ALL, Frozen, Made
from projects.papers.lists import Listed
from projects.vocabulary import MADE_UP

if TYPE_CHECKING:
    from projects.papers.bulletin import BulletinPaper


def made_slides(words: "BulletinPaper", found: Listed, basis: Frozen, master: bytes) -> Made:
    """`found`: of the scope of the basis. RuleBroken where the master makes none."""
    deck, fields = _drawn(words, found, basis, _photos(found, basis))
    unit = basis.order.organisation
    origin = words.origin | {"hp_unit": str(unit.pk) if unit else ALL}
    content = made_deck(master, deck, fields.values, origin=origin, at=basis.order.known_at)
    return content, {key: fields.values[key] for key in kept_deck(content).keys}


def slides_fields(words: "BulletinPaper", found: Listed, basis: Frozen) -> Mapping[str, str]:
    """The numbers again, without the file."""
    return _drawn(words, found, basis, {})[1].values


def _drawn(words: "BulletinPaper", found: Listed, basis: Frozen, photos: Photos) -> tuple[Deck, Fields]:
    units = red_units(basis)
    late = due_milestones(basis.scope, most=1, units=units)[0] if units else []
    return deck_of(words, basis, found, late, photos, mark=MADE_UP if settings.DEMO else "")


def _photos(found: Listed, basis: Frozen) -> Photos:
    late = {due.project.pk for due in found.late if due.project.pk is not None}
    return known_photos(late, as_of=basis.scope.as_of, known_at=basis.order.known_at)

"""Keys of the API as a page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from projects.models import ApiKey
from projects.models.api_key import ApiKeyQuerySet
from projects.vocabulary import KeyState

LIGHTS = {KeyState.IN_USE: "green", KeyState.EXPIRED: "yellow", KeyState.REVOKED: ""}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key. `light`: the colour of its state."""

    key: ApiKey
    state: KeyState

    @property
    def light(self) -> str:
        return LIGHTS[self.state]

    @property
    def is_in_use(self) -> bool:
        return self.state == KeyState.IN_USE


def key_lines(keys: ApiKeyQuerySet, *, today: date) -> Sequence[KeyLine]:
    """Those in use first, each group the newest first; one query."""
    lines = [KeyLine(key, key.state_on(today)) for key in keys.with_people()]
    return sorted(lines, key=lambda line: not line.is_in_use)

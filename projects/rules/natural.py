"""The natural order of names: a number in a name counts as a number, so 第2个 comes before 第10个."""

import re

from projects.rules.typed import narrow

type NaturalKey = tuple[tuple[int, int, str], ...]

_DIGITS = re.compile(r"([0-9]+)")


def natural(name: str) -> NaturalKey:
    """The key by which names are sorted; full-width digits and letters count as the usual ones."""
    parts = _DIGITS.split(narrow(name))
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)

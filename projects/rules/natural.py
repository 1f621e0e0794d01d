"""The natural order of names: a number in a name counts as a number, so 第2个 comes before 第10个."""

import re

from projects.rules.typed import narrow

type NaturalKey = tuple[tuple[int, int, str], ...]

_DIGITS = re.compile(r"([0-9]+)")


def natural(name: str) -> NaturalKey:
    """The key by which names are sorted; full-width digits and letters count as the usual ones.

    A number of more digits is larger, and of two as long the digits decide: numbers of any length are compared.
    """
    parts = _DIGITS.split(narrow(name))
    return tuple(_key(part, is_number=place % 2 == 1) for place, part in enumerate(parts) if part)


def _key(part: str, *, is_number: bool) -> tuple[int, int, str]:
    if not is_number:
        return (1, 0, part)
    digits = part.lstrip("0")
    return (0, len(digits), digits)

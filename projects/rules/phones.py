"""Telephone numbers, masked where they are not needed: 139****0000."""

import re

MASK = "****"
_NUMBER = re.compile(r"\d[\d\- ]*")
SHORTEST, LONG = 5, 9
"""Digits of a number; from so many on the last four are shown, else the last two."""


def masked(text: str) -> str:
    """The text with each number in it masked; all of it where it holds none. "" stays empty."""
    if not text:
        return ""
    covered = _NUMBER.sub(_mask, text)
    return covered if covered != text else MASK


def is_masked(text: str) -> bool:
    """Whether the text says a number that was masked: it tells nothing new."""
    return MASK in text


def _mask(found: re.Match[str]) -> str:
    number = found[0]
    digits = re.sub(r"\D", "", number)
    if len(digits) < SHORTEST:
        return number
    blank = number[len(number.rstrip(" -")) :]
    return digits[:3] + MASK + digits[-4 if len(digits) >= LONG else -2 :] + blank

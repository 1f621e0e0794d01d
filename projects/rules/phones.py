"""Telephone numbers and addresses of mail, masked where they are not needed: 139****0000."""

import re

MASK = "****"
_NUMBER = re.compile(r"\d[\d\- ]*")
_CONTACT = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"
    r"|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}",  # lengths as mail allows, so that no text is tried for ever
    re.ASCII,
)
"""A mobile number, one with an area code, or an address of mail; neither a day nor an amount."""
SHORTEST, LONG = 5, 9
"""Digits of a number; from so many on the last four are shown, else the last two."""


def masked(text: str) -> str:
    """The text with each number in it masked; all of it where it holds none. "" stays empty."""
    if not text:
        return ""
    covered = _NUMBER.sub(_mask, text)
    return covered if covered != text else MASK


def without_contacts(text: str) -> str:
    """The text for readers who need nobody's number: numbers and addresses of mail are left out."""
    return _CONTACT.sub(MASK, text)


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

"""Text that a spreadsheet would take for a formula in a .csv file: marked there, and unmarked on the way back.

A text file has no way to say “this is text”. A leading apostrophe says so to people, and the programs show it. It is
put before a text that begins with a sign of a formula, and before one that begins with apostrophes and such a sign, so
that taking one away gives exactly what was there: =1 → '=1, '=1 → ''=1; everything else stays as it is.
"""

import re

SIGNS = "=+-@\t\r\n＝＋－＠|%"
"""What begins a formula, or a command, in one of the programs; full-width signs are folded by some of them."""

_SUSPECT = frozenset((*SIGNS, "'", " ", "\u3000"))
"""The first signs of texts that the pattern is asked about: most begin with another one."""

_DANGEROUS = re.compile(rf"'*[ \u3000]*[{re.escape(SIGNS)}]")
_SHIELDED = re.compile(rf"''*[ \u3000]*[{re.escape(SIGNS)}]")


def shield(text: str) -> str:
    return f"'{text}" if text[:1] in _SUSPECT and _DANGEROUS.match(text) else text


def unshield(text: str) -> str:
    """What `shield` was given."""
    return text[1:] if _SHIELDED.match(text) else text

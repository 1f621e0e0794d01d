"""Normalising and bounding typed text before it is parsed: width, length, whole numbers.

Reading such a text takes time proportional to its length, whatever it contains.
"""

import re
import unicodedata

PIECE = 200
"""Number of characters normalised at once, because a long run of accents takes quadratic time."""
LONGEST_NUMBER = 18
"""Most digits of a whole number that every database can store."""
_WHOLE = re.compile(r"[0-9]+")


def narrow(text: str) -> str:
    """The text in half width (NFKC). A character and its accents stay together up to twice `PIECE`."""
    if len(text) <= PIECE:
        return unicodedata.normalize("NFKC", text)
    pieces, start = [], 0
    while start < len(text):
        end = start + PIECE
        while end < min(len(text), start + 2 * PIECE) and unicodedata.combining(text[end]):
            end += 1
        pieces.append(unicodedata.normalize("NFKC", text[start:end]))
        start = end
    return "".join(pieces)


def whole_number(text: str) -> int | None:
    """A whole number in the digits 0 to 9; None for any other text, and for a number too large for a database."""
    return int(text) if len(text) <= LONGEST_NUMBER and _WHOLE.fullmatch(text) else None

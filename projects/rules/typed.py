"""Normalising and bounding typed text before it is parsed: width, length, whole numbers.

Reading such a text takes time proportional to its length, whatever it contains.
"""

import re
import unicodedata

from projects.rules.broken import RuleBroken

PIECE = 200
"""Number of characters normalised at once, because a long run of accents takes quadratic time."""
LONGEST_NUMBER = 18
"""Most digits of a whole number that every database can store."""
SHOWN = 40
"""Most characters of a text that an error message repeats."""
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


def shortened(text: str, most: int = SHOWN) -> str:
    """The text for an error message; a long one is cut off."""
    return text if len(text) <= most else f"{text[:most]}…"


def demand_length(text: str, most: int, what: str) -> None:
    """Raises RuleBroken for a text of more than `most` characters; `what` it is, in Chinese: 金额, 日期."""
    if len(text) > most:
        raise RuleBroken(f"{what}“{shortened(text)}”太长：有 {len(text)} 个字，最多 {most} 个字")

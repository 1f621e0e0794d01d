"""Text that people type or send, before it is understood: its width, its length, its whole numbers.

Whatever reads such a text takes time in proportion to its length, however it was made up.
"""

import re
import unicodedata

from projects.rules.broken import RuleBroken

PIECE = 200
"""Characters that are normalised at once: a long run of accents costs the square of its length."""
LONGEST_NUMBER = 18
"""Digits of a whole number that every database stores."""
SHOWN = 40
"""Characters of a text that a sentence repeats."""
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
    """A number written in the digits 0 to 9; None for any other text, and for one that no database stores."""
    return int(text) if len(text) <= LONGEST_NUMBER and _WHOLE.fullmatch(text) else None


def shortened(text: str, most: int = SHOWN) -> str:
    """The text as a sentence repeats it: the beginning of a long one."""
    return text if len(text) <= most else f"{text[:most]}…"


def demand_length(text: str, most: int, what: str) -> None:
    """Raises RuleBroken for a text of more than `most` characters; `what` it is, in Chinese: 金额, 日期."""
    if len(text) > most:
        raise RuleBroken(f"{what}“{shortened(text)}”太长：有 {len(text)} 个字，最多 {most} 个字")

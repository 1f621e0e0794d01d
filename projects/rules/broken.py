"""The errors that rules and actions raise for a user to read, and the length of a text that one of them repeats."""

SHOWN = 40
"""Most characters of a text that an error message repeats."""


class RuleBroken(ValueError):
    """A rule was broken; the message is a Chinese sentence for the user."""


class NotAccepted(RuleBroken):
    """The database refused a valid write because of a concurrent write."""


class Overtaken(RuleBroken):
    """Somebody else has written since the base version; the view has to show both versions."""


def shortened(text: str, most: int = SHOWN) -> str:
    """The text for an error message; a long one is cut off."""
    return text if len(text) <= most else f"{text[:most]}…"


def demand_length(text: str, most: int, what: str) -> None:
    """Raises RuleBroken for a text of more than `most` characters; `what` it is, in Chinese: 金额, 日期."""
    if len(text) > most:
        raise RuleBroken(f"{what}“{shortened(text)}”太长：有 {len(text)} 个字，最多 {most} 个字")

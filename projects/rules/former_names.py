"""Former names of a record, stored as one text with 、 between them."""

from projects.rules.broken import RuleBroken
from projects.rules.likeness import bare

PARTING, INSTEAD = "、", "，"
"""A name that contains the separator is stored with a comma; names are compared without both."""
FULL = "曾用名最多 {} 个字，放不下“{}”；请先删去不再需要的曾用名。"


def parted(names: str) -> list[str]:
    return [name for name in names.split(PARTING) if name]


def renamed(names: str, *, before: str, now: str, most: int) -> str:
    """Return the former names after a change from `before` to `now`: each once, without the current name.

    A name that differs only in spaces, width or punctuation is the same name. Raises RuleBroken when the names would
    take more than `most` characters.
    """
    if bare(before) == bare(now):
        return names
    kept = [name for name in parted(names) if bare(name) != bare(now)]
    if before and bare(before) not in map(bare, kept):
        kept.append(before.replace(PARTING, INSTEAD))
    together = PARTING.join(kept)
    if len(together) > most:
        raise RuleBroken(FULL.format(most, before))
    return together

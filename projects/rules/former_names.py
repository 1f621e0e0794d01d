"""Names that a thing had before, as they are kept: one text, parted by 、."""

from projects.rules.broken import RuleBroken
from projects.rules.likeness import bare

PARTING, INSTEAD = "、", "，"
"""A name that has the parting mark itself is kept with a comma: names are compared without either."""
FULL = "曾用名最多 {} 个字，放不下“{}”；请先删去不再需要的曾用名。"


def parted(names: str) -> list[str]:
    return [name for name in names.split(PARTING) if name]


def renamed(names: str, *, before: str, now: str, most: int) -> str:
    """The former names of what is called `now` and was called `before`: each once, without the name of today.

    The same name in other blanks, width or punctuation is no other name. Raises RuleBroken where the names would
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

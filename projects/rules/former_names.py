"""Names that a thing had before, as they are kept: one text, parted by 、."""


def parted(names: str) -> list[str]:
    return [name for name in names.split("、") if name]


def with_former(names: str, name: str) -> str:
    """With one more, once."""
    known = parted(names)
    return "、".join([*known, name] if name not in known else known)

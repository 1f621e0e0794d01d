"""Sets of record numbers as the bits of one integer: intersected, joined and counted at the speed of memory.

A hundred thousand numbers take 13 kB; a set is the intersection of conditions with `&`, their union with `|`.
"""

from collections.abc import Collection, Iterator

type Bitmap = int

_BITS = bytes(range(256)).translate(bytes.maketrans(b"01", b"\x00\x01"))


def bitmap(numbers: Collection[int]) -> Bitmap:
    """The set of these numbers, none of which is negative."""
    flags = bytearray(max(numbers, default=-1) // 8 + 1)
    for number in numbers:
        flags[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(flags, "little")


def flags(members: Bitmap, size: int) -> bytes:
    """A byte for each number below `size`: 1 for a member, 0 for any other."""
    digits = f"{members:b}"[::-1].encode().translate(_BITS)
    return digits.ljust(size, b"\x00")


def numbers(members: Bitmap) -> Iterator[int]:
    """The members, the lowest first."""
    return (number for number, flag in enumerate(flags(members, 0)) if flag)

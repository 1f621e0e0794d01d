"""The text of a key of the API: `hk_`, eight letters that name it, and 32 random bytes that are stored nowhere."""

import hashlib
import re

MARK = "hk_"
PREFIX_LENGTH = 8
_SHAPE = re.compile(rf"{MARK}[a-z2-7]{{{PREFIX_LENGTH}}}_[A-Za-z0-9_-]{{43}}")


def key_text(prefix: str, secret: str) -> str:
    return f"{MARK}{prefix}_{secret}"


def is_key(text: str) -> bool:
    """Whether it has the shape of a key."""
    return _SHAPE.fullmatch(text) is not None


def digest_of(text: str) -> str:
    """What is stored of a key. It is random and long, so a digest without salt and rounds is enough."""
    return hashlib.sha256(text.encode()).hexdigest()

"""The key of a calendar feed: `cal_` and 32 random bytes that are stored nowhere."""

import hashlib
import re
import secrets

_SHAPE = re.compile(r"cal_[A-Za-z0-9_-]{43}")


def new_feed_key() -> str:
    return f"cal_{secrets.token_urlsafe(32)}"


def is_feed_key(text: str) -> bool:
    return _SHAPE.fullmatch(text) is not None


def digest_of(text: str) -> str:
    """It is random and long, so a digest without salt and rounds is enough."""
    return hashlib.sha256(text.encode()).hexdigest()

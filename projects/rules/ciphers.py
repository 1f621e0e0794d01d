"""Texts and files that are encrypted by keys outside of the database (AES-SIV, RFC 5297).

The same text under the same key gives the same token, so that records, histories and copies can be compared in the
database; who reads it sees which numbers are alike, and nothing else. A token names its key, so that several count.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIGN = "enc1"
PURPOSE = b"contact data"
FILES = b"file"
UNREADABLE_FILE = "读不出：加密它的密钥不在，或内容被改动"
"""What is said of a file whose key is not there: from outside that and an altered file look the same."""


class UnknownKey(Exception):
    """The key of a token is not there, or the token was altered; says which key it names."""


class KeyRing:
    """Keys made of secrets: the first one encrypts, all of them decrypt."""

    def __init__(self, secrets: Sequence[str]) -> None:
        keys = [
            HKDF(SHA256(), length=64, salt=None, info=PURPOSE).derive(secret.encode()) for secret in secrets
        ]
        self._ciphers = {_number(key): AESSIV(key) for key in keys}
        self._current = _number(keys[0])

    def encrypt(self, text: str) -> str:
        """The token of a text that is not empty."""
        sealed = self._ciphers[self._current].encrypt(text.encode(), [PURPOSE])
        return f"{SIGN}:{self._current}:{b64encode(sealed).decode()}"

    def decrypt(self, token: str) -> str:
        """The text of a token; a text that is none is returned as it is. Raises UnknownKey."""
        if not is_token(token):
            return token
        _, number, sealed = f"{token}::".split(":")[:3]
        try:
            return self._ciphers[number].decrypt(b64decode(sealed), [PURPOSE]).decode()
        except (KeyError, ValueError, InvalidTag) as fault:
            raise UnknownKey(number) from fault

    def is_current(self, token: str) -> bool:
        """Whether the first key has encrypted it."""
        return token.startswith(f"{SIGN}:{self._current}:")

    def encrypt_file(self, content: bytes) -> bytes:
        """The same for all bytes of a file; an empty one stays empty."""
        if not content:
            return content
        sealed = self._ciphers[self._current].encrypt(content, [FILES])
        return f"{SIGN}:{self._current}:".encode() + sealed

    def decrypt_file(self, stored: bytes) -> bytes:
        """The bytes of a file; those of one that is not encrypted are returned as they are. Raises UnknownKey."""
        if not is_encrypted_file(stored):
            return stored
        _, number, sealed = stored.split(b":", 2)
        try:
            return self._ciphers[number.decode("ascii")].decrypt(sealed, [FILES])
        except (KeyError, ValueError, InvalidTag) as fault:
            raise UnknownKey(number.decode("ascii", "replace")) from fault

    def is_current_file(self, stored: bytes) -> bool:
        return not stored or stored.startswith(f"{SIGN}:{self._current}:".encode())


def _number(key: bytes) -> str:
    """Names the key in its tokens and tells nothing of it."""
    return hashlib.sha256(key).hexdigest()[:8]


@cache
def ring_of(secrets: tuple[str, ...]) -> KeyRing:
    return KeyRing(secrets)


def is_token(text: str) -> bool:
    return text.startswith(f"{SIGN}:")


def is_encrypted_file(stored: bytes) -> bool:
    """Whether the bytes as they lie in the folder, or the first hundred of them, are those of an encrypted file."""
    return stored.startswith(f"{SIGN}:".encode()) and stored.count(b":", 0, 100) >= 2

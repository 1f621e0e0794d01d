"""Sentences for the user about faults: the database is down or full, a disk or folder refuses, a constraint is broken,
a key is lost.

Called by `hightech.unavailable`, which renders the page. Code that only reads a file handles the fault itself.
"""

import errno
from typing import NamedTuple

from django.db import IntegrityError

from projects.models.outages import Outage, outage_of
from projects.models.refused import sentence_of
from projects.rules.ciphers import UnknownKey

NO_KEY = "这里有加密的内容，解密的密钥不在服务器上。内容没有丢，请告诉系统管理员（CONTACT_KEYS）。"
FOLDER = "服务器上存放文件的文件夹现在不能使用。请告诉系统管理员。"

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Trouble(NamedTuple):
    """The sentence for the user, and the status of the answer."""

    sentence: str
    status: int


def trouble_of(error: BaseException | None) -> Trouble | None:
    """The trouble of an error; None for a programming error and for a client that has disconnected."""
    if error is None:
        return None
    if outage := outage_of(error):
        return Trouble(outage, 503)
    if isinstance(error, UnknownKey):
        return Trouble(NO_KEY, 503)
    if isinstance(error, IntegrityError):
        return Trouble(sentence_of(error), 409)
    if isinstance(error, OSError) and not isinstance(error, ConnectionError | TimeoutError):
        return Trouble(Outage.FULL, 507) if error.errno in _FULL else Trouble(FOLDER, 503)
    return None

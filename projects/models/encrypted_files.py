"""Files that may hold telephone numbers, encrypted where they lie by the keys of `models/encrypted.py`."""

from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, default_storage
from django.utils.deconstruct import deconstructible

from .encrypted import key_ring


@deconstructible
class EncryptedStorage(Storage):
    """The files of the default storage, wherever that is: what is saved is encrypted, what is opened is clear.

    A file is read into memory as a whole. Opening one whose key is not there raises UnknownKey. The digest that a
    record states is that of the clear bytes.
    """

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with default_storage.open(name, mode) as file:
            return ContentFile(key_ring().decrypt_file(file.read()), name=name)

    def _save(self, name: str, content: File[Any]) -> str:
        content.seek(0)
        return default_storage.save(name, ContentFile(key_ring().encrypt_file(content.read())))

    def delete(self, name: str) -> None:
        default_storage.delete(name)

    def exists(self, name: str) -> bool:
        return default_storage.exists(name)

    def size(self, name: str) -> int:
        """Of the file as it lies there, a few bytes more than the clear one."""
        return default_storage.size(name)

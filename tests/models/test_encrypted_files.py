"""Workbooks and kept papers lie encrypted in their folder, and are read and handed out as they came in."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from projects.models.encrypted_files import EncryptedStorage
from projects.rules.ciphers import KeyRing, UnknownKey

PHONE = b"13912340000"


@pytest.fixture
def stored(settings: Settings, tmp_path) -> str:
    settings.MEDIA_ROOT, settings.CONTACT_KEYS = tmp_path, ["old"]
    return EncryptedStorage().save("workbooks/2024/09/a.bin", ContentFile(PHONE))


def test_what_lies_in_the_folder_tells_nothing(stored: str) -> None:
    with default_storage.open(stored) as file:
        lying = file.read()

    assert stored == "workbooks/2024/09/a.bin"
    assert PHONE not in lying
    assert lying.startswith(b"enc1:")
    with EncryptedStorage().open(stored) as file:
        assert file.read() == PHONE


def test_two_files_of_one_name_do_not_meet(stored: str) -> None:
    storage = EncryptedStorage()

    second = storage.save(stored, ContentFile(b"another"))

    assert second != stored
    assert [storage.open(name).read() for name in (stored, second)] == [PHONE, b"another"]
    storage.delete(stored)
    assert not storage.exists(stored)
    assert storage.exists(second)


def test_without_its_key_nobody_reads_it(stored: str, settings: Settings) -> None:
    settings.CONTACT_KEYS = ["new"]
    with pytest.raises(UnknownKey):
        EncryptedStorage().open(stored)

    settings.CONTACT_KEYS = ["new", "old"]
    assert EncryptedStorage().open(stored).read() == PHONE


def test_an_altered_byte_is_no_other_file(stored: str) -> None:
    with default_storage.open(stored) as file:
        lying = bytearray(file.read())
    lying[-1] ^= 1
    default_storage.delete(stored)
    default_storage.save(stored, ContentFile(bytes(lying)))

    with pytest.raises(UnknownKey):
        EncryptedStorage().open(stored)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"enc1:", id="which looks like one, cut"),
        pytest.param(b"enc1:12345678:abc", id="which looks like one"),
        pytest.param(bytes(range(256)) * 1000, id="of all bytes"),
    ],
)
def test_any_bytes_come_back(content: bytes) -> None:
    ring = KeyRing(["a key"])

    assert ring.decrypt_file(ring.encrypt_file(content)) == content

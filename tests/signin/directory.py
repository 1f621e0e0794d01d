"""A directory of people in earnest: Debian's slapd as a process on loopback, with a folder of its own."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import ldap
import ldap.modlist
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.utils import timezone

from hightech.directory import Directory

BASE, KEEPER, SECRET = "dc=cnd,dc=test", "cn=register,dc=cnd,dc=test", "only-for-reading-7"
SCHEMAS = Path("/etc/ldap/schema")
CONFIGURATION = """\
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
disallow bind_anon
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
database mdb
maxsize 10485760
suffix "{base}"
rootdn "{keeper}"
rootpw {secret}
directory {folder}
"""


@dataclass
class Slapd:
    port: int
    encrypted_port: int
    certificate: Path
    """By which a client can tell that it is this one; nobody else vouches for it."""

    @property
    def server(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

    @property
    def encrypted(self) -> str:
        return f"ldaps://127.0.0.1:{self.encrypted_port}"

    def settings(self, **facts: Any) -> Directory:
        known = {"server": self.server, "base": f"ou=people,{BASE}", "account": KEEPER, "password": SECRET}
        return Directory(**known | facts)

    def knows(self, uid: str, password: str, *, name: str = "", below: str = "people") -> str:
        """Somebody stands in the directory from now on; their name there (DN)."""
        dn = f"uid={ldap.dn.escape_dn_chars(uid)},ou={below},{BASE}"
        facts = {"objectClass": "inetOrgPerson", "uid": uid, "cn": name or uid, "sn": name or uid}
        self._add(dn, facts | {"userPassword": password})
        return dn

    def holds(self, *units: str) -> None:
        self._add(BASE, {"objectClass": ["dcObject", "organization"], "o": "cnd", "dc": "cnd"})
        for unit in units:
            self._add(f"ou={unit},{BASE}", {"objectClass": "organizationalUnit", "ou": unit})

    def is_up(self) -> bool:
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self.port)) == 0

    def _add(self, dn: str, facts: dict[str, str | list[str]]) -> None:
        connection = ldap.initialize(self.server)
        connection.simple_bind_s(KEEPER, SECRET)
        values = {
            key: [each.encode() for each in ([value] if isinstance(value, str) else value)]
            for key, value in facts.items()
        }
        connection.add_s(dn, ldap.modlist.addModlist(values))
        connection.unbind_s()


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "slapd")]), timezone.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


@contextmanager
def served(folder: Path) -> Iterator[Slapd]:
    """The directory with its two units, people and others, and nobody in them."""
    certificate, key = certified(folder)
    slapd = Slapd(free_port(), free_port(), certificate)
    (folder / "data").mkdir()
    settings = folder / "slapd.conf"
    settings.write_text(
        CONFIGURATION.format(
            schemas=SCHEMAS,
            base=BASE,
            keeper=KEEPER,
            secret=SECRET,
            folder=folder / "data",
            certificate=certificate,
            key=key,
        )
    )
    command = ["/usr/sbin/slapd", "-f", str(settings), "-h", f"{slapd.server} {slapd.encrypted}", "-d", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        while not slapd.is_up():
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.05)
        slapd.holds("people", "others")
        yield slapd
    finally:
        process.terminate()
        process.wait()
        assert process.stderr
        process.stderr.close()

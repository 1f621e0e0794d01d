"""A directory of people in earnest: Debian's slapd as a process on loopback, with a folder of its own."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ldap
import ldap.modlist

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

    @property
    def server(self) -> str:
        return f"ldap://127.0.0.1:{self.port}"

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


@contextmanager
def served(folder: Path) -> Iterator[Slapd]:
    """The directory with its two units, people and others, and nobody in them."""
    slapd = Slapd(free_port())
    (folder / "data").mkdir()
    settings = folder / "slapd.conf"
    settings.write_text(
        CONFIGURATION.format(schemas=SCHEMAS, base=BASE, keeper=KEEPER, secret=SECRET, folder=folder / "data")
    )
    command = ["/usr/sbin/slapd", "-f", str(settings), "-h", slapd.server, "-d", "0"]
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

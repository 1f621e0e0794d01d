"""What each address answers to each kind of account, really asked; `python -m tests.rights` prints it.

A cell is the answer to GET and to an empty POST: a status, or `in` for being led to the sign-in page.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.http import HttpResponse

from projects.vocabulary import KeyScope
from tests import build
from tests.fuzz.site import addresses
from tests.fuzz.stranger import Stranger
from tests.rights.asking import CATCH_ALL, path_to
from tests.rights.world import World

LISTED = Path(__file__).with_name("matrix.txt")
ACCOUNTS = {
    "nobody": None,
    "no role": "no role",
    "leader": "leader",
    "unit leader": "unit leader",
    "staff": "staff",
    "other staff": "other staff",
    "office": "office",
    "admin": "admin",
    "security": "security",
    "auditor": "auditor",
    "key": "staff",
}
"""The columns, with the person of the generated register who asks. The records are those of the staff's unit."""


def stranger(world: World, column: str) -> Stranger:
    person = ACCOUNTS[column]
    if column == "key":
        return Stranger(None, **build.key_header(world.people["staff"], scope=KeyScope.WRITE))
    return Stranger(world.people[person] if person else None)


def answers(world: World, column: str) -> dict[str, str]:
    """The cells of a column, by the shape of the address."""
    asker = stranger(world, column)
    found = {}
    for address in addresses():
        if address.shape not in CATCH_ALL:
            path = path_to(world, address, "town")
            found[f"/{address.shape}"] = "/".join(said(asker.ask(method, path)) for method in ("GET", "POST"))
    assert not asker.faults, "\n".join(asker.faults)
    return found


def said(answer: HttpResponse) -> str:
    to = answer.get("Location", "") or answer.get("HX-Redirect", "")
    return "in" if "/login/" in to else str(answer.status_code)


def table(columns: dict[str, dict[str, str]]) -> Iterator[str]:
    """The lines of the whole matrix."""
    yield line("address", list(columns))
    for shape in next(iter(columns.values())):
        yield line(shape, [cells[shape] for cells in columns.values()])


def line(shape: str, cells: list[str]) -> str:
    return "".join([f"{shape:62}", *(f"{cell:13}" for cell in cells)]).rstrip()


@cache
def listed(column: str) -> dict[str, str]:
    """The cells of a column in the checked-in list."""
    head, *rows = LISTED.read_text().splitlines()
    at = head.index(f"{column:13}") if column != list(ACCOUNTS)[-1] else head.rindex(column)
    return {row[:62].strip(): row[at : at + 13].strip() for row in rows}

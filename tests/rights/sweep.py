"""All that somebody can ask of the generated register, and what a reader may find in the answers.

`visible` and the sums beside it are counted from raw rows, by code that shares nothing with `projects.access`.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from django.http import HttpResponse

from projects.models import Organisation, Participation, Project
from projects.vocabulary import KeyScope
from tests import build
from tests.fuzz.site import Address, addresses
from tests.fuzz.stranger import Stranger
from tests.rights.asking import CATCH_ALL, MODELS, path_to, text_of, words_of
from tests.rights.matrix import listed
from tests.rights.world import AS_OF, World, mark, national_code

READERS = {"unit leader": "town", "park staff": "park", "key of the village": "village"}
"""Who reads, and the unit whose records are asked as the reader's own; the park helps with a foreign project."""
MARK = re.compile(r"QX(\d{3})ZK")
RANDOM = re.compile(
    r'name="(?:csrfmiddlewaretoken|form_key)" value="[^"]*"|"x-csrftoken": "[^"]*"|nonce-[\w+/=-]+'
    r"|(?:\d{4}-\d\d-\d\d[T ])?\b\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:\+\d\d:\d\d)?"
    r"|<dc\w+:\w+ [^>]*>[^<]*"
    r"|不到 1 分钟|\d+ 分钟"
    r'|<path [^>]*class="qr[^>]*>|class="qr"><path [^>]*>|<code class="secret">[^<]*'
)
"""What is another one in each answer: tokens, keys of forms, moments, how long ago, the secret of a second factor."""

YEAR = f"year=2024&as_of={AS_OF}"
QUESTIONS = [
    "/projects/?q=QX&year=2024",
    f"/projects/?q={quote('项目')}",
    "/projects/?columns=contact&columns=enterprise&year=2024&level=city",
    "/projects/?group=organisation&year=2024",
    "/projects/?group=industry&year=2024",
    "/projects/?late=1&year=2024",
    "/projects/export.csv?year=2024&level=city",
    "/projects/export.xlsx?year=2024&level=city",
    "/projects/as-of/?as_of=2024-09-30&known_at=2024-12-31",
    "/projects/as-of/export.csv?as_of=2024-09-30",
    "/projects/wall/?year=2024",
    "/projects/board/?year=2024",
    "/projects/calendar/?year=2024&month=2024-06",
    "/search/?q=QX",
    "/search/?q=QX001ZK",
    f"/search/?q={national_code(1)}",
    f"/completion/?{YEAR}&level=city",
    f"/completion/?{YEAR}&level=all",
    f"/completion/?{YEAR}&level=city&known_at=2024-10-31",
    f"/completion/units/?{YEAR}&level=city",
    f"/completion/map/?{YEAR}&level=city",
    f"/completion/screen/?{YEAR}&level=city",
    f"/completion/compare/?{YEAR}&level=city",
    f"/completion/attention/?{YEAR}&level=city",
    f"/completion/forecast/?{YEAR}&level=city",
    *(
        f"/completion/{name}/?{YEAR}&level=city"
        for name in ("started", "invested", "signed", "topped_out", "signed_investment")
    ),
    f"/completion/export.csv?{YEAR}&level=city",
    f"/completion/export.xlsx?{YEAR}&level=city",
    f"/api/v1/completion?{YEAR}&level=city",
    f"/api/v1/completion?{YEAR}&level=all",
    f"/api/v1/forecast?{YEAR}&level=city",
    "/api/v1/projects/?q=QX&page_size=100",
    "/api/v1/projects/?national_code=2402",
    "/targets/?year=2024&level=city",
    "/targets/export.csv?year=2024&level=city",
    "/problems/?open=1",
    "/months/2024-08/",
    "/imports/template/reports.xlsx",
    "/imports/template/targets.xlsx",
]


def reader(world: World, name: str) -> Stranger:
    if name == "key of the village":
        village = world.units["village"]
        return Stranger(
            None, **build.key_header(world.people["staff"], scope=KeyScope.WRITE, organisation=village)
        )
    return Stranger(world.people[name])


def unit_of(world: World, name: str) -> Organisation:
    return world.units["village"] if "village" in name else world.people[name].organisation


def visible(unit: Organisation) -> set[int]:
    """The numbers of the projects that a unit may see: its own, those below it, and those that it helps with."""
    below, parents = {unit.pk}, list(Organisation.objects.values_list("pk", "parent_id"))
    for _ in parents:
        below |= {pk for pk, parent in parents if parent in below}
    helped = {row.project_id for row in Participation.objects.all() if row.organisation_id in below}
    rows = Project.objects.values_list("pk", "name", "organisation_id")
    return {int(MARK.search(name)[1]) for pk, name, own in rows if own in below or pk in helped}


def own_questions(world: World, unit: str) -> Iterator[tuple[str, str]]:
    """Method and path of everything that can be asked, of the records of the reader's unit."""
    for address in addresses():
        if not _is_of_admin(address):
            yield from _methods(address, path_to(world, address, unit))
    for path in QUESTIONS:
        yield "GET", path


def foreign_questions(world: World, unit: str) -> Iterator[tuple[str, str]]:
    """The addresses of one record each, with the records of another unit."""
    for address in addresses():
        if not _is_of_admin(address) and words_of(address)[:1] and words_of(address)[0] in MODELS:
            yield from _methods(address, path_to(world, address, unit))


def _is_of_admin(address: Address) -> bool:
    return address.shape in CATCH_ALL or address.shape.startswith("admin/")


def _methods(address: Address, path: str) -> Iterator[tuple[str, str]]:
    """GET, and POST where the address takes one."""
    yield "GET", path
    if not listed("office")[f"/{address.shape}"].endswith("405"):
        yield "POST", path


def foreign_marks(answer: HttpResponse, seen: set[int], asked: str) -> set[str]:
    """Marks of projects that the reader may not see, without those that the question itself brought."""
    found = {mark(int(number)) for number in MARK.findall(text_of(answer))}
    return {sign for sign in found if int(sign[2:5]) not in seen and sign not in asked}


def plain(answer: HttpResponse) -> str:
    """The answer without what is random in each."""
    return f"{answer.status_code} {answer.get('Location', '')} {RANDOM.sub('', text_of(answer))}"

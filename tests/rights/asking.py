"""Which address is asked, with which records in its open places, and what the answer says in plain text."""

from io import BytesIO
from zipfile import ZipFile

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpResponse
from pypdf import PdfReader

from projects.models import Bulletin, Project
from projects.vocabulary import BulletinKind
from tests.fuzz.site import Address
from tests.fuzz.stranger import content_of
from tests.rights.world import World

MAIN = {
    "projects": "project",
    "imports": "import",
    "attachments": "attachment",
    "evidence": "evidence",
    "problems": "problem",
    "decisions": "decision",
    "mentions": "mention",
    "notices": "notice",
    "people": "user",
    "organisations": "organisation",
    "bulletins": "bulletin",
    "papers": "paperorder",
    "targets": "target",
}
"""The model of the first open place, by the first word of the address."""
OWN = {
    "completion/{}/": ["started"],
    "completion/{}/export.{}": ["started", "csv"],
    "completion/map/files/{}/": ["districtmap"],
    "help/{}/": ["account"],
    "imports/template/{}.xlsx": ["projects"],
    "months/{}-{}/": ["2024", "08"],
    "months/{}-{}/review/": ["2024", "08"],
    "months/{}-{}/export.{}": ["2024", "08", "csv"],
    "months/{}-{}/review/export.{}": ["2024", "08", "csv"],
    "papers/masters/{}/": ["=1"],
    "papers/templates/{}/": ["=1"],
    "papers/layouts/{}/drop/": ["tablelayout"],
    "papers/{}/{}/": ["paperorder", "=bulletin"],
    "projects/bulk/{}/": ["batch"],
    "projects/views/{}/": ["savedview"],
    "settings/industries/{}/": ["industry"],
    "settings/lights/{}/": ["lightrule"],
    "settings/receivers/{}/": ["receiver"],
    "admin/r/{}/{}/": ["contenttype", "project"],
    "admin/{}/": ["projects"],
}
SECOND = {
    "/facts/{}/": ["place"],
    "/milestones/{}/": ["started"],
    "/reports/{}/": ["2024-08"],
    "/history/{}/{}/undo/": ["=project", "history"],
    "/rows/{}/": ["1"],
}
"""The open places below the first one."""

OF_API = {
    "projects": "project",
    "listings": "listing",
    "annual_plans": "annualplan",
    "evidence": "evidence",
    "problems": "problem",
    "decisions": "decision",
    "targets": "target",
    "comments": "comment",
}
"""The model of the first open place of the API, by the word before it."""

CATCH_ALL = frozenset({"admin/{}"})
"""The admin's answer to whatever else is written below its address."""

PLAIN_PDF = b"%PDF-1.7 QX"


def path_to(world: World, address: Address, unit: str) -> str:
    """The path of the address, with records of a unit in its open places."""
    words, pieces = words_of(address), []
    for word in words:
        if word == "history":
            pieces.append(str(record(world, unit, words[0]).history.latest().pk))
        else:
            pieces.append(str(record(world, unit, word).pk) if word in MODELS else word.removeprefix("="))
    return address.filled(pieces)


def words_of(address: Address) -> list[str]:
    """What stands in the open places: the name of a model, or a word as it is."""
    if not address.places or address.shape in OWN:
        return OWN.get(address.shape, [])
    first, *rest = address.shape.split("/")
    if first == "admin":
        words = [rest[1]] + ["history"] * (address.places - 1)
    else:
        words = [MAIN[first]] if f"{first}/{{}}" in address.shape else []
        words += [OF_API[rest[1]]] if first == "api" else []
        for piece, more in SECOND.items():
            words += more if piece in address.shape else []
    return words + ["csv"] * (address.places - len(words))


MODELS = {model._meta.model_name: model for model in apps.get_models()}


def record(world: World, unit: str, name: str) -> Model:
    """A record of the model: of the unit, where such records belong to one, else the first one."""
    held, found = world.held_by(unit), world.units[unit]
    of_unit = {"project": held.project, "organisation": found} | held.records
    if name in {"user", "target"}:
        return MODELS[name].objects.filter(organisation=found).order_by("pk")[0]
    if name == "bulletin":
        return Bulletin.objects.get(kind=BulletinKind.SEALED)
    if name == "contenttype":
        return ContentType.objects.get_for_model(Project)
    return of_unit.get(name) or MODELS[name].objects.order_by("pk")[0]


def text_of(answer: HttpResponse) -> str:
    """The words of an answer, also of a workbook, a document or a PDF."""
    content = content_of(answer)
    kind = answer.get("Content-Type", "")
    if kind == "application/pdf":
        if PLAIN_PDF in content:  # an attachment of the generated register
            return content.decode()
        return "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as package:
            return "".join(package.read(name).decode(errors="replace") for name in package.namelist())
    return content.decode(errors="replace")

"""Every form is carried out once, however often it is sent: one after the other, and six at the same moment."""

import ast
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from projects.models import (
    Attachment,
    Batch,
    Bulletin,
    Comment,
    Evidence,
    Import,
    Industry,
    Milestone,
    Organisation,
    Problem,
    Project,
    Reopening,
    SavedView,
    SentForm,
    Source,
    Star,
    Target,
    User,
)
from projects.once import SENT_BEFORE
from tests import build
from tests.admin.desk import address, faults, filled
from tests.views.import_desk import GOOD, sheet
from tests.views.test_project_edit import as_shown

KEY = "a-key-of-one-form"
PASSWORDS = {"password1": "a-g00d-long-word", "password2": "a-g00d-long-word"}


@dataclass
class Form:
    """A form as it is sent: by whom, where to, with what; `made` are the records that it makes."""

    by: User
    url: str
    made: type[Model]
    typed: dict[str, Any] = field(default_factory=dict)
    file: Callable[[], dict[str, Any]] = dict
    makes: int = 1

    def send(self, client: Client | None = None, **changes: Any) -> Any:
        client = client or build.browser_of(self.by)
        return client.post(self.url, {**self.typed, **self.file(), "form_key": KEY, **changes})


def _new_project() -> Form:
    office = build.office()
    said = as_shown(build.browser_of(office), "/projects/new/") | {"name": "热泵项目"}
    return Form(office, "/projects/new/", Project, said)


def _problem() -> Form:
    project = build.project("热泵")
    said = {"kind": "land", "text": "未交地", "raised_on": "2024-03-01"}
    return Form(build.office(), f"/projects/{project.pk}/problems/new/", Problem, said)


def _reopening() -> Form:
    clerk = build.staff(build.town())
    return Form(clerk, "/months/2024-03/", Reopening, {"act": "reopen", "reason": "漏填"})


def _saved_view() -> Form:
    said = {"name": "晚点的", "query": "late=1", "audience": "own"}
    return Form(build.leader(), "/projects/views/", SavedView, said)


def _star() -> Form:
    project = build.project("热泵")
    return Form(build.leader(), f"/projects/{project.pk}/star/", Star, {"starred": "1"})


def _milestone() -> Form:
    project = build.project("热泵")
    said = {"act": "reach", "on": "2024-03-15", "precision": "day", "note": "", "version": ""}
    url = f"/projects/{project.pk}/milestones/started/"
    photo = build.photo()
    return Form(build.office(), url, Evidence, said, lambda: {"evidence": build.upload(photo)})


def _plans() -> Form:
    project = build.project("热泵")
    said = {
        "on_started": "2026-09",
        "version_started": "",
        "on_completed": "2027-09",
        "version_completed": "",
    }
    return Form(build.office(), f"/projects/{project.pk}/plans/", Milestone, said, makes=2)


def _comment() -> Form:
    project = build.project("热泵")
    return Form(build.office(), f"/projects/{project.pk}/talk/", Comment, {"text": "何时到货？", "month": ""})


def _attachment() -> Form:
    url = f"/projects/{build.project('热泵').pk}/attachments/"
    document = b"%PDF-1.7 a contract"
    return Form(
        build.office(),
        url,
        Attachment,
        {"kind": "contract"},
        lambda: {"documents": build.upload(document, "合同.pdf")},
    )


def _fact() -> Form:
    project = build.project("热泵")
    said = {"contact_phone": "139", "version": str(project.history.get().history_id)}
    history = Project.history.model  # type: ignore[attr-defined]
    return Form(build.office(), f"/projects/{project.pk}/facts/contact_phone/", history, said)


def _evidence() -> Form:
    project = build.project("热泵")
    build.milestone(project, "started", "2024-03-15")
    photo = build.photo()
    url = f"/projects/{project.pk}/milestones/started/evidence/"
    return Form(build.office(), url, Evidence, {}, lambda: {"evidence": build.upload(photo)})


def _bulk() -> Form:
    projects = [build.project("热泵"), build.project("储能")]
    said = {"act": "move", "projects": ",".join(str(project.pk) for project in projects)}
    said |= {"stage": "started", "on": "2024-03-15", "precision": "day", "days": "", "reason": "集中开工"}
    return Form(build.office(), "/projects/bulk/", Batch, said)


def _bulk_apply() -> Form:
    form = _bulk()
    batch = form.send(form_key="").headers["Location"]
    return Form(form.by, batch, Milestone, {"act": "apply_all"}, makes=2)


def _import() -> Form:
    workbook = sheet(GOOD)
    said = {"kind": "projects", "year": "2024"}
    return Form(
        build.office(),
        "/projects/import/",
        Import,
        said,
        lambda: {"file": build.upload(workbook, "清单.xlsx")},
    )


def _import_apply() -> Form:
    build.town("罗溪镇")
    form = _import()
    imported = form.send(form_key="").headers["Location"]
    return Form(form.by, imported, Project, {"act": "apply_all"})


def _target() -> Form:
    return Form(build.office(), "/targets/?year=2024&level=all", Target, {"0-signed": "10"})


def _seal() -> Form:
    build.listing(build.project("热泵"))
    said = {"year": "2024", "month": "9", "level": "city", "word": "封存2024年9月"}
    return Form(build.office(), "/bulletins/seal/", Bulletin, said)


def _handover() -> Form:
    build.project("热泵", contact="王强")
    url = "/handover/?contact=王强"
    said = {"to": "李敏", "phone": "", "expected": "1", "reason": "调岗"}
    return Form(build.office(), url, Project.history.model, said)  # type: ignore[attr-defined]


def _correction() -> Form:
    project = build.project("热泵")
    build.milestone(project, "started", "2024-03-15")
    said = {"act": "take_back", "reason": "报错了", "version": str(_newest(project))}
    history = Milestone.history.model  # type: ignore[attr-defined]
    return Form(build.office(), f"/projects/{project.pk}/milestones/started/", history, said)


def _newest(project: Project) -> int:
    return project.milestones.get().history.first().history_id


def _admin(model: type[Model], by: Callable[[], User], **typed: Any) -> Callable[[], Form]:
    def form() -> Form:
        person = by()
        url = address(model, "add")
        said = filled(build.browser_of(person).get(url)) | typed
        return Form(person, url, model, {name: value for name, value in said.items() if value != ""})

    return form


CREATING: dict[str, Callable[[], Form]] = {
    "project": _new_project,
    "problem": _problem,
    "reopening": _reopening,
    "saved view": _saved_view,
    "star": _star,
    "milestone with a photo": _milestone,
    "plans": _plans,
    "comment": _comment,
    "fact": _fact,
    "evidence": _evidence,
    "attachment": _attachment,
    "bulk preview": _bulk,
    "bulk apply": _bulk_apply,
    "import": _import,
    "import apply": _import_apply,
    "target": _target,
    "seal": _seal,
    "handover": _handover,
    "correction": _correction,
    "admin: unit": _admin(Organisation, build.admin, name="新桥镇", kind="town"),
    "admin: industry": _admin(Industry, build.admin, name="新材料"),
    "admin: source": _admin(Source, build.office, title="常州日报"),
    "admin: project": _admin(Project, build.office, name="储能项目"),
    "admin: user": _admin(User, build.admin, username="wang", **PASSWORDS),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", CREATING)
def test_a_form_sent_twice_makes_one_record_and_leads_to_the_same_page(name: str) -> None:
    form = CREATING[name]()
    before = form.made._base_manager.count()

    first, second = form.send(), form.send()

    assert first.status_code == second.status_code == 302, faults(first)
    assert first["Location"] == second["Location"]
    assert form.made._base_manager.count() == before + form.makes
    assert SentForm.objects.get().led_to == first["Location"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("name", CREATING)
def test_six_at_the_same_moment_make_one_record(name: str) -> None:
    form = CREATING[name]()
    before = form.made._base_manager.count()
    clients = [build.browser_of(form.by) for _ in range(6)]
    start = Barrier(len(clients))

    def send(client: Client) -> tuple[int, str]:
        start.wait()
        try:
            response = form.send(client)
            return response.status_code, response.headers.get("Location", "")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = set(pool.map(send, clients))

    assert form.made._base_manager.count() == before + form.makes
    assert len(answers) == 1
    assert {status for status, _ in answers} == {302}


@pytest.mark.django_db
def test_a_form_without_a_key_is_carried_out() -> None:
    form = _problem()
    assert form.send(form_key="").status_code == 302
    assert Problem.objects.count() == 1
    assert not SentForm.objects.exists()


@pytest.mark.django_db
def test_the_second_answer_says_that_nothing_was_written_again() -> None:
    form = _problem()
    client = build.browser_of(form.by)
    form.send(client)
    assert SENT_BEFORE in client.get(form.send(client)["Location"]).content.decode()


@pytest.mark.django_db
def test_a_page_that_one_goes_back_to_and_fills_in_anew_is_another_form() -> None:
    form = _problem()
    form.send()
    assert form.send(text="缺变压器").status_code == 302
    assert sorted(Problem.objects.values_list("text", flat=True)) == ["未交地", "缺变压器"]


@pytest.mark.django_db
def test_a_form_that_was_refused_may_be_sent_again() -> None:
    clerk = build.staff(build.town())
    form = Form(clerk, "/months/2024-03/", Reopening, {"act": "reopen", "reason": "漏填"})
    waiting = form.send(form_key="")
    assert waiting.status_code == 302
    form.send()  # refused: one is waiting already
    assert not SentForm.objects.exists()
    Reopening.objects.update(decided_at=timezone.now())

    form.send()

    assert Reopening.objects.count() == 2


@pytest.mark.django_db
def test_the_key_of_one_person_says_nothing_to_another() -> None:
    form = _saved_view()
    form.send()
    form.by = build.office()
    assert form.send().status_code == 302
    assert SavedView.objects.count() == 2


@pytest.mark.django_db
def test_htmx_is_led_to_the_page_too() -> None:
    project = build.project("热泵")
    url = f"/projects/{project.pk}/milestones/started/update/"
    said = {
        "act": "reach",
        "on": "2024-03-15",
        "precision": "day",
        "note": "",
        "version": "",
        "form_key": KEY,
    }
    client = build.browser_of(build.office())
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/?late=1"}
    first = client.post(url, said, headers=headers)
    assert first.status_code == 200
    entries = Milestone.history.count()

    second = client.post(url, said, headers=headers)

    assert second["HX-Redirect"] == "/projects/?late=1"
    assert Milestone.history.count() == entries


# No form is forgotten

WRITES_IN_PLACE = {"import_rows", "papers"}
"""Says something about a row that is there, or fills a template and writes nothing; said twice it is the same."""


def test_every_view_that_takes_a_form_carries_it_out_once() -> None:
    views = settings.BASE_DIR / "projects/views"
    takes = {
        path.stem for path in views.glob("*.py") if re.search(r'"POST"\]|require_POST', path.read_text())
    }
    assert takes - WRITES_IN_PLACE == {path for path in takes if _calls_once(views / f"{path}.py")}


def _calls_once(path: Path) -> bool:
    names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    return bool(names & {"once", "once_or_fault", "perform"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["/projects/new/", "/projects/import/", "/targets/", "/admin/projects/organisation/add/",
            "/admin/projects/user/add/", "/admin/projects/target/add/"]
)  # fmt: skip
def test_each_form_of_a_page_has_a_key_of_its_own(url: str) -> None:
    client = build.browser_of(build.admin())
    pages = [client.get(url).content.decode() for _ in range(2)]
    keys = [re.findall(r'name="form_key" value="([^"]+)"', page) for page in pages]
    unsent = pages[0].count('method="get"') + pages[0].count('method="dialog"')
    assert len(keys[0]) == pages[0].count("<form") - unsent
    assert not set(keys[0]) & set(keys[1])

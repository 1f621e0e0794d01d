"""No row, total, count, suggestion, paper, to-do, answer of the API or error text tells of foreign projects.

Three ways to know: no answer holds a foreign mark; no answer changes when everything foreign changes; and sums are
those of a recount from raw rows. Leaks that are switched on here are caught by each.
"""

import csv
import json
import re
from collections.abc import Iterable
from io import StringIO

import pytest
from django.utils import timezone

from projects.actions import conversation
from projects.models import MonthlyReport, Problem, Project, Target
from projects.models.problem import ProblemQuerySet
from projects.models.project import ProjectQuerySet
from projects.views import exports
from tests import build
from tests.build import YI
from tests.fuzz.stranger import Stranger
from tests.rights import sweep
from tests.rights.asking import text_of
from tests.rights.world import World, make, mark, national_code
from tests.views import import_desk

pytestmark = pytest.mark.django_db

type Question = tuple[str, str]
"""Method and path."""


@pytest.fixture
def world() -> World:
    return make()


def is_of(name: str, path: str) -> bool:
    """A program asks the API only."""
    return path.startswith("/api/") or not name.startswith("key")


def change_all_foreign(world: World, seen: set[int]) -> None:
    """Every foreign project has other words and amounts, another course, more problems; one is gone, one is new."""
    for held in world.holdings:
        if held.number in seen:
            continue
        project = Project.objects.get(pk=held.project.pk)
        project.name, project.total_investment = f"{held.mark}改名", held.amount * 3
        project.organisation = project.organisation or None
        project.contact, project.industry = f"{held.mark}新人", build.industry("医药")
        build.kept(project)
        build.milestone(project, "completed", "2024-09-01", planned="2024-05-01")
        build.problem(project, f"{held.mark}又一个问题", due_on="2024-04-01")
        for report in MonthlyReport.objects.filter(project=project):
            report.invested = held.amount // 2
            build.kept(report)
        conversation.say(project, f"{held.mark}又说", by=world.people["office"])
    units = {world.holdings[number].project.organisation_id for number in seen}
    for target in Target.objects.exclude(organisation__in=units - {None}):
        target.amount += 7
        build.kept(target)
    new = build.project(f"{mark(90)}新项目", organisation=world.units["other"], total_investment=2**40)
    build.listing(new, year=timezone.localdate().year)
    build.listing(new)
    build.milestone(new, "started", "2024-03-01", planned="2024-03-01")


def faults(world: World, name: str, own: Iterable[Question], foreign: Iterable[Question] = ()) -> list[str]:
    """Answers that hold a foreign mark, and those that are others after everything foreign has changed."""
    seen = sweep.visible(sweep.unit_of(world, name))
    stranger = sweep.reader(world, name)
    found, before = [], {}
    for question in [*own, *foreign]:
        answer = stranger.ask(*question)
        if marks := sweep.foreign_marks(answer, seen, question[1]):
            found.append(f"{question} holds {sorted(marks)}")
        before[question] = sweep.plain(answer)
    change_all_foreign(world, seen)
    for question in own:
        answer = sweep.plain(stranger.ask(*question))
        if answer != before[question]:
            found.append(f"{question} tells of others: {first_difference(before[question], answer)}")
    return found


def first_difference(one: str, other: str) -> str:
    at = next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"…{one[max(0, at - 60) : at + 60]!r} → …{other[max(0, at - 60) : at + 60]!r}"


@pytest.mark.parametrize(
    "name",
    [name if name == "park staff" else pytest.param(name, marks=pytest.mark.once) for name in sweep.READERS],
)
def test_no_answer_tells_of_what_is_foreign(world: World, name: str) -> None:
    own = [one for one in sweep.own_questions(world, sweep.READERS[name]) if is_of(name, one[1])]
    foreign = [one for one in sweep.foreign_questions(world, "other") if is_of(name, one[1])]
    assert len(own) > (8 if name.startswith("key") else 150)
    told = faults(world, name, own, foreign)
    assert not told, "\n".join(told)


# Sums by a recount


def recounted(world: World, seen: set[int]) -> dict[str, int]:
    rows = [held for held in world.holdings if held.number in seen]
    months = MonthlyReport.objects.filter(project__in=[held.project for held in rows], state="approved")
    return {
        "projects": len(rows),
        "investment": sum(held.amount for held in rows),
        "invested": sum(report.invested for report in months),
        "problems": Problem.objects.filter(project__in=[held.project for held in rows]).count(),
    }


def counted(stranger: Stranger) -> dict[str, int]:
    """The same sums as the pages, the files and the API give them."""
    listed = json.loads(text_of(stranger.ask("GET", "/api/v1/projects/?page_size=100")))
    completion = json.loads(text_of(stranger.ask("GET", f"/api/v1/completion?{sweep.YEAR}&level=city")))
    invested = next(line for line in completion["indicators"] if line["code"] == "invested")
    found = {
        "projects": listed["count"],
        "investment": sum(row["total_investment"] for row in listed["results"]),
        "invested": invested["actual"],
    }
    rows = list(csv.reader(StringIO(text_of(stranger.ask("GET", "/problems/export.csv")))))
    return found | {"problems": sum("问题" in "".join(row) and "QX" in "".join(row) for row in rows)}


@pytest.mark.parametrize("name", ["unit leader", "village staff", "park staff"])
def test_sums_are_those_of_a_recount(world: World, name: str) -> None:
    seen = sweep.visible(sweep.unit_of(world, name))
    stranger = sweep.reader(world, name)
    expected = recounted(world, seen)

    assert counted(stranger) == expected
    page = text_of(stranger.ask("GET", "/projects/?year=2024"))
    assert re.search(
        rf"\b{expected['projects']}</b> 个项目|共 {expected['projects']} 个|{expected['projects']} 个", page
    )
    assert f"{expected['investment'] / YI:.2f}" in page.replace(",", "")


# Error texts


def workbook(number: int) -> bytes:
    """A row that says what a foreign project says, as a stranger might have heard of it."""
    head = ["项目名称", "建设单位", "国家投资项目代码", "总投资（万元）"]
    return import_desk.sheet(
        [f"{mark(number)}项目", f"{mark(number)}公司", national_code(number), 5], head=head
    )


def test_a_refused_project_does_not_name_the_one_that_has_its_code(world: World) -> None:
    client = build.browser_of(world.people["village staff"])
    unit = world.units["village"].pk
    answer = client.post(
        "/projects/new/", {"name": "热泵", "organisation": unit, "national_code": national_code(1)}
    )

    assert answer.status_code == 422
    assert "该国家投资项目代码已被其他项目使用" in answer.text
    assert not sweep.MARK.search(answer.text)


def test_an_import_that_guesses_foreign_projects_is_told_nothing_of_them(world: World) -> None:
    """The name and the code of a foreign project are on the sheet; what else the register knows of it is not shown."""
    client = build.browser_of(world.people["village staff"])
    imported = import_desk.sent(client, workbook(1))
    told = import_desk.shown(client, imported)
    for row in imported.rows.all():
        told += text_of(
            Stranger(world.people["village staff"]).ask("GET", f"/imports/{imported.pk}/rows/{row.pk}/")
        )

    for foreign in (f"{mark(1)}内容", f"{mark(1)}路", f"{mark(1)}人", f"{mark(1)}领导", "奔牛镇的"):
        assert foreign not in told
    assert imported.rows.get().subject is None


# Leaks that are switched on


def leak_rows(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ProjectQuerySet, "visible_to", lambda projects, user: projects.all())


def leak_a_total(patch: pytest.MonkeyPatch) -> None:
    """The list is narrowed, and its line of totals is not."""
    honest = exports.registry_totals
    patch.setattr(exports, "registry_totals", lambda rows, **terms: honest(Project.objects.all(), **terms))


def leak_a_count(patch: pytest.MonkeyPatch) -> None:
    """What a reader may see is right, and how many problems the page of another unit has is not."""
    patch.setattr(ProblemQuerySet, "visible_to", lambda problems, user: problems.all())


LEAKS = {
    "rows": (leak_rows, ("GET", "/api/v1/projects/")),
    "total": (leak_a_total, ("GET", "/projects/export.csv?year=2024&level=city")),
    "count": (leak_a_count, ("GET", "/problems/?open=1")),
}


@pytest.mark.parametrize("kind", LEAKS)
def test_a_leak_is_caught(world: World, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    leak, question = LEAKS[kind]
    leak(monkeypatch)
    assert faults(world, "park staff", [question])


def test_a_leaking_sum_is_not_that_of_the_recount(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    leak_rows(monkeypatch)
    seen = sweep.visible(sweep.unit_of(world, "park staff"))
    assert counted(sweep.reader(world, "park staff"))["investment"] != recounted(world, seen)["investment"]

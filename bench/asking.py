"""Who asks for which page of a filled register, and how many projects each page must find, counted without the ORM's
conditions: in Python, over plain columns.
"""

import secrets
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib.auth.models import Group
from django.db import transaction

from bench.filling import Table
from bench.pages import BARE, LEADER, LIST, STOCK_LIST
from bench.serving import LOGIN, STOCK
from projects.models import Listing, Milestone, Organisation, Participation, Problem, Project, User
from projects.rules import finding
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Level, ProblemKind, Role, Stage

UNIT, OFFICE = "unit staff", "office"
EVERY = 10
"""One project of so many has an open problem."""
SORTS = ("name", "-reported", "-rate", "organisation", "stage", "next", "state")
LAST = 10**9
"""A page that far does not exist: the last one is shown."""


def ask(*, today: date, folder: Path) -> dict[str, Any]:
    """Write the problems and the account of one unit's staff; gives the people and their visits."""
    accounts = [line.split() for line in (folder / "accounts.txt").read_text().splitlines()]
    people = {role: (username, password) for username, password, role, *_ in accounts}
    with transaction.atomic():
        unit = _middle_unit()
        people[UNIT] = _staff_of(unit)
        _raise_problems(today)
    readable = {LEADER: _all(), OFFICE: _all(), UNIT: _of_unit(unit)}
    visits = [visit for role in readable for visit in _visits(role, readable[role], today)]
    visits += [{"name": BARE, "role": "", "path": LOGIN}]
    visits += _stock_visits(len(readable[LEADER]))
    return {"people": people, "visits": visits}


def _visits(role: str, readable: set[int], today: date) -> list[dict[str, Any]]:
    def visit(name: str, path: str, found: set[int] | None = None) -> dict[str, Any]:
        return {
            "name": name,
            "role": role,
            "path": path,
            "count": None if found is None else len(found & readable),
        }

    signs, letters = _words()
    listed, furthest = _listed(Level.CITY, today), _furthest(Stage.STARTED, today)
    pages = [
        visit(LIST, "/projects/", readable),
        visit("search, two signs", f"/projects/?q={quote(signs)}", _found(signs)),
        visit("search, initials", f"/projects/?q={quote(letters)}", _found(letters)),
        visit("level", "/projects/?level=city", listed),
        visit("level and stage", "/projects/?level=city&stage=started", listed & furthest),
        *(visit(f"by {sort}", f"/projects/?sort={sort}", readable) for sort in SORTS),
        visit("last page", f"/projects/?page={LAST}", readable),
        *(visit(f"last page by {sort}", f"/projects/?sort={sort}&page={LAST}", readable) for sort in SORTS),
        visit("problems", "/problems/"),
        visit("completion", "/completion/"),
        visit("attention", "/completion/attention/"),
        visit("project", f"/projects/{min(readable)}/"),
    ]
    return pages if role == LEADER else [*pages, visit("to-do", "/todo/")]


def _stock_visits(size: int) -> list[dict[str, Any]]:
    """The list of the yardstick, which knows no rights: what it does for one person it does for all."""
    signs, _ = _words()
    asked = {"q": signs}
    found = [
        pk
        for pk, *texts in Project.objects.values_list("pk", "name", "enterprise")
        if signs in " ".join(texts)
    ]
    pages = (
        (STOCK_LIST, "/projects/", size),
        ("stock search, two signs", f"/projects/?{urlencode(asked)}", len(found)),
        ("stock by name", "/projects/?sort=name", size),
        ("stock last page", f"/projects/?page={-(-size // 50)}", size),
    )
    return [
        {"name": name, "role": LEADER, "path": path, "count": count, "server": STOCK}
        for name, path, count in pages
    ]


def _all() -> set[int]:
    return set(Project.objects.values_list("pk", flat=True))


def _of_unit(unit: Organisation) -> set[int]:
    below = set(Organisation.objects.within(unit).values_list("pk", flat=True))
    answered = {pk for pk, owner in Project.objects.values_list("pk", "organisation_id") if owner in below}
    helpers = Participation.objects.values_list("project_id", "organisation_id")
    return answered | {pk for pk, helper in helpers if helper in below}


def _middle_unit() -> Organisation:
    """The unit below the district that has the median number of projects."""
    counted = Counter(Project.objects.exclude(organisation=None).values_list("organisation_id", flat=True))
    units = [
        pk for pk in Organisation.objects.exclude(parent=None).values_list("pk", flat=True) if counted[pk]
    ]
    return Organisation.objects.get(pk=sorted(units, key=lambda pk: (counted[pk], pk))[len(units) // 2])


def _staff_of(unit: Organisation) -> tuple[str, str]:
    password = secrets.token_urlsafe(16)
    user = User.objects.create_user("unit", password=password, organisation=unit)
    user.groups.add(Group.objects.get(name=Role.STAFF.label))
    return user.username, password


def _raise_problems(today: date) -> None:
    raised = today - timedelta(days=30)
    problems = [
        Problem(
            project_id=pk, kind=list(ProblemKind)[place % len(ProblemKind)], text="等待办理", raised_on=raised
        )
        for place, pk in enumerate(sorted(_all())[::EVERY])
    ]
    Problem.objects.bulk_create(problems, batch_size=1000)
    Table(Problem).begin_history()


def _words() -> tuple[str, str]:
    """Two signs and four letters that many projects have: the middle of a name, the beginning of its initials."""
    project = Project.objects.order_by("pk")[Project.objects.count() // 2]
    middle = len(project.name) // 2
    return project.name[middle - 1 : middle + 1], project.initials[:4]


def _found(word: str) -> set[int]:
    folded, sound = finding.folded(word), finding.spells(word)
    found = set()
    for pk, words, *sounds in Project.objects.values_list("pk", "words", "pinyin", "initials"):
        if folded in words or (sound and any(sound in text for text in sounds)):
            found.add(pk)
    return found


def _listed(level: str, today: date) -> set[int]:
    """On the list of the level in their own newest list year."""
    entries = list(Listing.objects.values_list("project_id", "year", "level", "removed_on"))
    newest: dict[int, int] = {}
    for pk, year, _, _ in entries:
        if year <= today.year:
            newest[pk] = max(year, newest.get(pk, year))
    return {
        pk
        for pk, year, on, removed in entries
        if on == level and newest.get(pk) == year and (removed is None or removed > today)
    }


def _furthest(stage: Stage, today: date) -> set[int]:
    reached = Milestone.objects.filter(reached_on__lte=today, skipped=False).values_list(
        "project_id", "stage"
    )
    places: dict[int, int] = {}
    for pk, code in reached:
        if code in CHAIN:
            places[pk] = max(CHAIN.index(Stage(code)), places.get(pk, -1))
    return {pk for pk, place in places.items() if place == CHAIN.index(stage)}

"""What one search finds everywhere: projects, enterprises, units, problems, each group with its number.

The caller narrows projects, units and problems to those that the reader may see: names and numbers follow from them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count

from projects.figures.problems import ProblemLine, ledger
from projects.figures.registry import FIELDS, ON_THE_ROW
from projects.models import Organisation, Project
from projects.models.problem import ProblemQuerySet
from projects.models.project import ProjectQuerySet
from projects.models.search import says
from projects.rules.finding import Found, Part, cut, is_found, where_found

SHOWN = 6
"""Hits of a group; the rest is behind the link to its list."""


class Kind(StrEnum):
    PROJECTS = "projects"
    ENTERPRISES = "enterprises"
    UNITS = "units"
    PROBLEMS = "problems"


LABELS = {Kind.PROJECTS: "项目", Kind.ENTERPRISES: "企业", Kind.UNITS: "单位", Kind.PROBLEMS: "问题"}


@dataclass(frozen=True, slots=True)
class Hit:
    """One line: what leads to it (a number, or the enterprise's name), its name with what to mark, and what stands
    beside it: `beside` can be marked, too."""

    key: int | str
    title: tuple[Part, ...]
    beside: tuple[Part, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Group:
    """The nearest hits of one kind, and how many there are."""

    kind: Kind
    hits: tuple[Hit, ...]
    count: int

    @property
    def label(self) -> str:
        return LABELS[self.kind]


def found_everywhere(
    words: str,
    *,
    listed: ProjectQuerySet,
    units: Sequence[Organisation],
    problems: ProblemQuerySet,
    today: date,
) -> list[Group]:
    """The groups that are not empty, in at most eight queries. `listed`: the projects of the list without a condition,
    so that a number is what the list shows that it leads to.
    """
    groups = (
        _projects(words, listed),
        _enterprises(words, listed),
        _units(words, units, listed),
        _problems(words, problems.matching(words), today),
    )
    return [group for group in groups if group.count]


def _projects(words: str, listed: ProjectQuerySet) -> Group:
    found = listed.matching(words)
    nearest = found.closest_first(words).facts()[:SHOWN]
    return Group(Kind.PROJECTS, tuple(_project(project, words) for project in nearest), found.count())


def _project(project: Project, words: str) -> Hit:
    found = project.where_found(words)
    marked = _marked(found)
    elsewhere = [
        f"{FIELDS[entry.field]} {''.join(part.text for part in entry.parts)}"
        for entry in found
        if entry.field not in ON_THE_ROW
    ]
    return Hit(
        project.pk,
        marked.get("name", (Part(project.name, False),)),
        marked.get("enterprise", (Part(project.enterprise, False),) if project.enterprise else ()),
        " · ".join(filter(None, (str(project.organisation or ""), *elsewhere))),
    )


def _enterprises(words: str, listed: ProjectQuerySet) -> Group:
    """Enterprises of the projects found whose own name has a word of the search, or a piece of one."""
    names = listed.matching(words).exclude(enterprise="").order_by().values_list("enterprise", flat=True)
    pieces = " ".join(group[0] for word in words.split() for group in cut(word))
    found = {}
    for name in names.distinct():
        texts = {"name": name}
        if entries := where_found(words, texts, spelled=("name",)) or where_found(
            pieces, texts, spelled=("name",)
        ):
            found[name] = entries[0].parts
    ordered = sorted(found, key=lambda name: (words not in name, len(name), name))[:SHOWN]
    numbers = _projects_found_by(ordered, listed)
    hits = (Hit(name, found[name], (), f"{numbers[name]} 个项目") for name in ordered)
    return Group(Kind.ENTERPRISES, tuple(hits), len(found))


def _projects_found_by(names: Sequence[str], listed: ProjectQuerySet) -> dict[str, int]:
    """How many projects the list shows for each name as its words; one query."""
    if not names:
        return {}
    asked = {f"found_{place}": Count("pk", filter=says(name)) for place, name in enumerate(names)}
    return dict(zip(names, listed.order_by().aggregate(**asked).values(), strict=True))


def _units(words: str, units: Sequence[Organisation], listed: ProjectQuerySet) -> Group:
    """Units by name, short name or former name; their number of projects only where one is found."""
    texts = {unit: _names(unit) for unit in units}
    found = [unit for unit in units if is_found(words, texts[unit], spelled=("name", "short", "former"))]
    numbers = _projects_of(units, listed) if found else {}
    hits = (_unit(unit, texts[unit], words, numbers.get(unit.pk, 0)) for unit in found[:SHOWN])
    return Group(Kind.UNITS, tuple(hits), len(found))


def _names(unit: Organisation) -> dict[str, str]:
    return {"name": unit.name, "short": unit.short_name, "former": unit.former_names}


def _unit(unit: Organisation, texts: Mapping[str, str], words: str, number: int) -> Hit:
    marked = _marked(where_found(words, texts, spelled=tuple(texts)))
    beside = (f"曾用名 {unit.former_names}" if "former" in marked else "", "已撤销" if unit.closed_on else "")
    return Hit(
        unit.pk,
        marked.get("name", (Part(unit.name, False),)),
        (),
        " · ".join(filter(None, (unit.get_kind_display(), f"{number} 个项目", *beside))),
    )


def _projects_of(units: Sequence[Organisation], listed: ProjectQuerySet) -> Counter[int]:
    """How many projects each of the units, with those below it, answers for; the district for all. One query."""
    counted = listed.order_by().values_list("organisation").annotate(number=Count("pk"))
    parents = {unit.pk: unit.parent_id for unit in units}
    numbers: Counter[int] = Counter()
    every = 0
    for organisation, number in counted:
        every += number
        at = organisation
        while at in parents:
            numbers[at] += number
            at = parents[at]
    numbers.update({unit.pk: every - numbers[unit.pk] for unit in units if unit.is_district})
    return numbers


def _problems(words: str, found: ProblemQuerySet, today: date) -> Group:
    hits = (_problem(line, words) for line in ledger(found, today=today, most=SHOWN))
    return Group(Kind.PROBLEMS, tuple(hits), found.count())


def _problem(line: ProblemLine, words: str) -> Hit:
    problem = line.problem
    texts = {"text": problem.text, "project": problem.project.name, "person": problem.person}
    marked = _marked(where_found(words, texts, spelled=()))
    return Hit(
        problem.pk,
        marked.get("text", (Part(problem.text, False),)),
        marked.get("project", (Part(problem.project.name, False),)),
        " · ".join(filter(None, (line.unit, problem.person, line.words))),
    )


def _marked(found: Sequence[Found]) -> dict[str, tuple[Part, ...]]:
    """By field the text with what to mark; what is found by characters before what is found by pinyin."""
    return {entry.field: entry.parts for entry in reversed(found)}

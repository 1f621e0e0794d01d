"""Projects that wait for their start or their entry in the statistics: their milestones 开工, as the rules read them.

`waiting_rows` is counted by unit for the lights of a page, and read one by one for the list of names.
"""

import json
from collections.abc import Collection
from datetime import date

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, TextField, Value, When

from projects.figures.register.tables import Register, Rows
from projects.models import Milestone, Project
from projects.models.milestone import perhaps_reached
from projects.models.standstills import standstills_of, stood_still
from projects.rules import lifecycle, lights, overdue
from projects.rules.lifecycle import Standstill
from projects.rules.overdue import OverdueCount, Waiting
from projects.vocabulary import Light, LightFamily, Stage

WAITING_COLUMNS = ("family", "since", "spans")


def waiting_rows(register: Register) -> Rows:
    """Milestones 开工 of projects that go on on the day, with `WAITING_COLUMNS`; `rules.overdue.waiting` in SQL.

    A start that is planned for this month or later is not among them, nor one of a project in reserve, nor what was
    perhaps reached by the day.
    """
    day = register.as_of
    perhaps = perhaps_reached(day)
    reached = register.table(Milestone).filter(perhaps, project_id=OuterRef("project_id"))
    entry = register.table(Milestone).filter(project_id=OuterRef("project_id"), stage=Stage.ENTERED)
    done = entry.filter(Q(skipped=True) | perhaps)
    passed = reached.filter(skipped=False, stage__in=lifecycle.passing(Stage.STARTED) - {Stage.STARTED})
    going_on = register.table(Project).filter(~stood_still(day), id=OuterRef("project_id"))
    rows = register.milestones().filter(Exists(going_on), stage=Stage.STARTED)
    rows = register.beside(rows, "reserve", "spans")
    is_started = Q(reached_on__lte=day)
    starts = (
        (Q(reached_on=None) | ~perhaps)
        & Q(current_on__lt=day.replace(day=1), reserve=False)
        & ~Exists(passed)
    )
    rows = rows.filter((is_started & ~Exists(done)) | starts)
    return rows.annotate(
        family=Case(
            When(is_started, then=Value(LightFamily.ENTRY_OVERDUE.value)),
            default=Value(LightFamily.START_OVERDUE.value),
            output_field=TextField(),
        ),
        since=Case(When(is_started, then=F("reached_on")), default=F("current_on"), output_field=DateField()),
    )


def waiting_of(family: str, since: date, spans: str) -> tuple[Waiting, tuple[Standstill, ...]]:
    """From `WAITING_COLUMNS`."""
    return Waiting(LightFamily(family), since), standstills_of(json.loads(spans), "", None)


def counted(
    waiting: dict[tuple[Waiting, tuple[Standstill, ...]], int],
    family: LightFamily,
    rules: Collection[lights.Rule],
    day: date,
) -> OverdueCount | None:
    """How many of them the rule of the family lights; None without a rule or where it lights none."""
    rule = overdue.rule_of(rules, family, day)
    if rule is None:
        return None
    number = dict.fromkeys(overdue.LIT, 0)
    for (found, standstills), projects in waiting.items():
        if found.family == family:
            light = lights.judge_months(rule, overdue.months_overdue(found, day, standstills))
            if light in number:
                number[light] += projects
    yellow, red = number[Light.YELLOW], number[Light.RED]
    return OverdueCount(rule, yellow, red) if yellow or red else None

"""The side state of a project on a day, in SQL: for rows of the table of projects and for rows of its history.

A project keeps its running side state in `side_state` and `side_state_on`, and those that are over in `pauses`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import BooleanField, F, Func, Q

from projects.rules.lifecycle import Standstill
from projects.vocabulary import SideState

EVERY_STATE = tuple(SideState)


def standstills_of(
    pauses: Iterable[Sequence[str]], running: str, running_since: date | None
) -> tuple[Standstill, ...]:
    """From the columns `pauses`, `side_state` and `side_state_on` of a project, live or of its history."""
    over = [_over(*span) for span in pauses]
    if running_since is None:
        return tuple(over)
    return (*over, Standstill(running_since, date.max, SideState(running)))


def _over(since: str, until: str, state: str = SideState.PAUSED) -> Standstill:
    return Standstill(date.fromisoformat(since), date.fromisoformat(until), SideState(state))


def stood_still(day: date, *, path: str = "", states: Collection[SideState] = EVERY_STATE) -> Q:
    """The condition that a project was in one of the states on the day; `path` leads from the row to the project."""
    running = Q((f"{path}side_state__in", states), (f"{path}side_state_on__lte", day))
    return running | Q(_StoodStill(F(f"{path}pauses"), day, states))


class _StoodStill(Func):
    """Whether one of the spans that are over covers the day."""

    output_field = BooleanField()

    def __init__(self, pauses: F, day: date, states: Collection[SideState] = EVERY_STATE) -> None:
        super().__init__(pauses)
        self.day, self.states = day.isoformat(), tuple(map(str, states))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        pauses, params = compiler.compile(self.source_expressions[0])
        state = f"COALESCE(json_extract(span.value, '$[2]'), '{SideState.PAUSED}')"
        among = ", ".join(["%s"] * len(self.states))
        covers = "json_extract(span.value, '$[0]') <= %s AND json_extract(span.value, '$[1]') > %s"
        spans = f"EXISTS (SELECT 1 FROM json_each({pauses}) AS span WHERE {covers} AND {state} IN ({among}))"  # nosec B608 # names from the models
        sql = f"({pauses} <> '[]' AND {spans})"
        return sql, (*params, *params, self.day, self.day, *self.states)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """A JSON path, since the planner takes a sub-select to be expensive and compiles it. Strict mode: lax mode
        would look into each span. The day is part of the path, so that the path is a constant, and most projects,
        which never stood still, are done by the comparison with the empty list.
        """
        pauses, params = compiler.compile(self.source_expressions[0])
        states = [f'@[2] == "{state}"' for state in self.states]
        if SideState.PAUSED in self.states:
            states.append("@.size() == 2")
        day = f'"{self.day}"'
        covers = f"strict $[*] ? (@[0] <= {day} && @[1] > {day} && ({' || '.join(states)}))"
        return f"({pauses} <> '[]'::jsonb AND jsonb_path_exists({pauses}, '{covers}'))", (*params, *params)

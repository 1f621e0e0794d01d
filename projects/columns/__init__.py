"""The columns of the sheets that come in and go out.

One list per kind of sheet. Import, export, template, preview and the page of a project derive their lists from it.
What no column says (the year of a list, the level of targets) stands in a line above the table, see `files.terms`.

Tested in tests/test_columns.py.
"""

from collections.abc import Mapping

from projects.columns.known import (
    BLANK,
    CLEARED,
    OF_GROUP,
    Cleared,
    Holds,
    KnownColumn,
    Record,
    by_key,
    plan_key,
    reached_key,
    stored_in,
)
from projects.columns.others import ORGANISATIONS, REPORTS, TARGETS
from projects.columns.projects import PROJECTS
from projects.vocabulary import ImportKind

__all__ = [
    "BLANK",
    "CLEARED",
    "COLUMNS",
    "OF_GROUP",
    "ORGANISATIONS",
    "PROJECTS",
    "REPORTS",
    "TARGETS",
    "Cleared",
    "Holds",
    "KnownColumn",
    "Record",
    "by_key",
    "plan_key",
    "reached_key",
    "stored_in",
]

COLUMNS: Mapping[ImportKind, tuple[KnownColumn, ...]] = {
    ImportKind.PROJECTS: PROJECTS,
    ImportKind.REPORTS: REPORTS,
    ImportKind.TARGETS: TARGETS,
    ImportKind.ORGANISATIONS: ORGANISATIONS,
}

"""The columns of the sheets that come in and go out: what each holds, and the headings that offices give it.

One list for recognising a heading, for a template and for an export, so that what leaves comes back in. What no
column says (the year of a list, the level of targets) stands in a line above the table, see `excel.terms`.
"""

from collections.abc import Mapping

from projects.excel.columns.known import CLEARED, Cleared, Holds, Known, by_key, plan_key, reached_key
from projects.excel.columns.others import ORGANISATIONS, REPORTS, TARGETS
from projects.excel.columns.projects import PROJECTS
from projects.vocabulary import ImportKind

__all__ = [
    "CLEARED",
    "COLUMNS",
    "ORGANISATIONS",
    "PROJECTS",
    "REPORTS",
    "TARGETS",
    "Cleared",
    "Holds",
    "Known",
    "by_key",
    "plan_key",
    "reached_key",
]

COLUMNS: Mapping[ImportKind, tuple[Known, ...]] = {
    ImportKind.PROJECTS: PROJECTS,
    ImportKind.REPORTS: REPORTS,
    ImportKind.TARGETS: TARGETS,
    ImportKind.ORGANISATIONS: ORGANISATIONS,
}

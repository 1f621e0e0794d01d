"""Filters of the list pages: address parameters, validated like a form.

Tested in tests/test_filters.py, tests/views/test_projects.py.
"""

from projects.filters.columns import shown_columns
from projects.filters.decisions import DecisionFilter
from projects.filters.problems import ProblemFilter
from projects.filters.projects import ProjectFilter, asked_year, canonical

__all__ = ["DecisionFilter", "ProblemFilter", "ProjectFilter", "asked_year", "canonical", "shown_columns"]

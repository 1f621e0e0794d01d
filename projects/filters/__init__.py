"""What the lists can be asked: address parameters, judged like any form."""

from projects.filters.columns import shown_columns
from projects.filters.problems import ProblemFilter
from projects.filters.projects import ProjectFilter, canonical

__all__ = ["ProblemFilter", "ProjectFilter", "canonical", "shown_columns"]

"""Tables, constraints and the questions that a table can answer."""

from .bulletin import Bulletin, Figure
from .directory import Industry, Organisation, Source, User
from .milestone import Evidence, Milestone
from .project import AnnualPlan, Listing, Participation, Project
from .report import MonthlyReport, Problem
from .target import LightRule, Target

__all__ = [
    "AnnualPlan",
    "Bulletin",
    "Evidence",
    "Figure",
    "Industry",
    "LightRule",
    "Listing",
    "Milestone",
    "MonthlyReport",
    "Organisation",
    "Participation",
    "Problem",
    "Project",
    "Source",
    "Target",
    "User",
]

"""Tables, constraints and the questions that a table can answer.

Tested in tests/models.
"""

from .batch import Batch
from .bulletin import Bulletin, Figure
from .directory import Industry, Organisation, Source, User
from .district import DistrictSettings
from .district_map import DistrictMap
from .listing import AnnualPlan, Listing, Participation
from .milestone import Evidence, Milestone, StageRule
from .problem import Problem
from .project import Project
from .report import MonthlyReport, Reopening
from .restoration import Restoration
from .saved_view import SavedView
from .sent_form import SentForm
from .target import LightRule, Target
from .workbook import HeadingChoice, Import, ImportRow, Workbook

__all__ = [
    "AnnualPlan",
    "Batch",
    "Bulletin",
    "DistrictMap",
    "DistrictSettings",
    "Evidence",
    "Figure",
    "HeadingChoice",
    "Import",
    "ImportRow",
    "Industry",
    "LightRule",
    "Listing",
    "Milestone",
    "MonthlyReport",
    "Organisation",
    "Participation",
    "Problem",
    "Project",
    "Reopening",
    "Restoration",
    "SavedView",
    "SentForm",
    "Source",
    "StageRule",
    "Target",
    "User",
    "Workbook",
]

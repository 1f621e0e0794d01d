"""Tables, constraints and the questions that a table can answer.

Tested in tests/models.
"""

from .account import AccountEntry, FormerPassword, Session
from .api_key import ApiKey
from .attachment import Attachment
from .audit import AuditEntry
from .batch import Batch
from .bulletin import Bulletin, Figure
from .calendar_feed import CalendarFeed
from .comment import Comment, Mention
from .decision import Decision, DecisionStep
from .delivery import Delivery, NoticeChoice, NoticeHabits
from .district import DistrictSettings
from .district_map import DistrictMap
from .inquiry import Inquiry
from .kept_answer import KeptAnswer
from .listing import AnnualPlan, Listing, Participation
from .milestone import Evidence, Milestone, StageRule
from .notice import Notice
from .organisation import Organisation
from .paper import Paper, PaperField, PaperOrder, PaperTemplate, TableLayout
from .person import User
from .problem import Problem
from .project import Project
from .receiver import Receiver, ReceiverMessage
from .reminder import Reminder
from .report import MonthlyReport, Reopening
from .restoration import Restoration
from .saved_view import SavedView
from .sent_form import SentForm
from .source import Industry, Source
from .star import Star
from .target import LightRule, Target
from .workbook import HeadingChoice, Import, ImportRow, Workbook

__all__ = [
    "AccountEntry",
    "AnnualPlan",
    "ApiKey",
    "Attachment",
    "AuditEntry",
    "Batch",
    "Bulletin",
    "CalendarFeed",
    "Comment",
    "Decision",
    "DecisionStep",
    "Delivery",
    "DistrictMap",
    "DistrictSettings",
    "Evidence",
    "Figure",
    "FormerPassword",
    "HeadingChoice",
    "Import",
    "ImportRow",
    "Industry",
    "Inquiry",
    "KeptAnswer",
    "LightRule",
    "Listing",
    "Mention",
    "Milestone",
    "MonthlyReport",
    "Notice",
    "NoticeChoice",
    "NoticeHabits",
    "Organisation",
    "Paper",
    "PaperField",
    "PaperOrder",
    "PaperTemplate",
    "Participation",
    "Problem",
    "Project",
    "Receiver",
    "ReceiverMessage",
    "Reminder",
    "Reopening",
    "Restoration",
    "SavedView",
    "SentForm",
    "Session",
    "Source",
    "StageRule",
    "Star",
    "TableLayout",
    "Target",
    "User",
    "Workbook",
]

"""`app_list|admin_sections`: tables of Django's admin in the groups and words of the office, with their own pages.

The admin sorts its tables by the program that brings them, which nobody at a desk knows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the admin: the name of its model, how it is called here, the page that does its daily work."""

    model: str
    label: str = ""
    page: str = ""


SECTIONS: Mapping[str, tuple[Table, ...]] = {
    "项目": (
        Table("Project", page="projects"),
        Table("Milestone", "节点的计划和实际日期"),
        Table("Evidence", "照片和证照"),
        Table("Listing", "名单"),
        Table("AnnualPlan"),
        Table("Participation"),
        Table("MonthlyReport", page="months"),
        Table("Problem", page="problems"),
    ),
    "目标和通报": (
        Table("Target", page="targets"),
        Table("Bulletin", page="bulletins"),
        Table("Figure", "通报里的数字"),
        Table("Source"),
    ),
    "单位和人": (
        Table("Organisation", page="organisations"),
        Table("User", "账号", page="people"),
        Table("Group", "角色"),
    ),
    "规则和设置": (
        Table("LightRule", page="light_rules"),
        Table("StageRule", page="stage_rules"),
        Table("Industry", page="industries"),
        Table("DistrictSettings", page="district"),
        Table("SavedView", "存下的视图", page="saved_views"),
    ),
    "办理记录": (
        Table("Import", "导入的文件"),
        Table("ImportRow"),
        Table("Workbook", "导入的工作簿"),
        Table("HeadingChoice"),
        Table("Batch"),
        Table("Reopening"),
        Table("Inquiry"),
    ),
}
OTHERS = "其他"


@dataclass(frozen=True, slots=True)
class Line:
    """One table on the admin's first page; `model`: what Django says of it."""

    model: Mapping[str, Any]
    label: str
    page: str


@dataclass(frozen=True, slots=True)
class Section:
    label: str
    lines: tuple[Line, ...]


@register.filter
def admin_sections(app_list: Iterable[Mapping[str, Any]]) -> list[Section]:
    """The groups that the user may open something of; a table without a place comes last."""
    models = {model["object_name"]: model for app in app_list for model in app["models"]}
    sections = []
    for label, tables in SECTIONS.items():
        mine = [(table, models.pop(table.model)) for table in tables if table.model in models]
        lines = (Line(model, table.label or str(model["name"]), table.page) for table, model in mine)
        sections.append(Section(label, tuple(lines)))
    rest = tuple(Line(model, str(model["name"]), "") for model in models.values())
    return [section for section in (*sections, Section(OTHERS, rest)) if section.lines]

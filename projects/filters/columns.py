"""The columns of the list of projects: which are available, which are shown, and how each sorts the list."""

from collections.abc import Iterable
from dataclasses import dataclass

from projects.models.sorting import ORDERS

COLUMNS = {
    "level": "级别",
    "investment": "总投资",
    "planned": "年度计划",
    "reported": "年累计完成",
    "rate": "完成率",
    "organisation": "责任单位",
    "industry": "产业",
    "stage": "阶段",
    "next": "下一节点",
    "state": "状态",
    "contact": "责任人",
    "progress": "形象进度",
    "code": "项目代码",
    "town": "所属镇街",
    "nature": "建设性质",
    "leader": "挂钩领导",
}
"""Columns that a reader may choose, in the order of the list."""

USUAL = (
    "level",
    "investment",
    "planned",
    "reported",
    "rate",
    "organisation",
    "stage",
    "next",
    "state",
    "progress",
)
"""Without the person in charge: reading contact data is noted in the audit."""
NUMBERS = frozenset({"investment", "planned", "reported", "rate"})
"""Sorted from the largest at first."""


@dataclass(frozen=True, slots=True)
class ColumnHeading:
    """A column. `sort`: the value of the address parameter that sorts the list by it; None when it cannot be sorted."""

    key: str
    label: str
    sort: str | None
    direction: str
    """ascending, descending or none: the value of `aria-sort`."""
    is_number: bool


def shown_columns(chosen: Iterable[str], group: str = "") -> tuple[str, ...]:
    """The requested columns, in the order of the list; the default columns when none that exists is requested,
    without the one that names the groups.
    """
    return tuple(key for key in COLUMNS if key in set(chosen)) or tuple(key for key in USUAL if key != group)


def heading(key: str, label: str, order: str) -> ColumnHeading:
    """A column of a list that is sorted by `order` (a key of `ORDERS`, with a minus for descending)."""
    is_number = key in NUMBERS
    if key not in ORDERS:
        return ColumnHeading(key, label, None, "none", is_number)
    if key != order.removeprefix("-"):
        return ColumnHeading(key, label, f"-{key}" if is_number else key, "none", is_number)
    turned, direction = (key, "descending") if order.startswith("-") else (f"-{key}", "ascending")
    return ColumnHeading(key, label, turned, direction, is_number)

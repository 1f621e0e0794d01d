"""The description of a column: its key, its headings, what its cells hold, and where the value is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from projects.vocabulary import Category, DelayReason, Level, Nature, OrganisationKind, Stage

type Choices = type[Category | DelayReason | Level | Nature | OrganisationKind]


class Holds(Enum):
    """What a cell of the column contains."""

    TEXT = "text"
    PROSE = "prose"
    CODE = "code"
    COUNT = "count"
    MONEY = "money"
    """Yuan, in the unit that the heading or the sheet states."""
    FOREIGN = "foreign"
    """An amount with its currency; never converted."""
    DEGREES = "degrees"
    """A coordinate in degrees, at most six decimals."""
    PERIOD = "period"
    """A day, a month, a quarter or a year."""
    CHOICE = "choice"
    FLAG = "flag"
    KEY = "key"
    """The number of the record, or its version when the sheet was made: written by us, changed by nobody."""
    NOTHING = "nothing"
    """Recognised, and not read: a sum of other columns, or a value that the system computes."""


class Record(Enum):
    """Which record of a project stores the value of a column."""

    NONE = ""
    """No record: the value is computed, or the cell is split into other columns."""
    PROJECT = "project"
    LISTING = "listing"
    """The project's place on a list of the year."""
    PLAN = "plan"
    """The project's plan of the year."""
    MILESTONE = "milestone"


class Cleared:
    """The value of a cell that says （清空）: the stored value is removed. An empty cell changes nothing."""

    def __repr__(self) -> str:
        return "（清空）"


CLEARED = Cleared()

BLANK = "（不填）"
"""The answer that a word means nothing."""


LONGEST = {
    Holds.TEXT: 1000,
    Holds.PROSE: 32_767,
    Holds.CODE: 60,
    Holds.COUNT: 40,
    Holds.MONEY: 60,
    Holds.FOREIGN: 60,
    Holds.DEGREES: 40,
    Holds.PERIOD: 60,
    Holds.CHOICE: 200,
    Holds.FLAG: 20,
    Holds.KEY: 80,
    Holds.NOTHING: 32_767,
}
"""The most characters of a cell; the field of a form may allow fewer."""


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """The one description of a column, for import, export, template, preview and the page of a project.

    `title` is the heading that we write, `variants` are the headings that others write. Both are compared
    without blanks, width and brackets; a unit in brackets is no part of them.
    """

    key: str
    title: str
    holds: Holds = Holds.TEXT
    variants: tuple[str, ...] = ()
    record: Record = Record.NONE
    """Which record stores the value. Only columns of the project list state it."""
    field: str = ""
    """The field of that record, where its name is not `key`."""
    links: str = ""
    """For a foreign key: the record that it points to, "organisation" or "industry"."""
    choices: Choices | None = None
    """The words that a cell may contain."""
    shared: bool = False
    """Whether the form for many projects at once offers it."""
    is_read_only: bool = False
    """Understood when others write it; our sheets have other columns for its parts."""
    required: bool = False
    note: str = ""
    """Why a column that holds nothing is not read."""

    @property
    def attribute(self) -> str:
        """The attribute of the record that has the value: of a foreign key the number."""
        return f"{self.key}_id" if self.links else self.field or self.key

    @property
    def is_text(self) -> bool:
        """Whether the record stores characters; unknown is then the empty text, not None."""
        return self.holds in (Holds.TEXT, Holds.PROSE, Holds.CODE) or (
            self.holds is Holds.CHOICE and not self.links
        )

    @property
    def is_typed(self) -> bool:
        """Whether a person writes it in words of their own."""
        return self.holds in (Holds.TEXT, Holds.PROSE)

    def get(self, record: object) -> Any:
        """The stored value."""
        return getattr(record, self.attribute)

    def set(self, record: object, value: Any) -> None:
        setattr(record, self.attribute, value)

    @property
    def longest(self) -> int:
        return LONGEST[self.holds]

    def length_fault(self, text: str) -> str:
        """A sentence for the user where the text is too long for the column, else ""."""
        if len(text) <= self.longest:
            return ""
        return f"“{self.title}”最多 {self.longest} 个字，这一格有 {len(text)} 个字。"


@cache
def plan_key(stage: Stage) -> str:
    return f"{stage.value}_plan"


@cache
def reached_key(stage: Stage) -> str:
    return f"{stage.value}_reached"


def stored_in(record: Record, columns: Iterable[KnownColumn]) -> tuple[KnownColumn, ...]:
    """The columns that the record stores, in their order."""
    return tuple(column for column in columns if column.record is record)


def by_key(columns: Iterable[KnownColumn]) -> dict[str, KnownColumn]:
    return {column.key: column for column in columns}


# The columns by which any sheet names a record

KEY = KnownColumn("key", "系统编号", Holds.KEY)
VERSION = KnownColumn("version", "系统版本", Holds.KEY)
NUMBER = KnownColumn("number", "序号", Holds.COUNT, ("编号", "序", "No"))
NAME = KnownColumn(
    "name",
    "项目名称",
    Holds.TEXT,
    ("项目", "名称", "项目全称", "重大项目名称"),
    required=True,
    record=Record.PROJECT,
)
ENTERPRISE = KnownColumn(
    "enterprise",
    "建设单位",
    Holds.TEXT,
    (
        "企业名称",
        "项目单位",
        "实施单位",
        "投资主体",
        "投资单位",
        "企业",
        "业主单位",
        "建设主体",
        "项目业主",
        "申报单位",
    ),
    record=Record.PROJECT,
)
NATIONAL_CODE = KnownColumn(
    "national_code",
    "国家投资项目代码",
    Holds.CODE,
    ("项目代码", "国家项目代码", "投资项目代码", "立项代码", "备案代码"),
    record=Record.PROJECT,
)


OF_GROUP = {"organisation": "group_organisation", "industry": "group_industry"}
"""Under which a row keeps what its group says for a column that the sheet does not have: it changes nothing stored."""

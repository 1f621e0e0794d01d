"""The filter of the list of projects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import QueryDict

from projects.filters.columns import COLUMNS, ColumnHeading, heading, shown_columns
from projects.filters.facets import Facet, Facets
from projects.filters.fields import ChoiceFilter, ColumnsFilter, YearFilter, YiFilter
from projects.filters.found import NONE, ONGOING, SUCCEEDED, Found, numbers_of
from projects.filters.wording import in_words
from projects.models import Industry, Organisation, Project, User
from projects.models.index import register_index
from projects.models.project import ProjectQuerySet
from projects.models.sorting import ORDERS
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import OrganisationKind, SideState, Stage, level_choices

UNSTATED = (NONE, "未明确")
STAGES = [*((stage.value, stage.label) for stage in CHAIN), (NONE, "尚无节点")]
STATES = [(ONGOING, "推进中"), *SideState.choices, (SUCCEEDED, "已拆分或合并")]
NAMED = [("yes", "已具名"), ("no", "报道未具名")]
UNSURE = [("1", "一并列出")]
SORTS = [(sign + key, sign + key) for key in ORDERS for sign in ("", "-")]
DEFAULT_SORT = "-investment"
MINE = [("unit", "我单位的"), ("charge", "我负责的"), ("starred", "我关注的")]
GROUPINGS = [("organisation", "责任单位"), ("industry", "产业"), ("stage", "阶段"), ("level", "名单级别")]
VIEWING = frozenset({"sort", "columns", "group"})
"""Address parameters about the display of the list, not about which projects it contains."""

TOWNS = frozenset({OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT})
ALWAYS_SHOWN = ("mine", "q", "level", "year", "stage", "organisation", "industry")


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that can be set with one click. `change`: the new values of address parameters."""

    label: str
    change: dict[str, str | None]
    is_on: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """Whose projects the list shows: the value of `mine`, with how many there are under the other conditions."""

    value: str
    label: str
    count: int
    is_on: bool


class QuestionForm(forms.Form):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("investment_min"), cleaned.get("investment_max")
        if low is not None and high is not None and low > high:
            self.add_error("investment_max", "最高投资不能小于最低投资。")
        return cleaned


class ProjectFilter(django_filters.FilterSet):
    """`?q=&level=&year=&stage=&organisation=…`; every parameter is optional."""

    q = django_filters.CharFilter(
        label="搜索",
        method="by_words",
        max_length=100,
        widget=forms.SearchInput({"placeholder": "名称、企业、代码、拼音首字母"}),
    )
    level = ChoiceFilter(label="级别", choices=level_choices, method="by_level")
    year = YearFilter(label="名单年度", method="by_year")
    stage = ChoiceFilter(label="阶段", choices=STAGES, method="by_stage")
    organisation = ChoiceFilter(label="责任单位", method="by_organisation")
    industry = ChoiceFilter(label="产业", method="by_industry")
    town = ChoiceFilter(label="所属镇街", method="by_town")
    investment_min = YiFilter(label="总投资不少于（亿元）", method="by_least")
    investment_max = YiFilter(label="总投资不超过（亿元）", method="by_most")
    named = ChoiceFilter(label="具名", choices=NAMED, method="by_named")
    state = ChoiceFilter(label="状态", choices=STATES, method="by_state")
    started = YearFilter(label="开工年份", method="by_start")
    unsure = ChoiceFilter(label="开工年份不明", choices=UNSURE, method="unchanged")
    late = ChoiceFilter(label="进度", choices=[("1", "晚点")], method="by_lateness")
    mine = ChoiceFilter(label="与我有关", choices=MINE, method="by_mine", widget=forms.HiddenInput)
    columns = ColumnsFilter(label="显示的列", choices=[*COLUMNS.items()])
    group = ChoiceFilter(label="分组", choices=GROUPINGS, method="unchanged")
    sort = ChoiceFilter(label="排序", choices=SORTS, method="unchanged", widget=forms.HiddenInput)

    class Meta:
        model = Project
        form = QuestionForm
        fields: list[str] = []

    def __init__(
        self,
        data: Mapping[str, Any],
        queryset: ProjectQuerySet,
        *,
        organisations: Iterable[Organisation],
        industries: Iterable[Industry],
        today: date,
        reader: User | None = None,
    ) -> None:
        """`queryset`: the projects that the reader may see. The directories are loaded once, here. `reader`: whose own
        projects can be asked for; without one nothing is anybody's own.
        """
        super().__init__(data, queryset)
        self.reader = reader
        self.today = today
        self.organisations = {str(unit.pk): unit for unit in organisations}
        units = list(self.organisations.items())
        choices = {
            "organisation": [*((key, unit.name) for key, unit in units), UNSTATED],
            "town": [*((key, unit.name) for key, unit in units if unit.kind in TOWNS), UNSTATED],
            "industry": [*((str(industry.pk), industry.name) for industry in industries), UNSTATED],
        }
        for name, offered in choices.items():
            self.filters[name].extra["choices"] = offered
        for field in self.form.fields.values():
            field.widget.attrs["aria-label"] = field.label
        self.form.fields["year"].widget.attrs["placeholder"] = "各自最新"

    @property
    def list_year(self) -> int | None:
        """The requested list year; None: each project's own (see `models.listing`)."""
        year: int | None = self.form.cleaned_data["year"]
        return year

    @property
    def words(self) -> str:
        """The text of the search box."""
        words: str = self.form.cleaned_data["q"]
        return words

    @property
    def order(self) -> str:
        return self.form.cleaned_data["sort"] or DEFAULT_SORT

    @property
    def grouping(self) -> str:
        """What the rows are grouped by; "" for nothing."""
        group: str = self.form.cleaned_data["group"]
        return group

    @property
    def more_is_asked(self) -> bool:
        """Whether one of the conditions under “更多条件” is in use or invalid."""
        asked = {*self.form.errors, *(name for name, value in self.form.cleaned_data.items() if value)}
        return bool(asked - {*ALWAYS_SHOWN, *VIEWING})

    @property
    def is_narrowed(self) -> bool:
        asked = self.form.cleaned_data.items()
        return any(value for name, value in asked if name not in VIEWING)

    @property
    def in_words(self) -> str:
        """The conditions in words, for an exported sheet."""
        words = in_words(self.form, without=VIEWING)
        if self.unsure_starts and not self.form.cleaned_data["unsure"]:
            words += f"（另有 {self.unsure_starts} 个只知道开工不晚于这一年的某一天，没有列出）"
        return words

    @property
    def list_level(self) -> str:
        """The requested list; "" for all."""
        level: str = self.form.cleaned_data["level"]
        return level

    @property
    def chosen(self) -> list[str]:
        """The requested columns."""
        return list(self.form.cleaned_data.get("columns", ()))

    @property
    def shown(self) -> tuple[str, ...]:
        """The columns shown beside the name; the default ones when none is chosen."""
        return shown_columns(self.chosen, self.grouping)

    @property
    def offered(self) -> list[tuple[str, str]]:
        return list(COLUMNS.items())

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """The parameters of the address without the columns, for the form that changes the columns."""
        return [(name, value) for name, value in parse_qsl(self.address) if name != "columns"]

    @property
    def address(self) -> str:
        """The conditions as a canonical query string."""
        return canonical(self.data)

    def headings(self) -> list[ColumnHeading]:
        shown = [("name", "项目 / 企业"), *((key, COLUMNS[key]) for key in self.shown)]
        return [heading(key, label, self.order) for key, label in shown]

    @cached_property
    def facets(self) -> dict[str, Facet]:
        """The filters that offer choices, each choice with its count."""
        return {facet.name: facet for facet in Facets(self)}

    def chips(self, year: int) -> list[Chip]:
        """`year`: the list year that the page shows."""
        offered = (
            ("晚点", "late", "1"),
            ("10 亿元以上", "investment_min", "10"),
            (f"{year} 年新开工", "started", str(year)),
            ("报道未具名", "named", "no"),
        )
        return [self._chip(*chip) for chip in offered]

    @cached_property
    def found(self) -> Found | None:
        """What a valid question finds, as a set of the index; None where it asks for a year, which the index lacks."""
        return None if self.list_year else Found(self, register_index(self.today))

    def tabs(self) -> list[Tab]:
        """All, and those that are the reader's in some way, with their counts under the other conditions."""
        chosen = self.form.cleaned_data["mine"]
        kinds = [value for value, _ in MINE if value != "unit" or self._has_unit]
        counts = self._counted_among(self.found, kinds) if self.found else self._counted(kinds)
        labels = {"": "全部", **dict(MINE)}
        return [
            Tab(value, labels[value], counts[value or "all"], is_on=value == chosen) for value in ("", *kinds)
        ]

    def _counted_among(self, found: Found, kinds: list[str]) -> dict[str, int]:
        """One query for each kind but the unit's."""
        unit = self.reader.organisation if self.reader else None
        own = {
            value: found.among(
                found.answered_by(unit) if value == "unit" and unit else numbers_of(self._mine(value)),
                without="mine",
            )
            for value in kinds
        }
        return {"all": found.members(without="mine").bit_count(), **own}

    def _counted(self, kinds: list[str]) -> dict[str, int]:
        """One query."""
        own = {value: Count("pk", filter=Q(pk__in=self._mine(value).values("pk"))) for value in kinds}
        counts: dict[str, int] = self.narrowed(without="mine").aggregate(all=Count("pk"), **own)
        return counts

    @property
    def _has_unit(self) -> bool:
        """Whether the reader's unit has fewer projects than the district."""
        unit = self.reader.organisation if self.reader else None
        return unit is not None and not unit.is_district

    def _mine(self, value: str) -> ProjectQuerySet:
        """Projects of the reader's own unit, in the reader's charge (by name, which is all that is known of a
        contact), or followed by the reader.
        """
        projects = Project.objects.order_by()
        match self.reader, value:
            case User(organisation=Organisation() as unit), "unit":
                return projects.answered_by(unit)
            case User() as reader, "charge":
                return projects.in_charge_of(str(reader))
            case User() as reader, "starred":
                return projects.starred_by(reader)
        return projects.none()

    def by_mine(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return projects.filter(pk__in=self._mine(value).values("pk"))

    def _chip(self, label: str, name: str, value: str) -> Chip:
        is_on = self.data.get(name) == value
        return Chip(label, {name: None if is_on else value, "page": None}, is_on)

    def filter_queryset(self, queryset: ProjectQuerySet) -> ProjectQuerySet:
        """The filtered and sorted projects; none when a condition is invalid."""
        if self.form.errors:
            return queryset.none()
        narrowed = self._narrowed(queryset)
        key, year = self.order.removeprefix("-"), self.list_year
        ordered = narrowed.with_group(self.grouping, year=year, by=self.today)
        ordered = ordered.with_order(key, year=year or self.today.year, by=self.today)
        return ordered.sorted_by(key, descending=self.order.startswith("-"), group=self.grouping)

    @cached_property
    def unsure_starts(self) -> int:
        """How many projects may have started in the year that is asked for: only the last possible day is known."""
        year = None if self.form.errors else self.form.cleaned_data["started"]
        if not year:
            return 0
        others = self.narrowed(without="started")
        return others.perhaps_started_in(year, by=self.today).count()

    def narrowed(self, *, without: str = "") -> ProjectQuerySet:
        """By every condition, or all but one; in no order."""
        return self._narrowed(self.queryset.all(), without=without).order_by()

    def _narrowed(self, queryset: ProjectQuerySet, *, without: str = "") -> ProjectQuerySet:
        """By every condition, or all but one."""
        narrowed = queryset
        for name, value in self.form.cleaned_data.items():
            if name != without:
                narrowed = self.filters[name].filter(narrowed, value)
        if self.form.cleaned_data["state"] != SUCCEEDED:
            narrowed = narrowed.existing_on(self.today)
        return narrowed

    def unchanged(self, projects: ProjectQuerySet, name: str, value: Any) -> ProjectQuerySet:
        return projects

    def by_words(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return projects.matching(value)

    def by_level(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return projects.listed_in(self.list_year, level=value, as_of=self.today)

    def by_year(self, projects: ProjectQuerySet, name: str, value: int) -> ProjectQuerySet:
        """Filter by any list of the year; with a level, the level's filter already includes the year."""
        return projects if self.list_level else projects.listed_in(value, as_of=self.today)

    def by_stage(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        place = None if value == NONE else CHAIN.index(Stage(value))
        return projects.furthest_at(place, by=self.today)

    def by_organisation(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        if value == NONE:
            return projects.filter(organisation=None)
        return projects.answered_by(self.organisations[value])

    def by_industry(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return projects.filter(industry=None if value == NONE else int(value))

    def by_town(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return projects.filter(town=None if value == NONE else int(value))

    def by_least(self, projects: ProjectQuerySet, name: str, value: int) -> ProjectQuerySet:
        return projects.invested_from(value)

    def by_most(self, projects: ProjectQuerySet, name: str, value: int) -> ProjectQuerySet:
        return projects.invested_up_to(value)

    def by_named(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return projects.filter(named=value == "yes")

    def by_state(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        if value == SUCCEEDED:
            return projects.filter(ended_on__lte=self.today)
        return projects.filter(side_state="" if value == ONGOING else value)

    def by_start(self, projects: ProjectQuerySet, name: str, value: int) -> ProjectQuerySet:
        certain = projects.started_in(value)
        if not self.form.cleaned_data["unsure"]:
            return certain
        return certain | projects.perhaps_started_in(value, by=self.today)

    def by_lateness(self, projects: ProjectQuerySet, name: str, value: str) -> ProjectQuerySet:
        return projects.late_on(self.today)


def canonical(data: Mapping[str, Any]) -> str:
    """The conditions of an address in a fixed order, without the page, empty and unknown parameters."""
    asked = data if isinstance(data, QueryDict) else QueryDict(urlencode(data, doseq=True))
    pairs = [
        (name, value) for name in ProjectFilter.base_filters for value in asked.getlist(name) if value.strip()
    ]
    return urlencode(pairs)


def asked_year(data: Mapping[str, Any]) -> int | None:
    """The list year that an address requests; None when there is none or it is not valid."""
    try:
        year: int | None = ProjectFilter.base_filters["year"].field.clean(data.get("year", ""))
    except ValidationError:
        return None
    return year

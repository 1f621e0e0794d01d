"""The filter of the problem ledger."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import django_filters
from django import forms

from projects.filters.fields import ChoiceFilter
from projects.filters.wording import in_words
from projects.models import Organisation, Problem
from projects.models.problem import ProblemQuerySet
from projects.vocabulary import ProblemKind

PROBLEM_STATES = [("open", "未销号"), ("overdue", "已超期"), ("closed", "已销号")]


class ProblemFilter(django_filters.FilterSet):
    """`?q=&kind=&organisation=&state=` of the problem ledger; every parameter is optional."""

    q = django_filters.CharFilter(
        label="搜索",
        method="by_words",
        max_length=100,
        widget=forms.SearchInput({"placeholder": "问题、项目、企业、责任人"}),
    )
    kind = ChoiceFilter(label="类别", choices=ProblemKind.choices, method="by_kind")
    organisation = ChoiceFilter(label="责任单位", method="by_organisation")
    state = ChoiceFilter(label="状态", choices=PROBLEM_STATES, method="by_state")

    class Meta:
        model = Problem
        fields: list[str] = []

    def __init__(
        self,
        data: Mapping[str, Any],
        queryset: ProblemQuerySet,
        *,
        organisations: Iterable[Organisation],
        today: date,
    ) -> None:
        """`queryset`: the problems that the reader may see."""
        super().__init__(data, queryset)
        self.today = today
        self.organisations = {str(unit.pk): unit for unit in organisations}
        self.filters["organisation"].extra["choices"] = [
            (key, unit.name) for key, unit in self.organisations.items()
        ]
        for field in self.form.fields.values():
            field.widget.attrs["aria-label"] = field.label

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.cleaned_data.values())

    @property
    def in_words(self) -> str:
        """The conditions in words, for an exported sheet."""
        return in_words(self.form)

    def by_words(self, problems: ProblemQuerySet, name: str, value: str) -> ProblemQuerySet:
        return problems.matching(value)

    def by_kind(self, problems: ProblemQuerySet, name: str, value: str) -> ProblemQuerySet:
        return problems.of_kind(value)

    def by_organisation(self, problems: ProblemQuerySet, name: str, value: str) -> ProblemQuerySet:
        return problems.answered_by(self.organisations[value])

    def by_state(self, problems: ProblemQuerySet, name: str, value: str) -> ProblemQuerySet:
        match value:
            case "open":
                return problems.open_on(self.today)
            case "overdue":
                return problems.overdue_on(self.today)
            case _:
                return problems.closed_by(self.today)

"""The filter of the problem ledger."""

import django_filters
from django import forms

from projects.filters.fields import ChoiceFilter
from projects.filters.ledgers import LedgerFilter
from projects.models import Problem
from projects.models.problem import ProblemQuerySet
from projects.vocabulary import ProblemKind

PROBLEM_STATES = [("open", "未销号"), ("overdue", "已超期"), ("closed", "已销号")]


class ProblemFilter(LedgerFilter[ProblemQuerySet]):
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

    def by_kind(self, problems: ProblemQuerySet, name: str, value: str) -> ProblemQuerySet:
        return problems.of_kind(value)

    def by_state(self, problems: ProblemQuerySet, name: str, value: str) -> ProblemQuerySet:
        match value:
            case "open":
                return problems.open_on(self.today)
            case "overdue":
                return problems.overdue_on(self.today)
            case _:
                return problems.closed_by(self.today)

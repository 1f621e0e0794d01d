"""The filter of the ledger of decisions (督办)."""

import django_filters
from django import forms

from projects.filters.fields import ChoiceFilter
from projects.filters.ledgers import LedgerFilter
from projects.models import Decision
from projects.models.decision import DecisionQuerySet
from projects.vocabulary import DecisionSource

DECISION_STATES = [("open", "未销号"), ("overdue", "已逾期"), ("asked", "申请销号"), ("closed", "已销号")]


class DecisionFilter(LedgerFilter[DecisionQuerySet]):
    """`?q=&source=&organisation=&state=` of the ledger; every parameter is optional."""

    q = django_filters.CharFilter(
        label="搜索",
        method="by_words",
        max_length=100,
        widget=forms.SearchInput({"placeholder": "事项、来源、项目、承办人"}),
    )
    state = ChoiceFilter(label="状态", choices=DECISION_STATES, method="by_state")
    source = ChoiceFilter(label="来源", choices=DecisionSource.choices, method="by_source")
    organisation = ChoiceFilter(label="承办单位", method="by_organisation")

    class Meta:
        model = Decision
        fields: list[str] = []

    def by_source(self, decisions: DecisionQuerySet, name: str, value: str) -> DecisionQuerySet:
        return decisions.filter(source=value)

    def by_state(self, decisions: DecisionQuerySet, name: str, value: str) -> DecisionQuerySet:
        match value:
            case "open":
                return decisions.open()
            case "overdue":
                return decisions.overdue_on(self.today)
            case "asked":
                return decisions.asked()
            case _:
                return decisions.closed()

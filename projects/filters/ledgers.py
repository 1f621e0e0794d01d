"""What the filters of the two ledgers, problems and decisions, share."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import django_filters

from projects.filters.wording import in_words
from projects.models import Organisation
from projects.models.decision import DecisionQuerySet
from projects.models.problem import ProblemQuerySet


class LedgerFilter[Lines: (ProblemQuerySet, DecisionQuerySet)](django_filters.FilterSet):
    """Words, unit and the day on which a line is open or overdue; what else is asked, each ledger declares."""

    def __init__(
        self, data: Mapping[str, Any], queryset: Lines, *, organisations: Iterable[Organisation], today: date
    ) -> None:
        """`queryset`: the lines that the reader may see."""
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

    def by_words(self, lines: Lines, name: str, value: str) -> Lines:
        return lines.matching(value)

    def by_organisation(self, lines: Lines, name: str, value: str) -> Lines:
        return lines.answered_by(self.organisations[value])

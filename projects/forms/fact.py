"""One fact of a project, changed in its place on the page."""

from typing import Any

from django import forms
from django.http import QueryDict

from projects.forms.fields import VersionField
from projects.forms.merging import Merge
from projects.forms.project import FACTS, ProjectForm
from projects.models import Project
from projects.models.versions import newest_version
from projects.rules.merge import Conflict

MONEY = frozenset({"total_investment", "contract_amount"})
"""Facts whose change needs a reason: totals of the district are made of them."""
NOT_ALONE = frozenset({"organisation", "longitude", "latitude", "foreign_amount", "foreign_currency"})
"""Facts that are changed with another one: a unit with its day, a place by two degrees, an amount with its currency."""
ALONE = frozenset(FACTS) - NOT_ALONE


class FactForm(ProjectForm):
    """The field of the project's own form, with a reason where a rule asks for one."""

    def __init__(self, data: Any, project: Project, name: str) -> None:
        """`name`: one of `ALONE`."""
        super().__init__(data, instance=project, auto_id=f"fact_{name}_%s")
        self.name = name
        kept = [name, "reason"] if name in MONEY else [name]
        self.fields = {field: self.fields[field] for field in kept}
        self.fields |= {"version": VersionField(), "seen": VersionField()}

    @property
    def fact(self) -> forms.BoundField:
        return self[self.name]

    @property
    def why_field(self) -> forms.BoundField | None:
        """Where a reason is asked for."""
        return self["reason"] if "reason" in self.fields else None

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("reason", ""))


class FactDossier:
    """The form of one fact, merged with what others have stored since its base version; `current`: the newest."""

    def __init__(self, data: QueryDict | None, project: Project, name: str) -> None:
        newest = newest_version(Project, project.pk)
        self.current: int | None = newest.history_id if newest else None
        self.conflict: Conflict | None = None
        self.form = FactForm(None, project, name)
        self.form.initial["version"] = self.current
        if data is not None:
            merge = Merge(data, project)
            merge.record(self.form, self.current)
            self.conflict = merge.conflict
            self.form = FactForm(merge.data, project, name)

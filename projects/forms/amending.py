"""Changes of a project by another system through the API: the named facts, validated by the form of the page.

Conflicts are found by the page's own `Merge`; a fact that is left out keeps its current value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.db.models import Field
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils import timezone

from projects.forms.fields import MoneyField
from projects.forms.merging import Merge, as_sent
from projects.forms.project import FACTS, HANDED_ON, ProjectForm
from projects.models import Project
from projects.models.directory import OrganisationQuerySet
from projects.models.versions import ProjectVersions, version_of, versions_of
from projects.rules.merge import Conflict

type Faults = dict[str, list[str]]

MISSING = "请填写。"
NO_SUCH_FACT = "没有这个字段，或者不能在这里修改。"
NO_VERSION = "请填读取时的版本号（整数）。"
NOT_YUAN = "请填整数，单位为元；未知填 null。"
NOT_A_NUMBER = "请填整数；未知填 null。"
NO_KEY = "请填编号（整数）；未知填 null。"
NO_TEXT = "请填文字；未知填空文字。"
UNSAVEABLE = "含有无法保存的字符。"


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A fact that both sides changed, as stored values; a unit or an industry is its key."""

    field: str
    label: str
    before: Any
    theirs: Any
    mine: Any


class Amendment:
    """Changed facts of a project, merged with what others have stored since `version`.

    Nothing may be written while there are `faults` or a `conflict`.
    """

    def __init__(
        self, body: Mapping[str, Any], project: Project, *, organisations: OrganisationQuerySet
    ) -> None:
        """`body`: version, reason and facts; `organisations`: as for `ProjectForm`."""
        self.project = project
        self.versions: ProjectVersions = versions_of(project)
        project.refresh_from_db()
        self.conflict: Conflict | None = None
        shown = ProjectForm(instance=project, organisations=organisations)
        self.theirs = model_to_dict(project)
        self.helpers = [
            entry.organisation for entry in project.participations.helping().select_related("organisation")
        ]
        self.before = self._read(body.get("version"))
        self.form = shown
        self.faults = _misfits(body, shown)
        if not self.faults:
            merge = Merge(self._sent(body, shown), project)
            shown.fields = {name: field for name, field in shown.fields.items() if name in body}
            merge.record(shown, self.versions.project)
            self.conflict = merge.conflict
            self.form = ProjectForm(merge.data, instance=project, organisations=organisations)
            self.faults = faults_of(self.form)
            self._restore(set(FACTS) - set(body))

    @property
    def reason(self) -> str:
        return str(self.form.cleaned_data["reason"])

    @property
    def handed_on(self) -> date:
        """The day from which a new unit answers; one that helped until then helps no more."""
        return self.form.cleaned_data.get(HANDED_ON) or timezone.localdate()

    @property
    def conflicts(self) -> list[FieldConflict]:
        """The conflicts of a body without faults."""
        return [self._conflict(line.name) for line in self.conflict.differences] if self.conflict else []

    def _conflict(self, name: str) -> FieldConflict:
        mine = self.form.cleaned_data[name]
        return FieldConflict(
            field=name,
            label=str(_column(name).verbose_name),
            before=self.before.get(name) if self.before else None,
            theirs=self.theirs[name],
            mine=getattr(mine, "pk", mine),
        )

    def _read(self, version: Any) -> dict[str, Any] | None:
        """The facts at the base version; None when the version does not belong to the project."""
        entry = version_of(self.project, version) if _is_whole(version) else None
        return None if entry is None else model_to_dict(entry)

    def _sent(self, body: Mapping[str, Any], shown: ProjectForm) -> QueryDict:
        """The body as a browser would send it, with the current values of the facts that were left out."""
        sent = QueryDict(mutable=True)
        for name in FACTS:
            field = shown.fields[name]
            sent[name] = _typed(field, body[name]) if name in body else as_sent(field, self.theirs[name])
        version = body["version"]
        sent["version"] = "" if version is None else str(version)
        sent["reason"] = body["reason"]
        sent[HANDED_ON] = body.get(HANDED_ON) or ""
        return sent

    def _restore(self, left_out: set[str]) -> None:
        """Restore values that the form would change, such as trailing spaces, for facts that were left out."""
        for name in left_out:
            setattr(self.project, _column(name).attname, self.theirs[name])


def faults_of(form: forms.BaseForm) -> Faults:
    return {name: [str(message) for message in messages] for name, messages in form.errors.items()}


def _column(name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", Project._meta.get_field(name))


def _misfits(body: Mapping[str, Any], form: ProjectForm) -> Faults:
    """Faults of missing and unknown facts and of wrong JSON types; the form validates the rest."""
    faults: Faults = {name: [MISSING] for name in ("version", "reason") if name not in body}
    for name, value in body.items():
        if name == "version":
            fault = "" if value is None or _is_whole(value) else NO_VERSION
        elif name in form.fields:
            fault = _misfit(form.fields[name], value)
        else:
            fault = NO_SUCH_FACT
        if fault:
            faults[name] = [fault]
    return faults


def _misfit(field: forms.Field, value: Any) -> str:
    """The sentence that says why the type of a value is wrong; "" when it is right."""
    for kind, fault in (
        (MoneyField, NOT_YUAN),
        (forms.IntegerField, NOT_A_NUMBER),
        (forms.ModelChoiceField, NO_KEY),
    ):
        if isinstance(field, kind):
            return "" if value is None or _is_whole(value) else fault
    if not isinstance(value, str):
        return NO_TEXT
    return "" if _can_be_stored(value) else UNSAVEABLE


def _typed(field: forms.Field, value: Any) -> str:
    """A valid value as a person would type it: an amount with its unit, 元."""
    if value is None:
        return ""
    return f"{value}元" if isinstance(field, MoneyField) else str(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _can_be_stored(text: str) -> bool:
    """Whether a database can store the text: JSON can contain half a character (a lone surrogate)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

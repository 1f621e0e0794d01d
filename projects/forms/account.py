"""Forms of accounts in the admin: a role that reads the figures of a unit needs the unit."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UserChangeForm, UserCreationForm

from projects.models import Organisation
from projects.rules.duties import duties_fault
from projects.vocabulary import Role

NEEDS_UNIT = frozenset({Role.LEADER, Role.STAFF})
UNIT_MISSING = "“{}”须有所属单位：看到哪些项目和数字由所属单位决定。"


class _WithUnit(forms.ModelForm):  # type: ignore[type-arg]
    """The validation that both forms of an account share."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields.get("organisation")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Organisation.objects.open(kept=self.instance.organisation_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        groups = cleaned["groups"] if "groups" in cleaned else self._own_groups()
        names = {group.name for group in groups}
        held = [role for role in Role if role.label in names]
        roles = [role.label for role in held if role in NEEDS_UNIT]
        if fault := duties_fault(held, separate=settings.SEPARATE_DUTIES):
            self.add_error("groups" if "groups" in self.fields else None, fault)
        asked = cleaned.get("organisation", self.instance.organisation)
        if roles and asked is None and "organisation" not in self.errors:
            self.add_error(
                "organisation" if "organisation" in self.fields else None,
                UNIT_MISSING.format("”“".join(roles)),
            )
        return cleaned

    def _own_groups(self) -> Any:
        """Keep the current roles: users may not change their own."""
        return self.instance.groups.all() if self.instance.pk else ()


class NewAccountForm(_WithUnit, UserCreationForm):  # type: ignore[type-arg]
    """A new account with its roles and its unit."""


class AccountForm(_WithUnit, UserChangeForm):  # type: ignore[type-arg]
    """An existing account."""

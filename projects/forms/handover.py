"""Forms of a handover: whose projects, to whom, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms

from projects.forms.fields import LARGEST_KEY, reason_field
from projects.models import Organisation, Project
from projects.models.organisation import OrganisationQuerySet


class WhoseForm(forms.Form):
    """`?contact=&organisation=`: the person, and the unit when the name is ambiguous."""

    contact = forms.ChoiceField(label="现责任人")
    organisation = forms.ModelChoiceField(
        label="责任单位", queryset=Organisation.objects.none(), required=False, empty_label="全部"
    )

    def __init__(
        self, data: Any, *, contacts: Sequence[tuple[str, int]], organisations: OrganisationQuerySet
    ) -> None:
        """`contacts`: each person in charge with the number of projects."""
        super().__init__(data)
        people, units = self.fields["contact"], self.fields["organisation"]
        assert isinstance(people, forms.ChoiceField)
        assert isinstance(units, forms.ModelChoiceField)
        people.choices = [("", "请选择"), *((name, f"{name}（{count} 个）") for name, count in contacts)]
        units.queryset = organisations


class HandoverForm(forms.Form):
    """`expected`: the number of projects that the user was shown."""

    to = forms.CharField(label="新责任人", max_length=Project._meta.get_field("contact").max_length)
    phone = forms.CharField(
        label="联系电话", max_length=Project._meta.get_field("contact_phone").max_length, required=False
    )
    reason = reason_field("请写明移交的原因。", help_text="例如：岗位调整；会进入每个项目的历史记录")
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_KEY)

"""Forms of keys of the API: a new one for oneself or for another account, and revoking one."""

import re
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from projects.forms.fields import LARGEST_KEY, DayField, reason_field
from projects.models import ApiKey, Organisation, User
from projects.models.api_key import KeyFacts
from projects.models.organisation import OrganisationQuerySet
from projects.models.person import PersonQuerySet
from projects.rules.broken import shortened
from projects.vocabulary import KeyScope

SEPARATORS = re.compile(r"[\s,，、;；]+")
LONGEST_NETWORKS = ApiKey._meta.get_field("networks").max_length or 0


class NetworksField(forms.CharField):
    """Addresses and networks, kept separated by commas."""

    def to_python(self, value: Any) -> str:
        words = [word for word in SEPARATORS.split(str(super().to_python(value) or "")) if word]
        return ",".join(dict.fromkeys(map(_network, words)))


def _network(word: str) -> str:
    try:
        network = ip_network(word)
    except ValueError as error:
        raise ValidationError(
            f"“{shortened(word)}”不是 IP 地址或网段，例如 10.1.2.3 或 10.1.2.0/24。"
        ) from error
    return str(network.network_address) if network.num_addresses == 1 else str(network)


class NewKeyForm(forms.Form):
    """A new key of the signed-in user."""

    name = forms.CharField(label="用途", max_length=50, help_text="哪个系统用它做什么，例如：市平台取数")
    scope = forms.ChoiceField(label="能做什么", choices=KeyScope)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="限于单位",
        required=False,
        empty_label="不限：与账号相同",
        help_text="含下级单位",
    )
    expires_on = DayField(label="有效至")
    networks = NetworksField(
        label="限于地址",
        max_length=LONGEST_NETWORKS,
        required=False,
        help_text="IP 地址或网段，用逗号分开；不填则不限",
    )

    def __init__(self, *args: Any, units: OrganisationQuerySet, writes: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        unit, scope = self.fields["organisation"], self.fields["scope"]
        assert isinstance(unit, forms.ModelChoiceField)
        assert isinstance(scope, forms.ChoiceField)
        unit.queryset = units
        scope.choices = [(each.value, each.label) for each in KeyScope if writes or each == KeyScope.READ]
        most = settings.API_KEY_MOST_DAYS
        self.fields["expires_on"].help_text = f"最长 {most} 天；到期后换一个新的"
        self.fields["expires_on"].initial = timezone.localdate() + timedelta(days=most)

    def clean_expires_on(self) -> Any:
        last, today = self.cleaned_data["expires_on"], timezone.localdate()
        if not today <= last <= today + timedelta(days=settings.API_KEY_MOST_DAYS):
            raise ValidationError(f"应在今天到 {settings.API_KEY_MOST_DAYS} 天以后之间。")
        return last

    @property
    def facts(self) -> KeyFacts:
        """What was filled in; of a valid form."""
        data = self.cleaned_data
        return KeyFacts(
            name=data["name"],
            scope=KeyScope(data["scope"]),
            organisation=data["organisation"],
            expires_on=data["expires_on"],
            networks=data["networks"],
        )


class IssuedKeyForm(NewKeyForm):
    """A new key of any account, for administrators."""

    owner = forms.ModelChoiceField(User.objects.none(), label="账号", help_text="密钥的权限不超过这个账号")
    field_order = ("owner",)

    def __init__(self, *args: Any, owners: PersonQuerySet, **options: Any) -> None:
        super().__init__(*args, **options)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ModelChoiceField)
        owner.queryset = owners

    @property
    def owner_chosen(self) -> User:
        person: User = self.cleaned_data["owner"]
        return person


class RevokedKeyForm(forms.Form):
    """Which key is ended, and why."""

    key = forms.IntegerField(min_value=1, max_value=LARGEST_KEY, widget=forms.HiddenInput)
    reason = reason_field("请写明撤销的原因。")

"""The form of a robot or another system. Its address and its secret are typed in and never shown again."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from projects.forms.fields import reason_field
from projects.models import Organisation, Receiver
from projects.models.receiver import TOLD
from projects.rules.broken import RuleBroken
from projects.rules.outgoing import target_of
from projects.vocabulary import MAILED, NoticeKind, ReceiverService

UNCHANGED = "不填则不变"
USUAL = [kind.value for kind in TOLD if kind in MAILED or kind == NoticeKind.SEALED]


class ReceiverForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new one, or a change of one: then the kind of service stays, and what is left empty stays, too."""

    address = forms.CharField(
        label="地址",
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="机器人的 Webhook 地址，整段复制；等于钥匙，加密保存，保存后不再显示",
    )
    secret = forms.CharField(
        label="加签密钥",
        max_length=200,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        help_text="钉钉、飞书机器人安全设置里的“加签”“签名校验”密钥；没有则不填",
    )
    kinds = forms.MultipleChoiceField(
        label="发哪几类",
        choices=[(kind.value, kind.label) for kind in TOLD],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一类。"},
    )
    reason = reason_field("请写明原因。", help_text="会进入历史")

    class Meta:
        model = Receiver
        fields = ["name", "service", "address", "secret", "audience", "kinds"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        unit = self.fields["audience"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = Organisation.objects.open().below_district()
        unit.empty_label = "全区"
        if self.instance.pk is None:
            self.initial["kinds"] = USUAL
            return
        del self.fields["service"]
        if not self.instance.is_robot:
            del self.fields["secret"]
        for name in ("address", "secret"):
            self.initial[name] = ""
            if name in self.fields:
                self.fields[name].required = False
                self.fields[name].help_text = UNCHANGED

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"] or "")
        if not typed:
            return str(self.instance.address)
        try:
            target_of(typed, settings.OUTGOING_HOSTS)
        except RuleBroken as broken:
            raise ValidationError(str(broken)) from broken
        return typed

    def clean(self) -> dict[str, Any]:
        """The secret of another system is of our making, and one that was typed before stays where none is typed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        service = data.get("service") or self.instance.service
        if service == ReceiverService.WEBHOOK or not data.get("secret"):
            data["secret"] = self.instance.secret
        return data

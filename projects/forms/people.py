"""Forms of accounts: a person's facts and rights, several people from a sheet, one's own facts and password."""

import csv
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils import timezone

from projects.forms.account import NEEDS_UNIT, UNIT_MISSING
from projects.forms.fields import LinesField, reason_field
from projects.models import Organisation, User
from projects.models.account import PersonFacts
from projects.rules.broken import shortened
from projects.rules.duties import duties_fault
from projects.vocabulary import AccountState, Role, role_words

LONGEST_NAME = 50
MOST_PEOPLE = 200
"""People that are pasted at once."""
HEADINGS = ("姓名", "账号", "角色", "单位", "电话")
EMPTY_CELLS = frozenset({"", "-", "—", "无"})
TEXT_FIELDS: dict[str, Field[Any, Any]] = {
    "账号": User._meta.get_field("username"),
    "电话": User._meta.get_field("phone"),
}
"""What checks the texts of a pasted line; whether an account is taken is asked for all lines at once."""
NAME_FIELD = forms.CharField(max_length=LONGEST_NAME)


class PeopleQuestionForm(forms.Form):
    """`?words=&state=&never=` of the list of people."""

    words = forms.CharField(
        label="查找",
        max_length=100,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "姓名、账号、单位、电话", "aria-label": "查找"}
        ),
    )
    state = forms.ChoiceField(label="状态", choices=[("", "全部"), *AccountState.choices], required=False)
    never = forms.BooleanField(label="从未登录", required=False)


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts and rights of an account, for those who keep it."""

    name = forms.CharField(label="姓名", max_length=LONGEST_NAME)
    roles = forms.MultipleChoiceField(
        label="角色",
        widget=forms.CheckboxSelectMultiple,
        help_text="看到哪些项目由单位决定，能做什么由角色决定",
    )

    class Meta:
        model = User
        fields = ["username", "organisation", "phone", "email"]
        labels = {"username": "账号", "organisation": "单位", "email": "邮箱"}
        help_texts = {"username": "登录用，字母、数字和 @/./+/-/_"}

    field_order = ["name", "username", "roles", "organisation", "phone", "email", "reason"]

    def __init__(self, *args: Any, grantable: Collection[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        held = self.instance.roles if self.instance.pk else frozenset()
        roles = self.fields["roles"]
        assert isinstance(roles, forms.MultipleChoiceField)
        roles.choices = [(role.value, role.label) for role in Role if role in grantable or role in held]
        roles.required = False
        if self.instance.pk:
            self.initial.update(name=str(self.instance), roles=[role.value for role in held])
        unit = self.fields["organisation"]
        assert isinstance(unit, forms.ModelChoiceField)
        unit.queryset = Organisation.objects.open(kept=self.instance.organisation_id)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = frozenset(Role(value) for value in cleaned.get("roles", []))
        if fault := duties_fault(chosen, separate=settings.SEPARATE_DUTIES):
            self.add_error("roles", fault)
        fault = unit_missing(chosen, cleaned.get("organisation"))
        if fault and "organisation" not in self.errors:
            self.add_error("organisation", fault)
        return cleaned

    @property
    def facts(self) -> PersonFacts:
        """What was filled in; of a valid form."""
        data = self.cleaned_data
        return PersonFacts(
            name=data["name"],
            username=data["username"],
            roles=frozenset(Role(value) for value in data["roles"]),
            organisation=data["organisation"],
            phone=data["phone"],
            email=data["email"],
        )


class NewPersonForm(PersonForm):
    """A new account, with at least one role: without one nobody gets in."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].required = True
        self.fields["roles"].error_messages["required"] = "请选择角色：没有角色的账号打不开任何页面。"


class ChangedPersonForm(PersonForm):
    reason = reason_field("请写明原因。", help_text="例如：岗位调整；会进入账号记录")


class WhyForm(forms.Form):
    """The reason of an act on an account."""

    reason = reason_field("请写明原因。", help_text="会进入账号记录")


class LiftAddressForm(WhyForm):
    """The reason to lift the limit of an address."""

    address = forms.GenericIPAddressField(widget=forms.HiddenInput)


class OwnFactsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What people change of their own account."""

    name = forms.CharField(label="姓名", max_length=LONGEST_NAME)

    class Meta:
        model = User
        fields = ["phone", "email", "amount_unit"]
        labels = {"email": "邮箱"}

    field_order = ["name", "phone", "email", "amount_unit"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial["name"] = str(self.instance)


class OwnPasswordForm(PasswordChangeForm):
    """Django's own form; a password is not kept by typing it again, nor changed again and again to get it back."""

    def clean_new_password1(self) -> str:
        new = str(self.cleaned_data.get("new_password1") or "")
        if new and self.user.check_password(new):
            raise ValidationError("新密码不能和现在的密码相同。")
        return new

    def clean(self) -> dict[str, Any]:
        next_change = self.user.password_set_at + timedelta(days=settings.PASSWORD_LEAST_DAYS)
        if not self.user.must_change_password and timezone.now() < next_change:
            again = timezone.localtime(next_change)
            raise ValidationError(f"密码刚改过，{again:%Y-%m-%d %H:%M} 后才能再改；急用请联系管理员重发。")
        return super().clean() or self.cleaned_data


def unit_missing(roles: Collection[Role], unit: Organisation | None) -> str:
    """Why an account of these roles needs a unit, "" where it has one or needs none."""
    needing = [role.label for role in Role if role in roles and role in NEEDS_UNIT]
    return UNIT_MISSING.format("”“".join(needing)) if needing and unit is None else ""


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line of a pasted block: what it says, and why it cannot be taken, "" where it can."""

    number: int
    cells: tuple[str, ...]
    facts: PersonFacts | None
    fault: str = ""


class PastedPeopleForm(forms.Form):
    """Several people copied from a sheet: 姓名, 账号, 角色, 单位, 电话 in this order or under these headings."""

    block = LinesField(
        label="从表格粘贴",
        max_length=40_000,
        help_text="在 Excel 里选中几行复制，贴到这里；列的顺序：姓名、账号、角色、单位、电话，有表头时按表头认",
        error_messages={"required": "请先粘贴表格里的几行。"},
    )
    reason = reason_field("请写明原因。", help_text="例如：2027 年各镇经办名单；会进入账号记录")

    def __init__(self, *args: Any, grantable: Collection[Role], **options: Any) -> None:
        super().__init__(*args, **options)
        self.grantable = grantable
        self.lines: list[PastedLine] = []

    def clean_block(self) -> str:
        block = str(self.cleaned_data["block"])
        try:
            rows = list(csv.reader(StringIO(block, newline=""), delimiter="\t"))
        except csv.Error as fault:
            raise ValidationError("粘贴的内容不是表格：请在 Excel 里选中单元格后复制。") from fault
        numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
        order: Mapping[str, int] = {name: at for at, name in enumerate(HEADINGS)}
        if numbered and set(HEADINGS[:2]) <= {cell.strip() for cell in numbered[0][1]}:
            heads = [cell.strip() for cell in numbered.pop(0)[1]]
            order = {name: heads.index(name) for name in HEADINGS if name in heads}
        if not numbered:
            raise ValidationError("只有表头，没有人员。")
        if len(numbered) > MOST_PEOPLE:
            raise ValidationError(f"一次最多 {MOST_PEOPLE} 人，这里有 {len(numbered)} 行。")
        self.lines = self._judged([(number, _cells(row, order)) for number, row in numbered])
        return block

    @property
    def is_ready(self) -> bool:
        return bool(self.lines) and not any(line.fault for line in self.lines)

    @property
    def people(self) -> list[PersonFacts]:
        """Of a form that is ready."""
        return [line.facts for line in self.lines if line.facts is not None]

    def _judged(self, rows: list[tuple[int, tuple[str, ...]]]) -> list[PastedLine]:
        """Each line by the fields of the page's own form; two queries for any number of lines."""
        taken = set(
            User.objects.filter(username__in={cells[1] for _, cells in rows}).values_list(
                "username", flat=True
            )
        )
        opened = Organisation.objects.open()
        units = {name: unit for unit in opened for name in (unit.name, unit.short_name) if name}
        lines = []
        for number, cells in rows:
            facts, fault = self._read(cells, units)
            if not fault and cells[1] in taken:
                fault = f"账号“{cells[1]}”已经有人用了，或在上面出现过。"
            taken.add(cells[1])
            lines.append(PastedLine(number, cells, None if fault else facts, fault))
        return lines

    def _read(
        self, cells: tuple[str, ...], units: Mapping[str, Organisation]
    ) -> tuple[PersonFacts | None, str]:
        """The facts of a line, or why it cannot be taken."""
        name, username, role_names, unit_name, phone = cells
        if fault := _text_fault(name, {"账号": username, "电话": phone}):
            return None, fault
        known = {role.label: role for role in self.grantable}
        words = [word.strip() for word in re.split("[、，,/ ]", role_names) if word.strip()]
        if not words:
            return None, "没有写角色。"
        if unknown := [word for word in words if word not in known]:
            return None, f"角色“{shortened(unknown[0])}”不能用；可以写：{role_words(self.grantable)}。"
        if unit_name and unit_name not in units:
            return None, f"没有叫“{shortened(unit_name)}”的单位。"
        roles, unit = frozenset(known[word] for word in words), units.get(unit_name)
        fault = duties_fault(roles, separate=settings.SEPARATE_DUTIES) or unit_missing(roles, unit)
        return PersonFacts(name, username, roles, unit, phone), fault


def _cells(row: list[str], order: Mapping[str, int]) -> tuple[str, ...]:
    """The cells of a line in the order of `HEADINGS`; a placeholder for nothing is nothing."""
    texts = [row[at].strip() if (at := order.get(name, len(row))) < len(row) else "" for name in HEADINGS]
    return tuple("" if text in EMPTY_CELLS else text for text in texts)


def _text_fault(name: str, texts: Mapping[str, str]) -> str:
    """Why one of the texts of a line cannot be stored, "" for nothing."""
    label = "姓名"
    try:
        NAME_FIELD.clean(name)
        for label, text in texts.items():
            TEXT_FIELDS[label].clean(text, None)
    except ValidationError as fault:
        return f"{label}：{fault.messages[0]}"
    return ""

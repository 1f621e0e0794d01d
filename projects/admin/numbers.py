"""Targets, light rules, and published or sealed numbers."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from projects.admin.recording import ReasonedForm, RecordedAdmin
from projects.forms.fields import MoneyField
from projects.models import Bulletin, Figure, LightRule, Target
from projects.rules import lights
from projects.rules.money import MoneyUnit
from projects.rules.typed import narrow, whole_number
from projects.templatetags import formats
from projects.vocabulary import MONEY_INDICATORS, BulletinKind, Unit

AMOUNT_HELP = "金额以元计，也可写明单位，如 110.3亿元；其余写整数"


class AmountForm(ReasonedForm):
    """A form whose amount is money or a count, depending on the indicator."""

    amount = MoneyField(label="数值", unit=MoneyUnit.YUAN, required=False, help_text=AMOUNT_HELP)

    def is_money(self) -> bool:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        super().clean()
        typed = str(self.data.get(self.add_prefix("amount"), "")).strip()
        if "amount" not in self.errors and typed and not typed.isdecimal() and not self.is_money():
            self.add_error("amount", ValidationError("这里填整数，不带单位。"))
        return self.cleaned_data


class CurveAdminField(forms.CharField):
    """Twelve cumulative numbers, typed in one line."""

    def prepare_value(self, value: Any) -> Any:
        return "，".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        numbers = re.split(r"[\s,，、]+", (super().to_python(value) or "").strip())
        if numbers == [""]:
            return None
        whole = [whole_number(narrow(number)) for number in numbers]
        if None in whole:
            raise ValidationError("逐月累计计划须为十二个整数，用逗号分开。")
        return whole

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class TargetAdminForm(AmountForm):
    curve = CurveAdminField(
        label="逐月累计计划", required=False, help_text="一月至十二月的累计值，用逗号分开"
    )

    def is_money(self) -> bool:
        return self.cleaned_data.get("indicator") in MONEY_INDICATORS


class FigureForm(AmountForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields.get("bulletin")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Bulletin.objects.filter(kind=BulletinKind.PUBLISHED)

    def is_money(self) -> bool:
        return self.cleaned_data.get("unit") == Unit.YUAN


class BulletinForm(ReasonedForm):
    """Numbers published elsewhere; sealed bulletins are made by sealing a month and are read only."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is None:
            self.instance.kind = BulletinKind.PUBLISHED
        if "source" in self.fields:
            self.fields["source"].required = True


@admin.register(Target)
class TargetAdmin(RecordedAdmin):
    form = TargetAdminForm
    list_display = ("year", "indicator", "level", "organisation", "amount_column", "due_month", "stated_met")
    list_display_links = ("year", "indicator")
    list_filter = ("year", "indicator", "level", "stated_met", "organisation")
    list_select_related = ("organisation",)
    search_fields = ("organisation__name",)
    fields = (
        "year",
        "indicator",
        "level",
        "organisation",
        "amount",
        "due_month",
        "curve",
        "stated_met",
        "source",
        "source_paragraph",
        "accepted_reason",
    )

    @admin.display(description="目标值", ordering="amount")
    def amount_column(self, target: Target) -> str | None:
        return _amount(target.amount, is_money=target.indicator in MONEY_INDICATORS)


class LightRuleForm(ReasonedForm):
    """A light rule; the meaning of each family is shown beside the thresholds."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "family" in self.fields:
            meanings = ((family.label, words) for family, words in lights.MEANINGS.items())
            each = format_html_join("", "<b>{}</b>：{}<br>", meanings)
            self.fields["family"].help_text = format_html("{}{}", each, lights.HOW_THEY_MEET)


@admin.register(LightRule)
class LightRuleAdmin(RecordedAdmin):
    form = LightRuleForm
    list_display = ("family", "yellow", "red", "red_after", "until_green", "steps", "applies_from", "note")
    list_filter = ("family",)
    date_hierarchy = "applies_from"
    search_fields = ("note",)
    fields = ("family", "yellow", "red", "applies_from", "red_after", "until_green", "steps", "note")


@admin.register(Bulletin)
class BulletinAdmin(RecordedAdmin):
    form = BulletinForm
    list_display = (
        "title",
        "kind",
        "as_of",
        "level",
        "organisation",
        "figure_count",
        "sealed_by",
        "sealed_at",
    )
    list_filter = ("kind", "year", "level")
    list_select_related = ("organisation", "sealed_by")
    search_fields = ("title", "note")
    date_hierarchy = "as_of"
    readonly_fields = ("kind", "sealed_by", "sealed_at", "content", "digest", "previous_digest")
    fields = ("title", "year", "as_of", "level", "organisation", "source", "note", *readonly_fields)

    def is_closed(self, subject: Bulletin) -> bool:
        return subject.kind == BulletinKind.SEALED

    def get_queryset(self, request: HttpRequest) -> QuerySet[Bulletin]:
        return super().get_queryset(request).annotate(figure_count=Count("figures"))

    @admin.display(description="数字", ordering="figure_count")
    def figure_count(self, bulletin: Any) -> int:
        return bulletin.figure_count


@admin.register(Figure)
class FigureAdmin(RecordedAdmin):
    form = FigureForm
    fixed = ("bulletin",)
    list_display = (
        "label",
        "bulletin",
        "topic",
        "level",
        "organisation",
        "amount_column",
        "growth",
        "printed",
        "paragraph",
    )
    list_filter = ("bulletin", "topic", "level", "unit")
    list_select_related = ("bulletin", "organisation")
    search_fields = ("label", "code", "printed", "statement")
    fields = (
        "bulletin",
        "position",
        "topic",
        "code",
        "label",
        "level",
        "organisation",
        "unit",
        "amount",
        "share",
        "growth",
        "printed",
        "statement",
        "paragraph",
    )

    def is_closed(self, subject: Figure) -> bool:
        return subject.bulletin.kind == BulletinKind.SEALED

    @admin.display(description="数值", ordering="amount")
    def amount_column(self, figure: Figure) -> str | None:
        return _amount(figure.amount, is_money=figure.unit == Unit.YUAN)


def _amount(amount: int | None, *, is_money: bool) -> str | None:
    """Money in 亿元 with its unit, the rest as a plain number."""
    if amount is None:
        return None
    return f"{formats.yi(amount)}亿元" if is_money else formats.count(amount)

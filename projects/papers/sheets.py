"""Project cards and 调度表 of an order: what their figures are asked, and what stands on them besides."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from projects import access
from projects.figures.cards import known_cards
from projects.figures.past_list import past_rows, past_totals
from projects.models import User
from projects.models.district import current_district
from projects.papers.cards import MOST_CARDS, CardsAsked, card_fields, cards_pdf
from projects.papers.dispatch import DispatchTable
from projects.papers.frozen import Frozen, Made
from projects.rules.broken import RuleBroken
from projects.rules.layouts import known_columns
from projects.templatetags.formats import day
from projects.vocabulary import MADE_UP

if TYPE_CHECKING:
    from projects.figures.dispatch import DispatchRow

TOO_MANY = "这个范围有 {} 个项目，一次最多打 {} 页。请缩小范围。"
NOBODY = "这个范围在这一天没有项目，没有可打的页。"


def cards(basis: Frozen) -> Made:
    order, scope = basis.order, basis.scope
    keys = [row.pk for row in past_rows(scope) if row.pk is not None]
    if not 0 < len(keys) <= MOST_CARDS:
        raise RuleBroken(TOO_MANY.format(len(keys), MOST_CARDS) if keys else NOBODY)
    reader = User.objects.with_roles().get(pk=order.asked_by_id)
    found = known_cards(
        keys, problems=access.readable_problems(reader), as_of=order.as_of, known_at=order.known_at
    )
    district = current_district()
    known = timezone.localtime(order.known_at)
    asked = CardsAsked(
        head=f"{district.name}{district.product} · 一项目一档",
        printed_at=known,
        address=order.page_address,
        folder=settings.FONTS_DIR,
        mark=MADE_UP if settings.DEMO else "",
        basis=f"按 {day(known.date())} {known:%H:%M} 前录入的台账",
    )
    return cards_pdf(found, asked), card_fields(found)


def _table(basis: Frozen, rows: "Sequence[DispatchRow]") -> DispatchTable:
    order = basis.order
    known = timezone.localtime(order.known_at)
    notes = [
        f"范围：{order.scope_words}；截至 {day(order.as_of)}；按 {day(known.date())} {known:%H:%M} 前录入的台账",
        "单位：亿元；空白为未知，不是零；月报审核后计入",
        *([MADE_UP] if settings.DEMO else []),
    ]
    return DispatchTable(
        basis.scope,
        rows,
        past_totals(basis.scope),
        columns=known_columns(order.columns),
        notes=notes,
        with_phones=order.with_phones,
    )


def table_excel(basis: Frozen, rows: "Sequence[DispatchRow]") -> Made:
    table = _table(basis, rows)
    return table.xlsx(basis.order.known_at), table.fields


def table_word(basis: Frozen, rows: "Sequence[DispatchRow]") -> Made:
    table = _table(basis, rows)
    return table.docx(basis.order.known_at), table.fields

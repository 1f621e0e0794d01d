"""The cells of a row of the project list, a function for each column.

A page has 550 of them: a template that finds out for each which column it is took two thirds of the page's time. What
a cell says is escaped by `format_html`. `row` is a `ProjectRow`.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.dateformat import format as formatted
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from projects.rules.completion import Completion
from projects.rules.phones import masked
from projects.templatetags.charts import drawn_bullet
from projects.templatetags.formats import list_name, percent, yi_in_column
from projects.vocabulary import Light

register = template.Library()

LONGEST_PROGRESS = 40
WHY = '{}<span class="why">：{}</span>'
"""A light of the rules; a wide table shows why as the title of the cell only."""
QUIET = '<span class="quiet">{}</span>'
NOTHING = format_html(QUIET, "—")
UNKNOWN_UNIT = format_html(QUIET, "未明确")
NO_STAGE = format_html(QUIET, "无")
LIGHTS = {Light.RED: "late", Light.YELLOW: "warn", Light.GREEN: "good"}


@register.simple_tag
def row_cells(row: Any, columns: Iterable[str]) -> SafeString:
    """The cells of these columns, one behind the other."""
    return format_html_join("", "{}", ((CELLS[column](row),) for column in columns))


@register.simple_tag
def star(project: Any, starred: bool, is_swapped: bool = False) -> SafeString:
    """Follow a project: a button of the form `stars`; `is_swapped`: it takes the place of the one that was pressed."""
    address, chosen = record_url("project_star", project.pk), "0" if starred else "1"
    return format_html(
        '<button class="star" form="stars" name="starred" value="{}" formaction="{}" aria-pressed="{}"'
        ' aria-label="关注{}"{} hx-post="{}" hx-vals=\'{{"starred": "{}"}}\' hx-params="starred" hx-target="this"'
        ' hx-swap="outerHTML settle:0ms">{}</button>',
        chosen,
        address,
        "true" if starred else "false",
        project.name,
        AUTOFOCUS if is_swapped else "",
        address,
        chosen,
        "★" if starred else "☆",
    )


@register.simple_tag
def row_acts(row: Any, here: str, undone: str = "") -> SafeString:
    """What can be done to the project of a row at once; `here`: the address of the list, to come back to."""
    project, mark = row.project, row.timeline.next
    if not row.may_write:
        return NOT_THERE
    if project.side_state:
        words = '<a class="btn btn-small" href="{}" aria-label="恢复推进：{}">恢复推进</a>'
        return format_html(words, record_url("project_state", project.pk), project.name)
    if mark is None:
        return NOT_THERE
    reach = _act(row, "登记", f"登记{mark.stage.label}", "reach", here, AUTOFOCUS if undone else "")
    postpone = _act(row, "推迟", "推迟", "postpone", here) if mark.current else ""
    return format_html('<span class="acting joint">{}{}</span>', reach, postpone)


def _act(row: Any, verb: str, words: str, code: str, here: str, focus: str = "") -> SafeString:
    project, stage = row.project, row.timeline.next.stage
    return format_html(
        '<a class="btn btn-small" href="{}?next={}" hx-get="{}?act={}" aria-label="{}{}：{}"{}>{}</a>',
        record_url("project_milestone", project.pk, stage),
        quote(here, safe=""),
        record_url("project_update", project.pk, stage),
        code,
        verb,
        stage.label,
        project.name,
        focus,
        words,
    )


def record_url(name: str, pk: int, *more: str) -> str:
    """The address of one record; what is beside its number is asked of the resolver once."""
    before, behind = _around(get_script_prefix(), name, more)
    return f"{before}{pk}{behind}"


@lru_cache(maxsize=200)
def _around(prefix: str, name: str, more: tuple[str, ...]) -> tuple[str, str]:
    """What stands before and behind the number; `prefix`: where the site is mounted, which decides the address."""
    before, _, behind = reverse(name, args=[SOME_NUMBER, *more]).rpartition(str(SOME_NUMBER))
    return before, behind


SOME_NUMBER = 9_876_543_210
AUTOFOCUS, NOT_THERE = SafeString(" autofocus"), SafeString("")


def _level(row: Any) -> SafeString:
    if not row.levels:
        return format_html('<td class="lv">{}</td>', NOTHING)
    year = f" {row.other_year} 年" if row.other_year else ""
    names = ((level, list_name(level)) for level in row.levels)
    places = ((level, f"{name}{year}", name[0]) for level, name in names)
    marks = format_html_join("", '<abbr class="{}" title="{}">{}</abbr>', places)
    if not row.other_year:
        return format_html('<td class="lv"><span class="levels">{}</span></td>', marks)
    shown = '<td class="lv"><span class="levels past">{}<small>{}</small></span></td>'
    return format_html(shown, marks, row.other_year)


def _amount(label: str, yuan: int | None, unknown: str) -> SafeString:
    if yuan is None:
        shown = format_html(QUIET, unknown)
        return format_html('<td class="num" data-label="{}">{}</td>', label, shown)
    return format_html('<td class="num" data-label="{}">{}</td>', label, yi_in_column(yuan))


def _rate(row: Any) -> SafeString:
    return format_html('<td data-label="完成率">{}</td>', _meter(row.completion))


def _meter(completion: Completion) -> SafeString:
    """As `components/meter.html`."""
    bullet = drawn_bullet(completion)
    if bullet is None:
        return NOTHING
    drawing = format_html(
        '<svg class="bullet" viewBox="0 0 100 20" preserveAspectRatio="none" role="img" aria-label="完成 {}，时间 {}">'
        '<rect class="track" x="0" y="4" width="80" height="12"/>'
        '<rect class="bar {}" x="0" y="6" width="{}" height="8"/>'
        '<line class="time" x1="{}" x2="{}" y1="1" y2="19" vector-effect="non-scaling-stroke"/></svg>',
        share := percent(completion.share),
        percent(completion.time_share),
        bullet.bar_class,
        bullet.bar,
        bullet.time,
        bullet.time,
    )
    return format_html('<span class="meter">{}<span class="num">{}</span></span>', drawing, share)


def _progress(row: Any) -> SafeString:
    told = row.progress
    if told is None:
        return format_html('<td class="say">{}</td>', NOTHING)
    return format_html(
        '<td class="say" title="{}：{}">{} <small>{}</small></td>',
        formatted(told.month, "Y年n月"),
        told.words,
        Truncator(told.words).chars(LONGEST_PROGRESS),
        formatted(told.month, "n月"),
    )


def _organisation(row: Any) -> SafeString:
    unit = row.project.organisation
    if unit is None:
        return format_html('<td class="key whose" data-label="责任单位">{}</td>', UNKNOWN_UNIT)
    return format_html('<td class="key whose" data-label="责任单位" title="{}">{}</td>', unit, unit)


def _stage(row: Any) -> SafeString:
    track = row.timeline.track
    dots = format_html_join("", '<i class="{}"></i>', ((mark.mark,) for mark in track))
    furthest = row.timeline.furthest
    return format_html(
        '<td class="track"><span class="steps" role="img" aria-label="{} 个阶段已过 {} 个">{}</span>'
        "<small>{}</small></td>",
        len(track),
        row.timeline.done,
        dots,
        furthest.label if furthest else "尚无节点",
    )


def _next(row: Any) -> SafeString:
    mark = row.timeline.next
    if mark is None:
        return format_html('<td class="key" data-label="下一节点">{}</td>', NO_STAGE)
    words = '<td class="key" data-label="下一节点">{} <small>{}</small></td>'
    return format_html(words, mark.stage.label, mark.current)


def _state(row: Any) -> SafeString:
    state, overdue = row.timeline.state, row.timeline.overdue
    shown = _light(state.light, state.words)
    if not overdue:
        return format_html('<td class="stand">{}</td>', shown)
    return format_html(
        '<td class="stand" title="{}；{}">{}<small>{}</small></td>',
        state.words,
        overdue.words,
        shown,
        _light(overdue.light, format_html(WHY, overdue.light.label, overdue.words)),
    )


def _light(light: Light, words: str) -> SafeString:
    """As `components/light.html`."""
    return format_html('<span class="light light-{}">{}</span>', LIGHTS.get(light, "none"), words)


def _contact(row: Any) -> SafeString:
    project = row.project
    words = '<td class="key whom" data-label="责任人">{} <small>{}</small></td>'
    return format_html(words, project.contact or "—", masked(project.contact_phone))


def _fact(label: str, value: object, more: str = "") -> SafeString:
    return format_html('<td class="key{}" data-label="{}">{}</td>', more, label, value or "—")


CELLS: dict[str, Callable[[Any], SafeString]] = {
    "level": _level,
    "investment": lambda row: _amount("总投资", row.project.total_investment, "未公布"),
    "planned": lambda row: _amount("年度计划", row.completion.target, "未定"),
    "reported": lambda row: _amount("年累计", row.completion.actual, "未报"),
    "rate": _rate,
    "progress": _progress,
    "industry": lambda row: format_html('<td class="spare">{}</td>', row.project.industry or "—"),
    "organisation": _organisation,
    "stage": _stage,
    "next": _next,
    "state": _state,
    "code": lambda row: _fact("项目代码", row.project.national_code, " code"),
    "town": lambda row: _fact("所属镇街", row.project.town),
    "nature": lambda row: _fact("建设性质", row.project.get_nature_display()),
    "leader": lambda row: _fact("挂钩领导", row.project.linked_leader),
    "contact": _contact,
}
"""By the keys of `filters.columns.COLUMNS`."""

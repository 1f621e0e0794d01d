"""The tests at the admin's desk: a row in every table, pages by address, forms as a browser sends them."""

from datetime import date
from html.parser import HTMLParser
from itertools import count
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from projects.actions.reporting import ask_reopening
from projects.models import Batch, DistrictSettings, HeadingChoice, Inquiry, Project
from projects.models.batch import BatchChange, BatchRow
from tests import build

_numbers = count(1)  # a name of its own for every file
JPG = build.photo()


def furnish() -> Project:
    """One record in every table that the admin shows; the project that most of them hang on."""
    unit = build.town()
    project = build.project(
        "热泵",
        enterprise="河海",
        total_investment=10 * build.YI,
        industry=build.industry(),
        source=build.source(),
    )
    milestone = build.milestone(project, "started", "2024-03-15", planned="2024-03-31")
    build.evidence(milestone, JPG, name=f"开工{next(_numbers)}.jpg", by=build.office(username="王芳"))
    build.listing(project)
    build.annual_plan(project, 5 * build.YI)
    build.helper(project, unit)
    build.report(project, "2024-03", build.YI)
    build.problem(project)
    leader = build.leader(username="书记")
    build.kept(Inquiry(milestone=milestone, asked_by=leader, asked_at=timezone.now()))
    build.target()
    build.light_rule()
    build.bulletin(figures={"invested": build.YI})
    build.saved_view(build.staff(username="保存视图的人"))
    unit_staff = build.staff(unit, username="罗溪经办")
    ask_reopening(unit, date(2024, 3, 1), reason="漏填", by=unit_staff)
    batch = Batch(
        act="move", terms={"stage": "started"}, state="applied", created_by=build.office(username="处长")
    )
    batch.keep(
        [BatchRow(project.pk, project.name, (BatchChange("实际日期", "", "2024年3月15日"),), written=1)]
    )
    batch.save()
    sent = build.imported(by=build.office(username="导入人"), state="applied", reason="市里的名单", year=2024)
    sent.rows.create(position=1, sheet="清单", line=2, outcome="new", label="热泵", cells={"name": "热泵"})
    HeadingChoice.objects.create(
        organisation=unit, kind="projects", heading="工程名", key="name", chosen_by=sent.created_by
    )
    build.kept(DistrictSettings(pk=1, name=build.DISTRICT))
    build.api_key(build.staff(username="对接系统"))
    return project


def models() -> list[type[Model]]:
    return list(admin.site._registry)


def address(model: type[Model] | Model, *tail: object) -> str:
    """`/admin/projects/project/`, or with a tail `/admin/projects/project/7/change/`."""
    return "/".join(["/admin", model._meta.app_label, model._meta.model_name, *map(str, tail), ""])


def change_page(record: Model) -> str:
    return address(record, record.pk, "change")


def filled(page: HttpResponse) -> dict[str, Any]:
    """What the browser would send if nobody touched the form that `page` shows."""
    formsets = [inline.formset for inline in page.context["inline_admin_formsets"]]
    forms = [page.context["adminform"].form]
    for formset in formsets:
        forms += [formset.management_form, *formset.forms]
    values = {field.html_name: field.value() for form in forms for field in form}
    return {
        name: value.isoformat() if isinstance(value, date) else "" if value is None else value
        for name, value in values.items()
        if value is not False
    }


def send(browser: Client, url: str, **changes: Any) -> HttpResponse:
    """Open the form at `url`, change these fields, press “save”."""
    typed = filled(browser.get(url)) | changes
    return browser.post(url, {name: value for name, value in typed.items() if value is not None})


def faults(page: HttpResponse) -> str:
    """Every sentence that the refused form shows; a page that is no form any more has none."""
    if page.context is None or "errors" not in page.context:
        return ""
    return "；".join(str(sentence) for group in page.context["errors"] for sentence in _flat(group))


def _flat(group: Any) -> list[Any]:
    return list(group) if isinstance(group, list | tuple) or hasattr(group, "data") else [group]


def newest(record: Model) -> tuple[str, Any, str]:
    """What the history says last: what happened, who, why."""
    entry = record.history.first()
    return entry.history_type, entry.history_user, entry.history_change_reason


class Reader(HTMLParser):
    """What a reader of a page sees, and what a strict policy would refuse to run."""

    def __init__(self, page: HttpResponse) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inline: list[str] = []
        self._within = ""
        self.feed(page.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._within = tag
        self.words += [given[name] or "" for name in ("title", "placeholder", "aria-label") if name in given]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within not in {"script", "style"}:
            self.words.append(data)

"""Fifty people at once on twenty projects, each over a connection of their own: no lost update, no fault.

On PostgreSQL rows are locked; SQLite has one writer at a time. The promises are the same.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connections

from projects.actions import lifecycle, registry
from projects.models import Milestone, MonthlyReport, Project, User
from projects.models.versions import versions_of
from projects.rules.broken import Overtaken, RuleBroken
from projects.vocabulary import DelayReason, Precision, Stage
from tests import build
from tests.views.test_project_edit import as_shown

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

WRITERS, ROWS = 50, 20
PLANNED = date(2030, 1, 31)


@pytest.fixture
def office() -> User:
    return build.office()


@pytest.fixture
def projects() -> list[Project]:
    found = [build.project(f"项目{number:02}", content="") for number in range(ROWS)]
    for project in found:
        build.milestone(project, "started", planned=PLANNED)
    return found


def at_once(work: Callable[[int], str]) -> list[str]:
    """What each writer brings back; all begin together."""
    start = Barrier(WRITERS)

    def run(number: int) -> str:
        try:
            start.wait(timeout=60)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def written_on(row: int) -> int:
    """How many writers a row has."""
    return len(range(row, WRITERS, ROWS))


def test_everybody_s_line_is_there_in_the_end(projects: list[Project], office: User) -> None:
    def add_a_line(number: int) -> str:
        for attempt in range(WRITERS):
            seen = versions_of(projects[number % ROWS])
            project = Project.objects.get(pk=projects[number % ROWS].pk)
            project.content += f"{number:02}\n"
            try:
                registry.keep(project, versions=seen, by=office, reason=f"第 {attempt} 次")
            except Overtaken:
                continue
            return "written"
        return "starved"

    assert Counter(at_once(add_a_line)) == {"written": WRITERS}
    for row, project in enumerate(projects):
        lines = Project.objects.get(pk=project.pk).content.split()
        assert sorted(lines) == [f"{number:02}" for number in range(row, WRITERS, ROWS)]
        versions = list(project.history.order_by("history_id").values_list("content", flat=True))
        assert len(versions) == 1 + written_on(row)
        assert all(after.startswith(before) for before, after in pairwise(versions))


def test_a_stage_is_reached_once(projects: list[Project], office: User) -> None:
    def reach(number: int) -> str:
        project = Project.objects.get(pk=projects[number % ROWS].pk)
        try:
            lifecycle.reach(
                project, Stage.TOPPED_OUT, on=date(2024, 3, 1), precision=Precision.DAY, by=office
            )
        except RuleBroken as broken:
            return "refused" if "已登记" in str(broken) else str(broken)
        return "reached"

    assert Counter(at_once(reach)) == {"reached": ROWS, "refused": WRITERS - ROWS}
    assert Milestone.objects.filter(stage="topped_out").count() == ROWS
    assert Milestone.history.filter(stage="topped_out").count() == ROWS


def test_of_two_who_saw_the_same_one_is_told(projects: list[Project], office: User) -> None:
    seen = {milestone.project_id: milestone.version for milestone in Milestone.objects.all().with_version()}

    def postpone(number: int) -> str:
        project = Project.objects.get(pk=projects[number % ROWS].pk)
        later = PLANNED + timedelta(days=number + 1)
        try:
            lifecycle.as_seen(
                project,
                Stage.STARTED,
                seen[project.pk],
                lambda: lifecycle.postpone(
                    project,
                    Stage.STARTED,
                    to=later,
                    precision=Precision.DAY,
                    cause=DelayReason.WEATHER,
                    by=office,
                ),
            )
        except Overtaken:
            return "told"
        return f"{project.pk}:{later}"

    results = at_once(postpone)
    written = [result for result in results if result != "told"]
    stand = {f"{milestone.project_id}:{milestone.current_on}" for milestone in Milestone.objects.all()}
    assert len(written) == ROWS
    assert set(written) == stand
    assert Milestone.history.count() == 2 * ROWS


def test_the_page_answers_everybody_and_keeps_what_it_says_it_kept(
    projects: list[Project], office: User
) -> None:
    browsers = [build.browser_of(office) for _ in range(WRITERS)]
    addresses = [f"/projects/{projects[number % ROWS].pk}/edit/" for number in range(WRITERS)]
    opened = [as_shown(browser, address) for browser, address in zip(browsers, addresses, strict=True)]

    def save(number: int) -> str:
        sent = opened[number] | {"remark": f"{number:02}", "reason": f"第 {number:02} 人"}
        return str(browsers[number].post(addresses[number], sent).status_code)

    results = at_once(save)
    assert Counter(results) == {"302": ROWS, "409": WRITERS - ROWS}
    for row, project in enumerate(projects):
        (kept,) = [f"{number:02}" for number in range(row, WRITERS, ROWS) if results[number] == "302"]
        project.refresh_from_db()
        assert project.remark == kept
        assert [entry.remark for entry in project.history.all()] == [kept, ""]


SHEET = "/months/2024-09/"


@pytest.fixture
def owing(projects: list[Project]) -> list[Project]:
    for project in projects:
        build.listing(project)
    return projects


def test_at_one_sheet_each_row_is_kept_once_and_the_others_are_asked(
    owing: list[Project], office: User
) -> None:
    browsers = [build.browser_of(office) for _ in range(WRITERS)]

    def type_a_row(number: int) -> str:
        row = f"p{owing[number % ROWS].pk}"
        sent = {f"{row}-invested": f"{number}", f"{row}-seen": ""}
        answer = browsers[number].post(SHEET, sent, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return (
            "kept" if "X-Kept" in answer else "asked" if "也改了这一行" in answer.content.decode() else "lost"
        )

    results = at_once(type_a_row)
    assert Counter(results) == {"kept": ROWS, "asked": WRITERS - ROWS}
    for row, project in enumerate(owing):
        (kept,) = [number for number in range(row, WRITERS, ROWS) if results[number] == "kept"]
        report = project.reports.get()
        assert report.invested == kept * build.YI
        assert report.history.count() == 1


def test_of_fifty_whole_sheets_one_is_kept_and_nobody_waits_for_ever(
    owing: list[Project], office: User
) -> None:
    browsers = [build.browser_of(office) for _ in range(WRITERS)]

    def type_all_rows(number: int) -> str:
        sent = {"act": "save"}
        for project in owing:
            sent |= {f"p{project.pk}-invested": f"{number}", f"p{project.pk}-seen": ""}
        return str(browsers[number].post(SHEET, sent).status_code)

    results = at_once(type_all_rows)
    assert Counter(results) == {"302": 1, "422": WRITERS - 1}
    kept = results.index("302") * build.YI
    assert [report.invested for report in MonthlyReport.objects.all()] == [kept] * ROWS
    assert MonthlyReport.history.count() == ROWS


def test_at_one_list_each_stage_is_recorded_once_and_the_others_are_told(
    projects: list[Project], office: User
) -> None:
    browsers = [build.browser_of(office) for _ in range(WRITERS)]
    seen = {milestone.project_id: milestone.version for milestone in Milestone.objects.all().with_version()}

    def start(number: int) -> str:
        project = projects[number % ROWS]
        sent = {"act": "reach", "on": "2024-03-15", "precision": "day", "version": seen[project.pk]}
        address = f"/projects/{project.pk}/milestones/started/update/"
        answer = browsers[number].post(address, sent, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return "recorded" if "开工已登记" in answer.content.decode() else "told"

    assert Counter(at_once(start)) == {"recorded": ROWS, "told": WRITERS - ROWS}
    assert Milestone.history.count() == 2 * ROWS

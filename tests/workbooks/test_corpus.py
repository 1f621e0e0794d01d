"""Every sheet of the corpus: what is written, what is asked, what is compared and told, and the exit status."""

import json
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from projects.models import Import, Project
from projects.rules.periods import wording
from projects.vocabulary import Precision, Stage
from tests import build
from tests.workbooks.corpus import CASES, Case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def district() -> None:
    for name in ("三井街道", "新桥街道"):
        build.town(name, kind="subdistrict")
    for name in ("罗溪镇", "薛家镇"):
        build.town(name)
    build.park()
    for name in ("新能源", "生物医药"):
        build.industry(name)
    build.office(username="office")


def register(case: Case) -> None:
    """Reports are about projects that are there: 500 万元 were reported of one in August."""
    for name in ("甲项目厂房", "乙项目厂房") if "reports" in case.options else ():
        build.listing(build.project(name), year=2024)
    if "2024-09" in case.options:
        build.report(Project.objects.get(name="甲项目厂房"), "2024-08", 5_000_000)


def imported(case: Case, folder: Path) -> tuple[int, dict[str, Any]]:
    """Exit status and report of the command, which writes."""
    path, out = folder / case.name, StringIO()
    path.write_bytes(case.sheet if isinstance(case.sheet, bytes) else case.sheet.content)
    answers = (f"--answer={answer}" for answer in case.answers)
    try:
        call_command("import_workbook", str(path), *case.options, *answers, "--json", stdout=out)
    except CommandError as error:
        return error.returncode, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def facts(project: Project) -> dict[str, Any]:
    """What the register has of a project, in yuan and in words."""
    plan, listing = project.annual_plans.first(), project.listings.first()
    planned = {
        milestone.stage: wording(milestone.planned_on, Precision(milestone.planned_precision))
        for milestone in project.milestones.exclude(planned_on=None)
    }
    return {
        "total": project.total_investment,
        "contract": project.contract_amount,
        "foreign": (project.foreign_amount, project.foreign_currency),
        "planned": plan.planned_investment if plan else None,
        "before": plan.invested_before if plan else None,
        "enterprise": project.enterprise,
        "organisation": project.organisation.name if project.organisation else None,
        "industry": project.industry.name if project.industry else None,
        "nature": project.get_nature_display() if project.nature else None,
        "level": listing.get_level_display() if listing else "",
        "category": listing.get_category_display() if listing else "",
        "started": planned.get(Stage.STARTED),
        "completed": planned.get(Stage.COMPLETED),
        **{f"{report.month:%Y-%m}": report.invested for report in project.reports.all()},
    }


@pytest.mark.parametrize("name", CASES)
def test_it_is_read_as_a_careful_clerk_would(name: str, tmp_path: Path) -> None:
    case = CASES[name]()
    register(case)
    status, report = imported(case, tmp_path)

    told = {key: [each["message"] for each in report[key]] for key in ("questions", "faults", "doubts")}
    assert (status, told["questions"]) == (
        2 if case.asks else 1 if case.faults else 0,
        [Part(words) for words in case.asks],
    )
    if not case.asks:  # a word that is asked about is a fault of its rows
        assert told["faults"] == [Part(words) for words in case.faults]
    assert_all(case.told, told["doubts"])
    assert_all(case.left_out, report["left_out"])
    if status == 0:
        assert_written(case, report)


class Part(str):
    """Equal to every text that contains it."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return str(self) in str(other)


def assert_all(parts: tuple[str, ...], sentences: list[str]) -> None:
    joined = "\n".join(sentences)
    assert [part for part in parts if part not in joined] == [], joined


def assert_written(case: Case, report: dict[str, Any]) -> None:
    projects = {project.name: project for project in Project.objects.all()}
    found = {name: facts(project) for name, project in projects.items()}
    expected = {
        name: wanted if isinstance(wanted, dict) else {"total": wanted}
        for name, wanted in case.written.items()
    }
    assert {
        name: {key: found.get(name, {}).get(key) for key in wanted} for name, wanted in expected.items()
    } == expected
    if "reports" not in case.options:
        assert set(found) == set(expected)
    off: Counter[str] = Counter()
    for total in report["printed_totals"]:
        off[total["words"]] += total["difference"]
    assert {words: difference for words, difference in off.items() if difference} == dict(case.off)
    if case.sections is not None:
        assert section_titles() == list(case.sections)


def section_titles() -> list[str]:
    return [line["words"] for line in Import.objects.get().outline if line["counted"] is not None]


def test_each_says_what_it_proves() -> None:
    assert [name for name, make in CASES.items() if not make.__doc__] == []
    assert len(CASES) >= 60

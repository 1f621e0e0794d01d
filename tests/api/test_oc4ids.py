"""The package of projects is valid by the standard's own schema, says what the register knows, and nothing else."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource

from projects.demo import demonstrate
from projects.models import Project, User
from projects.vocabulary import Nature
from tests import build
from tests.api import answers

pytestmark = pytest.mark.django_db

STANDARD = Path(__file__).resolve().parents[3] / "shared" / "oc4ids"
ADDRESS = "/api/v1/oc4ids"


def schema(name: str) -> Any:
    return json.loads((STANDARD / f"{name}-schema.json").read_bytes())


def validator() -> Draft4Validator:
    package, project = schema("project-package"), schema("project")
    registry = Registry().with_resources(
        [(each["id"], Resource.from_contents(each)) for each in (package, project)]
    )
    return Draft4Validator(package, registry=registry, format_checker=FormatChecker())


def codes(name: str) -> set[str]:
    with (STANDARD / f"{name}.csv").open(encoding="utf-8") as file:
        return {row["Code"] for row in csv.DictReader(file)}


def package(user: User, query: str = "", status: int = 200) -> Any:
    response = Client().get(f"{ADDRESS}?{query}", headers=build.key_header(user))
    assert response.status_code == status, response.content
    if status != 200:
        return answers.told(response, status)
    told = json.loads(b"".join(response.streaming_content))  # type: ignore[arg-type]
    faults = [f"{list(each.absolute_path)}: {each.message}" for each in validator().iter_errors(told)]
    assert faults == []
    return told


def only(user: User) -> Any:
    (told,) = package(user)["projects"]
    return told


@pytest.fixture
def project() -> Project:
    luoxi = build.town("罗溪镇")
    return build.project(
        "热泵",
        enterprise="河海新能源",
        credit_code="91320411MA1XABCD05",
        national_code="2015-320411-36-03-512345",
        organisation=luoxi,
        town=luoxi,
        industry=build.industry("新能源"),
        nature=Nature.EXPANSION,
        total_investment=12 * build.YI,
        content="年产热泵十万台",
        place="创新大道 1 号",
        contact="王工",
        contact_phone="13900000000",
    )


def test_a_project_with_all_that_is_known(project: Project) -> None:
    build.milestone(project, "signed", "2024-01-15", planned="2024-01-10")
    build.milestone(project, "started", "2024-03-01", "month", planned="2024-02-20")
    build.milestone(project, "topped_out", planned="2024-06-30", planned_precision="month")
    build.milestone(project, "completed", planned="2099-12-31", planned_precision="year")
    build.annual_plan(project, 3 * build.YI, year=2024)
    build.report(project, "2024-08", build.YI, progress="主体施工")
    build.report(project, "2024-09", 2 * build.YI, state="submitted")

    told = package(build.leader())
    (found,) = told["projects"]

    assert (told["version"], told["uri"]) == ("0.9", f"http://testserver{ADDRESS}")
    assert found["id"] == f"oc4ids-unregistered-{project.pk}"
    assert found["identifiers"] == [{"id": "2015-320411-36-03-512345", "scheme": "国家投资项目代码"}]
    assert (found["status"], found["type"]) == ("implementation", "expansion")
    assert found["budget"] == {"amount": {"amount": 12 * build.YI, "currency": "CNY"}}
    assert "period" not in found  # the start is known to the month only
    assert found["publicAuthority"]["name"] == "罗溪镇"
    assert [party["roles"] for party in found["parties"]] == [["publicAuthority"], ["funder"]]
    stages = {each["id"]: each for each in found["milestones"]}
    assert stages["signed"]["dateMet"] == "2024-01-15T00:00:00+08:00"
    assert stages["started"]["status"] == "met"
    assert "dateMet" not in stages["started"]
    assert stages["started"]["description"] == "实际2024年3月"
    assert (stages["topped_out"]["status"], stages["topped_out"]["description"]) == (
        "notMet",
        "计划2024年6月",
    )
    assert stages["completed"]["status"] == "scheduled"
    (plan,) = found["forecasts"]
    assert plan["observations"][0]["value"] == {"amount": 3 * build.YI, "currency": "CNY"}
    money, works = found["metrics"]
    assert [(each["id"], each["value"]["amount"]) for each in money["observations"]] == [
        ("2024-08", build.YI)
    ]
    assert works["observations"][0]["notes"] == "主体施工"
    assert "13900000000" not in json.dumps(told)
    assert "王工" not in json.dumps(told, ensure_ascii=False)


def test_what_is_unknown_is_left_out() -> None:
    build.project("只有名字", enterprise="")
    told = only(build.leader())
    assert set(told) == {"id", "updated", "language", "title", "status"}
    assert told["status"] == "identification"


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        ("filed", "preparation"),
        ("topped_out", "implementation"),
        ("completed", "completion"),
        ("in_production", "maintenance"),
    ],
)
def test_the_status_is_that_of_the_furthest_stage(stage: str, status: str) -> None:
    build.milestone(build.project("甲"), stage, "2024-03-01")
    assert only(build.leader())["status"] == status


def test_a_project_that_was_given_up_is_cancelled() -> None:
    build.project("甲", side_state="terminated", side_state_on=build.day("2024-05-01"), side_reason="market")
    assert only(build.leader())["status"] == "cancelled"


def test_the_whole_demonstration_is_valid_and_uses_closed_lists_only(tmp_path: Path) -> None:
    demonstrate(30, seed=3, today=build.day("2024-10-15"), accounts=tmp_path / "accounts.txt")
    told = package(User.objects.get(username="leader"))["projects"]
    assert len(told) == Project.objects.count()
    assert {each["status"] for each in told} <= codes("projectStatus")
    assert {each["type"] for each in told if "type" in each} <= codes("projectType")
    milestones = [entry for each in told for entry in each.get("milestones", ())]
    assert {entry["status"] for entry in milestones} <= codes("milestoneStatus")
    currencies = {each["budget"]["amount"]["currency"] for each in told if "budget" in each}
    assert currencies <= codes("currency")


def test_staff_get_their_own_projects_and_a_condition_narrows(project: Project) -> None:
    build.project("别镇的", organisation=build.town("西夏墅镇"))
    build.project("也是罗溪的", organisation=project.organisation)
    staff = build.staff(project.organisation)
    assert {each["title"] for each in package(staff)["projects"]} == {"热泵", "也是罗溪的"}
    assert len(package(build.leader())["projects"]) == 3
    assert [
        each["title"] for each in package(build.leader(), f"industry={project.industry_id}")["projects"]
    ] == ["热泵"]


def test_it_refuses_in_words() -> None:
    assert "至少一个" in package(build.leader(), status=404)["detail"]
    assert package(build.leader(), "colour=red", 400) == {"errors": {"colour": ["没有这个条件。"]}}
    assert Client().get(ADDRESS).status_code == 401


def test_queries_do_not_grow_with_the_projects(project: Project, django_assert_max_num_queries) -> None:
    leader = build.leader()
    for number in range(12):
        other = build.project(f"项目{number}", organisation=project.organisation)
        build.milestone(other, "started", "2024-03-01")
        build.report(other, "2024-08", build.YI)
    header = build.key_header(leader)
    with django_assert_max_num_queries(23):
        response = Client().get(ADDRESS, headers=header)
        assert len(json.loads(b"".join(response.streaming_content))["projects"]) == 13  # type: ignore[arg-type]

"""Records for other systems: the page's question and rights, and what its document says."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from projects.forms.project import FACTS
from projects.models import Project, User
from projects.vocabulary import KeyScope, Stage
from tests import build
from tests.api import answers
from tests.build import YI

NO_ROLE = "您的账号还没有角色，打不开任何页面。请联系管理员，让他们在“人员”页填写。"

pytestmark = pytest.mark.django_db

LIST = "/api/v1/projects/"


def ask(user: User, address: str = LIST, status: int = 200) -> Any:
    """What a system with a token of the user is told."""
    return answers.told(Client().get(address, headers=build.key_header(user)), status)


def change(user: User, project: Project, status: int = 200, **body: Any) -> Any:
    """Send some facts; the version is the newest unless said."""
    body = {"version": version_of(project), "reason": "核对备案", **body}
    return send(user, project, body, status)


def send(user: User, project: Project, body: Any, status: int = 200) -> Any:
    client = Client()
    response = client.patch(
        door(project), body, "application/json", headers=build.key_header(user, scope=KeyScope.WRITE)
    )
    return answers.told(response, status)


def door(project: Project) -> str:
    return f"{LIST}{project.pk}/"


def version_of(project: Project) -> int:
    return project.history.latest("history_id").history_id


def names(told: Any) -> list[str]:
    return [record["name"] for record in told["results"]]


@pytest.fixture
def office() -> User:
    return build.office()


@pytest.fixture
def project() -> Project:
    return build.project(
        "热泵", enterprise="河海", organisation=build.town("罗溪镇"), total_investment=10 * YI
    )


# Reading


def test_a_record_is_exact(office, project) -> None:
    project.foreign_amount, project.foreign_currency = 2_000_000, "USD"
    project.industry, project.nature = build.industry("新能源"), "expansion"
    build.kept(project)
    build.listing(project, "city", 2024, category="new", number=7)
    build.listing(project, "province", 2025)
    build.milestone(project, Stage.TOPPED_OUT, planned="2024-11-01", planned_precision="month")
    build.milestone(project, Stage.STARTED, "2024-03-05", planned="2024-02-01")

    told = ask(office, door(project))

    assert set(told) == {
        "id", *FACTS, "side_state", "side_state_on", "side_reason", "listings", "stages", "version",
    }  # fmt: skip
    assert (told["id"], told["name"], told["enterprise"]) == (project.pk, "热泵", "河海")
    assert told["organisation"] == {"id": project.organisation_id, "name": "罗溪镇"}
    assert told["industry"] == {"id": project.industry_id, "name": "新能源"}
    assert (told["town"], told["park"], told["contract_amount"]) == (None, None, None)
    assert (told["nature"], told["side_state"], told["place"]) == ("expansion", "", "")
    assert told["total_investment"] == 1_000_000_000
    assert (told["foreign_amount"], told["foreign_currency"]) == (2_000_000, "USD")
    assert told["version"] == version_of(project)
    assert [(entry["year"], entry["level"], entry["number"]) for entry in told["listings"]] == [
        (2025, "province", None),
        (2024, "city", 7),
    ]
    assert told["stages"] == [
        {
            "code": "started",
            "label": "开工",
            "skipped": False,
            "planned": {"on": "2024-02-01", "precision": "day"},
            "current": {"on": "2024-02-01", "precision": "day"},
            "reached": {"on": "2024-03-05", "precision": "day"},
        },
        {
            "code": "topped_out",
            "label": "封顶",
            "skipped": False,
            "planned": {"on": "2024-11-30", "precision": "month"},
            "current": {"on": "2024-11-30", "precision": "month"},
            "reached": None,
        },
    ]
    assert ask(office)["results"] == [told]


def test_the_list_is_asked_as_on_the_page(office, project) -> None:
    other = build.project("电池", organisation=build.town("薛家镇"), total_investment=20 * YI)
    build.listing(other, "city", 2024)
    build.milestone(other, Stage.STARTED, "2024-03-05")

    assert names(ask(office)) == ["电池", "热泵"]
    assert names(ask(office, f"{LIST}?sort=investment")) == ["热泵", "电池"]
    for query in ("q=dc", "level=city&year=2024", "stage=started", "started=2024", "investment_min=15"):
        assert names(ask(office, f"{LIST}?{query}")) == ["电池"], query
    assert names(ask(office, f"{LIST}?organisation={build.town('罗溪镇').pk}")) == ["热泵"]
    assert names(ask(office, f"{LIST}?stage=none")) == ["热泵"]


def test_pages_are_turned_by_their_addresses(office) -> None:
    for _ in range(52):
        build.project()

    first = ask(office)
    assert (first["count"], len(first["results"]), first["previous"]) == (52, 50, None)
    second = ask(office, first["next"])
    assert (len(second["results"]), second["next"]) == (2, None)
    assert {record["id"] for record in (first["results"] + second["results"])} == set(
        Project.objects.values_list("pk", flat=True)
    )
    assert len(ask(office, f"{LIST}?page_size=200")["results"]) == 52
    assert ask(office, f"{LIST}?page=3", 404) == {"detail": "没有这一页。"}


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("level=moon", {"level": ["选择一个有效的选项。 moon 不在可用的选项中。"]}),
        ("year=1066", {"year": ["确保该值大于或等于2000。"]}),
        (
            "investment_min=很多",
            {"investment_min": ["看不懂金额“很多”，请只写数字和单位，如 10亿元、600万元"]},
        ),
        ("page_size=201", {"page_size": ["确保该值小于或等于200。"]}),
        ("page=0", {"page": ["确保该值大于或等于1。"]}),
        ("organization=3", {"organization": ["没有这个条件。"]}),
    ],
)
def test_a_faulty_question_is_told_what_is_wrong(office, query: str, errors: dict[str, list[str]]) -> None:
    assert ask(office, f"{LIST}?{query}", 400) == {"errors": errors}


@pytest.mark.parametrize("projects", [3, 30])
def test_it_asks_as_much_for_many_projects(projects: int, django_assert_max_num_queries) -> None:
    for _ in range(projects):
        project = build.project(organisation=build.town())
        build.listing(project)
        build.milestone(project, Stage.STARTED, "2024-03-05")
    headers = build.key_header(build.leader())

    with django_assert_max_num_queries(14):  # five of them for the audit
        Client().get(LIST, headers=headers)


# Who may


def test_the_whole_cast_reads_what_its_pages_show(project) -> None:
    xuejia = build.town("薛家镇")
    build.project("电池", organisation=xuejia)
    build.helper(build.project("风机", organisation=build.town("奔牛镇")), xuejia)

    for person in (build.leader(), build.office(), build.admin()):
        assert set(names(ask(person))) == {"热泵", "电池", "风机"}
    assert names(ask(build.staff(build.town("罗溪镇")))) == ["热泵"]
    assert set(names(ask(build.staff(xuejia)))) == {"电池", "风机"}
    assert build.browser_of(build.leader()).get(door(project)).json()["name"] == "热泵"


def test_outsiders_and_accounts_without_a_role_are_refused(project) -> None:
    for address in (LIST, door(project)):
        assert Client().get(address).status_code == 401
        assert ask(build.person(None), address, 403) == {"detail": NO_ROLE}
    assert Client().patch(door(project), {}, "application/json").status_code == 401


def test_a_project_of_another_unit_is_not_there(project) -> None:
    stranger = build.staff(build.town("薛家镇"))

    ask(stranger, door(project), 404)
    change(stranger, project, 404, place="黄河路")
    ask(build.office(), f"{LIST}999999/", 404)


def test_who_may_only_read_changes_nothing(project) -> None:
    build.helper(project, build.town("薛家镇"))
    for reader in (build.leader(), build.staff(build.town("薛家镇"))):
        assert change(reader, project, 403, place="黄河路") == {"detail": "您的账号不能修改这个项目。"}

    assert Project.history.count() == 1


def test_the_unit_changes_its_own_and_hands_it_to_nobody_else(project) -> None:
    writer = build.staff(build.town("罗溪镇"))

    assert change(writer, project, place="黄河路")["place"] == "黄河路"
    told = change(writer, project, 400, organisation=build.town("薛家镇").pk)
    assert told == {"errors": {"organisation": ["选择一个有效的选项： 该选择不在可用的选项中。"]}}


def test_a_session_needs_the_token_of_its_page(office, project) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office, backend="projects.access.RoleBackend")
    body = {"version": version_of(project), "reason": "核对", "place": "黄河路"}

    assert client.patch(door(project), body, "application/json").status_code == 403
    client.get("/projects/new/")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.patch(door(project), body, "application/json", headers=headers).json()["place"] == "黄河路"


# The document


def test_the_document_describes_it_without_a_warning(office, tmp_path) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yaml"))

    document = build.browser_of(office).get("/api/v1/schema").json()
    listed, one = (document["paths"][path] for path in (LIST, f"{LIST}{{id}}/"))
    assert {each["name"] for each in listed["get"]["parameters"]} >= {
        "q",
        "level",
        "year",
        "stage",
        "page_size",
    }
    reading = {"200", "400", "401", "403", "404", "406", "429"}
    assert set(listed["get"]["responses"]) == reading | {"304"}
    assert set(one["patch"]["responses"]) == reading | {"409", "413", "415", "422", "428"}
    body = one["patch"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"version", "reason", "handed_on", *FACTS}
    assert body["required"] == ["reason"]
    assert "" in body["properties"]["nature"]["enum"]
    schemas = document["components"]["schemas"]
    assert "BlankEnum" in str(schemas["ProjectPayload"]["properties"]["nature"])

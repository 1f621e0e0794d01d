"""The ledger of decisions: who sees, gives, answers and judges, where it is found, and what leaves as a sheet."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.actions import decisions
from projects.models import Attachment, Decision, Organisation, Project
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DUE = TODAY + timedelta(days=10)


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def post(client: Client, address: str, status: int = 302, **sent: object) -> str:
    response = client.post(address, sent)
    assert response.status_code == status
    return response["Location"] if status == 302 else " ".join(response.content.decode().split())


@pytest.fixture
def luoxi() -> Organisation:
    return build.town("罗溪镇")


@pytest.fixture
def project(luoxi: Organisation) -> Project:
    return build.project("热泵", organisation=luoxi)


def asked(unit: Organisation, **sent: object) -> dict[str, object]:
    return {
        "text": "落实 110 kV 专线",
        "organisation": unit.pk,
        "person": "王强",
        "due_on": DUE.isoformat(),
        "source": "meeting",
        "occasion": "10 月调度会",
    } | sent


def test_a_leader_gives_one_for_a_project_and_it_is_found_everywhere(project: Project) -> None:
    leader = build.leader()
    client = build.browser_of(leader)
    assert f'href="/decisions/new/?project={project.pk}"' in text_of(client, f"/projects/{project.pk}/")
    page = text_of(client, f"/decisions/new/?project={project.pk}")
    assert f'<option value="{project.organisation_id}" selected>' in page

    led = post(client, f"/decisions/new/?project={project.pk}", **asked(project.organisation))
    given = Decision.objects.get()
    assert led == f"/decisions/{given.pk}/"
    assert (given.project, given.given_by, given.given_on) == (project, leader, TODAY)
    staff = build.browser_of(build.staff(project.organisation))
    for address in ("/todo/", "/decisions/", f"/projects/{project.pk}/", f"/decisions/{given.pk}/"):
        assert "落实 110 kV 专线" in text_of(staff, address), address
    assert '<span class="count">1' in text_of(staff, "/todo/count")
    assert "督办事项" in text_of(staff, f"/projects/{project.pk}/history/")


def test_a_number_is_kept_as_it_was_shown(project: Project) -> None:
    build.listing(project)
    build.milestone(project, "started", "2024-03-01")
    build.target("started", 3)
    address = "/completion/started/?year=2024&level=city&as_of=2024-09-30"
    client = build.browser_of(build.leader())
    page = text_of(client, address)
    assert "/decisions/new/?number=%2Fcompletion%2Fstarted%2F%3Fyear%3D2024" in page

    post(client, f"/decisions/new/?number={address.replace('&', '%26')}", **asked(project.organisation))
    given = Decision.objects.get()
    assert given.number == address
    assert "开工" in given.number_words
    assert given.number_words in text_of(client, f"/decisions/{given.pk}/")


@pytest.mark.parametrize("number", ["/projects/", "https://evil.example/", "/completion/nothing/", "//x"])
def test_only_a_number_of_the_completion_page_is_one(number: str) -> None:
    text_of(build.browser_of(build.leader()), f"/decisions/new/?number={number}", 404)


def test_a_problem_brings_its_words_and_its_unit(project: Project) -> None:
    department = build.town("供电公司", kind="department")
    problem = build.problem(project, "专线未批", organisation=department)
    client = build.browser_of(build.office())
    assert f"/decisions/new/?problem={problem.pk}" in text_of(client, f"/problems/{problem.pk}/")
    page = text_of(client, f"/decisions/new/?problem={problem.pk}")

    assert "专线未批</textarea>" in page
    assert f'<option value="{department.pk}" selected>' in page


def test_the_way_of_one_through_the_pages(project: Project) -> None:
    given = build.decision(project.organisation, project=project, by=build.leader())
    address = f"/decisions/{given.pk}/"
    staff, office = build.browser_of(build.staff(project.organisation)), build.browser_of(build.office())
    post(staff, address, act="report", text="报了方案", documents=build.upload(build.photo()))
    post(staff, address, act="ask", text="已送电")
    assert f"/attachments/{Attachment.objects.get().pk}/" in text_of(office, address)
    assert "等待销号的督办" in text_of(office, "/todo/")
    assert "落实用电" not in text_of(staff, "/todo/")
    assert 'class="error"' in post(office, address, 422, act="return", text=" ")
    post(office, address, act="return", text="缺验收单")
    assert "缺验收单" in text_of(staff, address)
    post(staff, address, act="ask", text="补了")
    post(office, address, act="close", text="属实")
    assert Decision.objects.get().state == "closed"
    assert "act_close" not in text_of(office, address)


def test_a_unit_answers_its_own_and_judges_nothing(project: Project) -> None:
    given = build.decision(project.organisation)
    address = f"/decisions/{given.pk}/"
    other, staff = (
        build.browser_of(build.staff(build.town("奔牛镇"))),
        build.browser_of(build.staff(project.organisation)),
    )

    text_of(other, address, 404)
    assert "落实用电" not in text_of(other, "/decisions/")
    assert "落实用电" not in other.get("/decisions/export.csv").getvalue().decode("utf-8-sig")
    for act in ("close", "return", "extend"):
        post(staff, address, 403, act=act, text="自己销", due_on="2099-12-31")
    post(other, address, 404, act="report", text="我来")
    text_of(staff, "/decisions/new/", 403)
    assert Decision.objects.get().state == "given"


def test_a_leader_judges_what_that_leader_gave(project: Project) -> None:
    mine, theirs = build.leader(), build.leader(username="other")
    given = build.decision(project.organisation, by=mine)
    decisions.ask(given, text="好了", by=build.staff(project.organisation))

    assert "等待销号的督办" in text_of(build.browser_of(mine), "/todo/")
    assert "等待销号的督办" not in text_of(build.browser_of(theirs), "/todo/")
    post(build.browser_of(theirs), f"/decisions/{given.pk}/", 403, act="close", text="行")
    post(build.browser_of(mine), f"/decisions/{given.pk}/", act="close", text="行")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=open", {"用地", "用电"}),
        ("state=overdue", {"用地"}),
        ("state=closed", {"贷款"}),
        ("state=asked", set()),
        ("q=用电", {"用电"}),
        ("source=leader", {"用地"}),
    ],
)
def test_the_ledger_is_narrowed_and_leaves_as_it_is_shown(
    luoxi: Organisation, query: str, found: set[str]
) -> None:
    build.decision(luoxi, "用地", given_on="2024-01-01", due="2024-02-01", source="leader")
    build.decision(luoxi, "用电", due=DUE)
    closed = build.decision(luoxi, "贷款", due=DUE)
    decisions.close(closed, text="已放款", by=build.office())
    client = build.browser_of(build.leader())

    page = text_of(client, f"/decisions/?{query}")
    sheet = client.get(f"/decisions/export.csv?{query}").getvalue().decode("utf-8-sig")
    for text in ("用地", "用电", "贷款"):
        assert (f">{text}</a>" in page) is (text in found)
        assert (f",{text}," in sheet) is (text in found)
    text_of(client, "/decisions/?state=never", 400)
    text_of(client, "/decisions/export.csv?state=never", 400)


def test_overdue_ones_stand_among_what_needs_attention_of_their_unit(luoxi: Organisation) -> None:
    build.decision(luoxi, "用地", given_on="2024-01-01", due="2024-02-01")
    build.decision(build.town("奔牛镇"), "用电", given_on="2024-01-01", due="2024-02-01")
    client = build.browser_of(build.leader())
    page = "/completion/attention/"

    assert "用地" in text_of(client, page)
    assert "逾期的督办" not in text_of(client, f"{page}?as_of=2024-09-30")
    of_luoxi = text_of(client, f"{page}?organisation={luoxi.pk}")
    assert "用地" in of_luoxi
    assert "用电" not in of_luoxi
    assert "用地" in client.get("/completion/attention/export.csv").getvalue().decode("utf-8-sig")


def test_a_part_is_added_by_who_judges(luoxi: Organisation) -> None:
    leader = build.leader()
    whole = build.decision(luoxi, "投产", due=DUE, by=leader)
    client = build.browser_of(leader)
    assert f"/decisions/new/?whole={whole.pk}" in text_of(client, f"/decisions/{whole.pk}/")
    post(client, f"/decisions/new/?whole={whole.pk}", **asked(luoxi))

    assert whole.parts.get().text == "落实 110 kV 专线"
    assert "子任务" in text_of(client, f"/decisions/{whole.pk}/")
    text_of(build.browser_of(build.leader(username="other")), f"/decisions/new/?whole={whole.pk}", 403)


@pytest.mark.parametrize("size", [3, 30])
def test_it_takes_few_queries(project: Project, size: int, django_assert_max_num_queries) -> None:
    for _ in range(size):
        build.decision(project.organisation, project=project)
    client = build.browser_of(build.leader())
    for address in ("/decisions/", f"/decisions/{Decision.objects.first().pk}/"):
        with django_assert_max_num_queries(12):
            client.get(address)


def test_words_of_a_number_obey_the_reader(project: Project) -> None:
    """A leader of one town opens the district's number and is given the town's."""
    build.report(project, "2024-09", 3 * YI)
    leader = build.leader(organisation=build.town("奔牛镇"))
    page = text_of(
        build.browser_of(leader),
        "/decisions/new/?number=/completion/invested/%3Fyear=2024%26as_of=2024-09-30",
    )

    assert "3" not in page.split("<h1>交办</h1>")[1].split("</div>")[0]

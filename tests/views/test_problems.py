"""The issue ledger: what each of the cast finds, what they may do with it, and the filters."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Problem, Project
from tests import build

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
NEW = {
    "kind": "land",
    "text": "未交地",
    "organisation": "",
    "person": "王强",
    "raised_on": "2024-03-01",
    "due_on": "2024-04-01",
}
CLOSE = {"act": "close", "on": TODAY.isoformat(), "resolution": "已交地"}


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def post(client: Client, address: str, status: int = 302, **sent: str) -> str:
    response = client.post(address, sent)
    assert response.status_code == status
    return response["Location"] if status == 302 else " ".join(response.content.decode().split())


@pytest.fixture
def project() -> Project:
    return build.project("热泵", organisation=build.town("罗溪镇"))


@pytest.fixture
def problem(project: Project) -> Problem:
    """A town's project; a department is to remove what stands in its way."""
    return build.problem(
        project,
        "二期土地尚未交付",
        person="王强",
        due_on=TODAY - timedelta(days=12),
        organisation=build.town("资规分局", kind="department"),
    )


# Who sees, who may


LISTED = [
    # person, sees the line, its project is a link, may close
    (lambda: build.leader(), (True, True, False)),
    (lambda: build.staff(build.town("罗溪镇")), (True, True, True)),
    (lambda: build.office(), (True, True, True)),
    (lambda: build.admin(), (True, True, True)),
    (lambda: build.staff(build.town("资规分局", kind="department")), (True, False, True)),
    (lambda: build.leader(build.town("资规分局", kind="department")), (True, False, False)),
    (lambda: build.staff(build.town("奔牛镇")), (False, False, False)),
]


def changed(problem: Problem, **words: str) -> dict[str, object]:
    """The form of the line as it was opened, with some of its words changed."""
    return NEW | {"version": problem.history.latest("history_id").history_id} | words


@pytest.mark.parametrize(("person", "seen"), LISTED)
def test_the_list_for_each_of_the_cast(problem: Problem, person, seen: tuple[bool, ...]) -> None:
    page = text_of(build.browser_of(person()), "/problems/")
    link, close = f'href="/projects/{problem.project.pk}/"', f'href="/problems/{problem.pk}/#close"'

    assert ("二期土地尚未交付" in page, link in page, close in page) == seen
    assert ("超期 12 天" in page, "资规分局 王强" in page) == (seen[0], seen[0])


@pytest.mark.parametrize(
    ("person", "shown", "closes", "amends"),
    [
        (lambda: build.leader(), 200, 403, 403),
        (lambda: build.staff(build.town("罗溪镇")), 200, 302, 302),
        (lambda: build.office(), 200, 302, 302),
        (lambda: build.staff(build.town("资规分局", kind="department")), 200, 302, 403),
        (lambda: build.staff(build.town("奔牛镇")), 404, 404, 404),
        (lambda: build.person(None), 403, 403, 403),
        (lambda: None, 302, 302, 302),
    ],
)
def test_who_may_do_what(problem: Problem, person, shown: int, closes: int, amends: int) -> None:
    client, address = build.browser_of(person()), f"/problems/{problem.pk}/"
    signed_in = client.session.get("_auth_user_id") is not None

    assert client.get(address).status_code == shown
    post(client, address, amends, act="amend", **changed(problem, person="李四", reason="换人"))
    assert (Problem.objects.get().person == "李四") == (signed_in and amends == 302)
    post(client, address, closes, **CLOSE)
    assert (Problem.objects.get().resolved_on == TODAY) == (signed_in and closes == 302)


def test_outsiders_are_sent_to_the_login() -> None:
    assert build.browser_of(None).get("/problems/")["Location"] == "/accounts/login/?next=/problems/"
    assert text_of(build.browser_of(build.person(None)), "/problems/", 403)


# The filters


@pytest.fixture
def ledger(project: Project) -> None:
    other = build.project("光伏", organisation=build.town("奔牛镇"), enterprise="天合公司")
    build.problem(project, "超期的", due_on=TODAY - timedelta(days=3))
    build.problem(project, "将到期的", kind="permit", due_on=TODAY + timedelta(days=3))
    build.problem(other, "未定期限的")
    build.problem(project, "办完的", due_on="2024-06-01", resolved_on="2024-05-01", resolution="已供电")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["超期的", "将到期的", "未定期限的", "办完的"]),
        ("state=open", ["超期的", "将到期的", "未定期限的"]),
        ("state=overdue", ["超期的"]),
        ("state=closed", ["办完的"]),
        ("kind=permit", ["将到期的"]),
        ("q=天合", ["未定期限的"]),
        ("q=供电", ["办完的"]),
        ("q=热泵 期", ["超期的", "将到期的"]),
        ("q=没有的", []),
    ],
)
def test_the_pressing_ones_first_and_narrowed(ledger: None, asked: str, found: list[str]) -> None:
    page = text_of(build.browser_of(build.leader()), f"/problems/?{asked}")
    texts = ["超期的", "将到期的", "未定期限的", "办完的"]
    places = {text: page.find(f"{text}</a>") for text in texts}

    assert sorted((text for text in texts if places[text] > 0), key=places.__getitem__) == found
    assert f"{len(found)} 条" in page
    assert ("没有符合条件的问题" in page) == (not found)


def test_by_unit_means_whoever_is_to_remove_it(ledger: None) -> None:
    page = text_of(build.browser_of(build.leader()), f"/problems/?organisation={build.town('奔牛镇').pk}")

    assert ("未定期限的" in page, "超期的" in page) == (True, False)


@pytest.mark.parametrize("asked", ["state=lost", "kind=x", "organisation=999999"])
def test_a_wrong_condition_lists_nothing(ledger: None, asked: str) -> None:
    page = text_of(build.browser_of(build.leader()), f"/problems/?{asked}", 400)

    assert "条件有误" in page
    assert "超期的" not in page


def test_an_empty_ledger_says_so() -> None:
    assert "台账里还没有问题" in text_of(build.browser_of(build.leader()), "/problems/")


@pytest.mark.parametrize("size", [3, 60])
def test_it_takes_the_same_queries(project: Project, size: int, django_assert_num_queries) -> None:
    for number in range(size):
        build.problem(project, f"第{number}个", organisation=build.town("资规分局", kind="department"))
    client = build.browser_of(build.staff(project.organisation))
    with django_assert_num_queries(7):
        client.get("/problems/")


# One problem


def test_a_problem_is_entered_for_a_project(project: Project) -> None:
    user = build.staff(project.organisation)
    client, address = build.browser_of(user), f"/projects/{project.pk}/problems/new/"

    assert "登记问题" in text_of(client, address)
    assert post(client, address, **NEW) == f"/projects/{project.pk}/"
    kept = Problem.objects.get()
    assert (kept.project, kept.text, kept.organisation, str(kept.due_on)) == (
        project,
        "未交地",
        None,
        "2024-04-01",
    )
    assert kept.history.get().history_user == user
    assert "未交地" in text_of(client, f"/projects/{project.pk}/")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text": ""}, "是必填项"),
        ({"due_on": "2024-02-01"}, "办结期限不能早于提出日期"),
        ({"raised_on": (TODAY + timedelta(days=1)).isoformat(), "due_on": ""}, "提出日期不能晚于今天"),
    ],
)
def test_a_faulty_one_is_not_entered(project: Project, wrong: dict[str, str], told: str) -> None:
    client = build.browser_of(build.staff(project.organisation))

    assert told in post(client, f"/projects/{project.pk}/problems/new/", 422, **(NEW | wrong))
    assert not Problem.objects.exists()


@pytest.mark.parametrize(
    ("person", "status"), [(build.leader, 403), (lambda: build.staff(build.town("奔牛镇")), 404)]
)
def test_who_may_not_write_enters_nothing(project: Project, person, status: int) -> None:
    post(build.browser_of(person()), f"/projects/{project.pk}/problems/new/", status, **NEW)

    assert not Problem.objects.exists()


def test_it_is_closed_and_opened_again(problem: Problem) -> None:
    client = build.browser_of(build.staff(problem.project.organisation))
    address = f"/problems/{problem.pk}/"

    assert "销号须写明办理情况" in post(client, address, 422, **(CLOSE | {"resolution": ""}))
    assert "早于提出日期" in post(client, address, 422, **(CLOSE | {"on": "2024-02-01"}))
    post(client, address, **CLOSE)
    page = text_of(client, address)
    for fact in ("已销号", "已交地", "重新打开"):
        assert fact in page
    post(client, address, 403, **CLOSE)

    assert "重新打开须写明原因" in post(client, address, 422, act="reopen", reason="")
    post(client, address, act="reopen", reason="仍有一户")
    assert "已交地" in text_of(client, address)
    assert Problem.objects.get().resolved_on is None


def test_a_change_needs_its_reason(problem: Problem) -> None:
    client, address = (
        build.browser_of(build.staff(problem.project.organisation)),
        f"/problems/{problem.pk}/",
    )

    page = post(client, address, 422, act="amend", **changed(problem, text="改过的", reason=""))
    assert "二期土地尚未交付" in page  # what is on record, beside the form
    post(client, address, act="amend", **changed(problem, text="改过的", reason="补充"))
    assert Problem.objects.get().text == "改过的"


def test_two_change_one_line_and_the_second_chooses(problem: Problem) -> None:
    mine = changed(problem, text="我的话", person="王五", reason="核对")
    theirs = Problem.objects.get()
    theirs.text, theirs.kind = "李四的话", "permit"
    build.kept(theirs, by=build.office(last_name="李", first_name="四"), reason="企业来函")
    client, address = build.browser_of(build.staff(problem.project.organisation)), f"/problems/{problem.pk}/"

    page = post(client, address, 409, act="amend", **mine)
    for words in ("李四", "企业来函", "李四的话", "我的话", "二期土地尚未交付"):
        assert words in page
    assert Problem.objects.get().text == "李四的话"

    chosen = {"seen": theirs.history.latest("history_id").history_id, "keep-text": "mine"}
    post(client, address, act="amend", **(mine | chosen))
    problem.refresh_from_db()
    assert (problem.text, problem.person, problem.kind) == ("我的话", "王五", "permit")


@pytest.mark.parametrize("act", ["", "erase"])
def test_a_forged_act_is_refused(problem: Problem, act: str) -> None:
    post(build.browser_of(build.office()), f"/problems/{problem.pk}/", 400, **(CLOSE | {"act": act}))

    assert Problem.objects.get().resolved_on is None


def test_its_page_takes_few_queries(problem: Problem, django_assert_max_num_queries) -> None:
    client = build.browser_of(build.staff(problem.project.organisation))
    with django_assert_max_num_queries(6):
        client.get(f"/problems/{problem.pk}/")

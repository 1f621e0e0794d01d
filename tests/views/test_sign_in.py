"""After a session's end: to the sign-in page and back to the page, also for a part of it and for a sent form."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from tests import build

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
SITE = "http://testserver"
HOSTILE = [
    "http://evil.example/projects/",
    "//evil.example/",
    f"{SITE}//evil.example/",
    f"{SITE}/\\evil.example",
    "http://[",
    "http://testserver@evil.example/",
    "http://testserver:8000/projects/",
    "javascript:alert(1)",
    "data:text/html,x",
    f"{SITE}\n.evil.example/",
    "projects/",
    "",
    f"{SITE}/{'a' * 5000}",
    f"{SITE}{LOGIN}?next=/projects/",
]


def back(address: str) -> str:
    """Where the sign-in page leads to."""
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc, parts.path) == ("", "", LOGIN)
    return parse_qs(parts.query)["next"][0]


def asked_by_htmx(client: Client, shown: str | None, address: str = "/projects/") -> HttpResponse:
    headers = {"HX-Request": "true"} | ({"HX-Current-URL": shown} if shown is not None else {})
    return client.get(address, headers=headers)


def test_htmx_is_sent_to_the_sign_in_page_and_back_to_the_page_not_to_the_part() -> None:
    answer = asked_by_htmx(Client(), f"{SITE}/projects/?q=热泵&page=2#x")

    assert (answer.status_code, answer.content) == (204, b"")
    assert back(answer["HX-Redirect"]) == "/projects/?q=热泵&page=2"


@pytest.mark.parametrize("shown", [*HOSTILE, None])
def test_what_is_no_page_of_ours_leads_to_the_home_page(shown: str | None) -> None:
    answer = asked_by_htmx(Client(), shown)

    assert answer.status_code == 204
    assert back(answer["HX-Redirect"]) == "/"


def test_a_sent_form_leads_back_to_the_page_that_shows_it() -> None:
    page = f"{SITE}/projects/bulk/?pk=1&pk=2"
    answer = Client().post("/projects/bulk/", {"act": "move"}, headers={"Referer": page})

    assert answer.status_code == 302
    assert back(answer["Location"]) == "/projects/bulk/?pk=1&pk=2"


@pytest.mark.parametrize("shown", HOSTILE)
def test_a_sent_form_without_a_page_of_ours_leads_to_its_own_address(shown: str) -> None:
    answer = Client().post("/projects/new/", {}, headers={"Referer": shown})

    assert back(answer["Location"]) == "/projects/new/"


def test_signing_in_again_leads_there_and_nothing_was_written() -> None:
    staff = build.staff()
    project = build.project(organisation=staff.organisation)
    page = f"/projects/{project.pk}/"
    client = Client()
    sent = {"act": "reach", "on": "2024-03-15", "precision": "day"}
    answer = client.post(f"{page}milestones/started/", sent, headers={"Referer": f"{SITE}{page}"})
    person = {"username": staff.username, "password": build.PASSWORD}
    there = client.post(answer["Location"], person)

    assert there["Location"] == page
    assert not project.milestones.exists()


def refused_token(client: Client, **headers: str) -> HttpResponse:
    return client.post("/projects/new/", {"name": "新项目"}, headers=headers)


def test_a_token_of_an_ended_session_leads_to_the_sign_in_page() -> None:
    strict = Client(enforce_csrf_checks=True)
    plain = refused_token(strict, Referer=f"{SITE}/projects/new/")
    htmx = refused_token(strict, **{"HX-Request": "true", "HX-Current-URL": f"{SITE}/projects/"})

    assert (plain.status_code, back(plain["Location"])) == (302, "/projects/new/")
    assert (htmx.status_code, back(htmx["HX-Redirect"])) == (204, "/projects/")


def test_a_token_of_another_session_ends_in_a_sentence() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(build.office(), backend="projects.access.RoleBackend")
    plain, htmx = refused_token(strict), refused_token(strict, **{"HX-Request": "true"})

    for answer in (plain, htmx):
        assert answer.status_code == 403
        assert "这次没有保存，数据没有改动；请刷新页面后再提交。" in answer.content.decode()
    assert htmx["X-Expired"] == "1"
    assert "<html" not in htmx.content.decode()
    assert 'name="outcome" content="failed"' in plain.content.decode()


def test_the_sign_in_form_with_a_bad_token_says_so_instead_of_turning_round() -> None:
    answer = Client(enforce_csrf_checks=True).post(LOGIN, {"username": "a", "password": "b"})

    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "status"), [("/no-such-page/", 404), ("/targets/1/", 404), ("/projects/new/", 403)]
)
def test_a_page_that_failed_says_so_to_the_script(address: str, status: int) -> None:
    answer = build.browser_of(build.leader()).get(address)

    assert answer.status_code == status
    assert 'name="outcome" content="failed"' in answer.content.decode()

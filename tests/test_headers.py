"""What stands in the head of every answer: nothing personal stays in a cache, names of files are encoded."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

from projects.views.exports import download
from tests import build
from tests.fuzz.site import addresses
from tests.fuzz.stranger import close

KEPT_FOR_A_WHILE = {
    "/todo/count": "max-age=60, private",  # a bare number that every page asks for
    "/notices/count": "max-age=60, private",  # as well
    "/manifest.webmanifest": "max-age=300, public",  # read by the browser before anybody signs in
    "/settings/district/logo.png": "max-age=300, public",
}
HOSTILE = ['a"b', "a\\b", "a\r\nSet-Cookie: x=1", "热泵 项目", "a;b=c", "../../etc/passwd", "a\tb"]


def client_of(user) -> Client:
    client = build.browser_of(user)
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("who", [build.admin, lambda: None])
def test_no_answer_may_be_stored_by_a_cache(who) -> None:
    build.listing(build.project("热泵"))
    client, stored = client_of(who()), {}
    for address in addresses():
        path = address.filled(["1"] * address.places)
        answer = client.get(path)
        close(answer)
        if "no-store" not in answer["Cache-Control"]:
            stored[path] = ", ".join(sorted(answer["Cache-Control"].split(", ")))
        assert "geolocation=()" in answer["Permissions-Policy"], path
        assert answer["X-Frame-Options"] == "DENY", path

    assert stored.items() <= KEPT_FOR_A_WHILE.items()


@pytest.mark.django_db
def test_refusals_before_any_view_stand_in_no_frame_either() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(build.office(), backend="projects.access.RoleBackend")
    without_token = client.post("/completion/")
    too_large = client.post("/settings/lights/", b"x", "text/plain", headers={"content-length": "9" * 12})
    no_host = client.get("/completion/", headers={"host": "elsewhere.example"})

    for answer, status in ((without_token, 403), (too_large, 413), (no_host, 400)):
        assert (answer.status_code, answer["X-Frame-Options"]) == (status, "DENY")


@pytest.mark.django_db
def test_exports_json_evidence_and_refusals_are_not_stored() -> None:
    project = build.project("热泵", organisation=build.town())
    photo = build.evidence(build.milestone(project, "started", "2024-03-01"))
    office = client_of(build.office())
    for path, status in {
        "/projects/export.xlsx": 200, "/projects/export.csv": 200, "/api/v1/projects/": 200, "/account/": 200,
        f"/evidence/{photo.pk}/": 200, f"/evidence/{photo.pk}/thumbnail/": 200, "/people/": 200,
        "/settings/district/": 403, "/no-such-page/": 404, "/api/v2/": 404,
    }.items():  # fmt: skip
        answer = office.get(path)
        close(answer)
        assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (status, True), path


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
@pytest.mark.parametrize("name", HOSTILE)
def test_the_name_of_a_file_never_breaks_its_header(name: str, suffix: str) -> None:
    answer = download(suffix, [], name)
    close(answer)
    header = answer["Content-Disposition"]

    assert header.startswith("attachment; filename")
    assert not {"\r", "\n"} & set(header)
    assert header.isascii()
    assert header.replace('\\"', "").count('"') in (0, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/nowhere", "/api/v2/projects/"])
@pytest.mark.parametrize("who", [build.office, lambda: None])
def test_unknown_addresses_of_the_api_answer_json(path: str, who) -> None:
    answer = client_of(who()).get(path)

    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "接口没有这个地址。"


@pytest.mark.django_db
def test_a_malformed_request_to_the_api_answers_json() -> None:
    with override_settings(ALLOWED_HOSTS=["register.example"]):
        answer = client_of(None).get("/api/v1/projects/", headers={"Host": "other.example"})

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"].startswith("服务器看不懂这个请求")


@pytest.mark.django_db
def test_a_fault_of_the_api_answers_json(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("projects.api.resources.projects.projects_question", broken)

    answer = client_of(build.office()).get("/api/v1/projects/")

    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["detail"].startswith("系统出错")


def test_pages_of_the_register_are_never_preloaded_unasked() -> None:
    assert settings.SECURE_HSTS_PRELOAD is False

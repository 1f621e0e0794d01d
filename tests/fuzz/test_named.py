"""What once answered 500, each by its name: a refusal with a text, or an answer."""

import json
from datetime import date

import pytest

from projects.actions.reporting import ask_reopening
from projects.models import Project, Reopening, SavedView, User
from projects.vocabulary import Role, Stage
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

DIGITS = "9" * 5000
BELOW = "-" + "9" * 30
REFUSED = (400, 403, 404, 409, 422)


@pytest.fixture
def project() -> Project:
    project = build.project("热泵", organisation=build.town(), total_investment=YI)
    build.listing(project)
    build.milestone(project, Stage.SIGNED, "2024-03-15")
    return project


@pytest.fixture
def office():
    return build.browser_of(build.office())


def signed_units() -> None:
    """罗溪镇 has signed one of two, 奔牛镇 two of two."""
    for unit, signed in ((build.town("罗溪镇"), 1), (build.town("奔牛镇"), 2)):
        build.target("signed", 2, level="", organisation=unit)
        build.target("signed_investment", 6 * YI, level="", organisation=unit)
        for number in range(3):
            project = build.project(organisation=unit, total_investment=3 * YI)
            build.listing(project)
            if number < signed:
                build.milestone(project, Stage.SIGNED, "2024-03-15")


@pytest.mark.parametrize("by", ["signed", "signed_investment"])
@pytest.mark.parametrize("level", ["city", "all"])
def test_every_indicator_of_the_enumeration_ranks(office, by, level) -> None:
    signed_units()
    asked = f"rank_by={by}&level={level}&as_of=2024-09-30"

    answer = office.get(f"/api/v1/completion?{asked}")
    assert [(unit["organisation"], unit["rank"]) for unit in answer.json()["units"]] == [
        ("奔牛镇", 1),
        ("罗溪镇", 2),
    ]

    page = office.get(f"/completion/?{asked}")
    assert [(each.row.label, each.row.rank) for each in page.context["table"].rows] == [
        ("奔牛镇", 1),
        ("罗溪镇", 2),
    ]
    for suffix in ("csv", "xlsx"):
        assert office.get(f"/completion/export.{suffix}?{asked}").getvalue()


@pytest.mark.parametrize("by", ["signed", "signed_investment"])
@pytest.mark.parametrize("role", [Role.LEADER, Role.STAFF, Role.OFFICE, Role.ADMIN])
def test_whoever_ranks_by_signings_gets_an_answer(project, by, role) -> None:
    for unit in (None, build.town()):
        browser = build.browser_of(build.person(role, organisation=unit))
        for rows in ("organisation", "industry"):
            assert browser.get(f"/completion/?rank_by={by}&by={rows}").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"username": "a" * 100_000, "password": "x"},
        {"username": "a\0b", "password": "x"},
        {"username": "a", "password": "x\0"},
        {"username": "a", "password": "x", "next": "\0", "y\0": "z"},
        {"username": "a", "password": "x" * 100_000},
    ],
)
def test_no_name_breaks_the_sign_in(client, sent) -> None:
    answer = client.post("/accounts/login/", sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not answer.wsgi_request.user.is_authenticated


def test_a_session_cookie_of_other_signs_is_no_session(client) -> None:
    client.cookies["sessionid"] = "x"
    answer = client.get("/accounts/login/", headers={"Cookie": 'sessionid="\\000aaaaaaaaaaaa"'})
    assert answer.status_code == 200


@pytest.mark.parametrize("request_key", ["abc", "", DIGITS, BELOW, "9" * 19, "\0"])
def test_a_decision_on_no_request_is_refused(office, request_key) -> None:
    unit = build.town()
    ask_reopening(unit, date(2024, 3, 1), reason="漏填", by=build.staff(unit))
    answer = office.post("/months/2024-03/review/", {"act": "grant", "request": request_key})
    assert answer.status_code == 422
    assert "请选择一个等待审批的申请" in answer.text
    assert Reopening.objects.waiting().count() == 1


@pytest.mark.parametrize("number", [DIGITS, BELOW, "9" * 19, "abc", "\0"])
def test_no_number_is_too_long_for_the_forms_of_a_stage(office, project, number) -> None:
    for address in ("milestones/started/", "milestones/started/update/", "milestones/started/undo/"):
        for headers in ({}, {"HX-Request": "true"}):
            said = {"act": "reach", "on": "2024-05-01", "precision": "day", "version": number}
            answer = office.post(f"/projects/{project.pk}/{address}", said, headers=headers)
            assert answer.status_code < 500


@pytest.mark.parametrize("number", [DIGITS, DIGITS + "亿元", "-" + DIGITS])
@pytest.mark.parametrize(
    "field", ["total_investment", "contract_amount", "version", "helpers", "organisation"]
)
def test_no_number_is_too_long_for_the_form_of_a_project(office, project, field, number) -> None:
    for address in (f"/projects/{project.pk}/edit/", "/projects/new/"):
        answer = office.post(address, {"name": "新", "reason": "改", field: number})
        assert answer.status_code in REFUSED
    project.refresh_from_db()
    assert project.total_investment == YI


@pytest.mark.parametrize(
    "field", ["investment_min", "investment_max", "year", "started", "organisation", "page"]
)
def test_no_number_is_too_long_for_a_list(office, project, field) -> None:
    for address in ("/projects/", "/projects/export.csv", "/api/v1/projects/"):
        for number in (DIGITS, BELOW, "9" * 30):
            assert office.get(address, {field: number}).status_code in (200, *REFUSED)


@pytest.mark.parametrize(
    "current", ["http://[", "http://[::1", "//[", "http://testserver/projects/?year=" + "9" * 4000, "\\", "é"]
)
def test_a_row_asked_from_nowhere_is_shown(office, project, current) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": current}
    answer = office.get(f"/projects/{project.pk}/row/", headers=headers)
    assert answer.status_code == 200
    assert "热泵" in answer.text


@pytest.mark.parametrize("numbers", [BELOW, "9" * 30, DIGITS, "abc", "1,,x", "-1", "½", "\0"])
def test_many_at_once_of_no_project_is_refused(office, project, numbers) -> None:
    answer = office.get("/projects/bulk/", {"pk": numbers}, follow=True)
    assert answer.status_code < 500
    said = {"act": "move", "projects": numbers, "stage": "started", "on": "2024-05-01", "precision": "day"}
    answer = office.post("/projects/bulk/", said, follow=True)
    assert answer.status_code < 500
    assert not project.milestones.filter(stage="started").exists()


def test_a_key_that_no_database_stores_is_no_page(office) -> None:
    for number in ("9" * 19, "9" * 30, DIGITS, "-1", "%D9%A3"):
        for address in (
            "projects/{}/",
            "projects/{}/row/",
            "api/v1/projects/{}/",
            "targets/{}/",
            "evidence/{}/",
        ):
            assert office.get(f"/{address.format(number)}").status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "10000-01-01", "0000-00-00", "2024-13-01"])
def test_days_outside_the_registers_years_are_refused(office, day) -> None:
    for name in ("as_of", "known_at"):
        for address in (
            "/completion/",
            "/completion/attention/",
            "/completion/export.csv",
            "/api/v1/completion",
        ):
            assert office.get(address, {name: day}).status_code == 400


@pytest.mark.parametrize(
    "month", ["2024-13", "2024-00", "0000-01", "9999-01", "10000-01", "20２４-01", "2024-1"]
)
def test_a_month_that_is_none_is_no_page(office, month) -> None:
    for tail in ("", "review/", "export.csv"):
        assert office.get(f"/months/{month}/{tail}").status_code == 404


@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_a_nul_in_an_address_is_refused_with_a_sentence(client, text) -> None:
    answer = client.get("/projects/", {"q": text})
    assert answer.status_code == 400
    assert "无法识别的字符" in answer.text
    answer = client.get("/api/v1/projects/", {"q": text})
    assert answer.status_code == 400
    assert json.loads(answer.text)["detail"]


def test_a_method_that_is_not_offered_is_refused_with_a_sentence(office) -> None:
    answer = office.delete("/projects/")
    assert answer.status_code == 405
    assert "不接受 DELETE 请求" in answer.text
    assert "GET" in answer["Allow"]


def test_a_question_too_long_to_keep_is_refused(office) -> None:
    answer = office.post("/projects/views/", {"name": "长", "audience": "own", "query": "level=city&" * 200})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


@pytest.fixture
def admin_office():
    build.report(build.project(), "2024-03", YI)
    return build.browser_of(build.office())


@pytest.mark.parametrize(
    "asked",
    [
        f"month__year={'9' * 30}",
        "month__year=99999",
        "month__year=0",
        f"month__year={DIGITS}",
        "month__year=2024&month__month=13",
        "month__year=abc",
        f"project__id__exact={'9' * 30}",
        "state__exact=%F0%9F%92%A9",
        "o=9.9.9",
        f"p={DIGITS}",
        f"q={'a' * 5000}",
    ],
)
def test_no_condition_breaks_a_list_of_the_admin(admin_office, asked) -> None:
    answer = admin_office.get(f"/admin/projects/monthlyreport/?{asked}", follow=True)
    assert answer.status_code in (200, 400, 403)


@pytest.mark.parametrize("term", ["abc", "\u202e", "a" * 5000])
def test_no_word_breaks_the_choices_of_the_admin(admin_office, term) -> None:
    asked = {"app_label": "projects", "model_name": "monthlyreport", "field_name": "project"}
    for page in ("1", "abc", DIGITS):
        answer = admin_office.get("/admin/autocomplete/", {**asked, "term": term, "page": page})
        assert answer.status_code in (200, 404)
    for name in asked:
        assert admin_office.get("/admin/autocomplete/", {**asked, name: term}).status_code in (403, 404)


@pytest.mark.parametrize("number", ["abc", DIGITS, BELOW, "%20"])
def test_a_history_of_no_record_is_no_page(admin_office, number) -> None:
    for tail in ("history/", "history/1/", "change/", "delete/"):
        answer = admin_office.get(f"/admin/projects/monthlyreport/{number}/{tail}", follow=True)
        assert answer.status_code in (200, 404)


def test_an_account_with_a_role_that_is_no_number_is_refused() -> None:
    browser = build.browser_of(build.admin())
    for group in ("9" * 30, "abc", BELOW):
        said = {
            "username": "zhangsan",
            "groups": [group],
            "password1": build.PASSWORD,
            "password2": build.PASSWORD,
        }
        assert browser.post("/admin/projects/user/add/", said).status_code == 200
    assert not User.objects.filter(username="zhangsan").exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"version": ' + DIGITS + ', "reason": "x"}',
        "\ufeff{}",
        "\\ud800",
    ],
)
def test_no_body_breaks_the_api(office, project, body) -> None:
    for kind in ("application/json", "text/plain", "multipart/form-data", "application/json; charset=utf-99"):
        answer = office.patch(f"/api/v1/projects/{project.pk}/", body, content_type=kind)
        assert answer.status_code in (400, 415, 428)
        assert answer.json()


@pytest.mark.parametrize("organisation", [["1"], {"pk": 1}, 10**30, -(10**30), True, "1"])
def test_no_value_of_another_kind_breaks_the_api(office, project, organisation) -> None:
    body = {"version": None, "reason": "改", "organisation": organisation}
    answer = office.patch(
        f"/api/v1/projects/{project.pk}/", json.dumps(body), content_type="application/json"
    )
    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["'", "abc", DIGITS, BELOW])
def test_a_new_record_of_no_project_is_refused(admin_office, number) -> None:
    for address in ("milestone", "annualplan", "monthlyreport", "evidence"):
        page = f"/admin/projects/{address}/add/"
        assert admin_office.get(page, {"project": number, "milestone": number}).status_code in (200, 403)
        assert admin_office.post(page, {"project": number, "milestone": number}).status_code in (200, 403)

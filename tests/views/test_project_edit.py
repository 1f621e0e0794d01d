"""New and edit: one form for facts, lists, plans and helpers, written as a whole or not at all."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from projects.models import AnnualPlan, Listing, Organisation, Participation, Project
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

NEW = "/projects/new/"


def rows(prefix: str, *lines: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """What a formset sends."""
    sent: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(lines), f"{prefix}-INITIAL_FORMS": initial}
    for place, line in enumerate(lines):
        sent |= {f"{prefix}-{place}-{name}": value for name, value in line.items()}
    return sent


def sheet(**facts: Any) -> dict[str, Any]:
    return {"name": "新项目", **rows("listings"), **rows("annual_plans"), **facts}


def post(client: Client, address: str, sent: dict[str, Any], status: int = 302) -> str:
    response = client.post(address, sent)
    assert response.status_code == status
    return response["Location"] if status == 302 else " ".join(response.content.decode().split())


def test_a_new_project_comes_with_lists_plans_and_helpers() -> None:
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    author = build.staff(luoxi)
    sent = sheet(
        organisation=luoxi.pk,
        total_investment="12.5",
        contract_amount="6000万元",
        helpers=[benniu.pk],
        **rows("listings", {"year": "2024", "year_sure": "2024", "level": "city", "category": "new"}),
        **rows("annual_plans", {"year": "2024", "planned_investment": "3"}),
    )
    post(build.browser_of(author), NEW, sent)
    project = Project.objects.get()

    assert (project.total_investment, project.contract_amount) == (1_250_000_000, 60_000_000)
    assert [str(listing) for listing in project.listings.all()] == ["2024 年市重点"]
    assert project.annual_plans.get().planned_investment == 3 * YI
    assert project.participations.get().organisation == benniu
    assert project.history.get().history_user == author
    assert project.history.get().history_change_reason == "新建项目"


def test_an_unknown_amount_stays_unknown() -> None:
    post(build.browser_of(build.office()), NEW, sheet(total_investment=""))

    assert Project.objects.get().total_investment is None


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"name": ""}, "必填项"),
        ({"total_investment": "很多"}, "看不懂金额“很多”"),
        ({"total_investment": "-1"}, "金额不能为负"),
        ({"total_investment": "1亿美元"}, "人民币"),
        ({"credit_code": "123"}, "信用代码"),
        ({"national_code": "abc"}, "代码"),
        ({"foreign_amount": "5"}, "外资金额与币种应同时填写"),
        ({"nature": "magic"}, "不在可用的选项中"),
        ({"organisation": "9999"}, "选择"),
        ({"helpers": ["9999"]}, "9999"),
        (rows("listings", {"year": "1899", "level": "city"}), "2000"),
        (rows("listings", {"year": "2024", "level": ""}), "必填项"),
        (
            rows("listings", *2 * [{"year": "2024", "year_sure": "2024", "level": "city"}]),
            "重复",
        ),
        (rows("listings", {"year": "2024", "level": "city", "removed_on": "2024-05-01"}), "日期与原因"),
        (rows("annual_plans", {"year": "2024", "planned_investment": "三亿"}), "看不懂金额"),
        ({"listings-TOTAL_FORMS": "x"}, "表单不完整"),
        ({"listings-TOTAL_FORMS": "100000"}, "1000"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(facts: dict[str, Any], told: str) -> None:
    page = post(build.browser_of(build.office()), NEW, sheet() | facts, 422)

    assert told in page
    assert not Project.objects.exists()
    assert not Listing.objects.exists()
    assert not Project.history.exists()


def test_a_fault_in_one_part_holds_back_the_others() -> None:
    project = build.project("甲")
    client, address = build.browser_of(build.office()), f"/projects/{project.pk}/edit/"
    sent = as_shown(client, address) | {
        "name": "乙",
        "reason": "改名",
        **rows("listings", {"year": "2024", "level": "city"}),
        **rows("annual_plans", {"year": "2024", "planned_investment": "三亿"}),
    }
    post(client, address, sent, 422)
    project.refresh_from_db()

    assert project.name == "甲"
    assert not Listing.objects.exists()


def test_the_same_name_twice_for_one_enterprise_is_refused() -> None:
    build.project("甲", enterprise="河海")

    page = post(build.browser_of(build.office()), NEW, sheet(name="甲", enterprise="河海"), 422)
    assert "同一建设单位已有同名项目。" in page
    assert Project.objects.count() == 1


@pytest.fixture
def full() -> Project:
    """A project with a list, a plan and a helper."""
    luoxi = build.town("罗溪镇")
    project = build.project(
        "热泵", enterprise="河海", organisation=luoxi, total_investment=1_234_567_890, nature="upgrade"
    )
    build.listing(project, "city", 2024, category="new")
    build.annual_plan(project, 3 * YI, 2024)
    build.helper(project, build.town("奔牛镇"))
    return project


def as_shown(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back untouched."""
    dossier = client.get(address).context["dossier"]
    sent: dict[str, Any] = {}
    forms = [dossier.facts]
    for part in (dossier.listings, dossier.plans):
        forms += [part.management_form, *part.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, "") and value is not False:
                sent[field.html_name] = value
    return sent


def versions() -> list[int]:
    return [model.history.count() for model in (Project, Listing, AnnualPlan, Participation)]


def test_an_untouched_save_leaves_no_trace(full: Project) -> None:
    client, address = build.browser_of(build.office()), f"/projects/{full.pk}/edit/"
    before = versions()
    post(client, address, as_shown(client, address) | {"reason": "看看"})

    assert versions() == before
    assert "没有改动，未写入记录。" in client.get(f"/projects/{full.pk}/").content.decode()


def test_an_edit_writes_what_changed_with_who_and_why(full: Project) -> None:
    author = build.staff(full.organisation)
    client, address = build.browser_of(author), f"/projects/{full.pk}/edit/"
    before = versions()
    post(client, address, as_shown(client, address) | {"total_investment": "13", "reason": "核对备案"})
    full.refresh_from_db()
    entry = full.history.latest()

    assert full.total_investment == 13 * YI
    assert (entry.history_user, entry.history_change_reason) == (author, "核对备案")
    assert versions() == [before[0] + 1, *before[1:]]


def test_lists_are_promoted_and_helpers_exchanged(full: Project) -> None:
    client, address = build.browser_of(build.office()), f"/projects/{full.pk}/edit/"
    sent = as_shown(client, address) | {
        "listings-0-DELETE": "on",
        "listings-1-year": "2024",
        "listings-1-year_sure": "2024",
        "listings-1-level": "province",
        "helpers": [build.town("薛家镇").pk],
        "reason": "升级",
    }
    post(client, address, sent)

    assert [listing.level for listing in full.listings.all()] == ["province"]
    assert [str(entry.organisation) for entry in full.participations.helping()] == ["薛家镇"]
    assert full.history.count() == 1


def test_an_edit_needs_its_reason(full: Project) -> None:
    client, address = build.browser_of(build.office()), f"/projects/{full.pk}/edit/"
    sent = as_shown(client, address) | {"name": "改名"}
    sent.pop("reason", None)

    assert "有内容需要改正，尚未保存。" in post(client, address, sent, 422)
    full.refresh_from_db()
    assert full.name == "热泵"


def test_staff_of_a_unit_assign_within_it_only(full: Project) -> None:
    luoxi, benniu = full.organisation, build.town("奔牛镇")
    village = build.town("某村", kind="department", parent=luoxi)
    client, address = build.browser_of(build.staff(luoxi)), f"/projects/{full.pk}/edit/"
    offered = client.get(address).context["dossier"].facts.fields["organisation"].queryset

    assert set(offered) == {luoxi, village}
    sent = as_shown(client, address) | {"reason": "移交"}
    for forged in (benniu.pk, Organisation.objects.root().pk, ""):
        post(client, address, sent | {"organisation": forged}, 422)
        full.refresh_from_db()
        assert full.organisation == luoxi
    post(client, address, sent | {"organisation": village.pk})
    full.refresh_from_db()
    assert full.organisation == village


def test_a_forged_field_changes_nothing(full: Project) -> None:
    other = build.project("别人的", organisation=build.town("奔牛镇"))
    theirs = build.listing(other, "city", 2024)
    client, address = build.browser_of(build.staff(full.organisation)), f"/projects/{full.pk}/edit/"
    sent = as_shown(client, address) | {"reason": "试", "named": "", "side_state": "terminated"}
    post(client, address, sent | {"listings-0-id": theirs.pk}, 422)
    post(client, address, sent)
    full.refresh_from_db()
    theirs.refresh_from_db()

    assert (full.named, full.side_state) == (True, "")
    assert theirs.project == other


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (lambda: build.leader(), 403),
        (lambda: build.leader(build.town("奔牛镇")), 403),
        (lambda: build.staff(build.town("奔牛镇")), 403),  # helps, so reads
        (lambda: build.staff(build.town("薛家镇")), 404),
        (lambda: build.person(None), 403),
    ],
)
def test_who_may_not_write_is_refused(full: Project, person, status: int) -> None:
    client, address = build.browser_of(person()), f"/projects/{full.pk}/edit/"

    assert client.get(address).status_code == status
    post(client, address, sheet(name="劫持", reason="x"), status)
    full.refresh_from_db()
    assert full.name == "热泵"


def test_who_may_not_write_cannot_create() -> None:
    for person in (build.leader(), build.person(None)):
        client = build.browser_of(person)
        assert client.get(NEW).status_code == 403
        post(client, NEW, sheet(), 403)
    assert post(build.browser_of(None), NEW, sheet()).startswith("/accounts/login/")
    assert not Project.objects.exists()


def test_the_form_needs_its_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(build.office(), backend="projects.access.RoleBackend")

    assert client.post(NEW, sheet()).status_code == 403
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"listed_on": "2024-07-10"}, (date(2024, 7, 10), "day")),
        ({"listed_on": "2024-07-10", "listed_precision": "month"}, (date(2024, 7, 31), "month")),
        ({"listed_precision": "month"}, (None, "")),  # a precision of no day states nothing
        ({}, (None, "")),
    ],
)
def test_a_promotion_says_from_which_day_on(full: Project, sent: dict[str, str], stored) -> None:
    client, address = build.browser_of(build.office()), f"/projects/{full.pk}/edit/"
    row = {"year": "2024", "year_sure": "2024", "level": "province", **sent}
    typed = {f"listings-1-{name}": value for name, value in row.items()}

    post(client, address, as_shown(client, address) | typed | {"reason": "晋级"})

    listing = full.listings.get(level="province")
    shown = client.get(f"/projects/{full.pk}/").content.decode()
    assert (listing.listed_on, listing.listed_precision) == stored
    assert f"{listing.listed_words}列入" in shown if listing.listed_on else "列入</" not in shown
    assert full.listings.get(level="city").history.count() == 1

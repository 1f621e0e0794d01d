"""Two people edit one project at a time: nothing is silently overwritten, and nobody has to start again."""

import re
from typing import Any

import pytest
from django.test import Client

from projects.models import AnnualPlan, Listing, Participation, Project
from tests import build
from tests.build import YI
from tests.views.test_project_edit import as_shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    """On a list, with a plan and a helper."""
    project = build.project(
        "热泵",
        enterprise="河海",
        organisation=build.town("罗溪镇"),
        content="一期\n二期",
        total_investment=10 * YI,
    )
    build.listing(project, "city", 2024, category="new")
    build.annual_plan(project, 3 * YI, 2024)
    build.helper(project, build.town("奔牛镇"))
    return project


@pytest.fixture
def mine() -> Client:
    return build.browser_of(build.office(last_name="张", first_name="三"))


@pytest.fixture
def theirs() -> Client:
    return build.browser_of(build.office(last_name="李", first_name="四"))


def door(project: Project) -> str:
    return f"/projects/{project.pk}/edit/"


def save(client: Client, project: Project, sent: dict[str, Any], status: int = 302) -> str:
    response = client.post(door(project), sent)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def edit(client: Client, project: Project, **changes: Any) -> None:
    """Open and save at once."""
    save(client, project, as_shown(client, door(project)) | {"reason": "对方的原因"} | changes)


def line(page: str, label: str) -> list[str]:
    """What the page says of one field: before, theirs, mine."""
    row = page[page.index(f">{label}</th>") :]
    cells = row[: row.index("</tr>")].split("<td")[1:]
    return [re.sub(r"<[^>]*>", "", f"<td{cell}").strip() for cell in cells]


def again(
    client: Client, page: str, sent: dict[str, Any], project: Project, **choices: str
) -> dict[str, Any]:
    """What a browser would send from the page that was shown: what was typed, the versions, the choices."""
    inputs = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page)
    hidden = {name: value for name, value in inputs if name.endswith(("version", "seen", "id", "FORMS"))}
    return sent | hidden | {f"keep-{name}": side for name, side in choices.items()}


def test_fields_that_only_one_side_changed_are_merged_in_silence(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project))
    edit(theirs, project, contact="王五", **{"annual_plans-0-planned_investment": "4"})
    save(mine, project, sent | {"place": "黄河路 1 号", "listings-0-number": "7", "reason": "我的原因"})
    project.refresh_from_db()

    assert (project.contact, project.place) == ("王五", "黄河路 1 号")
    assert project.annual_plans.get().planned_investment == 4 * YI
    assert project.listings.get().number == 7
    assert [entry.history_change_reason for entry in project.history.all()][:2] == ["我的原因", "对方的原因"]
    assert project.history.latest().contact == "王五"
    assert AnnualPlan.history.count() == 2  # mine wrote none


def test_a_field_that_both_changed_waits_for_a_choice(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {"total_investment": "13", "place": "黄河路", "reason": "核对备案"}
    edit(theirs, project, total_investment="12", contact="王五")
    written = Project.history.count()
    page = save(mine, project, sent, 409)

    assert "李四" in page
    assert "对方的原因" in page
    assert line(page, "总投资（亿元）") == ["10", "12", "13"]
    assert "责任人</th>" not in page  # theirs alone
    assert 'value="王五"' in page
    assert 'value="黄河路"' in page
    assert Project.history.count() == written

    # sent again without a choice, it asks again
    assert "总投资（亿元）</th>" in save(mine, project, again(mine, page, sent, project), 409)
    save(mine, project, again(mine, page, sent | {"contact": "王五"}, project, total_investment="mine"))
    project.refresh_from_db()
    assert (project.total_investment, project.contact, project.place) == (13 * YI, "王五", "黄河路")


def test_theirs_is_kept_where_it_is_chosen(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {
        "total_investment": "13",
        "name": "热泵二期",
        "reason": "核对备案",
    }
    edit(theirs, project, total_investment="12", name="热泵机组")
    page = save(mine, project, sent, 409)
    assert line(page, "项目名称") == ["热泵", "热泵机组", "热泵二期"]
    save(mine, project, again(mine, page, sent, project, total_investment="theirs", name="mine"))
    project.refresh_from_db()

    assert (project.total_investment, project.name) == (12 * YI, "热泵二期")


def test_a_choice_holds_only_for_what_was_shown(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {"total_investment": "13", "reason": "核对备案"}
    edit(theirs, project, total_investment="12")
    page = save(mine, project, sent, 409)
    edit(theirs, project, total_investment="11")
    page = save(mine, project, again(mine, page, sent, project, total_investment="mine"), 409)

    assert line(page, "总投资（亿元）") == ["10", "11", "13"]


def test_the_same_change_twice_is_no_conflict(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {"total_investment": "12.0", "reason": "核对备案"}
    edit(theirs, project, total_investment="12")
    save(mine, project, sent)

    assert Project.history.count() == 2


def test_directories_choices_and_flags_are_told_in_words(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {
        "organisation": build.town("薛家镇").pk,
        "nature": "upgrade",
        "listings-0-category": "reserve",
        "reason": "移交",
    }
    edit(
        theirs,
        project,
        organisation=build.town("新桥街道").pk,
        nature="expansion",
        **{"listings-0-category": "continuing"},
    )
    page = save(mine, project, sent, 409)

    assert line(page, "责任单位") == ["罗溪镇", "新桥街道", "薛家镇"]
    assert line(page, "建设性质") == ["（空）", "扩建", "技改"]
    assert line(page, "2024 年市重点 · 年度类别") == ["新建", "续建", "储备"]
    choices = {"organisation": "mine", "nature": "theirs", "listings-0-category": "theirs"}
    save(mine, project, again(mine, page, sent, project, **choices))
    project.refresh_from_db()
    assert (str(project.organisation), project.nature) == ("薛家镇", "expansion")
    assert project.listings.get().category == "continuing"


def test_helpers_are_merged_unit_by_unit(mine, theirs, project) -> None:
    benniu, xuejia, xinqiao = (build.town(name).pk for name in ("奔牛镇", "薛家镇", "新桥街道"))
    sent = as_shown(mine, door(project))
    edit(theirs, project, helpers=[benniu, xuejia])
    save(mine, project, sent | {"helpers": [xinqiao], "reason": "调整协同单位"})

    kept = Participation.objects.helping().filter(project=project).values_list("organisation", flat=True)
    assert set(kept) == {xuejia, xinqiao}


NEW_ROW = {"listings-1-year": "2025", "listings-1-year_sure": "2025"}


def test_a_row_that_they_deleted_is_gone_when_i_left_it_alone(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {"place": "黄河路", "reason": "核对"}
    edit(theirs, project, **{"listings-0-DELETE": "on"})
    save(mine, project, sent | NEW_ROW | {"listings-1-level": "province"})
    project.refresh_from_db()

    assert project.place == "黄河路"
    assert [str(listing) for listing in project.listings.all()] == ["2025 年省重大"]


def test_a_row_that_they_deleted_and_i_changed_comes_back_as_a_new_one_when_i_insist(
    mine, theirs, project
) -> None:
    sent = as_shown(mine, door(project)) | {"listings-0-category": "reserve", "reason": "核对"}
    edit(theirs, project, **{"listings-0-DELETE": "on"})
    response = mine.post(door(project), sent)
    page = " ".join(response.content.decode().split())

    assert response.status_code == 409
    assert line(page, "2024 年市重点 · 整行") == ["（空）", "已删除", "保留，列为新的一行"]
    assert not Listing.objects.exists()
    dossier = response.context["dossier"]
    assert dossier.listings.initial_form_count() == 0
    rows = {
        field.html_name: field.value() or ""
        for form in (dossier.listings.management_form, *dossier.listings.forms)
        for field in form
    }
    save(mine, project, again(mine, page, sent | rows, project))
    assert project.listings.get().category == "reserve"


def test_a_row_that_i_delete_and_they_changed_is_shown_first(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {"listings-0-DELETE": "on", "reason": "移出"}
    edit(theirs, project, **{"listings-0-category": "continuing"})
    page = save(mine, project, sent, 409)

    assert line(page, "2024 年市重点 · 整行") == ["（空）", "已修改", "删除"]
    assert project.listings.get().category == "continuing"
    save(mine, project, again(mine, page, sent, project))
    assert not project.listings.exists()


def test_a_row_that_both_added_is_told_and_not_doubled(mine, theirs, project) -> None:
    row = NEW_ROW | {"listings-1-level": "city", "reason": "列入"}
    sent = as_shown(mine, door(project)) | row
    edit(theirs, project, **row)

    assert "该项目已在这一年度的同级名单中。" in save(mine, project, sent, 422)
    assert project.listings.filter(year=2025).count() == 1


def test_a_form_without_a_version_overwrites_nothing(mine, project) -> None:
    sent = as_shown(mine, door(project)) | {"total_investment": "13", "reason": "脚本"}
    sent["version"] = ""
    page = save(mine, project, sent, 409)

    assert line(page, "总投资（亿元）") == ["（空）", "10", "13"]
    project.refresh_from_db()
    assert project.total_investment == 10 * YI


@pytest.mark.parametrize("version", ["999999", "-1", "x", "1 OR 1=1", "１"])
def test_a_forged_version_is_no_way_around(mine, project, version: str) -> None:
    sent = as_shown(mine, door(project)) | {"total_investment": "13", "reason": "脚本", "version": version}

    save(mine, project, sent, 409)
    project.refresh_from_db()
    assert project.total_investment == 10 * YI


def test_how_a_browser_ends_its_lines_is_no_change(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {"content": "一期\r\n二期", "reason": "看看"}
    edit(theirs, project, content="一期\r\n二期\r\n三期")
    save(mine, project, sent)
    project.refresh_from_db()

    assert project.content == "一期\n二期\n三期"


def test_a_broken_sheet_is_told_beside_the_conflict(mine, theirs, project) -> None:
    sent = as_shown(mine, door(project)) | {"total_investment": "很多", "reason": "核对"}
    edit(theirs, project, total_investment="12")
    page = save(mine, project, sent, 409)

    assert line(page, "总投资（亿元）") == ["10", "12", "很多"]
    assert "看不懂金额" in page


def test_an_edit_in_peace_asks_for_few_versions(mine, project, django_assert_max_num_queries) -> None:
    client, address = mine, door(project)
    with django_assert_max_num_queries(19):
        client.get(address)

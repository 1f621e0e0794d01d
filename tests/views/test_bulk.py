"""Many at once, at the door: who may, what is chosen, what the preview shows, apply and undo."""

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from projects.models import Batch, Listing, Milestone, Project
from tests import build

pytestmark = pytest.mark.django_db

BULK = "/projects/bulk/"
DAY = {"stage": "started", "on": "2024-03-15", "precision": "day", "days": "", "reason": "集中开工"}


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def chosen(*projects: Project) -> str:
    return ",".join(str(project.pk) for project in projects)


def previewed(client: Client, *projects: Project, act: str = "move", **typed: str) -> Batch:
    """What is sent leads to the page of a new batch."""
    sent = {"act": act, "projects": chosen(*projects), **(DAY if act == "move" else {}), **typed}
    response = client.post(BULK, sent)
    assert response.status_code == 302
    batch = Batch.objects.latest("pk")
    assert response["Location"] == page_of(batch)
    return batch


def refused(client: Client, *projects: Project, act: str = "move", **typed: str) -> str:
    """The page that says why there is no preview."""
    sent = {"act": act, "projects": chosen(*projects), **(DAY if act == "move" else {}), **typed}
    response = client.post(BULK, sent)
    assert response.status_code == 422
    assert not Batch.objects.exists()
    return response.content.decode()


def page_of(batch: Batch) -> str:
    return f"{BULK}{batch.pk}/"


def pressed(client: Client, batch: Batch, act: str, **typed: str) -> str:
    """The batch's page after one of its buttons."""
    response = client.post(page_of(batch), {"act": act, **typed}, follow=True)
    assert response.redirect_chain == [(page_of(batch), 302)]
    return " ".join(response.content.decode().split())


def started() -> dict[str, date]:
    reached = Milestone.objects.filter(stage="started").exclude(reached_on=None)
    return {entry.project.name: entry.reached_on for entry in reached}


@pytest.fixture
def three() -> list[Project]:
    luoxi = build.town("罗溪镇")
    return [build.project(name, organisation=luoxi) for name in ("甲项目", "乙项目", "丙项目")]


@pytest.fixture
def staff(three) -> Client:
    return build.browser_of(build.staff(build.town("罗溪镇")))


# Who may


def test_leaders_and_accounts_without_a_role_are_refused(three):
    batch = previewed(build.browser_of(build.office()), *three)
    people = (build.leader(), build.leader(build.town("罗溪镇")), build.person(None))
    for person, why in zip(people, ("没有这个页面的权限", "没有这个页面的权限", "还没有角色"), strict=True):
        client = build.browser_of(person)
        for address in (BULK, f"{BULK}?pk={three[0].pk}", page_of(batch)):
            assert why in text_of(client, address, 403)
        for address, sent in ((BULK, {"act": "move", **DAY}), (page_of(batch), {"act": "apply_all"})):
            assert client.post(address, sent).status_code == 403
    assert started() == {}


def test_an_outsider_sees_the_login():
    for address in (BULK, f"{BULK}1/"):
        assert build.browser_of(None).get(address)["Location"] == f"/accounts/login/?next={address}"


def test_the_list_offers_boxes_to_those_who_may_write(three):
    foreign = build.project("外镇项目", organisation=build.town("薛家镇"))
    build.helper(foreign, build.town("罗溪镇"))
    box = re.compile(r'name="pk" value="(\d+)" form="bulk"')

    own = text_of(build.browser_of(build.staff(build.town("罗溪镇"))), "/projects/")
    assert {int(pk) for pk in box.findall(own)} == {project.pk for project in three}
    assert "外镇项目" in own
    assert "选中全部 4 个符合条件的" in own

    leader = text_of(build.browser_of(build.leader()), "/projects/")
    assert box.findall(leader) == []
    assert "批量处理" not in leader


def test_previews_are_ones_own_and_keepers_see_what_was_carried_out(three):
    anna, ben = build.staff(build.town("罗溪镇")), build.staff(build.town("罗溪镇"))
    mine = build.browser_of(anna)
    batch = previewed(mine, *three)
    for other in (ben, build.staff(build.town("薛家镇")), build.office()):
        text_of(build.browser_of(other), page_of(batch), 404)
        assert build.browser_of(other).post(page_of(batch), {"act": "apply_all"}).status_code == 404
    assert started() == {}

    pressed(mine, batch, "apply_all")

    text_of(build.browser_of(ben), page_of(batch), 404)
    assert "撤销整批" in text_of(build.browser_of(build.office()), page_of(batch))


# What is chosen


def test_ticked_projects_stand_in_the_order_of_the_list(three, staff):
    page = text_of(staff, f"{BULK}?pk={three[2].pk}&pk={three[0].pk}")
    assert "批量处理 2 个项目" in page
    assert f'value="{chosen(three[2], three[0])}"' in page
    assert page.index("丙项目") < page.index("甲项目")
    assert "乙项目" not in page


def test_all_that_match_follow_the_conditions_and_the_order_of_the_list(three, staff):
    build.milestone(three[1], "started", "2024-01-05")
    page = text_of(staff, f"{BULK}?all=1&q=项目&stage=none&sort=-name")
    assert "批量处理 2 个项目" in page
    assert f'value="{chosen(three[0], three[2])}"' in page
    link = re.search(r'href="(/projects/bulk/\?[^"]*all=1[^"]*)"', text_of(staff, "/projects/?q=乙&page=1"))
    assert link is not None
    assert "批量处理 1 个项目" in text_of(staff, link[1].replace("&amp;", "&"))


def test_the_next_stage_of_most_and_today_are_offered(three, staff):
    for project in three:
        build.milestone(project, "land", "2024-01-05")
    page = text_of(staff, f"{BULK}?all=1")
    assert '<option value="started" selected>' in page
    assert f'value="{timezone.localdate().isoformat()}"' in page


def test_projects_that_one_may_only_read_are_told_apart_and_refused(three, staff):
    foreign = build.project("外镇项目", organisation=build.town("薛家镇"))
    build.helper(foreign, build.town("罗溪镇"))

    assert "其中 1 个您只能查看，不能修改。" in text_of(staff, f"{BULK}?all=1")
    batch = previewed(staff, foreign, three[0])
    page = text_of(staff, page_of(batch))

    assert "拒绝 1 个" in page
    assert "您不能修改这个项目。" in page
    pressed(staff, batch, "apply_good")
    assert set(started()) == {"甲项目"}


def test_what_one_may_not_see_cannot_be_chosen(three, staff):
    secret = build.project("外镇项目", organisation=build.town("薛家镇"))
    for page in (
        staff.get(f"{BULK}?pk={secret.pk}", follow=True),
        staff.post(BULK, {"act": "move", "projects": chosen(three[0], secret), **DAY}, follow=True),
    ):
        words = page.content.decode()
        assert "有 1 个项目已不存在或您看不到" in words
        assert "外镇项目" not in words
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("all=1&level=moon", "条件有误，没有选中项目。"),
        ("pk=abc", "没有选择项目，请在项目清单里勾选。"),
    ],
)
def test_a_faulty_choice_leads_back_to_the_list(staff, query, said):
    response = staff.get(f"{BULK}?{query}", follow=True)
    assert response.redirect_chain == [("/projects/", 302)]
    assert said in response.content.decode()


def test_more_than_a_batch_can_hold_is_refused(three, staff, monkeypatch):
    monkeypatch.setattr("projects.actions.batches.running.MOST", 2)
    for response in (
        staff.get(f"{BULK}?all=1", follow=True),
        staff.get(f"{BULK}?pk={three[0].pk}&pk={three[1].pk}&pk={three[2].pk}", follow=True),
    ):
        assert "请加条件缩小范围" in response.content.decode()


def test_nothing_chosen_shows_the_way_and_what_was_done_before(three, staff):
    batch = previewed(staff, *three)
    assert "登记开工" not in text_of(staff, BULK)
    pressed(staff, batch, "apply_all")

    page = text_of(staff, BULK)

    assert "还没有选择项目" in page
    assert f'<a href="{page_of(batch)}">第 {batch.pk} 号：登记开工</a> 3 个项目 · 已执行' in page


# Preview, apply, undo


def test_one_day_for_all(three, staff):
    build.milestone(three[1], "started", "2024-01-05")
    batch = previewed(staff, *three, precision="month")
    page = text_of(staff, page_of(batch))

    assert "预览：登记开工" in page
    assert "将会改动 2 个" in page
    assert "拒绝 1 个" in page
    assert "开工已登记（2024年1月5日），如需更正请先撤回" in page
    assert page.count('开工：<span class="quiet">空</span> → <ins>2024年3月</ins>') == 2
    assert "全部写入（" not in page
    assert started() == {"乙项目": date(2024, 1, 5)}

    page = pressed(staff, batch, "apply_good")

    assert "已修改 2 个项目，其余没有改动。" in page
    assert started() == {"甲项目": date(2024, 3, 31), "乙项目": date(2024, 1, 5), "丙项目": date(2024, 3, 31)}
    assert "集中开工" in text_of(staff, f"/projects/{three[0].pk}/history/")


def test_a_pasted_column_of_days_one_for_each_in_the_order_shown(three, staff):
    days = "2024-03-15\r\n\r\n2024年一季度\r\n"
    batch = previewed(staff, three[2], three[1], three[0], days=days)
    page = text_of(staff, page_of(batch))

    assert re.findall(r'<td class="num">(\d)</td>', page) == ["2", "1", "3"]  # what is refused stands first
    assert page.index("没有填日期。") < page.index("<ins>2024年3月15日</ins>") < page.index("2024年第一季度")
    pressed(staff, batch, "apply_good")
    assert started() == {"丙项目": date(2024, 3, 15), "甲项目": date(2024, 3, 31)}


def test_a_column_of_another_length_is_refused_and_kept_on_the_page(three, staff):
    page = refused(staff, *three, days="2024-03-15\n2024-03-16")
    assert "共 3 个项目，粘贴了 2 行，请逐行对应。" in page
    assert "2024-03-16" in page
    assert page.count(f'value="{chosen(*three)}"') == 3


def test_all_or_nothing_at_the_door(three, staff):
    batch = previewed(staff, *three)
    build.milestone(three[0], "started", planned="2024-05-31")

    page = pressed(staff, batch, "apply_all")

    assert "没有写入任何改动：1 个项目不能改：甲项目（预览之后被改过，请重新预览）。" in page
    assert "只做可以的 2 个" in page
    assert started() == {}


def test_fields(three, staff):
    luoxi = build.town("罗溪镇")
    village = build.town("旺田村", parent=luoxi)
    batch = previewed(
        staff,
        *three,
        act="assign",
        organisation=str(village.pk),
        handed_on="2024-03-01",
        linked_leader="张区长",
        reason="挂钩调整",
    )
    page = pressed(staff, batch, "apply_all")

    assert "修改责任单位、挂钩领导" in page
    assert '责任单位：<span class="muted">罗溪镇</span> → <ins>旺田村（2024年3月1日起）</ins>' in page
    for project in Project.objects.all():
        assert (project.organisation, project.linked_leader) == (village, "张区长")
        assert project.history.first().history_change_reason == "挂钩调整"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": "试"}, "请至少填写一项。"),
        ({"contact": "王芳"}, "该字段是必填项。"),
        ({"contact": "王" * 51, "reason": "试"}, "50"),
    ],
)
def test_a_faulty_sheet_of_fields(three, staff, typed, said):
    assert said in refused(staff, *three, act="assign", **typed)


def test_staff_cannot_give_projects_away(three, staff):
    away = build.town("薛家镇")
    assert "选择一个有效的选项" in refused(
        staff, *three, act="assign", organisation=str(away.pk), reason="试"
    )


def test_a_list(three, staff):
    sent = {"year": "2024", "year_sure": "2024", "level": "city", "category": "new", "reason": "市级名单下达"}
    batch = previewed(staff, *three, act="enlist", **sent)
    page = pressed(staff, batch, "apply_all")

    assert "列入 2024 年市重点" in page
    listed = {
        (entry.project.name, entry.year, entry.level, entry.category) for entry in Listing.objects.all()
    }
    assert listed == {(project.name, 2024, "city", "new") for project in three}
    assert Listing.history.first().history_change_reason == "市级名单下达"


def test_a_list_of_another_century_is_refused(three, staff):
    page = refused(staff, *three, act="enlist", year="1066", level="city", category="", reason="试")
    assert "年度应在 2000 到 2100 之间。" in page


def test_the_batch_is_undone_with_one_button(three, staff):
    batch = previewed(staff, *three)
    pressed(staff, batch, "apply_all")

    page = pressed(staff, batch, "undo")

    assert "已撤销，3 个项目恢复原状。" in page
    assert "撤销整批" not in page
    assert started() == {}
    assert f"第 {batch.pk} 号批量处理" in text_of(staff, f"/projects/{three[0].pk}/history/")


def test_an_undo_that_cannot_be_names_the_rows(three, staff):
    batch = previewed(staff, *three)
    pressed(staff, batch, "apply_all")
    milestone = three[1].milestones.get()
    milestone.note = "另有说明"
    build.kept(milestone)

    page = pressed(staff, batch, "undo")

    assert "没有撤销：1 个项目不能改：乙项目（执行之后又被改过）。" in page
    assert "1 个项目在这之后又被改过（见下表），不能整批撤销。" in page
    assert len(started()) == 3


def test_an_unknown_act_is_refused(three, staff):
    batch = previewed(staff, *three)
    assert staff.post(BULK, {"act": "burn", "projects": chosen(*three)}).status_code == 400
    assert staff.post(page_of(batch), {"act": "burn"}).status_code == 400


def test_what_a_user_typed_is_never_markup(three, staff):
    batch = previewed(staff, *three, act="assign", contact="<b>王芳</b>", reason="<i>试</i>")
    page = text_of(staff, page_of(batch))
    assert "<b>王芳" not in page
    assert "<i>试" not in page


@pytest.mark.parametrize("count", [3, 60])
def test_pages_ask_as_much_for_three_as_for_sixty(count, django_assert_num_queries):
    luoxi = build.town("罗溪镇")
    projects = [build.project(f"项目{number:02}", organisation=luoxi) for number in range(count)]
    for project in projects:
        build.milestone(project, "land", "2024-01-05")
    client = build.browser_of(build.staff(luoxi))

    with django_assert_num_queries(12):
        text_of(client, f"{BULK}?all=1")
    with django_assert_num_queries(16):  # one of them asks for the units below
        batch = previewed(client, *projects)
    with django_assert_num_queries(4):
        text_of(client, page_of(batch))

"""Comments: who reads them, whom they reach, and that a return opens a talk."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from projects import access
from projects.actions import reporting
from projects.figures.conversation import Said, talk
from projects.models import Comment, Mention, MonthlyReport, Project, User
from projects.models.comment import LONGEST_COMMENT
from tests import build

pytestmark = pytest.mark.django_db

PEOPLE = (build.leader, build.staff, build.office, build.admin)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def named(person, name: str, unit=None) -> User:
    return person(unit, last_name=name[0], first_name=name[1:])


@pytest.fixture
def project() -> Project:
    return build.project("热泵", organisation=build.town("罗溪镇"))


def address(project: Project, query: str = "") -> str:
    return f"/projects/{project.pk}/talk/{query}"


def say(user: User, project: Project, text: str, **more: str) -> Any:
    return build.browser_of(user).post(address(project), {"text": text, **more}, follow=True)


def count_of(user: User) -> int:
    client = build.browser_of(user)
    return client.get("/todo/count").context["count"]


def test_a_mention_stands_in_the_todo_until_it_is_read(project: Project) -> None:
    luoxi = project.organisation
    wang, zhou = named(build.staff, "王敏", luoxi), build.office(last_name="周", first_name="岚")
    before = count_of(wang)

    page = text_of(say(zhou, project, "@王敏 主机到货了吗？"))
    assert "已发送，王敏会在待办里看到。" in page
    assert '<b class="mention">@王敏</b>' in page

    client = build.browser_of(wang)
    todo = text_of(client.get("/todo/"))
    assert "提到我的：1 条" in todo
    assert "周岚" in todo
    assert "@王敏 主机到货了吗？" in todo
    assert count_of(wang) == before + 1
    assert "提到我的" not in text_of(build.browser_of(zhou).get("/todo/"))

    mention = Mention.objects.get()
    answer = client.post(f"/mentions/{mention.pk}/")
    assert answer["Location"] == address(project)
    assert "提到我的" not in text_of(client.get("/todo/"))
    assert count_of(wang) == before


def test_whoever_answers_has_read(project: Project) -> None:
    wang, zhou = named(build.staff, "王敏", project.organisation), build.office()
    say(zhou, project, "@王敏 请说明")
    say(wang, project, "下月到货")

    assert Mention.objects.get().read_at is not None


def test_a_leader_has_a_todo_for_what_one_is_told(project: Project) -> None:
    leader = named(build.leader, "张伟")
    assert "没有人在评论里提到您" in text_of(build.browser_of(leader).get("/todo/"))
    say(build.office(), project, "请@张伟 过目")

    assert "请@张伟 过目" in text_of(build.browser_of(leader).get("/todo/"))


def test_nobody_is_reached_who_may_not_see_the_project(project: Project) -> None:
    named(build.staff, "王敏", project.organisation)
    benniu = named(build.staff, "李强", build.town("奔牛镇"))
    build.person(None, last_name="赵", first_name="无")
    page = text_of(say(build.office(), project, "@李强 @赵无 看看"))

    assert not Mention.objects.exists()
    assert "已发送。" in page
    assert "提到我的" not in text_of(build.browser_of(benniu).get("/todo/"))
    client = build.browser_of(build.office())
    assert "王敏" in text_of(client.get(address(project, "people/?q=王")))
    assert "李强" not in text_of(client.get(address(project, "people/?q=")))


def test_who_lost_sight_of_the_project_is_told_nothing(project: Project) -> None:
    wang = named(build.staff, "王敏", project.organisation)
    say(build.office(), project, "@王敏 内部意见")
    wang.organisation = build.town("奔牛镇")
    wang.save()
    client = build.browser_of(wang)

    assert "内部意见" not in text_of(client.get("/todo/"))
    assert client.post(f"/mentions/{Mention.objects.get().pk}/").status_code == 404


def test_a_mention_of_somebody_else_is_not_mine_to_read(project: Project) -> None:
    named(build.staff, "王敏", project.organisation)
    say(build.office(), project, "@王敏 看")

    assert build.browser_of(build.office()).post(f"/mentions/{Mention.objects.get().pk}/").status_code == 404
    assert Mention.objects.get().read_at is None


@pytest.mark.parametrize("person", PEOPLE)
def test_whoever_sees_the_project_reads_and_writes(project: Project, person) -> None:
    user = person()
    say(user, project, "第一句")

    assert "第一句" in text_of(build.browser_of(user).get(address(project)))
    assert Comment.history.get().history_user == user


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", ["", "people/"])
def test_others_find_nothing(project: Project, method: str, page: str) -> None:
    say(build.office(), project, "内部意见")
    foreign = build.browser_of(build.staff(build.town("奔牛镇")))
    if (method, page) != ("post", "people/"):
        assert getattr(foreign, method)(address(project, page), {"text": "甲"}).status_code == 404
        assert getattr(build.browser_of(None), method)(address(project, page)).status_code == 302
        assert (
            getattr(build.browser_of(build.person(None)), method)(address(project, page)).status_code == 403
        )
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  \n ", "长" * (LONGEST_COMMENT + 1)])
def test_an_empty_or_endless_comment_is_refused(project: Project, text: str) -> None:
    page = text_of(say(build.office(), project, text), 422)

    assert 'class="error"' in page
    assert not Comment.objects.exists()


def test_what_is_written_is_never_markup(project: Project) -> None:
    page = text_of(say(build.office(), project, "<script>alert(1)</script>"))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_readers_are_those_to_whom_the_project_is_visible(project: Project) -> None:
    build.helper(project, build.town("奔牛镇"))
    village = build.town("某村", parent=project.organisation)
    below = build.project("村里的", organisation=village)
    units = [build.district(), project.organisation, village, build.town("奔牛镇"), build.town("孟河镇")]
    for unit in units:
        build.staff(unit)
        build.leader(unit)
    build.office()
    build.person(None)
    build.staff(project.organisation, is_active=False)
    unled = build.project("没有单位")
    for each in (project, below, unled):
        expected = {
            user.pk
            for user in User.objects.with_roles()
            if user.is_active and Project.objects.visible_to(user).filter(pk=each.pk).exists()
        }
        assert {user.pk for user in access.readers_of(each)} == expected


# Returns


def returned(project: Project, office: User, month: str = "2024-09") -> MonthlyReport:
    staff = named(build.staff, "王敏", project.organisation)
    report = build.report(project, month, build.YI, "submitted", submitted_by=staff, by=staff)
    reporting.send_back([report], reason="与形象进度不符", by=office)
    return report


def test_a_return_opens_a_talk_and_an_answer_reaches_who_returned(project: Project) -> None:
    zhou = build.office(last_name="周", first_name="岚")
    returned(project, zhou)
    wang = User.objects.get(last_name="王")
    client = build.browser_of(wang)

    assert f'href="{address(project, "?month=2024-09")}"' in text_of(client.get("/todo/"))
    page = text_of(client.get(address(project, "?month=2024-09")))
    assert "2024年9月月报</b> 退回" in page
    assert "与形象进度不符" in page
    assert re.search(r'<input type="hidden" name="month" value="2024-09"[^>]*>', page)

    answer = say(wang, project, "已附付款凭证", month="2024-09")
    assert "已发送，周岚会在待办里看到。" in text_of(answer)
    todo = text_of(build.browser_of(zhou).get("/todo/"))
    assert "提到我的：1 条" in todo
    assert "2024年9月月报" in todo


def test_the_return_is_told_once_on_the_line_of_time(project: Project) -> None:
    returned(project, build.office())
    items = talk(project).items

    assert [item.comment.text for item in items if isinstance(item, Said)] == ["与形象进度不符"]
    assert not any("退回" in str(item.entry) for item in items if not isinstance(item, Said))


def test_the_talk_of_a_month_is_about_that_report_only(project: Project) -> None:
    returned(project, build.office())
    build.report(project, "2024-08", build.YI)
    say(build.office(), project, "关于整个项目")
    found = talk(project, month=date(2024, 9, 1))

    assert [item.comment.text for item in found.items if isinstance(item, Said)] == ["与形象进度不符"]
    assert {item.entry.subject for item in found.items if not isinstance(item, Said)} == {"月报 2024年9月"}


def test_comments_and_records_are_one_line_and_can_be_had_apart(project: Project) -> None:
    say(build.office(), project, "何时到货？")
    client = build.browser_of(build.leader())

    for query, comment, record in (
        ("", True, True),
        ("?show=comments", True, False),
        ("?show=records", False, True),
    ):
        page = text_of(client.get(address(project, query)))
        assert (("何时到货？" in page), ("<b>项目</b> 新增" in page)) == (comment, record)
    assert client.get(address(project, "?show=nonsense")).status_code == 400
    assert client.get(address(project, "?month=nonsense")).status_code == 400


def test_a_record_is_taken_back_from_the_line_of_time_by_whoever_writes(project: Project) -> None:
    project.remark = "待定"
    build.kept(project, by=build.office())
    entry = project.history.latest("history_id").history_id
    undo = f"/projects/{project.pk}/history/project/{entry}/undo/"

    assert undo in text_of(build.browser_of(build.staff(project.organisation)).get(address(project)))
    assert undo not in text_of(build.browser_of(build.leader()).get(address(project)))


def test_the_page_of_the_project_has_the_newest(project: Project) -> None:
    for number in range(14):
        say(build.office(), project, f"第 {number} 句")
    client = build.browser_of(build.leader())

    assert f'hx-get="{address(project)}"' in text_of(client.get(f"/projects/{project.pk}/"))
    part = text_of(client.get(address(project), headers={"HX-Request": "true"}))
    assert "第 13 句" in part
    assert "第 1 句" not in part
    assert "更早的 3 条" in part  # with the entry of the project itself


@pytest.mark.parametrize("size", [2, 30])
def test_queries_do_not_grow(project: Project, size: int, django_assert_max_num_queries) -> None:
    office = build.office()
    for number in range(size):
        named(build.staff, f"王{number:02}", project.organisation)
        say(office, project, f"@王{number:02} 第 {number} 句")
    client: Client = build.browser_of(office)
    with django_assert_max_num_queries(17):
        client.get(address(project))
    with django_assert_max_num_queries(6):
        client.get(address(project, "people/?q=王"))

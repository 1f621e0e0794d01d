"""The page of notices and the bell: each reads the own ones, as far as rights go today."""

from typing import Any

import pytest

from projects import access
from projects.actions.notifying import News, tell
from projects.models import Notice, Organisation, User
from projects.vocabulary import MAILED, NoticeKind
from tests import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Organisation:
    return build.town("罗溪镇")


@pytest.fixture
def staff(unit: Organisation) -> User:
    return build.staff(unit)


def words(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def count_of(user: User) -> str:
    return words(build.browser_of(user).get("/notices/count"))


def test_unread_ones_come_first_and_opening_one_reads_it(staff: User) -> None:
    project = build.project("甲", organisation=staff.organisation)
    tell([staff], News(NoticeKind.RETURNED, "one", "月报被退回：甲", "缺凭证", project=project))
    tell([staff], News(NoticeKind.APPROVED, "two", "月报通过 2 个项目"))
    client = build.browser_of(staff)
    assert '<span class="count">2<' in count_of(staff)

    first = Notice.objects.get(cause="one")
    assert client.post(f"/notices/{first.pk}/")["Location"] == f"/projects/{project.pk}/"
    page = words(client.get("/notices/"))
    assert "1 条未读" in page
    assert page.index("月报通过 2 个项目") < page.index("月报被退回：甲") < page.index("缺凭证")
    assert '<span class="count">1<' in count_of(staff)
    assert "月报被退回：甲" not in words(client.get("/notices/?kind=approved"))
    assert client.get("/notices/?kind=nonsense").status_code == 400


def test_all_that_was_shown_is_read_and_what_came_since_is_not(staff: User) -> None:
    tell([staff], News(NoticeKind.DUE, "one", "甲到期"))
    client = build.browser_of(staff)
    newest = client.get("/notices/").context["found"].newest
    tell([staff], News(NoticeKind.DUE, "two", "乙到期"))
    page = words(client.post("/notices/", {"newest": newest}, follow=True))
    assert "1 条通知标为已读。" in page
    assert list(Notice.objects.unread().values_list("cause", flat=True)) == ["two"]


def test_a_browser_counts_again_after_a_reading(staff: User) -> None:
    tell([staff], News(NoticeKind.DUE, "one", "甲到期"))
    client = build.browser_of(staff)
    asked = client.get("/notices/").content
    client.post("/notices/", {"newest": Notice.objects.get().pk})
    assert b'"/notices/count?after="' in asked
    assert b'"/notices/count?after="' not in client.get("/notices/").content


def test_nobody_reads_what_is_foreign(staff: User, django_assert_num_queries) -> None:
    """Another's notice, and what the own unit lost since."""
    project = build.project("甲", organisation=staff.organisation)
    decision = build.decision(staff.organisation, "落实用电")
    tell([staff], News(NoticeKind.DUE, "one", "竣工，甲", project=project))
    tell([staff], News(NoticeKind.DUE, "unit", "2 个项目", organisation=staff.organisation))
    other = build.staff(build.town("薛家镇"))
    notice = Notice.objects.get(cause="one")
    assert build.browser_of(other).post(f"/notices/{notice.pk}/").status_code == 404
    assert "还没有通知" in words(build.browser_of(other).get("/notices/"))

    staff.organisation = other.organisation
    staff.save()
    client = build.browser_of(staff)
    page = words(client.get("/notices/"))
    assert "还没有通知" in page
    assert decision.text not in page
    assert count_of(staff) == ""
    assert client.post(f"/notices/{notice.pk}/").status_code == 404
    moved = User.objects.with_roles().get(pk=staff.pk)
    with django_assert_num_queries(2):  # and the units below one's own
        assert access.readable_notices(moved).unread().count() == 0


def test_one_says_how_one_wants_to_be_told(staff: User) -> None:
    client = build.browser_of(staff)
    page = words(client.get("/notices/settings/"))
    assert "现在没有开通邮件" in page
    assert page.count("checked") == len(NoticeKind) - 1 + len(
        MAILED - {NoticeKind.TROUBLE}
    )  # the administrators'

    wanted = {"page": ["due"], "mail": ["due", "sealed"], "quiet_from": "22:00", "quiet_until": "07:00"}
    assert client.post("/notices/settings/", wanted)["Location"] == "/notices/"
    page = words(client.get("/notices/settings/"))
    assert page.count("checked") == 3
    assert 'value="22:00"' in page

    half = client.post("/notices/settings/", wanted | {"quiet_until": ""})
    assert half.status_code == 422
    assert "不打扰的时段须写明从几点到几点。" in half.content.decode()
    tell([staff], News(NoticeKind.RETURNED, "one", "月报被退回"))
    assert count_of(staff) == ""
    assert "月报被退回" in words(client.get("/notices/"))


def test_how_the_installation_runs_is_a_kind_of_the_administrators_only() -> None:
    admin, leader = build.admin(), build.leader()

    shown = {
        user: "系统运行" in build.browser_of(user).get("/notices/settings/").content.decode()
        for user in (admin, leader)
    }
    build.browser_of(leader).post("/notices/settings/", {"page": ["returned"], "mail": []})

    assert shown == {admin: True, leader: False}
    assert not leader.notice_choices.filter(kind="trouble").exists()
    assert leader.notice_choices.filter(kind="returned", is_wanted=True).exists()

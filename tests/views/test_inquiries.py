"""Why is it late: a leader asks, the question stands in the unit's to-do until it is answered."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import inquiries, lifecycle
from projects.models import Inquiry, Milestone, Project
from projects.rules.broken import RuleBroken
from projects.vocabulary import DelayReason, Precision, SideState, Stage
from tests import build

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
ATTENTION = "/completion/attention/"


def text_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return " ".join(response.content.decode().split())


def count_of(client: Client) -> int:
    found = re.search(r"\d+", text_of(client, "/todo/count"))
    return int(found[0]) if found else 0


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def late_project(name: str = "热泵", unit: str | None = "罗溪镇", **facts) -> Project:
    project = build.project(name, organisation=build.town(unit) if unit else None)
    build.listing(project, year=TODAY.year)
    build.milestone(project, "started", planned=days(-45), **facts)
    return project


@pytest.fixture
def luoxi() -> Project:
    return late_project()


def ask_address(project: Project, stage: str = "started") -> str:
    return f"/projects/{project.pk}/milestones/{stage}/ask/"


def test_a_leader_asks_and_the_unit_answers(luoxi: Project) -> None:
    leader = build.browser_of(build.leader(last_name="张", first_name="书记"))
    staff = build.browser_of(build.staff(luoxi.organisation))
    assert f'form="ask" formaction="{ask_address(luoxi)}"' in text_of(leader, ATTENTION)
    assert "为什么晚" not in text_of(staff, "/todo/")

    response = leader.post(ask_address(luoxi), {"next": ATTENTION}, follow=True)

    assert response.redirect_chain == [(ATTENTION, 302)]
    page = " ".join(response.content.decode().split())
    words = f"张书记 {TODAY.year}年{TODAY.month}月{TODAY.day}日问过原因"
    assert "已请罗溪镇说明“热泵”开工为什么晚。" in page
    assert words in page
    assert ask_address(luoxi) not in page
    for address in ("/completion/", f"/projects/{luoxi.pk}/"):
        assert words in text_of(leader, address)
    todo = text_of(staff, "/todo/")
    assert 'aria-label="说明热泵开工为什么晚"' in todo
    assert words in todo
    assert todo.count("开工：热泵") == 1  # it is owed once
    answer = f"/projects/{luoxi.pk}/milestones/started/"
    assert f'href="{answer}?next=/todo/#act_explain"' in todo
    assert 'id="act_explain"' in text_of(staff, answer)
    assert words in text_of(staff, answer)

    version = Milestone.objects.with_version().get(project=luoxi).version
    sent = {"act": "explain", "cause": "land", "note": "未交地", "version": version, "next": "/todo/"}
    assert staff.post(answer, sent).status_code == 302

    assert "为什么晚" not in text_of(staff, "/todo/")
    attention = text_of(leader, ATTENTION)
    assert "土地供应" in attention
    assert words not in attention
    milestone = Milestone.objects.get(project=luoxi)
    assert (milestone.current_on, milestone.reason_note) == (days(-45), "未交地")  # its plan stays
    assert milestone.history.first().history_change_reason == "说明开工晚于计划的原因（土地供应）：未交地"


def test_asked_twice_is_one_question(luoxi: Project) -> None:
    first, second = build.leader(), build.office()
    for person in (first, second, first):
        build.browser_of(person).post(ask_address(luoxi))

    [inquiry] = Inquiry.objects.all()
    assert inquiry.asked_by == first
    [entry] = inquiry.history.all()
    assert (entry.history_user, entry.history_change_reason) == (first, "询问开工晚 45 天的原因")
    history = text_of(build.browser_of(first), f"/projects/{luoxi.pk}/history/")
    assert "原因询问 开工" in history
    assert "询问开工晚 45 天的原因" in history


@pytest.mark.parametrize(
    ("who", "status"), [("leader", 302), ("office", 302), ("admin", 302), ("staff", 403), ("nobody", 403)]
)
def test_a_leader_may_ask_a_reader_may_not(luoxi: Project, who: str, status: int) -> None:
    people = {
        "leader": build.leader, "office": build.office, "admin": build.admin,
        "staff": lambda: build.staff(luoxi.organisation), "nobody": lambda: build.person(None),
    }  # fmt: skip
    client = build.browser_of(people[who]())

    assert client.post(ask_address(luoxi)).status_code == status
    assert Inquiry.objects.exists() == (status == 302)
    assert client.get(ask_address(luoxi)).status_code == 405


def test_the_unit_sees_no_button(luoxi: Project) -> None:
    client = build.browser_of(build.staff(luoxi.organisation))

    for address in ("/completion/", ATTENTION, f"/projects/{luoxi.pk}/"):
        page = text_of(client, address)
        assert "未说明原因" in page
        assert 'form="ask"' not in page
    assert f'href="/projects/{luoxi.pk}/milestones/started/#act_explain"' in page


def test_rights_narrow_the_rows(luoxi: Project) -> None:
    own = late_project("光伏", "薛家镇")
    leader = build.browser_of(build.leader(own.organisation))
    assert leader.post(ask_address(luoxi)).status_code == 404
    assert leader.post(ask_address(own)).status_code == 302

    todo = text_of(build.browser_of(build.staff(luoxi.organisation)), "/todo/")
    assert "请说明为什么晚" not in todo
    assert "光伏" not in todo
    assert "光伏" in text_of(build.browser_of(build.staff(own.organisation)), "/todo/")
    assert build.browser_of(None).post(ask_address(own)).status_code == 302  # to the sign-in
    assert Inquiry.objects.count() == 1


def test_what_is_not_late_or_explained_or_nobodys_is_not_asked() -> None:
    by = build.leader()
    known = late_project("说明过的", reason="land")
    nobodys = late_project("没有单位的", None)
    paused = late_project("停了的")
    lifecycle.turn_aside(paused, SideState.PAUSED, on=days(-60), cause=DelayReason.LAND, by=by)
    paused.refresh_from_db()
    for project, stage, words in (
        (known, Stage.STARTED, "开工已经说明原因：土地供应。"),
        (known, Stage.COMPLETED, "竣工没有晚于计划，无需询问。"),
        (paused, Stage.STARTED, "开工没有晚于计划，无需询问。"),
        (nobodys, Stage.STARTED, "这个项目还没有责任单位，没有单位可问。"),
    ):
        with pytest.raises(RuleBroken, match=words):
            inquiries.ask_reason(project, stage, by=by)
    page = build.browser_of(by).post(ask_address(known), follow=True).content.decode()
    assert "没有询问：开工已经说明原因：土地供应。" in page
    assert build.browser_of(by).post(ask_address(known, "opened")).status_code == 404
    assert not Inquiry.objects.exists()


def test_reaching_the_stage_answers_too(luoxi: Project) -> None:
    by = build.office()
    inquiries.ask_reason(luoxi, Stage.STARTED, by=build.leader())
    staff = build.browser_of(build.staff(luoxi.organisation))
    assert 'aria-label="说明热泵开工为什么晚"' in text_of(staff, "/todo/")
    owed = count_of(staff)

    lifecycle.reach(luoxi, Stage.STARTED, on=TODAY, precision=Precision.DAY, by=by)
    assert "为什么晚" not in text_of(staff, "/todo/")
    assert count_of(staff) == owed - 1

    lifecycle.take_back(luoxi, Stage.STARTED, by=by, reason="登记错了")
    assert 'aria-label="说明热泵开工为什么晚"' in text_of(staff, "/todo/")


def test_other_causes_want_words(luoxi: Project) -> None:
    client = build.browser_of(build.staff(luoxi.organisation))
    version = Milestone.objects.with_version().get(project=luoxi).version
    sent = {"act": "explain", "cause": "other", "note": "", "version": version}

    response = client.post(f"/projects/{luoxi.pk}/milestones/started/", sent)

    assert response.status_code == 422
    assert "请写明具体原因" in response.content.decode()
    assert Milestone.objects.get(project=luoxi).reason == ""


@pytest.mark.parametrize("address", ["/completion/", ATTENTION, "/todo/"])
def test_questions_cost_the_same_for_many(address: str) -> None:
    leader = build.leader()
    client = build.browser_of(build.staff(build.town("罗溪镇")) if address == "/todo/" else leader)

    def counted() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        return len(queries)

    inquiries.ask_reason(late_project(), Stage.STARTED, by=leader)
    counted()
    few = counted()
    for number in range(6):
        inquiries.ask_reason(late_project(f"项目{number}"), Stage.STARTED, by=leader)
    assert counted() == few
    assert len(re.findall("问过原因", client.get(address).content.decode())) >= 5


def test_of_a_plan_that_only_a_source_stated_nobody_says_that_it_is_late() -> None:
    project = late_project(source=build.source())

    inquiry = inquiries.ask_reason(project, Stage.STARTED, by=build.leader())

    assert inquiry.history.get().history_change_reason == "询问开工来源后无消息的原因"
    todo = text_of(build.browser_of(build.staff(project.organisation)), "/todo/")
    assert "来源后无消息" in todo
    assert "晚 45 天" not in todo

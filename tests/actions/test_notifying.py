"""Who is told of what: each act tells the people who can act next and may see it, once, and never who did it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import decisions, inquiries, problems, registry, reporting, sealing
from projects.actions.conversation import read, say
from projects.actions.notifying import News, tell
from projects.models import Mention, Notice, Organisation, Problem, Project, User, audience
from projects.rules.broken import RuleBroken
from projects.vocabulary import NoticeKind, Stage
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
MONTH = date(2024, 9, 1)


@pytest.fixture
def unit() -> Organisation:
    return build.town("罗溪镇")


@pytest.fixture
def staff(unit: Organisation) -> User:
    return build.staff(unit)


@pytest.fixture
def office() -> User:
    return build.office()


def told(person: User) -> list[tuple[str, str]]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", "text"))


def test_a_cause_is_told_once_and_not_to_who_did_it(staff: User, office: User) -> None:
    news = News(NoticeKind.ASSIGNED, cause="one", text="甲" * 300)
    assert len(tell([staff, staff, office], news, by=office)) == 1
    assert tell([staff], news) == []
    (notice,) = Notice.objects.all()
    assert (notice.person, len(notice.text), notice.text[-1]) == (staff, 200, "…")


def test_the_unit_above_hears_what_nobody_below_can(unit: Organisation) -> None:
    park = build.park("产业园", parent=unit)
    above, elsewhere = build.staff(unit), build.staff(build.town("薛家镇"))
    build.staff(park, is_active=False)
    build.leader(park)
    assert audience.staff_of([park.pk, elsewhere.organisation_id]) == {
        park.pk: [above],
        elsewhere.organisation_id: [elsewhere],
    }


def test_the_way_of_a_decision(unit: Organisation, staff: User, office: User) -> None:
    leader = build.leader()
    decision = build.decision(unit, due=TODAY + timedelta(days=9), by=leader)
    decisions.ask(decision, text="已送电", by=staff)
    decisions.send_back(decision, text="缺验收单", by=office)
    decisions.close(decision, text="属实", by=leader)

    assert told(staff) == [
        ("assigned", "交办：落实用电"),
        ("returned", "督办退回：落实用电"),
        ("approved", "督办销号：落实用电"),
    ]
    assert told(leader) == told(office) == [("asked", "申请销号：落实用电")]
    assert {notice.get_absolute_url() for notice in Notice.objects.all()} == {f"/decisions/{decision.pk}/"}


def test_reports_are_returned_one_by_one_and_approved_by_unit(
    unit: Organisation, staff: User, office: User
) -> None:
    projects = [build.project(name, organisation=unit) for name in ("甲", "乙", "丙")]
    reports = [build.report(each, MONTH, YI, state="submitted") for each in projects]
    reporting.send_back(reports[:1], reason="缺凭证", by=office)
    reporting.approve(reports[1:], by=office)

    assert told(staff) == [
        ("returned", "2024年9月月报被退回：甲"),
        ("approved", "2024年9月月报通过 2 个项目"),
    ]
    first, second = Notice.objects.order_by("pk")
    assert first.detail == "缺凭证"
    assert first.get_absolute_url() == f"/projects/{projects[0].pk}/talk/?month=2024-09"
    assert second.get_absolute_url() == "/months/2024-09/"

    reports[1].refresh_from_db()
    assert reports[1].reviewed_at is not None
    reporting.take_back_approval(MONTH, reports[1].reviewed_at, by=office)
    assert [kind for kind, _ in told(staff)] == ["returned"]


def test_what_is_refused_tells_nobody(unit: Organisation, staff: User, office: User) -> None:
    report = build.report(build.project("甲", organisation=unit), MONTH, YI, state="submitted")
    with pytest.raises(RuleBroken):
        reporting.send_back([report], reason=" ", by=office)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("until", "answer"),
    [
        (TODAY, ("reopened", f"2024年9月月报重新开放到 {TODAY.isoformat()}")),
        (None, ("refused", "没有同意重开 2024年9月月报")),
    ],
    ids=["granted", "refused"],
)
def test_who_asks_to_write_again_is_answered(unit, staff, office, until, answer) -> None:
    request = reporting.ask_reopening(unit, MONTH, reason="漏填", by=staff)
    reporting.decide_reopening(request, until=until, by=office, reason="材料已补")
    assert told(office) == [("asked", "罗溪镇申请重开 2024年9月月报")]
    assert told(staff) == [answer]
    assert Notice.objects.get(person=office).get_absolute_url() == "/months/2024-09/review/"


def test_a_mention_is_read_with_the_talk(unit: Organisation, staff: User, office: User) -> None:
    project = build.project("甲", organisation=unit)
    say(project, "请说明", by=office, mentioned=[staff, office])
    assert told(staff) == [("mentioned", f"{office}在评论里提到您：甲")]
    assert told(office) == []
    read(Mention.objects.get(), projects=Project.objects.all(), by=staff)
    assert Notice.objects.get().read_at is not None


def test_questions_and_problems_reach_the_unit_that_is_to_answer(
    unit: Organisation, staff: User, office: User
) -> None:
    project = build.project("甲", organisation=unit)
    build.milestone(project, "completed", planned=TODAY - timedelta(days=40))
    inquiries.ask_reason(project, Stage.COMPLETED, by=office)
    inquiries.ask_reason(project, Stage.COMPLETED, by=office)
    power = build.staff(build.town("供电局"))
    new = Problem(kind="utilities", text="未送电", raised_on=TODAY, organisation=power.organisation)
    problem = problems.raise_problem(project, new, by=office)
    problems.close(problem, on=TODAY, resolution="已送", by=office)
    problems.reopen(problem, by=office, reason="又断")

    assert told(staff) == [("asked", f"{office}询问原因：竣工，甲")]
    assert told(power) == [("assigned", "新问题：未送电"), ("reopened", "问题重新打开：未送电")]


def test_a_project_that_is_handed_to_a_unit(unit: Organisation, staff: User, office: User) -> None:
    project = build.project("甲", organisation=build.town("薛家镇"))
    project.hand_to(unit.pk, on=TODAY, today=TODAY)
    registry.amend(project, by=office, reason="区划调整")
    registry.amend(project, by=office, reason="改说明")
    assert told(staff) == [("assigned", "新分来的项目：甲")]


def test_a_sealed_month_is_news_for_leaders_and_the_office(unit: Organisation, office: User) -> None:
    leader, elsewhere = build.leader(unit), build.leader(build.town("薛家镇"))
    build.staff(unit)
    facts = {"year": 2024, "level": "", "known_at": timezone.now(), "content": "x", "figures": ()}
    sealing.seal(month=8, organisation=unit, by=build.admin(), **facts)
    assert set(Notice.objects.values_list("person", flat=True)) == {leader.pk, office.pk}
    assert elsewhere.pk not in Notice.objects.values_list("person", flat=True)

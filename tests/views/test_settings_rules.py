"""The reporting window and the stages that ask for evidence: who may, what is asked and kept, its history."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from projects.figures.settings_rules import months_moved, stage_lines, stages_changed
from projects.models import DistrictSettings, Project, StageRule
from projects.models.district import forget_district, report_days_after
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

WINDOW, STAGES = "/settings/window/", "/settings/stages/"


@pytest.fixture(autouse=True)
def fresh_settings():
    forget_district()
    yield
    forget_district()


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def office() -> Client:
    return build.browser_of(build.office(last_name="周", first_name="岚"))


@pytest.mark.parametrize("address", [WINDOW, STAGES])
@pytest.mark.parametrize(
    ("role", "status"), [("leader", 403), ("staff", 403), (None, 403), ("office", 200), ("admin", 200)]
)
def test_who_may(address: str, role: str | None, status: int) -> None:
    client = build.browser_of(build.person(role))
    assert client.get(address).status_code == status
    if status == 403:
        sent = {"days_after": "25", "proven": ["signed"], "reason": "试", "confirmed": "1"}
        assert client.post(address, sent).status_code == 403
        assert not DistrictSettings.objects.exists()
        assert not StageRule.objects.filter(stage="signed").exists()


def test_the_window_is_asked_about_before_it_is_kept(office: Client) -> None:
    sent = {"days_after": "25", "reason": "区发〔2026〕3号"}
    asked = text(office.post(WINDOW, sent))
    assert "改成次月 25 日会怎样" in asked
    assert report_days_after() == settings.REPORT_DAYS_AFTER == 5

    assert office.post(WINDOW, sent | {"confirmed": "1"}).status_code == 302
    assert report_days_after() == 25
    page = text(office.get(WINDOW))
    assert "每月的月报 次月 25 日 截止" in page
    assert "<b>月报截止</b> 次月 5 日 → 次月 25 日" in page
    assert "区发〔2026〕3号" in page
    assert "<small>周岚 · " in page


def test_everybody_is_told_the_new_day(office: Client) -> None:
    luoxi = build.town("罗溪镇")
    build.listing(build.project("热泵", organisation=luoxi))
    office.post(WINDOW, {"days_after": "-3", "reason": "试", "confirmed": "1"})

    month = build.browser_of(build.staff(luoxi)).get("/months/2024-09/")
    assert "9 月 27 日已截止" in text(month)


def test_what_the_window_would_do_is_counted_by_the_figure_of_the_todo() -> None:
    build.listing(build.project("热泵", organisation=build.town("罗溪镇")), year=2024)
    moved = months_moved(Project.objects.all(), today=date(2024, 10, 4), now=5, then=2)
    september = next(each for each in moved if each.month == date(2024, 9, 1))
    assert (september.closes_on, september.would_close_on) == (date(2024, 10, 5), date(2024, 10, 2))
    assert (september.missing, september.turns_late, september.turns_open) == (1, True, False)
    back = months_moved(Project.objects.all(), today=date(2024, 10, 4), now=2, then=5)
    assert next(each for each in back if each.month == date(2024, 9, 1)).turns_open


@pytest.mark.parametrize(
    ("days", "words"),
    [("", "请填天数"), ("40", "28"), ("-20", "-15"), ("五", "请填整数"), ("5", None)],
)
def test_what_the_window_cannot_be(office: Client, days: str, words: str | None) -> None:
    if words is None:
        office.post(WINDOW, {"days_after": days, "reason": "试", "confirmed": "1"})
        forget_district()
        words = "没有改动"
    refused = office.post(WINDOW, {"days_after": days, "reason": "试", "confirmed": "1"})
    assert refused.status_code == 422
    assert words in text(refused)


def test_a_reason_is_asked_for(office: Client) -> None:
    for address, sent in ((WINDOW, {"days_after": "9"}), (STAGES, {"proven": ["signed"]})):
        refused = office.post(address, sent | {"confirmed": "1"})
        assert refused.status_code == 422
        assert "请写明修改的原因" in text(refused)


def test_the_stages_are_asked_about_before_they_are_kept(office: Client) -> None:
    today = timezone.localdate()
    for name in ("甲", "乙"):
        milestone = build.milestone(build.project(name), "signed", today)
        if name == "甲":
            build.evidence(milestone)
    sent = {"proven": ["signed", "started", "topped_out", "completed"], "reason": "核验"}

    asked = text(office.post(STAGES, sent))
    assert f"<b>签约</b>：改为须有佐证：{today.year} 年已登记的 2 个里，1 个还没有佐证" in asked
    assert f"<b>投产</b>：不再要求佐证：{today.year} 年已登记的 0 个不再计入佐证情况" in asked
    assert "开工</b>：" not in asked
    assert not StageRule.objects.filter(stage="signed").exists()

    assert office.post(STAGES, sent | {"confirmed": "1"}).status_code == 302
    asking = set(StageRule.objects.filter(evidence_required=True).values_list("stage", flat=True))
    assert asking == {"signed", "started", "topped_out", "completed"}
    page = text(office.get(STAGES))
    assert "<b>签约</b> 不要求佐证 → 须有佐证" in page
    assert "<b>投产</b> 须有佐证 → 不要求佐证" in page
    assert "周岚" in page
    again = office.post(STAGES, sent | {"confirmed": "1"})
    assert again.status_code == 422


def test_the_order_is_said_to_be_fixed(office: Client) -> None:
    page = text(office.get(STAGES))
    assert "签约 → 注册 → 备案" in page
    assert "次序写在程序里" in page


def test_stages_of_other_years_and_days_to_come_do_not_count() -> None:
    project = build.project("甲")
    build.milestone(project, "signed", "2024-03-01")
    build.milestone(project, "started", "2024-08-01")
    lines = {line.stage: line for line in stage_lines(date(2024, 6, 1))}
    assert (lines[Stage.SIGNED].reached, lines[Stage.SIGNED].bare) == (1, 1)
    assert lines[Stage.STARTED].reached == 0
    assert [line.stage for line in stages_changed(lines.values(), [])] == [
        stage for stage in Stage if lines[stage].asks
    ]

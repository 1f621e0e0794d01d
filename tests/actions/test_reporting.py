"""The month's reports: drafts, handing in, review, opening again."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from projects.actions import reporting
from projects.actions.reporting import Contested, Refused, Seen, Written
from projects.models import MonthlyReport, Reopening
from projects.rules.broken import RuleBroken
from projects.rules.entries import Entry
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 1)


def written(project, invested=build.YI, *, by=None, **options) -> MonthlyReport:
    return reporting.write(project, SEPTEMBER, Entry(invested), by=by or build.staff(), **options)


def test_a_draft_is_kept_with_who_and_why() -> None:
    staff = build.staff()
    report = written(build.project(), by=staff)

    entry = report.history.get()
    assert (report.state, report.invested) == ("draft", build.YI)
    assert (entry.history_user, entry.history_change_reason) == (staff, "填写2024年9月月报")


def test_what_is_the_same_leaves_no_entry() -> None:
    project = build.project()
    written(project)
    report = written(project)

    assert report.history.count() == 1


def test_an_untouched_row_makes_no_report() -> None:
    reporting.write(build.project(), SEPTEMBER, Entry(None), by=build.staff())

    assert not MonthlyReport.objects.exists()


def test_nothing_invested_is_kept_as_nothing() -> None:
    assert written(build.project(), 0).invested == 0


def test_a_month_that_has_not_begun_is_refused() -> None:
    ahead = (timezone.localdate().replace(day=1) + timedelta(days=32)).replace(day=1)
    with pytest.raises(RuleBroken, match="还没有开始"):
        reporting.write(build.project(), ahead, Entry(1), by=build.staff())


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_what_was_handed_in_is_locked(state: str) -> None:
    project = build.project()
    build.report(project, "2024-09", 1, state=state)

    with pytest.raises(RuleBroken, match="已提交"):
        written(project)
    assert MonthlyReport.objects.get().invested == 1


def test_a_reopened_report_becomes_a_draft_again() -> None:
    project = build.project()
    build.report(project, "2024-09", 1, state="approved")

    assert written(project, reopened=True).state == "draft"


def version(report: MonthlyReport) -> int:
    return report.history.latest("history_id").history_id


def test_a_cell_that_both_have_typed_is_chosen_and_not_overwritten() -> None:
    project, li, zhang = build.project(), build.staff(username="li"), build.staff(username="zhang")
    seen = version(written(project, build.YI, by=li))
    theirs = version(written(project, 2 * build.YI, by=zhang, seen=Seen(seen)))

    with pytest.raises(Contested, match="zhang刚刚也改了这一行") as contested:
        written(project, 3 * build.YI, by=li, seen=Seen(seen))
    (line,) = contested.value.conflict.differences
    assert (line.label, line.before, line.theirs, line.mine) == ("本月完成", "1 亿元", "2 亿元", "3 亿元")
    assert contested.value.version == theirs

    mine = Seen(seen, {"invested": "mine"}, shown=theirs)
    assert written(project, 3 * build.YI, by=li, seen=mine).invested == 3 * build.YI
    assert [entry.invested for entry in MonthlyReport.history.all()] == [3 * build.YI, 2 * build.YI, build.YI]


def test_their_cell_may_be_kept() -> None:
    project = build.project()
    seen = version(written(project, build.YI))
    theirs = version(written(project, 2 * build.YI))

    chosen = Seen(seen, {"invested": "theirs"}, shown=theirs)
    assert written(project, 3 * build.YI, seen=chosen).invested == 2 * build.YI
    assert version(MonthlyReport.objects.get()) == theirs


def test_a_choice_made_before_the_newest_version_is_asked_again() -> None:
    project = build.project()
    seen = version(written(project, build.YI))
    shown = version(written(project, 2 * build.YI))
    written(project, 4 * build.YI)

    with pytest.raises(Contested) as contested:
        written(project, 3 * build.YI, seen=Seen(seen, {"invested": "mine"}, shown))
    assert contested.value.conflict.differences[0].theirs == "4 亿元"


def test_two_who_both_began_an_empty_row_do_not_overwrite_each_other() -> None:
    project = build.project()
    written(project, build.YI, seen=Seen(None))

    with pytest.raises(Contested):
        written(project, 3 * build.YI, seen=Seen(None))
    assert MonthlyReport.objects.get().invested == build.YI


def test_what_only_one_has_typed_is_brought_together() -> None:
    project = build.project()
    seen = version(written(project, build.YI))
    reporting.write(project, SEPTEMBER, Entry(build.YI, "主体施工"), by=build.staff(), seen=Seen(seen))

    report = reporting.write(project, SEPTEMBER, Entry(2 * build.YI), by=build.staff(), seen=Seen(seen))
    assert (report.invested, report.progress) == (2 * build.YI, "主体施工")


def test_what_was_typed_over_a_report_handed_in_meanwhile_is_refused_and_said() -> None:
    project = build.project("减振器")
    report = written(project, build.YI)
    seen = version(report)
    reporting.hand_in([project], SEPTEMBER, by=build.staff())

    with pytest.raises(RuleBroken, match="“减振器”的月报已提交"):
        written(project, 2 * build.YI, seen=Seen(seen))
    assert written(project, build.YI, seen=Seen(seen)).invested == build.YI


def test_a_sheet_is_kept_whole_or_not_at_all() -> None:
    good, locked = build.project(), build.project()
    build.report(locked, "2024-09", 1, state="submitted")
    rows = [Written(good, Entry(5)), Written(locked, Entry(5))]

    with pytest.raises(Refused) as refused:
        reporting.write_all(rows, SEPTEMBER, by=build.staff())
    assert list(refused.value.faults) == [locked.pk]
    assert [report.invested for report in MonthlyReport.objects.all()] == [1]


def test_handing_in_locks_what_has_an_answer() -> None:
    staff, filled, same = build.staff(), build.project(), build.project()
    written(filled, by=staff)
    reporting.write(same, SEPTEMBER, Entry(None, unchanged=True), by=staff)

    handed = reporting.hand_in([filled, same], SEPTEMBER, by=staff)

    assert {report.state for report in handed} == {"submitted"}
    assert handed[0].submitted_by == staff


def test_silence_is_not_handed_in() -> None:
    filled, silent = build.project(), build.project("沉默项目")
    written(filled)

    with pytest.raises(RuleBroken, match="还有 1 个项目没有填写，也没有确认无变化：沉默项目"):
        reporting.hand_in([filled, silent], SEPTEMBER, by=build.staff())
    assert MonthlyReport.objects.get().state == "draft"


def test_the_office_approves_or_sends_back_with_a_reason() -> None:
    office = build.office()
    first = build.report(build.project(), "2024-09", 1, state="submitted")
    second = build.report(build.project(), "2024-09", 1, state="submitted")

    assert reporting.approve([first], by=office) == 1
    assert reporting.send_back([second], reason="与形象进度不符", by=office) == 1

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.reviewed_by) == ("approved", office)
    assert (second.state, second.return_reason) == ("returned", "与形象进度不符")
    assert second.history.first().history_change_reason == "与形象进度不符"


def test_sending_back_needs_a_reason_and_a_report_that_waits() -> None:
    waiting = build.report(build.project(), "2024-09", 1, state="submitted")
    draft = build.report(build.project(), "2024-09", 1, state="draft")

    with pytest.raises(RuleBroken, match="退回须写明原因"):
        reporting.send_back([waiting], reason=" ", by=build.office())
    with pytest.raises(RuleBroken, match="草稿"):
        reporting.approve([waiting, draft], by=build.office())
    waiting.refresh_from_db()
    assert waiting.state == "submitted"


def test_a_sealed_month_is_approved_as_a_correction_only() -> None:
    project, office = build.project(), build.office()
    build.listing(project)
    late = build.report(project, "2024-09", 1, state="submitted")
    build.seal(by=office)

    with pytest.raises(RuleBroken, match="已封存"):
        reporting.approve([late], by=office)
    reporting.approve([late], by=office, correction="企业补报")

    late.refresh_from_db()
    assert late.state == "approved"
    assert late.history.first().history_change_reason.startswith("更正：企业补报")


def test_a_month_is_opened_again_by_the_office_until_a_day() -> None:
    unit, staff, office = build.town(), build.staff(), build.office()
    request = reporting.ask_reopening(unit, SEPTEMBER, reason="发票补到", by=staff)
    until = timezone.localdate() + timedelta(days=3)

    decided = reporting.decide_reopening(request, until=until, by=office)

    assert (decided.granted, decided.until, decided.decided_by) == (True, until, office)
    assert list(Reopening.objects.open_on(until)) == [decided]
    assert not Reopening.objects.open_on(until + timedelta(days=1))
    with pytest.raises(RuleBroken, match="已经处理过"):
        reporting.decide_reopening(request, until=None, by=office)


def test_one_request_waits_at_a_time() -> None:
    unit, staff = build.town(), build.staff()
    reporting.ask_reopening(unit, SEPTEMBER, reason="发票补到", by=staff)

    with pytest.raises(RuleBroken, match="已在等待审批"):
        reporting.ask_reopening(unit, SEPTEMBER, reason="再来一次", by=staff)

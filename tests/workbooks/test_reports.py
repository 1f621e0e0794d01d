"""Monthly reports from a workbook: drafts as typing on the page writes them, all of them or none, undone in one go."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from projects.actions import reporting
from projects.models import Import, MonthlyReport, Project, Reopening, User
from projects.rules.broken import RuleBroken
from projects.rules.entries import Entry
from projects.workbooks import decide, judge
from tests import build
from tests.workbooks.sheets_made import applied, changes_of, conflicts_of, received, undone, xlsx

pytestmark = pytest.mark.django_db

HEADINGS = [
    "月份",
    "项目名称",
    "建设单位",
    "本月完成投资（万元）",
    "年累计完成投资（万元）",
    "形象进度",
    "无变化",
]
WAN = 10**4


def owing(name: str = "锂电隔膜", **facts: Any) -> Project:
    """A project that owes a report for every month of 2024, and has started."""
    project = build.project(name, **facts)
    build.listing(project)
    build.milestone(project, "started", "2024-01-05")
    return project


def sent(
    *rows: list[Any], by: User | None = None, month: str | None = "2024-03-01", **options: Any
) -> Import:
    heads = options.pop("heads", HEADINGS)
    return received(xlsx(heads, *rows), by or build.office(), kind="reports", month=month, **options)


def faults(imported: Import) -> list[dict[str, str]]:
    return [row.faults for row in imported.rows.order_by("position")]


def outcomes(imported: Import) -> list[str]:
    return list(imported.rows.order_by("position").values_list("outcome", flat=True))


def amounts(project: Project) -> dict[int, int | None]:
    return {report.month.month: report.invested for report in project.reports.order_by("month")}


def newest(project: Project) -> Any:
    return MonthlyReport.history.filter(project=project.pk).latest("history_id")


def test_a_month_is_written_as_drafts_with_workbook_and_row_in_the_history() -> None:
    office = build.office()
    first, second = owing("锂电隔膜"), owing("光伏组件")
    build.report(first, "2024-02", 300 * WAN)

    imported = sent(
        [None, "锂电隔膜", None, None, 500, "主体封顶", None],
        [None, "光伏组件", None, None, None, None, "是"],
        by=office,
        name="3月.xlsx",
        reason="区里汇总",
    )
    assert outcomes(imported) == ["new", "new"]
    row = imported.rows.first()
    assert (row.label, row.subject) == ("锂电隔膜（2024年3月）", first.pk)
    assert changes_of(row) == [
        ["invested", "本月完成", "", "0.02 亿元"],
        ["progress", "形象进度", "", "主体封顶"],
    ]

    assert applied(imported, office).state == "applied"
    report = first.reports.get(month="2024-03-01")
    assert (report.invested, report.progress, report.state) == (200 * WAN, "主体封顶", "draft")
    confirmed = second.reports.get()
    assert (confirmed.invested, confirmed.unchanged) == (None, True)
    entry = newest(second)
    said = (entry.history_type, entry.history_user, entry.history_change_reason)
    assert said == ("+", office, "导入《3月.xlsx》第3行：区里汇总")


def test_the_same_file_twice_changes_nothing() -> None:
    office, project = build.office(), owing()
    rows = (
        ["2024年1月", "锂电隔膜", None, None, 100, "打桩", None],
        ["2024-02", "锂电隔膜", None, None, 250, None, None],
    )
    assert applied(sent(*rows, by=office), office).written == 2
    assert amounts(project) == {1: 100 * WAN, 2: 150 * WAN}

    again = sent(*rows, by=office)

    assert outcomes(again) == ["unchanged", "unchanged"]
    refused = applied(again, office)
    assert (refused.state, refused.fault) == ("preview", "没有可以写入的行。")
    assert MonthlyReport.history.filter(project=project.pk).count() == 2


def test_months_of_one_project_are_judged_in_their_order_however_they_stand() -> None:
    office, project = build.office(), owing()
    imported = sent(
        ["2024-03", "锂电隔膜", None, None, 600, None, None],
        ["2024-01", "锂电隔膜", None, 100, None, None, None],
        ["2024-02", "锂电隔膜", None, None, 300, None, None],
        by=office,
    )
    applied(imported, office)

    assert amounts(project) == {1: 100 * WAN, 2: 200 * WAN, 3: 300 * WAN}


def test_an_earlier_month_is_found_in_a_later_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "CHUNK", 1)
    office, project = build.office(), owing()
    imported = sent(
        ["2024-03", "锂电隔膜", None, None, 600, None, None],
        ["2024-01", "锂电隔膜", None, 100, None, None, None],
        ["2024-02", "锂电隔膜", None, None, 300, None, None],
        by=office,
    )
    applied(imported, office)

    assert amounts(project) == {1: 100 * WAN, 2: 200 * WAN, 3: 300 * WAN}


def test_a_month_that_rests_on_a_faulty_row_waits_for_it() -> None:
    office, project = build.office(), owing()
    imported = sent(
        ["2024-01", "锂电隔膜", None, "很多", None, None, None],
        ["2024-02", "锂电隔膜", None, None, 300, None, None],
        by=office,
    )
    waits = "第 2 行（1月）还有错误或待选择，先处理那一行，才能由年累计推算本月完成。"
    assert faults(imported)[1] == {"year_to_date": waits}

    decide.mend(imported, imported.rows.first().pk, {"invested": "100万元"}, by=office)

    assert outcomes(imported) == ["new", "new"]
    applied(imported, office)
    assert amounts(project) == {1: 100 * WAN, 2: 200 * WAN}


BELOW = "年累计低于上月的年累计 0.03 亿元，请核对；如需更正以前月份，请让项目办退回该月。"
NO_QUARTER = "“2024年二季度”不是一个月份，请写成 2024-09 或 2024年9月。"
NOT_OWING = "“锂电隔膜”这个月不需要填报：不在当年的名单上，或已暂停、终止。"
NEAREST = "没有找到这个项目，月报不登记新项目；名称相近的有：锂电正极铝箔。"
NO_AMOUNT = "看不懂金额“约100万”，请只写数字和单位，如 10亿元、600万元"


@pytest.mark.parametrize(
    ("month", "name", "invested", "year", "unchanged", "said"),
    [
        (None, "锂电隔膜", None, 200, None, {"year_to_date": BELOW}),
        (None, "锂电隔膜", 100, 500, None, {"year_to_date": "年累计与本月完成对不上，请只填其中一个。"}),
        (None, "锂电隔膜", 100, None, "是", {"unchanged": "填了本月完成，就不能再选“无变化”。"}),
        (None, "锂电隔膜", "约100万", None, None, {"invested": NO_AMOUNT}),
        (None, "锂电隔膜", 100, None, "大概", {"unchanged": "“大概”应为“是”或“否”。"}),
        ("2024年二季度", "锂电隔膜", 100, None, None, {"month": NO_QUARTER}),
        ("2099-01", "锂电隔膜", 100, None, None, {"month": "2099年1月还没有开始，不能填报。"}),
        ("2023-12", "锂电隔膜", 100, None, None, {"": NOT_OWING}),
        (None, "完全不同的名字", 100, None, None, {"name": "没有找到这个项目，月报不登记新项目。"}),
        (None, "锂电正极材料", 100, None, None, {"name": NEAREST}),
    ],
)
def test_what_the_page_refuses_is_refused_in_its_words(
    month: Any, name: str, invested: Any, year: Any, unchanged: Any, said: dict[str, str]
) -> None:
    project = owing()
    owing("锂电正极铝箔")
    build.report(project, "2024-02", 300 * WAN)

    imported = sent([month, name, None, invested, year, None, unchanged])

    assert outcomes(imported) == ["faulty"]
    assert faults(imported) == [said]


def test_a_sheet_without_a_month_says_so() -> None:
    owing()
    imported = sent([None, "锂电隔膜", None, 100, None, None, None], month=None)
    assert faults(imported) == [{"month": "没有写明月份：请在“月份”一列填写，或在导入时选择月份。"}]


def test_doubts_are_shown_and_stop_nothing() -> None:
    office = build.office()
    project = build.project("锂电隔膜", total_investment=9000 * WAN)
    build.listing(project)
    build.report(project, "2024-01", 100 * WAN)
    build.report(project, "2024-02", 100 * WAN, "draft")

    imported = sent([None, "锂电隔膜", None, None, 5000, None, None], by=office)

    assert imported.rows.get().doubts == [
        "超过前几个月平均数的 3 倍，请核对",
        "项目还没有登记开工",
        "2月的月报还没有提交，没有计入上月的年累计，请核对由年累计推算的本月完成。",
    ]
    assert applied(imported, office).state == "applied"


def test_an_amount_beyond_the_total_comes_in_with_words_only() -> None:
    office = build.office()
    for name in ("锂电隔膜", "热泵机组"):
        build.listing(build.project(name, total_investment=1000 * WAN))
    heads = ["项目名称", "本月完成投资（万元）", "金额说明"]

    imported = sent(["锂电隔膜", 5000, None], ["热泵机组", 5000, "二期合并填报"], by=office, heads=heads)
    first, second = imported.rows.order_by("position")
    assert first.faults == {
        "explanation": "累计将超总投资：单位是否应为万元？金额无误的，请在“金额说明”里写明原因。"
    }
    assert "累计将超总投资：单位是否应为万元？" in second.doubts
    decide.mend(imported, first.pk, {"explanation": "按合同一次付清"}, by=office)

    assert applied(imported, office).state == "applied"
    said = MonthlyReport.objects.values_list("explanation", flat=True)
    assert set(said) == {"按合同一次付清", "二期合并填报"}


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_what_was_handed_in_is_locked_until_the_month_is_opened_again(state: str) -> None:
    office, unit = build.office(), build.town()
    project = owing(organisation=unit)
    build.report(project, "2024-03", 100 * WAN, state)
    row = [None, "锂电隔膜", None, 200, None, None, None]
    locked = "“锂电隔膜”的月报已提交，不能再改；请联系项目办退回，或申请重开。"
    assert faults(sent(row, by=office)) == [{"": locked}]
    assert outcomes(sent([None, "锂电隔膜", None, 100, None, None, None])) == ["unchanged"]

    month = project.reports.get().month
    asked = reporting.ask_reopening(unit, month, reason="数据有误", by=build.staff(unit))
    until = timezone.localdate() + timedelta(days=3)
    reporting.decide_reopening(Reopening.objects.get(pk=asked.pk), until=until, by=office)
    applied(sent(row, by=office), office)

    report = project.reports.get()
    assert (report.invested, report.state) == (200 * WAN, "draft")


def test_a_returned_report_is_written_and_stays_returned() -> None:
    office, project = build.office(), owing()
    build.report(project, "2024-03", 100 * WAN, "returned")

    applied(sent([None, "锂电隔膜", None, 200, None, None, None], by=office), office)

    report = project.reports.get()
    assert (report.invested, report.state) == (200 * WAN, "returned")


def test_a_sealed_month_is_held() -> None:
    office, unit = build.office(), build.town()
    project = owing(organisation=unit)
    build.report(project, "2024-03", 100 * WAN)
    month = project.reports.get().month
    asked = reporting.ask_reopening(unit, month, reason="数据有误", by=build.staff(unit))
    until = timezone.localdate() + timedelta(days=3)
    reporting.decide_reopening(Reopening.objects.get(pk=asked.pk), until=until, by=office)
    build.seal("2024-03")
    row = [None, "锂电隔膜", None, 200, None, None, None]

    assert "2024年3月（全区 · 市重点）已封存" in faults(sent(row, by=office))[0][""]

    corrected = sent(row, by=office, reason="更正：统计口径", name="3月.xlsx")
    assert applied(corrected, office).state == "applied"
    assert newest(project).history_change_reason == "更正：统计口径（导入《3月.xlsx》第2行）"


def test_look_alikes_are_decided_and_never_new() -> None:
    office = build.office()
    project = owing("年产十万吨锂电池隔膜项目")
    imported = sent([None, "年产十万吨锂电池隔膜", None, 100, None, None, None], by=office)
    row = imported.rows.get()
    assert row.outcome == "alike"
    assert [candidate["pk"] for candidate in row.candidates] == [project.pk]

    with pytest.raises(RuleBroken, match="不登记新项目"):
        decide.decide(imported, row.pk, "new", by=office)
    with pytest.raises(RuleBroken, match="不登记新项目"):
        decide.all_new(imported, by=office)
    assert decide.decide(imported, row.pk, str(project.pk), by=office).outcome == "new"

    applied(imported, office)
    assert amounts(project) == {3: 100 * WAN}


def test_a_month_told_twice_must_say_the_same() -> None:
    office, project = build.office(), owing()
    row = [None, "锂电隔膜", None, 100, None, None, None]
    other = [None, "锂电隔膜", None, 120, None, None, None]
    imported = sent(row, row, other, by=office)

    assert outcomes(imported) == ["new", "unchanged", "faulty"]
    assert faults(imported)[2] == {"": "第 2 行已写明这个项目这个月，这里写的不一样。"}
    assert applied(imported, office, only_good=True).written == 1
    assert amounts(project) == {3: 100 * WAN}


KEYED = ["系统编号", "系统版本", "项目名称", "本月完成投资（万元）", "形象进度", "需要协调的事项"]


def test_only_the_cell_that_somebody_else_changed_too_is_a_conflict() -> None:
    office, project = build.office(), owing()
    report = build.report(project, "2024-03", 100 * WAN, "draft", progress="打桩")
    version = newest(project).history_id
    entry = Entry(120 * WAN, "打桩完成", "", "缺电")
    reporting.write(project, report.month, entry, by=build.staff())

    row = [project.pk, f"r{version}", "锂电隔膜", 150, "打桩", "缺水"]
    imported = sent(row, by=office, heads=KEYED)

    found = imported.rows.get()
    assert found.outcome == "conflict"
    assert conflicts_of(found) == [
        ["invested", "本月完成", "0.01 亿元", "0.012 亿元", "0.015 亿元"],
        ["needs_coordination", "需要协调", "", "缺电", "缺水"],
    ]
    decide.settle(imported, found.pk, {"invested": "mine", "needs_coordination": "theirs"}, by=office)
    applied(imported, office)

    report.refresh_from_db()
    said = (report.invested, report.progress, report.needs_coordination)
    assert said == (150 * WAN, "打桩完成", "缺电")


def test_an_exported_row_comes_back_unchanged_and_a_torn_version_is_refused() -> None:
    project = owing()
    build.report(project, "2024-03", 100 * WAN, "draft", progress="打桩")
    build.report(project, "2024-02", 100 * WAN, "draft")
    other = newest(project).history_id
    version = MonthlyReport.history.get(month="2024-03-01").history_id
    imported = sent([project.pk, f"r{version}", "锂电隔膜", 100, "打桩", None], heads=KEYED)
    assert outcomes(imported) == ["unchanged"]

    torn = sent([project.pk, "r1x", "锂电隔膜", 100, "打桩", None], heads=KEYED)
    assert faults(torn) == [{"version": "“系统版本”的内容“r1x”被改动过，请重新导出后再改"}]
    strange = sent([project.pk, f"r{other}", "锂电隔膜", 100, "打桩", None], heads=KEYED)
    assert faults(strange) == [{"version": "“系统版本”与这一行的项目、月份对不上，请重新导出后再改。"}]


def test_staff_write_their_units_only_and_leaders_nothing() -> None:
    own, other = build.town("罗溪镇"), build.town("孟河镇")
    mine, theirs = owing("锂电隔膜", organisation=own), owing("光伏组件", organisation=other)
    rows = [[None, name, None, 100, None, None, None] for name in ("锂电隔膜", "光伏组件")]

    imported = sent(*rows, by=build.staff(own))

    assert outcomes(imported) == ["new", "faulty"]
    assert "您不能查看" in faults(imported)[1][""]
    applied(imported, imported.created_by, only_good=True)
    assert (amounts(mine), amounts(theirs)) == ({3: 100 * WAN}, {})
    for outsider in (build.leader(), build.person(None)):
        refused = sent(*rows, by=outsider)
        assert (refused.state, refused.fault) == ("failed", "您的账号不能导入月报。")


def test_staff_may_not_write_a_project_that_they_only_help_with() -> None:
    own, other = build.town("罗溪镇"), build.town("孟河镇")
    project = owing("光伏组件", organisation=other)
    build.helper(project, own)

    imported = sent([None, "光伏组件", None, 100, None, None, None], by=build.staff(own))

    assert faults(imported) == [{"": "您不能修改这个项目。"}]


def test_an_undo_takes_back_new_and_changed_reports() -> None:
    office, first, second = build.office(), owing("锂电隔膜"), owing("光伏组件")
    build.report(first, "2024-03", 50 * WAN, "draft", progress="打桩")
    rows = [[None, name, None, 100, None, "封顶", None] for name in ("锂电隔膜", "光伏组件")]
    imported = applied(sent(*rows, by=office, name="3月.xlsx"), office)

    assert undone(imported, office).state == "undone"

    report = first.reports.get()
    assert (report.invested, report.progress) == (50 * WAN, "打桩")
    assert not second.reports.exists()
    entry = newest(second)
    assert (entry.history_type, entry.history_change_reason) == ("-", "撤销导入《3月.xlsx》")
    assert MonthlyReport.history.filter(project=second.pk).count() == 2


def test_an_undo_is_refused_whole_when_a_report_was_written_since() -> None:
    office, first, second = build.office(), owing("锂电隔膜"), owing("光伏组件")
    rows = [[None, name, None, 100, None, None, None] for name in ("锂电隔膜", "光伏组件")]
    imported = applied(sent(*rows, by=office), office)
    month = first.reports.get().month
    reporting.hand_in([first], month, by=office)

    refused = undone(imported, office)

    assert refused.state == "applied"
    assert refused.fault.startswith("没有撤销：1 条月报在导入之后又改过（锂电隔膜：2024-03")
    assert amounts(second) == {3: 100 * WAN}


def test_what_changed_since_the_preview_is_not_written() -> None:
    office, first, second = build.office(), owing("锂电隔膜"), owing("光伏组件")
    rows = [[None, name, None, 100, None, None, None] for name in ("锂电隔膜", "光伏组件")]
    imported = sent(*rows, by=office)
    build.report(first, "2024-03", 70 * WAN, "submitted")

    refused = applied(imported, office)
    assert (refused.state, amounts(second)) == ("preview", {})
    assert "已提交，不能再改" in refused.fault

    assert applied(imported, office, only_good=True).written == 1
    assert (amounts(first), amounts(second)) == ({3: 70 * WAN}, {3: 100 * WAN})


@pytest.mark.parametrize("count", [3, 30])
def test_a_chunk_asks_the_same_number_of_questions(count: int, django_assert_max_num_queries: Any) -> None:
    office = build.office()
    for number in range(count):
        project = owing(f"锂电隔膜{number}号")
        build.report(project, "2024-02", 100 * WAN)
        if number % 3 == 0:
            build.report(project, "2024-03", 50 * WAN, "draft")
    rows = [[None, f"锂电隔膜{number}号", None, None, 300, None, None] for number in range(count)]
    imported = sent(*rows, by=office)
    with django_assert_max_num_queries(31):
        judge.judge(imported)
    assert (imported.counts["new"], imported.counts["changed"]) == (count * 2 // 3, count // 3)
    with django_assert_max_num_queries(55):
        applied(imported, office)
    assert MonthlyReport.objects.filter(state="draft").count() == count

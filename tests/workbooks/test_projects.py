"""A list of projects on its way in: what each row would do, what is wrong with it, what is written and taken back."""

from datetime import date
from typing import Any

import pytest

from projects.models import AnnualPlan, Import, ImportRow, Listing, Milestone, Participation, Project, Source
from projects.vocabulary import Category, ImportState, Level, Outcome, Precision, SideState, Stage
from projects.workbooks import decide
from tests import build
from tests.build import YI
from tests.workbooks.sheets_made import applied, changes_of, received, undone, xlsx

pytestmark = pytest.mark.django_db

HEADINGS = ["序号", "项目名称", "建设单位", "总投资（亿元）", "责任单位", "计划开工", "实际开工", "备注"]


@pytest.fixture
def office():
    build.town("罗溪镇"), build.town("薛家镇"), build.industry("新能源")
    return build.office()


def sheet(*rows: list[Any], headings: list[str] = HEADINGS) -> bytes:
    return xlsx(["2024年市重点项目清单"], headings, *rows)


def row(number: int, name: str, *cells: Any) -> list[Any]:
    return [number, name, *cells]


def rows_of(imported: Import) -> list[ImportRow]:
    return list(imported.rows.order_by("position"))


def only(imported: Import) -> ImportRow:
    (row,) = rows_of(imported)
    return row


def test_a_new_project_arrives_whole(office) -> None:
    headings = [
        *["项目名称", "建设单位", "所属镇街", "产业类别", "建设性质", "建设内容及规模", "总投资（万元）"],
        *[
            "截至上年底累计完成投资（万元）",
            "年度计划投资（亿元）",
            "外资金额（万美元）",
            "名单级别",
            "年度类别",
            "名单序号",
        ],
        *["责任单位", "责任人/电话", "挂钩领导", "建设起止年限", "计划开工", "实际开工", "备注"],
    ]
    cells = [
        *["储能电池项目", "甲公司", "罗溪", "新能源", "新建", "新建厂房 3 万㎡", 123456.7],
        *[0, 1.25, 800, "省重大、市重点", "新建", 12],
        *["罗溪镇", "张三 13900000000", "李区长", "2024-2026", "2024年3月", date(2024, 3, 15), "首批"],
    ]
    build.town("罗溪镇").short_name = "罗溪"
    town = build.town("罗溪镇")
    town.short_name = "罗溪"
    build.kept(town)

    imported = applied(received(sheet(cells, headings=headings), office, reason="市里下发"), office)

    assert (imported.state, imported.fault) == (ImportState.APPLIED, "")
    project = Project.objects.get()
    assert (project.total_investment, project.foreign_amount, project.foreign_currency) == (
        1_234_567_000,
        8_000_000,
        "USD",
    )
    assert (project.town, project.organisation, project.nature) == (town, town, "new_build")
    assert (project.contact, project.contact_phone, project.linked_leader) == (
        "张三",
        "13900000000",
        "李区长",
    )
    assert {(item.level, item.category, item.number) for item in Listing.objects.all()} == {
        (Level.PROVINCE, Category.NEW, 12),
        (Level.CITY, Category.NEW, 12),
    }
    plan = AnnualPlan.objects.get()
    assert (plan.year, plan.invested_before, plan.planned_investment) == (2024, 0, 125_000_000)
    started, completed = Milestone.objects.get(stage=Stage.STARTED), Milestone.objects.get(stage="completed")
    assert (started.planned_on, started.planned_precision) == (date(2024, 3, 31), Precision.MONTH)
    assert started.reached_on == date(2024, 3, 15)
    assert (completed.current_on, completed.current_precision) == (date(2026, 12, 31), Precision.YEAR)


def test_the_history_and_the_source_name_workbook_and_row(office) -> None:
    imported = applied(received(sheet(row(1, "甲项目", "甲公司", 3)), office, reason="市里下发"), office)

    entry = Project.history.get()
    assert (entry.history_user, entry.history_change_reason) == (office, "导入《清单.xlsx》第3行：市里下发")
    project = Project.objects.get()
    assert (project.source.title.startswith("清单.xlsx（"), project.source_paragraph) == (True, "第3行")
    assert imported.workbook.sha256 in project.source.note
    assert imported.rows.get().written == [
        {"table": "project", "pk": project.pk, "version": entry.history_id, "kind": "+"}
    ]


def test_the_search_box_finds_what_was_imported(office) -> None:
    applied(received(sheet(row(1, "热泵机组", "河海公司", 3)), office), office)

    assert Project.objects.matching("rbjz").get().name == "热泵机组"


def test_the_same_file_again_changes_nothing(office) -> None:
    content = sheet(row(1, "甲项目", "甲公司", 12.5, "罗溪镇", "2024年3月", date(2024, 3, 15), "备注"))
    applied(received(content, office, level="city"), office)

    again = received(content, office, level="city")

    assert only(again).outcome == Outcome.UNCHANGED
    assert applied(again, office).fault == "没有可以写入的行。"
    assert Project.history.count() == 1


def test_what_changes_is_told_cell_by_cell(office) -> None:
    build.project("甲项目", enterprise="甲公司", total_investment=10 * YI, organisation=build.town("薛家镇"))

    changed = only(received(sheet(row(1, "甲项目", "甲公司", 11, "罗溪镇")), office))

    assert changed.outcome == Outcome.CHANGED
    assert changes_of(changed) == [
        ["total_investment", "总投资", "10亿元", "11亿元"],
        ["organisation", "责任单位", "薛家镇", "罗溪镇"],
    ]


def test_an_empty_cell_says_nothing_and_a_word_empties(office) -> None:
    project = build.project(
        "甲项目", enterprise="甲公司", total_investment=YI, remark="旧备注", contact="张三"
    )

    applied(received(sheet(row(1, "甲项目", "甲公司", None, None, None, None, "（清空）")), office), office)

    project.refresh_from_db()
    assert (project.total_investment, project.contact, project.remark) == (YI, "张三", "")


@pytest.mark.parametrize(
    ("cells", "key", "sentence"),
    [
        (
            ("甲项目", "甲公司", "约3亿"),
            "total_investment",
            "看不懂金额“约3亿”，请只写数字和单位，如 10亿元、600万元",
        ),
        (("甲项目", "甲公司", -3), "total_investment", "金额不能为负：“-3亿元”"),
        (("甲项目", "甲公司", 3, "罗西镇"), "organisation", "没有“罗西镇”这个单位，是否“罗溪镇”？"),
        (("甲项目", "甲公司", 3, None, "春节前后"), "started_plan", "看不懂日期“春节前后”"),
        (
            ("甲项目", "甲公司", 3, None, None, date(1999, 1, 1)),
            "started_reached",
            "日期应在 2000 年到 2100 年之间。",
        ),
        (("甲项目", "甲公司", 3, None, None, "2099-01-01"), "started_reached", "实际日期不能晚于今天"),
        (("甲项目", "甲公司", 3, None, 2024.1), "started_plan", "看不出是1月还是10月"),
        (("甲" * 201, "甲公司", 3), "name", "确保该变量包含不超过 200 字符"),
    ],
)
def test_a_faulty_cell_is_told_where_it_stands(
    office, cells: tuple[Any, ...], key: str, sentence: str
) -> None:
    faulty = only(received(sheet(row(1, *cells)), office))

    assert faulty.outcome == Outcome.FAULTY
    assert sentence in faulty.faults[key]
    assert list(faulty.faults) == [key]


def test_all_faults_of_a_row_are_told_at_once(office) -> None:
    faulty = only(received(sheet(row(1, "甲项目", "甲公司", "很多", "没有镇", "春天")), office))

    assert set(faulty.faults) == {"total_investment", "organisation", "started_plan"}


def test_codes_are_judged_as_on_the_page(office) -> None:
    headings = ["项目名称", "建设单位", "国家投资项目代码", "统一社会信用代码"]

    faulty = only(
        received(sheet(["甲项目", "甲公司", "123", "91320411MA1MKBJ4X0"], headings=headings), office)
    )

    assert faulty.faults == {
        "national_code": "项目代码应为五段，用短横线隔开，如 2405-320411-04-01-123456",
        "credit_code": "统一社会信用代码校验位不符，请核对是否有错字",
    }


def test_one_code_belongs_to_one_project(office) -> None:
    code = "2405-320411-04-01-123456"
    build.project("旧项目", enterprise="旧公司", national_code=code)
    headings = ["项目名称", "建设单位", "国家投资项目代码"]
    content = sheet(["全新甲", "甲公司", code], ["全新乙", "乙公司", code], headings=headings)

    first, second = rows_of(received(content, office))

    assert first.faults == {"national_code": "该国家投资项目代码已被其他项目使用。"}
    assert second.faults == {"national_code": "该国家投资项目代码已被其他项目使用。"}


def test_an_order_of_stages_that_cannot_be_is_refused(office) -> None:
    headings = ["项目名称", "建设单位", "实际开工", "实际封顶"]

    faulty = only(
        received(sheet(["甲项目", "甲公司", "2024-05-01", "2024-03-01"], headings=headings), office)
    )

    assert faulty.faults == {"topped_out_reached": "封顶（2024年3月1日）早于开工（2024年5月1日），次序不对"}


def test_a_recorded_day_is_not_written_over(office) -> None:
    project = build.project("甲项目", enterprise="甲公司")
    build.milestone(project, Stage.STARTED, "2024-03-01")

    faulty = only(received(sheet(row(1, "甲项目", "甲公司", None, None, None, "2024-04-01")), office))

    assert faulty.faults == {"started_reached": "开工已登记（2024年3月1日），如需更正请先撤回"}


def test_a_later_plan_is_a_postponement_and_asks_for_its_cause(office) -> None:
    project = build.project("甲项目", enterprise="甲公司")
    build.milestone(project, Stage.STARTED, planned="2024-03-31", planned_precision="month")
    headings = ["项目名称", "建设单位", "计划开工", "推迟原因"]

    without = only(received(sheet(["甲项目", "甲公司", "2024年6月", None], headings=headings), office))
    applied(received(sheet(["甲项目", "甲公司", "2024年6月", "土地供应"], headings=headings), office), office)

    assert without.faults == {
        "started_plan": "晚于现计划（2024年3月），属于推迟：请在“推迟原因”一列写明原因。"
    }
    moved = Milestone.objects.get()
    assert (moved.planned_on, moved.current_on, moved.reason) == (
        date(2024, 3, 31),
        date(2024, 6, 30),
        "land",
    )


def test_a_project_on_two_lists_of_one_sheet_is_one_project(office) -> None:
    content = sheet(
        ["一、省重大项目"],
        row(1, "甲项目", "甲公司", 12),
        ["二、市重点项目"],
        row(1, "甲项目", "甲公司", 12),
        row(2, "乙项目", "乙公司", 2),
    )

    imported = received(content, office)
    first, second, third = rows_of(imported)
    applied(imported, office)

    assert [item.outcome for item in (first, second, third)] == [Outcome.NEW, Outcome.CHANGED, Outcome.NEW]
    assert changes_of(second) == [["level", "名单级别", "省重大", "省重大、市重点"]]
    assert Project.objects.count() == 2
    assert set(Listing.objects.values_list("project__name", "level")) == {
        ("甲项目", "province"),
        ("甲项目", "city"),
        ("乙项目", "city"),
    }


def test_two_rows_that_contradict_one_another_are_refused(office) -> None:
    content = sheet(row(1, "甲项目", "甲公司", 12), row(2, "甲项目", "甲公司", 13))

    first, second = rows_of(received(content, office, level="city"))

    assert first.outcome == Outcome.NEW
    assert second.faults == {"total_investment": "同一个项目在前面的行里写的是“12亿元”，这里是“13亿元”。"}


def test_a_project_taken_off_a_list_does_not_come_back_by_itself(office) -> None:
    project = build.project("甲项目", enterprise="甲公司")
    build.listing(project, "city", removed_on="2024-06-01", removed_reason="并入")

    faulty = only(received(sheet(row(1, "甲项目", "甲公司")), office, level="city"))

    assert faulty.faults == {"level": "2024年6月1日已调出2024 年市重点，如需恢复请在项目页办理。"}


def test_paused_projects_keep_their_state(office) -> None:
    project = build.project(
        "甲项目",
        enterprise="甲公司",
        side_state=SideState.PAUSED,
        side_state_on=date(2024, 5, 1),
        side_reason="land",
    )

    applied(received(sheet(row(1, "甲项目", "甲公司", 5)), office), office)

    project.refresh_from_db()
    assert (project.side_state, project.total_investment) == (SideState.PAUSED, 5 * YI)


# Look-alikes


def test_a_look_alike_waits_for_a_person(office) -> None:
    known = build.project("超导吸收式热泵机组生产项目", enterprise="河海公司")
    imported = received(sheet(row(1, "超导吸收式热泵机组项目", "河海新能源", 10)), office)

    waiting = only(imported)

    assert waiting.outcome == Outcome.ALIKE
    assert waiting.candidates == [
        {"pk": known.pk, "name": "超导吸收式热泵机组生产项目", "enterprise": "河海公司", "why": "名称相近"}
    ]
    assert "还有 1 行有错误或待选择（第 3 行）" in applied(imported, office).fault


def test_a_confirmed_rename_keeps_the_former_name(office) -> None:
    known = build.project("超导吸收式热泵机组生产项目", enterprise="河海公司")
    imported = received(sheet(row(1, "超导吸收式热泵机组项目", "河海公司", 10)), office)

    decided = decide.decide(imported, only(imported).pk, str(known.pk), by=office)
    applied(imported, office)

    assert decided.outcome == Outcome.CHANGED
    known.refresh_from_db()
    assert (known.name, known.former_names) == ("超导吸收式热泵机组项目", "超导吸收式热泵机组生产项目")


def test_what_is_said_to_be_new_is_new(office) -> None:
    build.project("超导吸收式热泵机组生产项目", enterprise="河海公司")
    imported = received(sheet(row(1, "超导吸收式热泵机组项目", "河海公司", 10)), office)

    assert decide.all_new(imported, by=office) == 1
    applied(imported, office)

    assert Project.objects.count() == 2


def test_only_what_was_offered_may_be_chosen(office) -> None:
    other = build.project("完全无关", enterprise="别家")
    build.project("超导吸收式热泵机组生产项目", enterprise="河海公司")
    imported = received(sheet(row(1, "超导吸收式热泵机组项目", "河海公司", 10)), office)

    with pytest.raises(decide.RuleBroken, match="请从列出的项目中选择"):
        decide.decide(imported, only(imported).pk, str(other.pk), by=office)


# Mending


def test_a_mended_cell_is_judged_anew_and_the_original_is_kept(office) -> None:
    imported = received(sheet(row(1, "甲项目", "甲公司", "很多", "没有镇")), office)

    mended = decide.mend(
        imported, only(imported).pk, {"total_investment": "3亿元", "organisation": "罗溪镇"}, by=office
    )
    applied(imported, office)

    assert (mended.outcome, mended.faults) == (Outcome.NEW, {})
    assert mended.origin == {"total_investment": "很多", "organisation": "没有镇"}
    assert Project.objects.get().total_investment == 3 * YI


def test_a_mended_amount_takes_the_unit_of_its_column(office) -> None:
    imported = received(sheet(row(1, "甲项目", "甲公司", "很多")), office)

    mended = decide.mend(imported, only(imported).pk, {"total_investment": "3"}, by=office)

    assert (mended.faults, mended.cells["total_investment"]) == ({}, "3亿元")


def test_an_ambiguous_number_is_mended_like_any_cell(office) -> None:
    imported = received(sheet(row(1, "甲项目", "甲公司", 3, None, 2024.1)), office)
    assert "started_plan" not in {change[0] for change in changes_of(only(imported))}

    mended = decide.mend(imported, only(imported).pk, {"started_plan": "2024年10月"}, by=office)

    assert (mended.outcome, mended.unread) == (Outcome.NEW, {})


def test_a_mended_name_frees_the_rows_that_it_contradicted(office) -> None:
    imported = received(sheet(row(1, "甲项目", "甲公司", 12), row(2, "甲项目", "甲公司", 13)), office)
    second = rows_of(imported)[1]

    decide.mend(imported, second.pk, {"name": "乙项目"}, by=office)

    assert [item.outcome for item in rows_of(imported)] == [Outcome.NEW, Outcome.NEW]
    imported.refresh_from_db()
    assert imported.counts[Outcome.NEW] == 2


# Writing


def test_all_or_nothing(office) -> None:
    imported = received(sheet(row(1, "甲项目", "甲公司", 3), row(2, "乙项目", "乙公司", "很多")), office)

    refused = applied(imported, office)

    assert (refused.state, Project.objects.count()) == (ImportState.PREVIEW, 0)
    assert refused.fault == "还有 1 行有错误或待选择（第 4 行），没有写入任何内容。"


def test_or_the_good_rows(office) -> None:
    imported = received(sheet(row(1, "甲项目", "甲公司", 3), row(2, "乙项目", "乙公司", "很多")), office)

    done = applied(imported, office, only_good=True)

    assert (done.state, done.written) == (ImportState.APPLIED, 1)
    assert Project.objects.get().name == "甲项目"


def test_what_changed_since_the_preview_is_not_written(office) -> None:
    project = build.project("甲项目", enterprise="甲公司", total_investment=10 * YI)
    imported = received(sheet(row(1, "甲项目", "甲公司", 11)), office)
    project.total_investment = 20 * YI
    build.kept(project, by=office)

    refused = applied(imported, office)

    assert refused.fault == (
        "第 3 行（甲项目）：核对之后，登记的内容有了变化，请重新核对这一行。没有写入任何内容。"
    )
    project.refresh_from_db()
    assert project.total_investment == 20 * YI


def test_a_name_taken_since_the_preview_is_no_second_project(office) -> None:
    imported = received(sheet(row(1, "甲项目", "甲公司", 11), row(2, "乙项目", "乙公司", 1)), office)
    build.project("甲项目", enterprise="甲公司")

    done = applied(imported, office, only_good=True)

    assert done.written == 1
    assert Project.objects.filter(name="甲项目").count() == 1
    assert rows_of(imported)[0].outcome == Outcome.FAULTY


def test_the_same_import_is_written_once(office) -> None:
    imported = applied(received(sheet(row(1, "甲项目", "甲公司", 3)), office), office)

    with pytest.raises(decide.RuleBroken, match="这次导入已写入，不能重复操作"):
        applied(imported, office)


# Taking back


def test_undo_is_one_new_change_for_everything(office) -> None:
    project = build.project("甲项目", enterprise="甲公司", total_investment=10 * YI)
    content = sheet(row(1, "甲项目", "甲公司", 11, "罗溪镇", "2024年3月"), row(2, "乙项目", "乙公司", 2))
    imported = applied(received(content, office, level="city"), office)

    done = undone(imported, office, "导错了")

    assert (done.state, done.fault) == (ImportState.UNDONE, "")
    assert list(Project.objects.all()) == [project]
    project.refresh_from_db()
    assert (project.total_investment, project.organisation) == (10 * YI, None)
    assert not Listing.objects.exists()
    assert not Milestone.objects.exists()
    last = Project.history.filter(id=project.pk).latest()
    assert (last.history_user, last.history_change_reason) == (office, "撤销导入《清单.xlsx》：导错了")
    assert Listing.history.filter(history_type="-").count() == 2


def test_undo_is_refused_when_somebody_has_written_since(office) -> None:
    imported = applied(received(sheet(row(1, "甲项目", "甲公司", 3)), office), office)
    project = Project.objects.get()
    project.remark = "后来的补充"
    build.kept(project, by=office)

    refused = undone(imported, office)

    assert (refused.state, refused.fault) == (
        ImportState.APPLIED,
        "没有撤销：1 条项目在导入之后又改过（甲项目）。",
    )


def test_undo_is_refused_when_something_hangs_on_a_new_project(office) -> None:
    imported = applied(received(sheet(row(1, "甲项目", "甲公司", 3)), office), office)
    build.report(Project.objects.get(), "2024-03", 0)

    refused = undone(imported, office)

    assert refused.fault == "没有撤销：“甲项目”在导入之后又登记了月报。"
    assert Project.objects.exists()


def test_after_an_undo_the_file_may_come_again(office) -> None:
    content = sheet(row(1, "甲项目", "甲公司", 3))
    undone(applied(received(content, office), office), office)

    again = applied(received(content, office), office)

    assert (again.state, Project.objects.count(), Source.objects.count()) == (ImportState.APPLIED, 1, 1)


# Rights


def test_staff_import_for_their_own_unit() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    staff = build.staff(luoxi)
    theirs = build.project("薛家的项目", enterprise="乙公司", organisation=xuejia)
    content = sheet(
        row(1, "我们的项目", "甲公司", 3, "罗溪镇"),
        row(2, "没写单位", "丙公司", 3),
        row(3, "别人的单位", "丁公司", 3, "薛家镇"),
        row(4, "薛家的项目", "乙公司", 3),
    )

    own, without, foreign, hidden = rows_of(received(content, staff))

    assert own.outcome == Outcome.NEW
    assert without.faults == {"organisation": "请填写责任单位：您的账号只能登记本单位及下级单位的项目。"}
    assert foreign.faults == {"organisation": "您的账号不能把项目交给这个责任单位。"}
    assert hidden.faults[""] == "已有同名项目，由其他单位负责，您不能查看；请联系项目办。"
    assert theirs.pk not in {hidden.subject, foreign.subject}


def test_a_helping_unit_reads_and_does_not_write() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    project = build.project("甲项目", enterprise="甲公司", organisation=xuejia)
    build.helper(project, luoxi)

    refused = only(received(sheet(row(1, "甲项目", "甲公司", 3)), build.staff(luoxi)))

    assert refused.faults == {"": "您不能修改这个项目。"}


# Sealed months


def test_a_sealed_month_is_changed_only_as_a_correction_of_the_office(office) -> None:
    known = build.project("甲项目", enterprise="甲公司")
    build.listing(known, "city")
    build.seal(by=office)
    content = sheet(
        row(1, "甲项目", "甲公司", None, None, None, date(2024, 3, 1)),
        row(2, "乙项目", "乙公司", 3, None, None, date(2024, 4, 1)),
        row(3, "丙项目", "丙公司", 3),
    )

    usual = rows_of(received(content, office, level="city"))
    correction = received(content, office, level="city", reason="更正：漏报开工")
    applied(correction, office)

    assert [item.outcome for item in usual] == [Outcome.FAULTY, Outcome.FAULTY, Outcome.FAULTY]
    assert "已封存，这项改动会改变已封存的数字" in usual[0].faults[""]
    assert [item.outcome for item in rows_of(correction)] == [Outcome.CHANGED, Outcome.NEW, Outcome.NEW]
    assert Milestone.history.first().history_change_reason.startswith("更正：漏报开工（导入《清单.xlsx》")


def test_units_that_take_part_have_a_column_of_their_own(office) -> None:
    headings = ["项目名称", "责任单位", "配合单位"]
    build.helper(build.project("乙", organisation=build.town("罗溪镇")), build.town("三井街道"))
    rows = [
        ["甲", "罗溪镇、三井街道", "薛家镇人民政府；罗溪镇"],
        ["乙", "罗溪镇", "薛家"],
        ["丙", "罗溪镇", "火星镇"],
    ]

    imported = received(sheet(*rows, headings=headings), office)

    _, known, wrong = rows_of(imported)
    assert [change[1:] for change in changes_of(known)] == [["协同单位", "三井街道", "三井街道、薛家镇"]]
    assert wrong.faults == {"helpers": "没有“火星镇”这个单位。"}
    assert [question["key"] for question in imported.asked] == ["helpers"]
    applied(imported, office, only_good=True)
    helping = {
        name: set(Project.objects.get(name=name).participations.values_list("organisation__name", flat=True))
        for name in ("甲", "乙")
    }
    assert helping == {"甲": {"三井街道", "薛家镇"}, "乙": {"三井街道", "薛家镇"}}
    assert Participation.history.latest("history_id").history_change_reason == "导入《清单.xlsx》第4行"
    again = received(sheet(*rows[:2], headings=headings), office)
    assert [item.outcome for item in rows_of(again)] == [Outcome.UNCHANGED, Outcome.UNCHANGED]


# Cost


@pytest.mark.parametrize("size", [3, 40])
def test_a_chunk_costs_the_same_for_few_and_for_many(
    size: int, office, django_assert_max_num_queries
) -> None:
    for number in range(size):
        build.project(f"已有项目{number}号", enterprise=f"公司{number}")
    rows = [
        row(number, f"已有项目{number}号", f"公司{number}", number + 1, "罗溪镇", "2024年3月")
        for number in range(size)
    ]
    rows += [row(number, f"全新{number}号基地", f"新公司{number}", 2, "罗溪镇") for number in range(size)]
    content = sheet(*rows)

    with django_assert_max_num_queries(50):
        imported = received(content, office, level="city")
    with django_assert_max_num_queries(52):
        assert applied(imported, office).written == 2 * size


def test_the_first_day_on_a_list_is_read_compared_and_kept(office) -> None:
    headings = ["项目名称", "建设单位", "名单级别", "列入日期"]
    build.listing(build.project("乙", enterprise="甲公司"), listed_on="2024-03-01")
    rows = [
        ["甲", "甲公司", "市重点", "2024年7月"],
        ["乙", "甲公司", "市重点", date(2024, 7, 10)],
        ["丙", "甲公司", "市重点", ""],
        ["丁", "甲公司", "市重点", "2025年1月"],
    ]

    imported = received(sheet(*rows, headings=headings), office)
    new, moved, plain, late = rows_of(imported)

    assert [item.outcome for item in (new, moved, plain)] == [Outcome.NEW, Outcome.CHANGED, Outcome.NEW]
    assert changes_of(moved) == [["listed_on", "市重点列入日期", "2024年3月1日", "2024年7月10日"]]
    assert "不能晚于 2024 年" in str(late.faults)
    applied(received(sheet(*rows[:3], headings=headings), office), office)
    assert {entry.project.name: entry.listed_period for entry in Listing.objects.all()} == {
        "甲": (date(2024, 7, 31), Precision.MONTH),
        "乙": (date(2024, 7, 10), Precision.DAY),
        "丙": None,
    }

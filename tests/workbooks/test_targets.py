"""Targets from a workbook: a row for each unit, a column for each indicator; by the rules of the page's grid."""

from typing import Any

import pytest

from projects.actions import targets
from projects.models import Import, Target, User
from projects.models.versions import target_versions
from projects.vocabulary import Indicator
from projects.workbooks import decide, judge
from tests import build
from tests.workbooks.sheets_made import applied, changes_of, conflicts_of, received, undone, xlsx

pytestmark = pytest.mark.django_db

HEADINGS = ["单位", "完成投资目标（亿元）", "新开工目标", "竣工目标"]
YI = build.YI
WANTS_REASON = "修改或取消已有的目标，请写明原因。"


def sent(*rows: list[Any], by: User | None = None, level: str = "city", **options: Any) -> Import:
    heads = options.pop("heads", HEADINGS)
    return received(xlsx(heads, *rows), by or build.office(), kind="targets", level=level, **options)


def faults(imported: Import) -> list[dict[str, str]]:
    return [row.faults for row in imported.rows.order_by("position")]


def outcomes(imported: Import) -> list[str]:
    return list(imported.rows.order_by("position").values_list("outcome", flat=True))


def amounts(level: str = "city") -> dict[tuple[int | None, str], int | None]:
    standing = Target.objects.filter(year=2024, level=level)
    return {(target.organisation_id, target.indicator): target.amount for target in standing}


def newest(target: Target) -> Any:
    return Target.history.filter(id=target.pk).latest("history_id")


def test_a_grid_is_written_with_workbook_and_row_in_the_history() -> None:
    office, luoxi = build.office(), build.town("罗溪镇")

    imported = sent(["全区", 647.4, 255, None], ["罗溪镇", 60, "12个", 0], by=office, name="目标.xlsx")
    assert outcomes(imported) == ["new", "new"]
    row = imported.rows.first()
    assert (row.label, changes_of(row)) == (
        "全区",
        [["invested", "完成投资目标", "", "647.4亿元"], ["started", "新开工目标", "", "255"]],
    )
    applied(imported, office)

    assert amounts() == {
        (None, "invested"): 64_740_000_000,
        (None, "started"): 255,
        (luoxi.pk, "invested"): 60 * YI,
        (luoxi.pk, "started"): 12,
        (luoxi.pk, "completed"): 0,
    }
    entry = newest(Target.objects.get(organisation=luoxi, indicator="started"))
    said = (entry.history_type, entry.history_user, entry.history_change_reason)
    assert said == ("+", office, "导入《目标.xlsx》第3行")
    assert Target.objects.first().source.note.startswith("导入的工作簿，SHA-256 ")


def test_the_same_file_twice_changes_nothing() -> None:
    office = build.office()
    build.town("罗溪镇")
    rows = (["高新区", 647.4, 255, None], ["罗溪镇", 60, 12, None])
    applied(sent(*rows, by=office), office)

    assert outcomes(sent(*rows, by=office)) == ["unchanged", "unchanged"]


def test_all_levels_are_one_scope_of_their_own() -> None:
    office = build.office()
    build.target("invested", 600 * YI)
    applied(sent(["全区", 700, None, None], by=office, level=""), office)

    assert (amounts(""), amounts()) == ({(None, "invested"): 700 * YI}, {(None, "invested"): 600 * YI})


def test_a_target_that_stands_changes_for_a_reason_only() -> None:
    office = build.office()
    target = build.target("started", 255)
    rows = ["全区", 647.4, 223, None]
    assert faults(sent(rows, by=office)) == [{"started": WANTS_REASON}]

    imported = sent(rows, by=office, reason="区委常委会调整", name="目标.xlsx")
    assert changes_of(imported.rows.get()) == [
        ["invested", "完成投资目标", "", "647.4亿元"],
        ["started", "新开工目标", "255", "223"],
    ]
    applied(imported, office)

    assert amounts() == {(None, "invested"): 64_740_000_000, (None, "started"): 223}
    assert newest(target).history_change_reason == "导入《目标.xlsx》第2行：区委常委会调整"


def test_an_empty_cell_empties_nothing_and_no_cell_may() -> None:
    build.target("started", 255)
    assert outcomes(sent(["全区", None, None, None], ["全区", "-", "", None])) == ["unchanged", "unchanged"]
    assert faults(sent(["全区", None, "（清空）", None])) == [{"started": "这一列不能清空，请在页面上办理。"}]


def test_a_target_with_a_monthly_plan_is_changed_on_its_page() -> None:
    build.target("started", 12, curve=list(range(1, 13)))
    has_curve = "已有逐月累计计划，请点“详情”把目标与逐月计划一起修改。"
    assert faults(sent(["全区", None, 10, None], reason="调整")) == [{"started": has_curve}]
    assert outcomes(sent(["全区", None, 12, None])) == ["unchanged"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["罗西镇", None, 3, None], {"organisation": "没有“罗西镇”这个单位，是否“罗溪镇”？"}),
        (["罗溪镇", "约60亿", None, None], {"invested": "看不懂金额“约60亿”，请只写数字和单位，如 10亿元、600万元"}),
        (["罗溪镇", None, 1.5, None], {"started": "输入整数。"}),
        (["罗溪镇", None, -1, None], {"started": "确保该值大于或等于0。"}),
    ],
)  # fmt: skip
def test_a_faulty_cell_is_told(cells: list[Any], said: dict[str, str]) -> None:
    build.town("罗溪镇")
    assert faults(sent(cells)) == [said]


def test_a_bare_amount_mended_by_hand_takes_the_unit_of_its_column() -> None:
    office = build.office()
    imported = sent(["全区", "许多", None, None], by=office)
    row = imported.rows.get()

    again = decide.mend(imported, row.pk, {"invested": "60"}, by=office)
    assert (again.outcome, again.cells["invested"]) == ("new", "60亿元")


def test_a_unit_told_twice_must_say_the_same() -> None:
    build.town("罗溪镇", former_names="罗溪乡")
    imported = sent(["罗溪镇", 60, 12, None], ["罗溪乡", 60, None, None], ["罗溪镇", 60, 13, None])
    assert outcomes(imported) == ["new", "unchanged", "faulty"]
    assert faults(imported)[2] == {"started": "第 2 行已写明这个单位的这项目标，这里写的不一样。"}


def test_a_target_that_was_taken_back_comes_again_and_goes_again() -> None:
    office, target = build.office(), build.target("started", 255)
    targets.set_targets(2024, "city", {(None, Indicator.STARTED): (255, None)}, by=office, reason="取消")

    imported = applied(sent(["全区", None, 223, None], by=office), office)
    assert Target.objects.get().pk == target.pk
    assert [entry.history_type for entry in Target.history.order_by("history_id")] == ["+", "-", "+"]

    assert undone(imported, office).state == "undone"
    assert not Target.objects.exists()


KEYED = ["系统编号", "系统版本", "单位", "新开工目标", "竣工目标"]


def test_an_exported_row_comes_back_and_only_what_both_changed_is_a_conflict() -> None:
    office, luoxi = build.office(), build.town("罗溪镇")
    build.target("started", 12, organisation=luoxi)
    build.target("completed", 5, organisation=luoxi)
    version = f"t{target_versions(2024, 'city')[luoxi.pk]}"
    assert outcomes(
        sent([luoxi.pk, version, "罗溪镇", 12, 5], [0, "t0", "全区", None, None], heads=KEYED)
    ) == [
        "unchanged",
        "unchanged",
    ]
    changes = {(luoxi.pk, Indicator.STARTED): (12, 14), (luoxi.pk, Indicator.COMPLETED): (5, 6)}
    targets.set_targets(2024, "city", changes, by=office, reason="加压")

    imported = sent([luoxi.pk, version, "罗溪镇", 13, 5], by=office, heads=KEYED, reason="调整")
    row = imported.rows.get()
    assert (row.outcome, conflicts_of(row)) == ("conflict", [["started", "新开工目标", "12", "14", "13"]])
    decide.settle(imported, row.pk, {"started": "mine"}, by=office)
    applied(imported, office)

    assert amounts() == {(luoxi.pk, "started"): 13, (luoxi.pk, "completed"): 6}


def test_a_key_must_be_the_unit_that_the_row_names() -> None:
    luoxi, menghe = build.town("罗溪镇"), build.town("孟河镇")
    rows = (
        [luoxi.pk, None, "孟河镇", 3, None],
        [9999, None, "孟河镇", 3, None],
        [menghe.pk, "t1x", "孟河镇", 3, None],
    )
    assert faults(sent(*rows, heads=KEYED)) == [
        {"organisation": "系统编号是“罗溪镇”的，与这里的单位不是同一个。"},
        {"key": "没有系统编号为“9999”的单位。"},
        {"version": "“系统版本”的内容“t1x”被改动过，请重新导出后再改"},
    ]  # fmt: skip


def test_only_the_office_and_administrators_import_targets() -> None:
    for keeper in (build.office(), build.admin()):
        assert outcomes(sent(["全区", None, 255, None], by=keeper)) == ["new"]
    for outsider in (build.staff(), build.leader(), build.person(None)):
        refused = sent(["全区", None, 255, None], by=outsider)
        assert (refused.state, refused.fault) == ("failed", "您的账号不能导入年度目标。")


def test_an_undo_restores_what_stood_or_refuses_whole() -> None:
    office, luoxi = build.office(), build.town("罗溪镇")
    target = build.target("started", 255)
    rows = (["全区", None, 223, None], ["罗溪镇", None, 12, None])
    imported = applied(sent(*rows, by=office, reason="调整", name="目标.xlsx"), office)
    assert undone(imported, office).state == "undone"
    assert amounts() == {(None, "started"): 255}
    assert newest(target).history_change_reason == "撤销导入《目标.xlsx》"

    again = applied(sent(*rows, by=office, reason="调整"), office)
    targets.set_targets(2024, "city", {(luoxi.pk, Indicator.STARTED): (12, 11)}, by=office, reason="减压")
    refused = undone(again, office)
    assert refused.fault == "没有撤销：1 条年度目标在导入之后又改过（2024 年新开工）。"
    assert amounts() == {(None, "started"): 223, (luoxi.pk, "started"): 11}


def test_what_changed_since_the_preview_is_not_written() -> None:
    office = build.office()
    imported = sent(["全区", None, 255, 10], by=office)
    build.target("started", 260)

    refused = applied(imported, office)

    assert (refused.state, amounts()) == ("preview", {(None, "started"): 260})
    assert refused.fault == f"第 2 行（全区）：{WANTS_REASON}没有写入任何内容。"


@pytest.mark.parametrize("count", [3, 30])
def test_a_chunk_asks_the_same_number_of_questions(count: int, django_assert_max_num_queries: Any) -> None:
    office = build.office()
    towns = [build.town(f"测试{number}镇") for number in range(count)]
    for town in towns:
        build.target("started", 5, organisation=town)
    imported = sent(*([town.name, 60, 12, 3] for town in towns), by=office, reason="调整")
    with django_assert_max_num_queries(20):
        judge.judge(imported)
    assert imported.counts["changed"] == count
    with django_assert_max_num_queries(48):  # with the entries of the audit
        applied(imported, office)
    assert len(amounts()) == 3 * count

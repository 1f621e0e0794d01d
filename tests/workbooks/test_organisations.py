"""Units from a workbook: found by number or name, put under one another, renamed by a person, undone in one go."""

from typing import Any

import pytest

from projects.models import Import, Organisation, User
from projects.models.versions import organisation_versions
from projects.workbooks import decide, judge
from tests import build
from tests.workbooks.sheets_made import applied, changes_of, conflicts_of, received, undone, xlsx

pytestmark = pytest.mark.django_db

HEADINGS = ["单位名称", "简称", "单位类型", "上级单位", "曾用名", "排序"]


def sent(*rows: list[Any], by: User | None = None, **options: Any) -> Import:
    heads = options.pop("heads", HEADINGS)
    return received(xlsx(heads, *rows), by or build.admin(), kind="organisations", **options)


def faults(imported: Import) -> list[dict[str, str]]:
    return [row.faults for row in imported.rows.order_by("position")]


def outcomes(imported: Import) -> list[str]:
    return list(imported.rows.order_by("position").values_list("outcome", flat=True))


def tree() -> dict[str, str | None]:
    """Every unit with the one above it."""
    return dict(Organisation.objects.values_list("name", "parent__name"))


def newest(unit: Organisation) -> Any:
    return Organisation.history.filter(id=unit.pk).latest("history_id")


def test_units_are_written_upper_ones_first_however_they_stand() -> None:
    admin = build.admin()
    imported = sent(
        ["新材料产业园", None, "园区", "新镇", None, 3],
        ["新镇", "新", "镇", "常州高新区", "新乡、老镇", None],
        ["招商一局", None, "部门", "新材料产业园", None, None],
        by=admin,
        name="单位.xlsx",
        reason="机构改革",
    )
    assert outcomes(imported) == ["new", "new", "new"]
    row = imported.rows.order_by("position")[1]
    assert (row.label, changes_of(row)) == (
        "新镇",
        [
            ["name", "单位名称", "", "新镇"],
            ["short_name", "简称", "", "新"],
            ["kind", "单位类型", "", "镇"],
            ["former_names", "曾用名", "", "新乡、老镇"],
            ["parent", "上级单位", "", "高新区本级"],
        ],
    )
    assert applied(imported, admin).state == "applied"

    assert tree() == {
        build.DISTRICT: None,
        "新镇": build.DISTRICT,
        "新材料产业园": "新镇",
        "招商一局": "新材料产业园",
    }
    park = Organisation.objects.get(name="新材料产业园")
    assert (park.kind, park.position, park.short_name) == ("park", 3, "")
    entry = newest(park)
    said = (entry.history_type, entry.history_user, entry.history_change_reason, entry.parent_id)
    assert said == ("+", admin, "导入《单位.xlsx》第2行：机构改革", park.parent_id)


def test_the_same_file_twice_changes_nothing() -> None:
    admin = build.admin()
    rows = (["新园区", None, "园区", "新镇", None, 3], ["新镇", "新", "镇", "高新区本级", None, None])
    applied(sent(*rows, by=admin), admin)

    assert outcomes(sent(*rows, by=admin)) == ["unchanged", "unchanged"]


def test_a_unit_is_changed_and_moved() -> None:
    admin, luoxi = build.admin(), build.town("罗溪镇", short_name="罗溪")
    build.town("空港产业园", kind="park")
    imported = sent(["空港产业园", None, None, "罗溪", None, 7], by=admin)
    assert changes_of(imported.rows.get()) == [
        ["position", "排序", "0", "7"],
        ["parent", "上级单位", "高新区本级", "罗溪"],
    ]
    applied(imported, admin)

    park = Organisation.objects.get(name="空港产业园")
    assert (park.parent, park.position, park.kind) == (luoxi, 7, "park")


def test_a_new_name_beside_the_number_keeps_the_former_one() -> None:
    admin, town = build.admin(), build.town("春江镇", former_names="圩塘镇")
    imported = sent([town.pk, "春江街道", "街道"], by=admin, heads=["系统编号", "单位名称", "单位类型"])
    assert changes_of(imported.rows.get()) == [
        ["name", "单位名称", "春江镇", "春江街道"],
        ["kind", "单位类型", "镇", "街道"],
        ["former_names", "曾用名", "圩塘镇", "圩塘镇、春江镇"],
    ]
    applied(imported, admin)

    town.refresh_from_db()
    assert (town.name, town.former_names) == ("春江街道", "圩塘镇、春江镇")


def test_a_former_name_is_asked_about_and_leaves_the_name_of_today() -> None:
    admin, town = build.admin(), build.town("春江街道", former_names="春江镇", kind="subdistrict")
    imported = sent(["春江镇", "春江", "街道", None, None, None], by=admin)
    row = imported.rows.get()
    assert (row.outcome, row.candidates) == (
        "alike",
        [{"pk": town.pk, "name": "春江街道", "enterprise": "", "why": "曾用名相同"}],
    )

    again = decide.decide(imported, row.pk, str(town.pk), by=admin)
    assert changes_of(again) == [["short_name", "简称", "", "春江"]]
    applied(imported, admin)

    town.refresh_from_db()
    assert (town.name, town.short_name, town.former_names) == ("春江街道", "春江", "春江镇")


def test_a_similar_name_is_a_renamed_unit_or_a_new_one() -> None:
    admin, park = build.admin(), build.park("生物医药产业园")
    row = ["生物医药产业园区", None, "园区", "高新区本级", None, None]
    renamed = sent(row, by=admin)
    assert [candidate["why"] for candidate in renamed.rows.get().candidates] == ["名称相近"]
    decide.decide(renamed, renamed.rows.get().pk, str(park.pk), by=admin)
    applied(renamed, admin)
    park.refresh_from_db()
    assert (park.name, park.former_names) == ("生物医药产业园区", "生物医药产业园")

    build.park("医疗器械产业园")
    fresh = sent(["医疗器械产业园区", *row[1:]], by=admin)
    assert decide.decide(fresh, fresh.rows.get().pk, "new", by=admin).outcome == "new"
    applied(fresh, admin)
    assert {"医疗器械产业园", "医疗器械产业园区"} <= set(tree())


NO_KIND = "请填写单位类型：高新区、镇、街道、园区、部门、项目办。"
TOO_LONG = "确保该变量包含不超过 100 字符 (目前字符数 101)。"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["新镇", None, None, "高新区本级", None, None], {"kind": NO_KIND}),
        (["新镇", None, "乡", "高新区本级", None, None], {"kind": "没有“乡”这个单位类型，是否“乡镇”？"}),
        (["新镇", None, "镇", "罗西镇", None, None], {"parent": "没有“罗西镇”这个上级单位，是否“罗溪镇”？"}),
        (["新镇", None, "镇", "（清空）", None, None], {"parent": "这一列不能清空，请在页面上办理。"}),
        (["新镇", None, "镇", "高新区本级", None, "第一"], {"position": "输入整数。"}),
        (["罗溪镇", None, None, "罗溪镇", None, None], {"parent": "上级单位不能是自己或自己的下级。"}),
        (["罗溪镇", None, None, "空港科", None, None], {"parent": "上级单位不能是自己或自己的下级。"}),
        (["新科", None, "部门", "空港科", None, None], {"parent": "单位层级最多 4 级。"}),
        (["新" * 101, None, "镇", "高新区本级", None, None], {"name": TOO_LONG}),
    ],
)  # fmt: skip
def test_a_faulty_cell_is_told(cells: list[Any], said: dict[str, str]) -> None:
    luoxi = build.town("罗溪镇")
    park = build.park("空港园", parent=luoxi)
    build.town("空港科", kind="department", parent=park)
    assert faults(sent(cells)) == [said]


def test_a_circle_in_the_file_is_refused_and_what_hangs_on_it_waits() -> None:
    imported = sent(
        ["甲园", None, "园区", "乙园", None, None],
        ["乙园", None, "园区", "甲园", None, None],
        ["丙园", None, "园区", "甲园", None, None],
    )
    circle = {"parent": "上级单位不能是自己或自己的下级。"}
    waits = {"parent": "上级单位在第 2 行，那一行还有错误或待选择，请先处理。"}
    assert faults(imported) == [circle, circle, waits]


def test_a_circle_by_way_of_the_directory_is_refused() -> None:
    top, middle, low = build.town("甲镇"), build.park("乙园"), build.park("丙园")
    low.parent = middle
    build.kept(low)
    imported = sent(["甲镇", None, None, "丙园", None, None], ["乙园", None, None, "甲镇", None, None])

    assert faults(imported)[1] == {"parent": "上级单位不能是自己或自己的下级。"}
    assert top.parent == build.district()


def test_good_rows_are_written_without_those_that_hang_on_bad_ones() -> None:
    admin = build.admin()
    imported = sent(
        ["新园区", None, "园区", "新镇", None, None],
        ["新镇", None, "乡", "高新区本级", None, None],
        ["招商局", None, "部门", "高新区本级", None, None],
        by=admin,
    )
    assert outcomes(imported) == ["faulty", "faulty", "new"]
    assert faults(imported)[0] == {"parent": "上级单位在第 3 行，那一行还有错误或待选择，请先处理。"}
    assert applied(imported, admin, only_good=True).written == 1
    assert tree() == {build.DISTRICT: None, "招商局": build.DISTRICT}


def test_one_row_for_each_unit_and_one_unit_for_each_name() -> None:
    luoxi, menghe = build.town("罗溪镇"), build.town("孟河镇")
    heads = ["系统编号", "单位名称", "单位类型", "上级单位"]
    imported = sent(
        [luoxi.pk, "孟河镇", "镇", None],
        [menghe.pk, "孟河镇", "镇", None],
        [None, "新镇", "镇", "高新区本级"],
        [None, "新 镇", "镇", "高新区本级"],
        [9999, "某镇", "镇", "高新区本级"],
        heads=heads,
    )
    assert faults(imported) == [
        {"name": "已有同名单位。"},
        {"name": "与第 2 行是同一个单位，请只保留一行。"},
        {},
        {"name": "与第 4 行是同一个单位，请只保留一行。"},
        {"key": "没有系统编号为“9999”的单位。"},
    ]


def test_a_unit_without_one_above_it_is_doubted() -> None:
    imported = sent(["新镇", None, "镇", None, None, None])
    row = imported.rows.get()
    assert (row.outcome, row.doubts) == ("new", ["没有写上级单位，将列在最上一级，与高新区并列。"])


KEYED = ["系统编号", "系统版本", "单位名称", "简称", "单位类型", "上级单位", "曾用名", "排序"]


def test_an_exported_row_comes_back_and_only_what_both_changed_is_a_conflict() -> None:
    admin, town = build.admin(), build.town("罗溪镇", short_name="罗溪", position=1)
    version = f"o{organisation_versions()[town.pk]}"
    row = [town.pk, version, "罗溪镇", "罗溪", "镇", "高新区本级", None, 1]
    assert outcomes(sent(row, by=admin, heads=KEYED)) == ["unchanged"]
    town.position, town.short_name = 2, "罗溪（空港）"
    build.kept(town, by=admin)

    imported = sent([town.pk, version, "罗溪镇", "罗溪", "镇", "高新区本级", None, 3], by=admin, heads=KEYED)
    found = imported.rows.get()
    assert (found.outcome, conflicts_of(found)) == ("conflict", [["position", "排序", "1", "2", "3"]])
    decide.settle(imported, found.pk, {"position": "mine"}, by=admin)
    applied(imported, admin)
    town.refresh_from_db()
    assert (town.position, town.short_name) == (3, "罗溪（空港）")

    other = f"o{organisation_versions()[build.district().pk]}"
    strange = sent([town.pk, other, "罗溪镇", None, None, None, None, None], heads=KEYED)
    assert faults(strange) == [{"version": "“系统版本”与这一行的单位对不上，请重新导出后再改。"}]


def test_only_administrators_import_units() -> None:
    row = ["新镇", None, "镇", "高新区本级", None, None]
    assert outcomes(sent(row)) == ["new"]
    for outsider in (build.office(), build.staff(), build.leader(), build.person(None)):
        refused = sent(row, by=outsider)
        assert (refused.state, refused.fault) == ("failed", "您的账号不能导入单位。")


def test_an_undo_takes_new_units_away_and_moved_ones_back() -> None:
    admin, park = build.admin(), build.park("空港园")
    imported = applied(
        sent(
            ["空港园", None, None, "新镇", None, None],
            ["新镇", None, "镇", "高新区本级", None, None],
            ["新科", None, "部门", "新镇", None, None],
            by=admin,
            name="单位.xlsx",
        ),
        admin,
    )
    assert tree()["空港园"] == "新镇"

    assert undone(imported, admin).state == "undone"

    assert tree() == {build.DISTRICT: None, "空港园": build.DISTRICT}
    assert newest(park).history_change_reason == "撤销导入《单位.xlsx》"
    gone = Organisation.history.filter(name="新镇").order_by("history_id")
    assert [entry.history_type for entry in gone] == ["+", "-"]


def test_an_undo_is_refused_whole_when_something_hangs_on_a_new_unit() -> None:
    admin = build.admin()
    rows = (["新镇", None, "镇", "高新区本级", None, None], ["新园", None, "园区", "高新区本级", None, None])
    imported = applied(sent(*rows, by=admin), admin)
    build.project("锂电隔膜", organisation=Organisation.objects.get(name="新镇"))

    refused = undone(imported, admin)

    assert (refused.state, refused.fault) == ("applied", "没有撤销：“新镇”在导入之后又登记了项目。")
    assert {"新镇", "新园"} <= set(tree())


def test_an_undo_is_refused_when_a_unit_was_changed_since() -> None:
    admin, town = build.admin(), build.town("罗溪镇")
    imported = applied(sent(["罗溪镇", "罗溪", None, None, None, None], by=admin), admin)
    town.refresh_from_db()
    town.position = 9
    build.kept(town, by=admin)

    assert undone(imported, admin).fault == "没有撤销：1 条单位在导入之后又改过（罗溪）。"


@pytest.mark.parametrize("count", [3, 30])
def test_a_file_asks_the_same_number_of_questions(count: int, django_assert_max_num_queries: Any) -> None:
    admin = build.admin()
    for number in range(count):
        build.town(f"{number}号测试镇")
    old = ([f"{number}号测试镇", f"{number}镇", None, None, None, None] for number in range(count))
    new = ([f"{number}号产业园", None, "园区", f"{number}号测试镇", None, None] for number in range(count))
    imported = sent(*old, *new, by=admin)
    with django_assert_max_num_queries(20):
        judge.judge(imported)
    assert (imported.counts["changed"], imported.counts["new"]) == (count, count)
    with django_assert_max_num_queries(45):
        applied(imported, admin)
    assert Organisation.objects.count() == 2 * count + 1

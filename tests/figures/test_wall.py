"""The wall of a set of projects: units in their order, rows on sheets, the same cost for many as for few."""

from datetime import date

import pytest

from projects.figures.wall import UNKNOWN_UNIT, WallPage, WallRow, wall_page
from projects.models import Project
from projects.vocabulary import Stage
from tests import build

pytestmark = pytest.mark.django_db

DAY = date(2024, 9, 30)


def wall(**asked) -> WallPage:
    return wall_page(Project.objects.all(), as_of=DAY, **asked)


def planned(name: str, until: str = "2024-12-31", **facts) -> Project:
    project = build.project(name, **facts)
    build.milestone(project, Stage.COMPLETED, planned=until)
    return project


def rows(page: WallPage) -> list[WallRow]:
    return [row for sheet in page.sheets for row in sheet.rows]


def test_projects_stand_under_their_unit_which_says_how_many_are_late() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    planned("甲", organisation=luoxi, total_investment=1250 * 10**6)
    planned("乙", "2024-06-30", organisation=xuejia)
    planned("丙", organisation=luoxi)
    planned("丁")

    page = wall()

    [sheet] = page.sheets
    found = {(unit.name, unit.count, unit.late) for unit in sheet.units}
    assert found == {("罗溪镇", 2, 0), ("薛家镇", 1, 1), (UNKNOWN_UNIT, 1, 0)}
    assert sheet.units[-1].name == UNKNOWN_UNIT
    assert (page.count, page.late, page.undated) == (4, 1, 0)
    assert {row.name: row.investment for row in sheet.rows} == {"甲": "12.5", "乙": "", "丙": "", "丁": ""}


def test_a_late_row_says_which_stage_and_by_how_much() -> None:
    planned("乙", "2024-06-30")

    [row] = rows(wall())

    assert (row.words, row.is_late) == ("竣工晚 92 天", True)


def test_a_project_that_stands_still_says_so_and_is_not_late() -> None:
    planned("丙", "2024-06-30", side_state="paused", side_state_on=date(2024, 3, 1), side_reason="market")

    page = wall()

    [row] = rows(page)
    assert (row.words, row.is_late, page.late) == ("暂停", False, 0)


def test_a_project_without_any_day_is_counted_and_not_drawn() -> None:
    planned("甲")
    build.milestone(build.project("只有说明"), Stage.STARTED, note="即将开工")
    build.project("空白")
    build.milestone(build.project("不设"), Stage.STARTED, planned="2024-05-31", skipped=True)

    page = wall()

    assert [row.name for row in rows(page)] == ["甲"]
    assert (page.count, page.undated) == (1, 3)


def test_the_axis_follows_the_day_or_goes_where_it_is_sent() -> None:
    planned("甲")

    assert wall().axis.first == date(2023, 7, 1)
    assert wall().today_x is not None
    sent = wall(first=date(2026, 1, 1))
    assert (sent.axis.first, sent.earlier, sent.later) == (
        date(2026, 1, 1),
        date(2025, 1, 1),
        date(2027, 1, 1),
    )
    assert sent.today_x is None


def test_where_nothing_lies_around_the_day_the_axis_goes_back_to_what_is_known() -> None:
    build.milestone(build.project("旧"), Stage.IN_PRODUCTION, "2019-05-20")

    page = wall()

    assert page.axis.shows(date(2019, 5, 20))
    assert len(rows(page)[0].stages.marks) == 1


def test_a_row_without_a_mark_says_what_is_known_outside_of_the_axis() -> None:
    build.milestone(build.project("旧"), Stage.IN_PRODUCTION, "2019-05-20")
    build.milestone(build.project("入库"), Stage.ENTERED, "2019-06-20")
    planned("远", "2030-12-31")
    planned("近")

    words = {row.name: row.before for row in rows(wall())}

    assert words == {
        "旧": "2019年5月20日投产",
        "入库": "2019年6月20日入库",
        "远": "计划 2030年12月31日竣工",
        "近": "",
    }


def test_fifty_rows_stand_on_a_sheet_and_a_unit_goes_on_on_the_next() -> None:
    town = build.town("罗溪镇")
    for number in range(60):
        planned(f"项目{number:02}", organisation=town)

    second = wall(number=2)
    [sheet] = second.sheets
    assert (sheet.number, sheet.first, sheet.last, len(sheet.rows)) == (2, 51, 60, 10)
    assert [(unit.count, unit.continued) for unit in sheet.units] == [(60, True)]

    whole = wall(number="all")
    assert [(sheet.first, sheet.last) for sheet in whole.sheets] == [(1, 50), (51, 60)]
    assert [sheet.units[0].continued for sheet in whole.sheets] == [False, True]


def test_within_a_unit_the_order_is_that_of_the_list() -> None:
    for name, yi in (("小", 1), ("大", 9), ("中", 5)):
        planned(name, total_investment=yi * build.YI)

    page = wall_page(Project.objects.order_by("-total_investment"), as_of=DAY)

    assert [row.name for row in rows(page)] == ["大", "中", "小"]


def test_long_words_are_cut_and_the_whole_name_is_told() -> None:
    planned("很" * 40, contact="司" * 12)

    [row] = rows(wall())

    assert (len(row.name), row.name[-1], len(row.contact), row.title) == (24, "…", 8, "很" * 40)


def test_nothing_is_an_empty_wall() -> None:
    page = wall()

    assert (page.count, page.undated, page.sheets) == (0, 0, ())


@pytest.mark.parametrize("count", [3, 60])
def test_the_wall_asks_as_much_for_many_projects(count: int, django_assert_num_queries) -> None:
    towns = [build.town("罗溪镇"), build.town("薛家镇")]
    for number in range(count):
        planned(f"项目{number:03}", organisation=towns[number % 2])
    with django_assert_num_queries(7):
        assert len(rows(wall())) == min(count, 50)

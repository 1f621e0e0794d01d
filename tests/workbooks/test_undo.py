"""Chosen rows of an import are taken back with what hangs on them; the rest stays, and may be taken back later."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Import, Listing, Milestone, MonthlyReport, Organisation, Project, User
from projects.vocabulary import ImportState
from projects.workbooks import jobs
from projects.workbooks.undo import UNDONE_ALREADY, undo_preview
from tests import build
from tests.workbooks.sheets_made import applied, received, undone, xlsx

pytestmark = pytest.mark.django_db

HEAD = ["项目名称", "建设单位", "总投资（亿元）", "责任单位", "级别", "开工实际"]
YI = 10**8


@pytest.fixture
def office() -> User:
    build.town("罗溪镇")
    return build.office()


def sheet(*rows: list[object]) -> bytes:
    return xlsx(HEAD, *rows)


def row(name: str, amount: int = 3, level: str = "市级", started: str = "2024-03") -> list[object]:
    return [name, f"{name}公司", amount, "罗溪镇", level, started]


def written(office: User, *rows: list[object]) -> Import:
    imported = applied(received(sheet(*rows), office), office)
    assert imported.state == ImportState.APPLIED, imported.fault
    return imported


def at(imported: Import, *lines: int) -> list[int]:
    return list(imported.rows.filter(line__in=lines).values_list("pk", flat=True))


def taken_back(imported: Import, by: User, *lines: int, reason: str = "") -> Import:
    begun = jobs.begin(imported, ImportState.UNDOING, by=by, reason=reason, rows=at(imported, *lines))
    return jobs.perform(begun)


def seen(imported: Import, by: User, *lines: int, reason: str = "") -> list[tuple[int, bool, str]]:
    """Line, whether it was chosen, and why it stays."""
    shown = undo_preview(imported, at(imported, *lines), by=by, reason=reason)
    return [(each.row.line, each.is_chosen, each.fault) for each in shown.rows]


def names() -> list[str]:
    return sorted(Project.objects.values_list("name", flat=True))


def test_chosen_rows_go_and_the_rest_stays_applied(office) -> None:
    stored = build.project("乙", enterprise="乙公司", total_investment=9 * YI)
    imported = written(office, row("甲"), row("乙", 4), row("丙"))

    assert seen(imported, office, 2, 3) == [(2, True, ""), (3, True, "")]
    done = taken_back(imported, office, 2, 3, reason="名单未定")

    assert (done.state, done.fault, done.undone_at) == (ImportState.APPLIED, "", None)
    assert names() == ["丙", "乙"]
    stored.refresh_from_db()
    assert (stored.total_investment, stored.organisation) == (9 * YI, None)
    assert set(Listing.objects.values_list("project__name", flat=True)) == {"丙"}
    assert set(Milestone.objects.values_list("project__name", flat=True)) == {"丙"}
    last = Project.history.filter(id=stored.pk).latest()
    assert (last.history_user, last.history_change_reason) == (office, "撤销导入《清单.xlsx》：名单未定")
    assert [bool(each.undone_at) for each in done.rows.order_by("line")] == [True, True, False]
    part = done.undoings[0]
    assert (part["by"], part["reason"], part["rows"]) == (str(office), "名单未定", 2)


def test_the_rest_is_undone_later_and_then_the_import_is_undone(office) -> None:
    imported = written(office, row("甲"), row("乙"), row("丙"))
    taken_back(imported, office, 3)
    taken_back(imported, office, 2)

    done = undone(imported, office, "全部重来")

    assert (done.state, done.undone_by) == (ImportState.UNDONE, office)
    assert names() == []
    assert not done.rows.filter(undone_at=None).exists()
    assert [part["rows"] for part in done.undoings] == [1, 1]


def test_taking_back_the_last_rows_undoes_the_import(office) -> None:
    imported = written(office, row("甲"), row("乙"))
    taken_back(imported, office, 2)
    assert taken_back(imported, office, 3).state == ImportState.UNDONE


def test_what_hangs_on_a_new_project_goes_with_it(office) -> None:
    """The second row puts the new project of the first on a further list."""
    imported = written(office, row("甲"), row("甲", level="省级"), row("乙"))

    assert seen(imported, office, 2) == [(2, True, ""), (3, False, "")]
    shown = undo_preview(imported, at(imported, 2), by=office, reason="")
    assert (len(shown.due), shown.hanging, shown.refused) == (2, 1, 0)
    begun = jobs.begin(imported, ImportState.UNDOING, by=office, rows=shown.due)
    assert jobs.perform(begun).fault == ""
    assert names() == ["乙"]


def test_what_hangs_on_a_project_goes_alone_where_it_is_chosen(office) -> None:
    imported = written(office, row("甲"), row("甲", level="省级"))

    assert seen(imported, office, 3) == [(3, True, "")]
    taken_back(imported, office, 3)

    assert list(Listing.objects.values_list("level", flat=True)) == ["city"]
    assert names() == ["甲"]


def test_a_new_project_does_not_go_without_what_hangs_on_it(office) -> None:
    imported = written(office, row("甲"), row("甲", level="省级"))

    refused = taken_back(imported, office, 2)

    assert refused.fault == "没有撤销：“甲”在导入之后又登记了名单。"
    assert names() == ["甲"]


def test_a_row_that_was_changed_since_stays_and_is_told_once(office) -> None:
    imported = written(office, row("甲"), row("乙"), row("丙"))
    project = Project.objects.get(name="乙")
    project.remark = "后来的补充"
    build.kept(project, by=office)

    assert seen(imported, office, 2, 3) == [(2, True, ""), (3, True, "“乙”在导入之后又改过。")]
    shown = undo_preview(imported, at(imported, 2, 3), by=office, reason="")
    assert shown.refused == 1
    begun = jobs.begin(imported, ImportState.UNDOING, by=office, rows=shown.due)
    assert jobs.perform(begun).fault == ""
    assert names() == ["丙", "乙"]


def test_what_was_registered_since_keeps_a_new_project(office) -> None:
    imported = written(office, row("甲"), row("乙"))
    build.report(Project.objects.get(name="甲"), "2024-05", 0)

    assert seen(imported, office, 2, 3) == [(2, True, "“甲”在导入之后又登记了月报。"), (3, True, "")]


def test_a_row_stays_where_one_that_hangs_on_it_was_changed(office) -> None:
    imported = written(office, row("甲"), row("甲", level="省级"))
    listing = Listing.objects.get(level="province")
    listing.number = "7"
    build.kept(listing, by=office)

    told = f"它下面的第 3 行不能撤销：“{listing}”在导入之后又改过。"
    assert seen(imported, office, 2) == [(2, True, told)]
    assert seen(imported, office, 2, 3) == [
        (2, True, "它下面的第 3 行不能撤销。"),
        (3, True, f"“{listing}”在导入之后又改过。"),
    ]


def test_a_sealed_month_keeps_its_rows_and_a_correction_frees_them(office) -> None:
    imported = written(office, row("甲"), row("乙", level="省级", started=""))
    build.seal("2024-06", by=office)

    (first, _, why), (_, _, free) = seen(imported, office, 2, 3)

    assert (first, "已封存" in why, free) == (2, True, "")
    assert seen(imported, office, 2, reason="更正：名单错了")[0][2] == ""
    assert taken_back(imported, office, 2, reason="更正：名单错了").fault == ""


def test_rows_that_are_taken_back_are_not_taken_back_again(office) -> None:
    imported = written(office, row("甲"), row("乙"), row("丙"))
    taken_back(imported, office, 2)

    assert seen(imported, office, 2) == []
    assert taken_back(imported, office, 2, 3).fault == UNDONE_ALREADY
    assert names() == ["丙", "乙"]


def test_months_and_units_are_taken_back_by_row_as_well(office) -> None:
    for name in ("甲", "乙"):
        project = build.project(name)
        build.listing(project)
        build.milestone(project, "started", "2024-01-05")
    content = xlsx(["项目名称", "本月完成投资（万元）"], ["甲", 100], ["乙", 200])
    months = applied(received(content, office, kind="reports", month=date(2024, 3, 1)), office)
    assert months.state == ImportState.APPLIED, [months.fault, *months.rows.values_list("faults", "outcome")]
    assert taken_back(months, office, 3).state == ImportState.APPLIED
    assert list(MonthlyReport.objects.values_list("project__name", flat=True)) == ["甲"]

    admin = build.admin()
    rows = (["新镇", "镇", "常州高新区"], ["新村", "镇", "新镇"])
    content = xlsx(["单位名称", "单位类型", "上级单位"], *rows)
    read = received(content, admin, kind="organisations")
    assert not read.asked, read.asked
    units = applied(read, admin)
    assert units.state == ImportState.APPLIED, units.fault
    assert seen(units, admin, 2) == [(2, True, ""), (3, False, "")]
    assert taken_back(units, admin, 3).fault == ""
    assert list(Organisation.objects.filter(name__startswith="新").values_list("name", flat=True)) == ["新镇"]


def test_the_preview_asks_as_much_for_many_rows_as_for_few(office) -> None:
    def queries(count: int, prefix: str) -> int:
        imported = written(office, *(row(f"{prefix}{number}{prefix * 9}厂房") for number in range(count)))
        lines = range(2, 2 + count)
        with CaptureQueriesContext(connection) as asked:
            assert len(seen(imported, office, *lines)) == count
        return len(asked)

    queries(1, "光伏")  # what is asked once in a process
    assert queries(3, "锂电") == queries(40, "热泵")

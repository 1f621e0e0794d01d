"""A long sheet is written and undone some rows at a time: others write in between, and all of it is one import."""

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from projects.models import Import, Listing, Milestone, Project, User
from projects.vocabulary import ImportState
from projects.workbooks import apply as applying
from projects.workbooks import jobs
from projects.workbooks.apply import CHANGED_SINCE
from tests import build
from tests.workbooks.sheets_made import applied, received, undone, xlsx

pytestmark = pytest.mark.django_db

HEAD = ["项目名称", "建设单位", "总投资（亿元）", "责任单位", "级别", "开工实际"]
YI = 10**8


@pytest.fixture(autouse=True)
def some_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("judge", "apply", "undo"):
        monkeypatch.setattr(f"projects.workbooks.{module}.CHUNK", 2)


@pytest.fixture
def office() -> User:
    build.town("罗溪镇")
    return build.office()


def row(name: str, amount: int = 3, level: str = "市级") -> list[object]:
    return [name, f"{name}公司", amount, "罗溪镇", level, "2024-03"]


def ready(office: User, *rows: list[object]) -> Import:
    imported = received(xlsx(HEAD, *rows), office)
    assert not imported.fault
    return imported


def names() -> str:
    return "".join(sorted(Project.objects.values_list("name", flat=True)))


class Interrupted(BaseException):
    """As a process that is killed: nothing catches it."""


@pytest.fixture
def before_part(monkeypatch: pytest.MonkeyPatch) -> dict[int, object]:
    """What happens before the rows of a part are written, by its number from 1: an error to raise, or a function."""
    happens: dict[int, object] = {}
    parts = iter(range(1, 100))
    write = applying._write

    def watched(*args: object, **options: object) -> object:
        what = happens.get(next(parts))
        if isinstance(what, BaseException):
            raise what
        if callable(what):
            what()
        return write(*args, **options)

    monkeypatch.setattr(applying, "_write", watched)
    return happens


def test_every_part_is_a_transaction_of_its_own(
    office, before_part, django_capture_on_commit_callbacks
) -> None:
    seen: list[str] = []
    for part in (1, 2, 3):
        before_part[part] = lambda: seen.append(names())

    done = applied(ready(office, *map(row, "甲乙丙丁戊")), office)

    assert seen == ["", "乙甲", "丁丙乙甲"]
    assert (done.state, done.written, done.fault) == (ImportState.APPLIED, 5, "")
    assert Listing.objects.count() == Milestone.objects.count() == 5
    assert all(project.history.count() == 1 for project in Project.objects.all())


def test_a_short_sheet_is_one_transaction(office, before_part) -> None:
    before_part[1] = OSError("full")
    refused = applied(ready(office, *map(row, "甲乙")), office)
    assert (refused.state, refused.written, names()) == (ImportState.PREVIEW, 0, "")


def test_a_killed_import_goes_on_where_it_was(office, before_part) -> None:
    """Also with a row about a project that an earlier part has registered, and with names that are alike."""
    rows = [row("一号厂房"), row("二号厂房"), row("三号厂房"), row("一号厂房", level="省级"), row("四号厂房")]
    before_part[2] = Interrupted()
    begun = jobs.begin(ready(office, *rows), ImportState.APPLYING, by=office)
    with pytest.raises(Interrupted):
        jobs.perform(begun)
    begun.refresh_from_db()
    assert (begun.state, begun.written, Project.objects.count()) == (ImportState.APPLYING, 2, 2)

    done = jobs.perform(begun)

    assert (done.state, done.written, done.fault) == (ImportState.APPLIED, 5, "")
    assert Project.objects.count() == 4
    listed = Listing.objects.filter(project__name="一号厂房").values_list("level", flat=True)
    assert set(listed) == {"province", "city"}
    assert Project.history.count() == 4
    assert undone(done, office).state == ImportState.UNDONE
    assert names() == ""


def test_a_row_that_may_not_be_written_takes_the_earlier_ones_back(office, before_part) -> None:
    stored = build.project("丁", enterprise="丁公司", total_investment=9 * YI)
    imported = ready(office, *map(row, "甲乙丙丁"))

    def changed_meanwhile() -> None:
        stored.total_investment = 7 * YI
        build.kept(stored, by=office)

    before_part[2] = changed_meanwhile
    refused = applied(imported, office)

    assert refused.state == ImportState.PREVIEW
    assert refused.fault == f"第 5 行（丁）：{CHANGED_SINCE}没有写入任何内容。"
    assert (refused.written, names()) == (0, "丁")
    assert Project.history.filter(name="甲").latest().history_change_reason.endswith("：没有写完，自动退回")
    again = applied(refused, office)  # the rows were judged afresh
    assert (again.state, again.written, again.fault) == (ImportState.APPLIED, 4, "")
    assert Project.objects.get(name="丁").total_investment == 3 * YI


def test_what_somebody_has_gone_on_from_stays_and_the_import_says_so(office, before_part) -> None:
    imported = ready(office, *map(row, "甲乙丙丁"))

    def gone_on() -> None:
        project = Project.objects.get(name="甲")
        project.remark = "已经有人补充"
        build.kept(project, by=office)
        raise RuntimeError("a fault of the program")

    before_part[2] = gone_on
    stopped = applied(imported, office)

    assert (stopped.state, stopped.written) == (ImportState.PARTLY, 2)
    assert stopped.fault.startswith("处理中断，已写入 2 行，其余没有写入")
    assert names() == "乙甲"
    client = build.browser_of(office)
    page = client.get(f"/imports/{stopped.pk}/").content.decode()
    assert "已写入 2 行，还有 2 行没有写入" in page
    assert "接着写入其余 2 行" in page
    assert stopped.workbook.name in client.get("/todo/").content.decode()
    assert '<span class="count">1<' in client.get(reverse("todo_count")).content.decode()
    before_part.clear()
    gone = client.post(f"/imports/{stopped.pk}/", {"act": "discard"}, follow=True).content.decode()
    assert "只写入了一部分，不能删除" in gone

    client.post(f"/imports/{stopped.pk}/", {"act": "apply_all", "year_sure": "2024"})

    stopped.refresh_from_db()
    assert (stopped.state, stopped.written, names()) == (ImportState.APPLIED, 4, "丁丙乙甲")


def test_a_database_that_is_away_leaves_the_rows_for_the_next_attempt(office, before_part) -> None:
    imported = ready(office, *map(row, "甲乙丙"))
    before_part[2] = OperationalError("database is locked")
    before_part[2].sqlite_errorcode = 5  # type: ignore[attr-defined]
    begun = jobs.begin(imported, ImportState.APPLYING, by=office)
    with pytest.raises(OperationalError):
        jobs.work.func(begun.pk, begun.attempt)
    begun.refresh_from_db()
    assert (begun.state, begun.written, names()) == (ImportState.APPLYING, 2, "乙甲")

    jobs.work.func(begun.pk, begun.attempt)

    begun.refresh_from_db()
    assert (begun.state, names()) == (ImportState.APPLIED, "丙乙甲")


def test_a_later_attempt_stops_the_earlier_one_between_two_parts(office, before_part) -> None:
    imported = ready(office, *map(row, "甲乙丙"))
    begun = jobs.begin(imported, ImportState.APPLYING, by=office)
    before_part[2] = lambda: Import.objects.filter(pk=begun.pk).update(attempt=begun.attempt + 1)

    jobs.perform(begun)

    begun.refresh_from_db()
    assert (begun.state, begun.written, names()) == (ImportState.APPLYING, 2, "乙甲")
    jobs.work.func(begun.pk, begun.attempt)
    assert names() == "丙乙甲"


def test_an_undo_of_many_rows_is_one_undo_with_what_hangs_together(office) -> None:
    """The rows about one new project are undone together, whatever part they stand in."""
    rows = [row("甲"), row("乙"), row("丙"), row("甲", level="省级"), row("丁"), row("戊")]
    done = applied(ready(office, *rows), office)
    assert (done.state, done.written, done.fault) == (ImportState.APPLIED, 6, "")

    back = undone(done, office, "名单未定")

    assert (back.state, back.fault, back.undoings, names()) == (ImportState.UNDONE, "", [], "")
    assert not Listing.objects.exists()


def test_an_undo_that_is_refused_changes_nothing(office) -> None:
    done = applied(ready(office, *map(row, "甲乙丙丁")), office)
    project = Project.objects.get(name="甲")
    project.remark = "后来的补充"
    build.kept(project, by=office)

    refused = undone(done, office)

    assert (refused.state, names()) == (ImportState.APPLIED, "丁丙乙甲")
    assert refused.fault == "没有撤销：1 条项目在导入之后又改过（甲）。"


def test_a_killed_undo_goes_on_where_it_was(office, monkeypatch) -> None:
    done = applied(ready(office, *map(row, "甲乙丙丁戊")), office)
    begun = jobs.begin(done, ImportState.UNDOING, by=office, reason="重来")
    undo_rows = jobs.undo.__globals__["_undo_rows"]
    parts = iter((1, 2))

    def killed(*args: object, **options: object) -> None:
        if next(parts) == 2:
            raise Interrupted
        undo_rows(*args, **options)

    monkeypatch.setattr("projects.workbooks.undo._undo_rows", killed)
    with pytest.raises(Interrupted):
        jobs.perform(begun)
    monkeypatch.undo()
    begun.refresh_from_db()
    assert (begun.state, names()) == (ImportState.UNDOING, "丙乙甲")
    assert connection.in_atomic_block  # the test's own; each part was a savepoint of it

    back = jobs.perform(begun)

    assert (back.state, back.fault, names()) == (ImportState.UNDONE, "", "")

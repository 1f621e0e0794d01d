"""Many projects at once: what a preview says, what is written and what is not, and the way back."""

from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from projects.access import assignable_organisations, writable_projects
from projects.actions import lifecycle, registry
from projects.actions.batches import running
from projects.actions.batches.acts import Assign, Enlist, Move
from projects.models import Batch, Evidence, Listing, Milestone, Project, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import BatchState, Level, Precision, Stage
from tests import build

pytestmark = pytest.mark.django_db

DAY = date(2024, 3, 15)
EXACT = (DAY, Precision.DAY)


@pytest.fixture
def staff() -> User:
    return build.staff(build.town("罗溪镇"))


@pytest.fixture
def three() -> list[Project]:
    return [build.project(name, organisation=build.town("罗溪镇")) for name in ("甲", "乙", "丙")]


def move(projects: list[Project], *days, stage: Stage = Stage.STARTED) -> Move:
    """The same day for all, or one for each."""
    return Move(stage, days if len(days) == len(projects) else days * len(projects))


def previewed(act, projects: list[Project], by: User, reason: str = "一季度集中开工") -> Batch:
    return running.preview(act, projects, writable=writable_projects(by), by=by, reason=reason)


def applied(batch: Batch, by: User, how=running.apply_all) -> Batch:
    return how(batch, writable=writable_projects(by), by=by)


def undone(batch: Batch, by: User, reason: str = "") -> Batch:
    units = assignable_organisations(by).in_bulk()
    return running.undo(batch, writable=writable_projects(by), units=units, by=by, reason=reason)


def refuses(sentence: str, act) -> None:
    """`act` is refused with the sentence, and leaves no fact, no entry and no batch changed behind."""
    before = everything()
    with pytest.raises(RuleBroken, match=sentence):
        act()
    assert everything() == before


def everything() -> list:
    kept = [list(model.objects.order_by("pk").values()) for model in (Project, Milestone, Listing, Batch)]
    return kept + [list(model.history.order_by("pk").values("pk")) for model in (Project, Milestone, Listing)]


def said(batch: Batch) -> list[tuple]:
    """Each project with what changes, or with why not."""
    return [
        (row.name, row.fault or [(change.label, change.before, change.after) for change in row.changes])
        for row in batch.rows
    ]


def starts() -> dict[str, date | None]:
    return {entry.project.name: entry.reached_on for entry in Milestone.objects.filter(stage="started")}


# Preview


def test_a_preview_says_what_will_change_and_writes_no_fact(three, staff):
    build.milestone(three[0], "started", planned="2024-03-31", planned_precision="month")

    batch = previewed(move(three, EXACT, (date(2024, 2, 29), Precision.MONTH), EXACT), three, staff)

    assert said(batch) == [
        ("甲", [("开工", "计划 2024年3月", "2024年3月15日")]),
        ("乙", [("开工", "", "2024年2月")]),
        ("丙", [("开工", "", "2024年3月15日")]),
    ]
    assert starts() == {"甲": None}
    assert (batch.state, batch.changed) == (BatchState.PREVIEW, 0)


def test_a_preview_says_what_is_refused_and_why(three, staff):
    build.milestone(three[0], "started", "2024-01-05")
    build.milestone(three[1], "topped_out", "2024-03-01")
    foreign = build.project("丁", organisation=build.town("薛家镇"))
    tomorrow = timezone.localdate() + timedelta(days=1)
    chosen = [*three, foreign, build.project("戊", organisation=build.town("罗溪镇"))]

    days = (EXACT, EXACT, "看不懂日期“上周”", EXACT, (tomorrow, Precision.DAY))
    batch = previewed(Move(Stage.STARTED, days), chosen, staff)

    faults = [row.fault for row in batch.rows]
    assert faults[0].startswith("开工已登记（2024年1月5日）")
    assert "封顶（2024年3月1日）早于开工（2024年3月15日）" in faults[1]
    assert faults[2:4] == ["看不懂日期“上周”", "您不能修改这个项目。"]
    assert faults[4].startswith("实际日期不能晚于今天")
    assert not any(row.changes for row in batch.rows)


def test_a_sealed_month_is_known_at_the_preview_as_it_is_at_the_write(three, staff):
    build.listing(three[0])
    build.listing(three[1])
    build.bulletin("2024-06-30", kind="sealed", level="city")
    assert Batch.objects.count() == 0

    batch = previewed(move(three, EXACT), three, staff)

    assert "2024年6月（全区 · 全部项目）已封存" in batch.rows[0].fault
    for row in batch.rows:
        with pytest.raises(RuleBroken) as refused:
            lifecycle.reach(
                Project.objects.get(pk=row.project), Stage.STARTED, on=DAY, precision=Precision.DAY, by=staff
            )
        assert str(refused.value) == row.fault


def test_the_office_corrects_a_sealed_month_with_a_reason(three):
    build.bulletin("2024-06-30", kind="sealed")
    office = build.office()

    batch = applied(previewed(move(three, EXACT), three, office, "更正：漏报开工"), office)

    assert batch.changed == 3
    assert Milestone.history.first().history_change_reason == "更正：漏报开工"


def test_facts_that_stand_already_are_not_written_again(three, staff):
    three[0].linked_leader = "张区长"
    build.kept(three[0])
    entries = three[0].history.count()

    batch = applied(previewed(Assign({"linked_leader": "张区长"}), three, staff), staff)

    assert said(batch)[:2] == [("甲", []), ("乙", [("挂钩领导", "", "张区长")])]
    assert three[0].history.count() == entries
    assert batch.changed == 2


def test_a_unit_that_helps_already_is_refused(three):
    xuejia, office = build.town("薛家镇"), build.office()
    build.helper(three[1], xuejia)

    batch = previewed(Assign({"organisation": xuejia, "contact": "王芳"}, date(2024, 3, 1)), three, office)

    assert said(batch) == [
        ("甲", [("责任单位", "罗溪镇", "薛家镇（2024年3月1日起）"), ("责任人", "", "王芳")]),
        ("乙", "薛家镇已是协同单位，请在项目页调整。"),
        ("丙", [("责任单位", "罗溪镇", "薛家镇（2024年3月1日起）"), ("责任人", "", "王芳")]),
    ]


def test_a_broken_code_on_record_is_refused_as_on_the_page(three, staff):
    Project.objects.filter(pk=three[0].pk).update(national_code="2024")

    batch = previewed(Assign({"contact": "王芳"}), three, staff)

    assert batch.rows[0].fault
    with pytest.raises(RuleBroken, match=batch.rows[0].fault):
        registry.amend(Project.objects.get(pk=three[0].pk), by=staff, reason="试")


def test_lists_are_joined_or_recategorised_and_what_was_removed_stays_removed(three, staff):
    build.listing(three[1], "city", 2024, category="new")
    build.listing(three[2], "city", 2024, removed_on="2024-05-01", removed_reason="终止")
    same = build.project("丁", organisation=build.town("罗溪镇"))
    build.listing(same, "city", 2024, category="continuing")

    batch = previewed(Enlist(2024, Level.CITY, "continuing"), [*three, same], staff)

    assert said(batch) == [
        ("甲", [("2024 年市重点", "", "列入（续建）")]),
        ("乙", [("2024 年市重点", "新建", "续建")]),
        ("丙", "2024年5月1日已调出2024 年市重点，如需恢复请在项目页办理。"),
        ("丁", []),
    ]
    applied(batch, staff, running.apply_good)
    listed = {entry.project.name: entry.category for entry in Listing.objects.filter(removed_on=None)}
    assert listed == {"甲": "continuing", "乙": "continuing", "丁": "continuing"}


def test_too_many_or_none_are_refused(staff):
    refuses("一次处理 1 到 500 个项目", lambda: previewed(Move(Stage.STARTED, ()), [], staff))


def test_previews_nobody_carried_out_go_after_a_week(three, staff):
    old = previewed(move(three, EXACT), three, staff)
    Batch.objects.update(created_at=timezone.now() - timedelta(days=8))
    kept = previewed(move(three, EXACT), three, staff)
    assert list(Batch.objects.all()) == [kept]
    assert old != kept


@pytest.mark.parametrize("count", [3, 30])
@pytest.mark.parametrize(
    "act",
    [
        lambda count: Move(Stage.STARTED, (EXACT,) * count),
        lambda count: Assign({"organisation": build.town("罗溪镇"), "industry": build.industry()}),
        lambda count: Enlist(2024, Level.CITY, "new"),
    ],
)
def test_a_preview_asks_as_much_for_three_as_for_thirty(count, act, staff, django_assert_max_num_queries):
    build.bulletin("2024-06-30", kind="sealed")
    luoxi = build.town("罗溪镇")
    for number in range(count):
        build.listing(build.project(f"项目{number}", organisation=luoxi), "district")
    chosen, wanted, mine = list(Project.objects.all()), act(count), writable_projects(staff)

    with django_assert_max_num_queries(14):
        running.preview(wanted, chosen, writable=mine, by=staff, reason="试")


# Apply


def test_all_of_it_goes_through_the_action_with_one_reason(three, staff):
    batch = applied(previewed(move(three, EXACT), three, staff), staff)

    assert starts() == dict.fromkeys(("甲", "乙", "丙"), DAY)
    for entry in Milestone.history.all():
        assert (entry.history_user, entry.history_change_reason) == (staff, "一季度集中开工")
        assert entry.recorded_on == timezone.localdate()
    assert (batch.state, batch.changed) == (BatchState.APPLIED, 3)
    written = {row.written for row in Batch.objects.get().rows}
    assert written == set(Milestone.history.values_list("history_id", flat=True))


def test_all_or_nothing_when_one_is_faulty(three, staff):
    build.milestone(three[1], "started", "2024-01-05")
    batch = previewed(move(three, EXACT), three, staff)

    refuses("没有写入任何改动：1 个项目不能改：乙（开工已登记", lambda: applied(batch, staff))


def test_only_the_good_ones(three, staff):
    build.milestone(three[1], "started", "2024-01-05")
    batch = applied(previewed(move(three, EXACT), three, staff), staff, running.apply_good)

    assert starts() == {"甲": DAY, "乙": date(2024, 1, 5), "丙": DAY}
    assert [bool(row.written) for row in batch.rows] == [True, False, True]
    assert batch.changed == 2


def test_what_was_changed_since_the_preview_is_a_conflict(three, staff):
    batch = previewed(move(three, EXACT), three, staff)
    build.milestone(three[0], "started", planned="2024-05-31")

    refuses("甲（预览之后被改过，请重新预览）", lambda: applied(batch, staff))
    done = applied(batch, staff, running.apply_good)

    assert starts() == {"甲": None, "乙": DAY, "丙": DAY}
    assert done.rows[0].fault == "预览之后被改过，请重新预览。"


def test_a_project_that_was_taken_away_since_is_refused(three, staff):
    batch = previewed(move(three, EXACT), three, staff)
    three[2].organisation = build.town("薛家镇")
    build.kept(three[2])

    refuses("丙（您不能修改这个项目）", lambda: applied(batch, staff))


def test_a_rule_that_is_broken_since_is_said(three, staff):
    batch = previewed(move(three, EXACT), three, staff)
    build.milestone(three[0], "topped_out", "2024-03-01")

    refuses("甲（封顶（2024年3月1日）早于开工（2024年3月15日）", lambda: applied(batch, staff))


def test_nothing_to_do_is_said(three, staff):
    for project in three:
        build.milestone(project, "started", "2024-01-05")
    batch = previewed(move(three, EXACT), three, staff)

    refuses("没有可以修改的项目。", lambda: applied(batch, staff, running.apply_good))


def test_a_batch_is_carried_out_once(three, staff):
    batch = previewed(move(three, EXACT), three, staff)
    applied(batch, staff)
    refuses("这一批已执行，不能重复操作", lambda: applied(batch, staff))


@pytest.mark.parametrize("how", [running.apply_all, running.apply_good])
def test_whatever_fails_in_the_middle_nothing_is_written(three, staff, how):
    batch, written = previewed(move(three, EXACT), three, staff), []
    before = everything()

    def lose_the_history(execute, sql, params, many, context):
        if sql.startswith('INSERT INTO "projects_historicalmilestone"'):
            raise OperationalError("the connection is lost")
        if sql.startswith('INSERT INTO "projects_milestone"'):
            written.append(sql)
        return execute(sql, params, many, context)

    with pytest.raises(OperationalError), connection.execute_wrapper(lose_the_history):
        applied(batch, staff, how)

    assert len(written) == 1
    assert everything() == before


def test_a_row_that_says_no_day_is_refused(three, staff):
    batch = previewed(move(three, EXACT), three, staff)
    Batch.objects.update(outcome=[row | {"period": None} for row in batch.outcome])
    batch.refresh_from_db()
    refuses("批量处理的内容不完整，请重新预览", lambda: applied(batch, staff))


# Undo


def test_undo_sets_everything_back_by_new_changes(three, staff):
    note = build.milestone(three[0], "started", planned="2024-03-31", note="报道", source=build.source())
    batch = applied(previewed(move(three, EXACT), three, staff), staff)

    undone(batch, staff)

    (stood,) = Milestone.objects.all()
    assert (stood.pk, stood.reached_on, stood.note, stood.note_source) == (
        note.pk,
        None,
        "报道",
        build.source(),
    )
    last = Milestone.history.filter(project=three[1]).first()
    assert (last.history_type, last.history_user) == ("-", staff)
    assert last.history_change_reason.endswith(f"的记录：第 {batch.pk} 号批量处理")
    assert [entry.history_type for entry in note.history.all()] == ["~", "~", "+"]
    batch.refresh_from_db()
    assert (batch.state, batch.undone_by, batch.reason) == (BatchState.UNDONE, staff, "一季度集中开工")


def test_fields_and_lists_are_set_back_too(three):
    office, xuejia = build.office(), build.town("薛家镇")
    build.listing(three[0], "city", 2024, category="new", number=7)
    moved = applied(previewed(Assign({"organisation": xuejia}), three, office), office)
    listed = applied(previewed(Enlist(2024, Level.CITY, "continuing"), three, office), office)

    undone(listed, office, "名单未定")
    undone(moved, office)

    assert {project.organisation.name for project in Project.objects.all()} == {"罗溪镇"}
    assert list(Listing.objects.values_list("project__name", "category", "number")) == [("甲", "new", 7)]
    assert Listing.history.first().history_change_reason.endswith("：名单未定")


def test_undo_names_what_was_changed_since(three, staff):
    batch = applied(previewed(move(three, EXACT), three, staff), staff)
    lifecycle.take_back(three[1], Stage.STARTED, by=staff, reason="误报")
    build.kept(Evidence(milestone=three[2].milestones.get(), file="a.jpg", sha256="0" * 64))

    refuses(
        "没有撤销：2 个项目不能改：乙（执行之后又被改过）；丙（这个节点已有佐证材料，请改用“撤回登记”）",
        lambda: undone(batch, staff),
    )


def test_undo_is_for_those_who_may_write_the_projects(three):
    office, staff = build.office(), build.staff(build.town("罗溪镇"))
    moved = applied(previewed(Assign({"organisation": build.town("薛家镇")}), three, office), office)
    refuses("3 个项目不能改：甲（您不能修改这个项目）", lambda: undone(moved, staff))


def test_undo_of_what_a_month_has_sealed_since_is_refused(three, staff):
    batch = applied(previewed(move(three, EXACT), three, staff), staff)
    build.bulletin("2024-06-30", kind="sealed")
    refuses("没有撤销：3 个项目不能改：甲（2024年6月（全区 · 全部项目）已封存", lambda: undone(batch, staff))


def test_a_preview_cannot_be_undone_and_an_undone_batch_not_again(three, staff):
    batch = previewed(move(three, EXACT), three, staff)
    refuses("这一批待确认，不能重复操作", lambda: undone(batch, staff))
    applied(batch, staff)
    undone(batch, staff)
    refuses("这一批已撤销，不能重复操作", lambda: undone(batch, staff))


def test_after_an_undo_the_same_may_be_done_again_and_undone_again(three, staff):
    for _ in range(2):
        batch = applied(previewed(move(three, EXACT), three, staff), staff)
        undone(batch, staff)
    assert not Milestone.objects.exists()


def test_projects_that_were_refused_do_not_stand_in_the_way_of_the_undo(three, staff):
    build.milestone(three[1], "started", "2024-01-05")
    batch = applied(previewed(move(three, EXACT), three, staff), staff, running.apply_good)
    lifecycle.take_back(three[1], Stage.STARTED, by=staff, reason="误报")

    undone(batch, staff)

    assert starts() == {"乙": None}


def test_lists_are_joined_from_a_day_on(three, staff):
    build.listing(three[1], "city", 2024, category="new")
    build.listing(three[2], "city", 2024, listed_on="2024-07-10")
    act = Enlist(2024, Level.CITY, "", date(2024, 7, 10))

    batch = previewed(act, three, staff)

    assert said(batch) == [
        ("甲", [("2024 年市重点", "", "2024年7月10日列入")]),
        ("乙", [("2024 年市重点列入日期", "", "2024年7月10日")]),
        ("丙", []),
    ]
    applied(batch, staff)
    assert [
        (entry.project.name, entry.category, entry.listed_words)
        for entry in Listing.objects.order_by("project")
    ] == [("甲", "", "2024年7月10日"), ("乙", "new", "2024年7月10日"), ("丙", "", "2024年7月10日")]
    undone(batch, staff)
    assert Listing.objects.get(project=three[1]).listed_on is None
    late = previewed(Enlist(2024, Level.CITY, "", date(2025, 1, 1)), three, staff)
    assert {row.fault for row in late.rows} == {"列入 2024 年名单的日期不能晚于 2024 年。"}

"""A number opened: what it counts, what it leaves out and why, for every scope, reader and clock."""

from datetime import date
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projects.actions.recording import erase
from projects.figures.completion.breakdown import Breakdown, Row, breakdown
from projects.figures.completion.page import completion_page
from projects.figures.scope import Scope
from projects.models import Organisation, Project
from projects.models.reach import DISTRICT
from projects.rules.bounds import Bounds
from projects.vocabulary import Indicator, Stage
from tests import build

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 30)


def opened(indicator: str, *, level: str = "city", as_of: date = SEPTEMBER, user=None, **asked) -> Breakdown:
    projects = Project.objects.visible_to(user) if user else Project.objects.all()
    scope = Scope(
        projects,
        as_of.year,
        as_of,
        level,
        organisations=list(Organisation.objects.all()),
        **asked,
        reach=DISTRICT,
    )
    return breakdown(scope, completion_page(scope).line(indicator))


def listed(name: str, **facts) -> Project:
    project = build.project(name, **facts)
    build.listing(project)
    return project


def said(rows: list[Row]) -> dict[str, tuple[int | None, str, str]]:
    return {row.name: (row.value, row.kind, row.words) for row in rows}


# Reports


def test_investment_counts_approved_months_and_names_the_others() -> None:
    project = listed("甲", organisation=build.town("罗溪镇"))
    for month in ("2024-01", "2024-02", "2024-04"):
        build.report(project, month, 2 * build.YI)
    build.report(project, "2024-05", build.YI, state="submitted")
    build.report(project, "2024-06", 3 * build.YI, state="returned")
    build.report(project, "2024-07", None, unchanged=True)

    invested = opened("invested", as_of=date(2024, 7, 31))

    assert invested.counted == [
        Row(
            project.pk,
            "甲",
            "罗溪镇",
            6 * build.YI,
            "1—2月、4月",
            subject=project.pk,
            units=(project.organisation_id,),
        )
    ]
    words = "5月月报待审核；6月月报已退回；7月已审核，未填投资额；3月没有月报"
    assert said(invested.left_out) == {"甲": (4 * build.YI, "待审核", words)}
    assert invested.total == invested.line.computed == 6 * build.YI


def test_a_month_that_has_not_ended_does_not_count() -> None:
    build.report(listed("甲"), "2024-09", build.YI)

    invested = opened("invested", as_of=date(2024, 9, 29))

    assert invested.counted == []
    assert said(invested.left_out) == {"甲": (None, "没有月报", "1—8月没有月报；9月到截至日尚未结束")}


def test_silence_is_in_order_for_whoever_owes_nothing() -> None:
    build.project("不在名单")
    build.listing(
        build.project("停建", side_state="paused", side_state_on=date(2024, 3, 1), side_reason="market")
    )

    left_out = said(opened("invested", level="", as_of=date(2024, 4, 30)).left_out)

    assert left_out["不在名单"] == (None, "不要求填报", "1—4月没有月报（不在当年名单上）")
    assert left_out["停建"] == (None, "没有月报", "1—2月没有月报；3—4月没有月报（暂停）")


def test_before_the_first_month_has_ended_nothing_counts() -> None:
    listed("甲")

    invested = opened("invested", as_of=date(2024, 1, 15))

    assert (invested.counted, invested.left_out) == ([], [])
    assert "还没有结束的月份" in invested.formula


# Stages


def test_a_stage_counts_certain_days_of_the_year_and_says_why_not() -> None:
    build.milestone(listed("今年"), Stage.STARTED, "2024-05-20", "month")
    build.milestone(listed("往年"), Stage.STARTED, "2023-05-20")
    build.milestone(listed("不晚于"), Stage.STARTED, "2024-06-30", "not_later")
    build.milestone(listed("以后"), Stage.STARTED, "2024-10-08")
    build.milestone(listed("逾期后开工"), Stage.STARTED, "2024-10-08", planned="2024-06-30")
    build.milestone(listed("逾期"), Stage.STARTED, planned="2024-06-30", current="2024-08-28")
    build.milestone(listed("将来"), Stage.STARTED, planned="2024-12-31", planned_precision="month")
    build.milestone(listed("不设"), Stage.STARTED, skipped=True)
    listed("空白")
    reserve = build.project("储备")
    build.listing(reserve, category="reserve")
    build.milestone(reserve, Stage.STARTED, planned="2024-06-30")

    started = opened("started")

    assert said(started.counted) == {"今年": (1, "", "2024年5月")}
    assert said(started.left_out) == {
        "往年": (None, "往年", "2023年5月20日已开工"),
        "以后": (None, "尚未开工", "开工没有计划；2024年10月8日开工，晚于截至日"),
        "逾期后开工": (
            None,
            "逾期未开工",
            "计划 2024年6月30日开工，已晚 92 天；2024年10月8日开工，晚于截至日",
        ),
        "逾期": (None, "逾期未开工", "计划 2024年8月28日开工，已晚 33 天"),
        "将来": (None, "尚未开工", "计划 2024年12月开工"),
        "不设": (None, "不设此节点", "本项目不设开工节点"),
        "空白": (None, "尚未开工", "没有登记开工，也没有计划"),
        "储备": (None, "储备", "储备项目，不算应开工；计划 2024年6月30日开工，已晚 92 天"),
    }
    assert started.reasons[0] == ("尚未开工", 3)
    words = "日期只知道不晚于2024年6月30日开工，可能早于 2024 年"
    assert said(started.possible) == {"不晚于": (1, "年份不能确定", words)}


def test_signed_money_leaves_out_whose_investment_nobody_knows() -> None:
    build.milestone(build.project("甲", total_investment=12 * build.YI), Stage.SIGNED, "2024-02-01")
    build.milestone(build.project("乙"), Stage.SIGNED, "2024-03-01")

    signed = opened(Indicator.SIGNED_INVESTMENT, level="")

    assert said(signed.counted) == {"甲": (12 * build.YI, "", "2024年2月1日")}
    assert said(signed.left_out) == {"乙": (None, "总投资未公布", "2024年3月1日签约，总投资未公布")}


def test_a_joint_project_names_its_helpers() -> None:
    project = listed("甲", organisation=build.town("罗溪镇"))
    build.helper(project, build.town("薛家镇"))

    [row] = opened("started", organisation=build.town("薛家镇")).left_out

    assert row.unit == "罗溪镇（协同：薛家镇）"


@pytest.mark.usefixtures("article")
def test_the_articles_provincial_projects_are_possible_for_their_year() -> None:
    started = opened("started", level="province")

    assert started.total is None
    assert started.reasons == []
    words = "日期只知道不晚于2024年9月30日开工，可能早于 2024 年"
    assert [(row.value, row.kind, row.words) for row in started.possible] == [(1, "年份不能确定", words)] * 8


def test_a_day_known_within_bounds_is_possible_from_its_first_day_on() -> None:
    build.milestone(listed("甲"), Stage.STARTED, "2024-09-30", "quarter")

    before, within, after = (
        opened("started", as_of=day) for day in (date(2024, 6, 30), date(2024, 9, 29), SEPTEMBER)
    )

    assert (before.counted, before.possible) == ([], [])
    words = "日期只知道在2024年第三季度开工，截至这一天不能确定"
    assert said(within.possible) == {"甲": (1, "日期不能确定", words)}
    assert within.counted == []
    assert said(after.counted) == {"甲": (1, "", "2024年第三季度")}
    assert after.possible == []


# What it is measured by


def test_every_version_of_the_target_is_told() -> None:
    target = build.target(
        "invested", 80 * build.YI, at="2024-01-20", by=build.office(last_name="王", first_name="芳")
    )
    target.amount = 100 * build.YI
    build.kept(target, at="2024-07-05", reason="年中调整")

    now, then = opened("invested"), opened("invested", known_at=build.moment("2024-03-01"))

    assert [(each.amount, each.by, each.why) for each in now.versions] == [
        (100 * build.YI, "系统载入", "年中调整"),
        (80 * build.YI, "王芳", "测试数据"),
    ]
    assert [each.amount for each in then.versions] == [80 * build.YI]


@pytest.mark.parametrize(
    ("facts", "pace"),
    [
        ({}, "已过 9 个月 ÷ 12 个月"),
        ({"due_month": 10}, "已过 9 个月 ÷ 10 个月（应在 10 月底前完成）"),
        ({"curve": [1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 9, 10]}, "按目标的逐月累计计划，到 9 月底应完成的部分"),
    ],
)
def test_the_time_share_says_how_it_came_about(facts: dict, pace: str) -> None:
    build.target("started", 10, **facts)

    assert opened("started").pace == pace


def test_without_a_target_there_is_no_version() -> None:
    assert opened("started").versions == []


# On the other clock


def test_a_late_entry_is_opened_as_it_was_known() -> None:
    project = build.project("甲", at="2024-01-10")
    build.listing(project, at="2024-01-10")
    build.report(project, "2024-08", build.YI, at="2024-10-12")
    asked = {"as_of": date(2024, 8, 31)}

    assert opened("invested", **asked).total == build.YI
    assert opened("invested", **asked, known_at=build.moment("2024-09-05")).total is None


def test_a_project_deleted_since_is_named_without_a_link() -> None:
    project = build.project("甲", at="2024-01-10")
    build.listing(project, at="2024-01-10")
    erase(Project.objects.get(), by=None, reason="重复")

    [row] = opened("started", known_at=build.moment("2024-03-01")).left_out

    assert (row.name, row.project) == ("甲", None)


# For every scope, reader and clock


def district(random: Random) -> dict[str, object]:
    """Thirty projects of four units with whatever a register may hold; the readers of the cast."""
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    park = build.town("罗溪园", kind="park", parent=luoxi)
    units = [None, build.district(), luoxi, xuejia, park]
    for number in range(30):
        at = f"2024-0{random.randint(1, 9)}-05"
        investment = random.choice([None, random.randint(0, 200) * build.YI])
        unit = random.choice(units)
        project = build.project(f"项目{number}", organisation=unit, total_investment=investment, at=at)
        for level in random.sample(["province", "city", "district"], random.randint(0, 2)):
            removal = {"removed_on": "2024-08-15", "removed_reason": "调整"} if random.random() < 0.2 else {}
            category = random.choice(["", "new", "reserve"])
            build.listing(project, level, category=category, at=at, **removal)
        if random.random() < 0.3 and unit != xuejia:
            build.helper(project, xuejia)
        for stage in random.sample([Stage.SIGNED, Stage.STARTED, Stage.COMPLETED, Stage.ENTERED], 2):
            month = random.randint(1, 12)
            reached = random.choice([None, f"202{random.randint(3, 4)}-{month:02}-10"])
            precision = random.choice(["day", "month", "quarter", "not_later"])
            build.milestone(
                project, stage, reached, precision, planned=random.choice([None, "2024-06-30"]), at=at
            )
        for month in random.sample(range(1, 10), random.randint(0, 4)):
            amount, state = (
                random.choice([None, 0, month * build.YI]),
                random.choice(["approved", "approved", "submitted"]),
            )
            build.report(project, f"2024-{month:02}", amount, state, at=max(at, f"2024-{month + 1:02}-06"))
    erase(Project.objects.get(name="项目3"), by=None, reason="重复")
    return {
        "units": [None, *units[1:]],
        "readers": [
            build.leader(),
            build.office(),
            build.staff(luoxi),
            build.leader(xuejia),
            build.staff(park),
        ],
    }


def test_rows_add_up_to_the_number_and_nobody_is_forgotten() -> None:
    cast = district(Random(20240930))
    days = st.sampled_from(
        [date(2024, 3, 31), date(2024, 6, 15), date(2024, 8, 31), SEPTEMBER, date(2024, 12, 31)]
    )
    moments = st.sampled_from([None, "2024-04-30", "2024-09-05", "2024-12-31"])

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        st.sampled_from(["", "province", "city"]),
        st.sampled_from(cast["units"]),
        days,
        moments,
        st.sampled_from(cast["readers"]),
    )
    def holds(level: str, unit: Organisation | None, as_of: date, known: str | None, reader) -> None:
        units = list(Organisation.objects.all())
        known_at = build.moment(known) if known else None
        scope = Scope(
            Project.objects.visible_to(reader), 2024, as_of, level, unit, known_at, units, reach=DISTRICT
        )
        page = completion_page(scope)
        for line in page.lines:
            parts = breakdown(scope, line)
            register = line.register or Bounds.exactly(0)
            assert (parts.total or 0) == register.certain, line.indicator
            assert (parts.total or 0) + parts.possible_total == register.possible, line.indicator
            named = [row.name for row in (*parts.counted, *parts.possible, *parts.left_out)]
            if line.indicator != Indicator.INVESTED:
                assert len(named) == len(set(named)) == page.holding.count

    holds()


@pytest.mark.parametrize("indicator", ["invested", "started"])
@pytest.mark.parametrize("projects", [3, 60])
def test_it_asks_as_much_for_many_projects(indicator: str, projects: int, django_assert_num_queries) -> None:
    unit = build.town()
    for _ in range(projects):
        project = build.project(organisation=unit)
        build.listing(project)
        build.milestone(project, Stage.STARTED, "2024-05-01")
        build.report(project, "2024-05", 1)
    build.target(indicator)
    scope = Scope(
        Project.objects.all(),
        2024,
        SEPTEMBER,
        "city",
        organisations=list(Organisation.objects.all()),
        reach=DISTRICT,
    )
    line = completion_page(scope).line(indicator)

    with django_assert_num_queries(5 if indicator == "invested" else 4):
        breakdown(scope, line)

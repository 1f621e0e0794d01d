"""What the list of projects can be asked, and what a wrong question answers."""

from datetime import date

import pytest
from django.http import QueryDict

from projects.filters import ProjectFilter
from projects.filters.columns import USUAL
from projects.models import Industry, Organisation, Project
from tests import build
from tests.build import YI

pytestmark = pytest.mark.django_db

TODAY = date(2024, 10, 15)


def asked(query: str) -> ProjectFilter:
    return ProjectFilter(
        QueryDict(query),
        Project.objects.all(),
        organisations=Organisation.objects.all(),
        industries=Industry.objects.all(),
        today=TODAY,
    )


def names(query: str) -> list[str]:
    question = asked(query)
    assert question.is_valid(), question.errors
    return [project.name for project in question.qs]


@pytest.fixture
def register() -> dict[str, Project]:
    """Three projects that differ in all that can be asked."""
    luoxi = build.town("罗溪镇")
    village = build.town("某村", kind="department", parent=luoxi)
    pump = build.project(
        "热泵机组",
        enterprise="河海（常州）集团",
        former_names="吸收式机组",
        national_code="2412-320411-89-01-123456",
        organisation=luoxi,
        town=luoxi,
        industry=build.industry("新能源"),
        total_investment=10 * YI,
    )
    acid = build.project("苹果酸产线", organisation=village, total_investment=2 * YI)
    unnamed = build.project("市重点项目 第1个", named=False)
    build.listing(pump, "province", 2024)
    build.listing(acid, "city", 2023)
    build.listing(unnamed, "city", 2024)
    build.milestone(pump, "started", "2024-03-01")
    build.milestone(pump, "topped_out", "2024-08-01")
    build.milestone(pump, "completed", planned="2024-12-31")
    build.milestone(acid, "started", planned="2024-09-30")
    return {"pump": pump, "acid": acid, "unnamed": unnamed}


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["热泵机组", "苹果酸产线", "市重点项目 第1个"]),
        ("q=热泵", ["热泵机组"]),
        ("q=河海 机组", ["热泵机组"]),
        ("q=河海　机组", ["热泵机组"]),
        ("q=吸收式", ["热泵机组"]),
        ("q=(常州)", ["热泵机组"]),
        ("q=（常州）", ["热泵机组"]),
        ("q=２４１２-３２０４１１", ["热泵机组"]),
        ("q=100%25", []),
        ("q=rbjz", ["热泵机组"]),
        ("q=ＲＢＪＺ", ["热泵机组"]),
        ("q=rebeng", ["热泵机组"]),
        ("q=hehai 机组", ["热泵机组"]),
        ("q=xssjz", ["热泵机组"]),  # its former name
        ("q=pgscx", ["苹果酸产线"]),
        ("q=zzz", []),
        ("level=province", ["热泵机组"]),
        ("level=city", ["苹果酸产线", "市重点项目 第1个"]),
        ("level=city&year=2024", ["市重点项目 第1个"]),
        ("year=2024", ["热泵机组", "市重点项目 第1个"]),
        ("year=2023", ["苹果酸产线"]),
        ("year=2022", []),
        ("level=city&year=2023", ["苹果酸产线"]),
        ("level=district", []),
        ("stage=topped_out", ["热泵机组"]),
        ("stage=started", []),
        ("stage=none", ["苹果酸产线", "市重点项目 第1个"]),
        ("organisation=none", ["市重点项目 第1个"]),
        ("industry=none", ["苹果酸产线", "市重点项目 第1个"]),
        ("town=none", ["苹果酸产线", "市重点项目 第1个"]),
        ("investment_min=2", ["热泵机组", "苹果酸产线"]),
        ("investment_min=30000万元", ["热泵机组"]),
        ("investment_min=2&investment_max=2", ["苹果酸产线"]),
        ("named=no", ["市重点项目 第1个"]),
        ("named=yes", ["热泵机组", "苹果酸产线"]),
        ("late=1", ["苹果酸产线"]),
        ("started=2024", ["热泵机组"]),
        ("started=2023", []),
        ("state=paused", []),
        ("state=ongoing&late=1", ["苹果酸产线"]),
    ],
)
def test_a_question_finds(query: str, found: list[str]) -> None:
    assert names(query) == found


@pytest.mark.usefixtures("register")
def test_one_letter_finds_what_is_written_and_not_what_it_sounds_like() -> None:
    build.project("A 地块厂房")

    assert names("q=a") == ["A 地块厂房"]


def test_what_is_renamed_is_found_by_both_names(register) -> None:
    pump = register["pump"]
    pump.name = "冷库"
    build.kept(pump)

    assert names("q=lk") == names("q=rbjz") == ["冷库"]


def test_a_question_counts_its_signs_whatever_they_mean_in_sql(register) -> None:
    build.project("增长100%项目_甲")

    assert names("q=100%25") == ["增长100%项目_甲"]
    assert names("q=目_甲") == ["增长100%项目_甲"]
    assert names("q=1_0") == []


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", USUAL),
        ("columns=contact&columns=level", ("level", "contact")),
    ],
)
def test_columns_are_chosen_and_narrow_nothing(query: str, shown: tuple[str, ...]) -> None:
    question = asked(query)

    assert question.is_valid()
    assert question.shown == shown
    assert [heading.key for heading in question.headings()] == ["name", *shown]
    assert not question.is_narrowed


def test_who_chooses_columns_keeps_every_condition() -> None:
    question = asked("q=热泵&columns=next&late=1&sort=name&page=2&columns=level")

    assert question.is_valid()
    assert question.chosen == ["next", "level"]
    assert question.conditions == [("q", "热泵"), ("late", "1"), ("sort", "name")]


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("sort=name&q=%E7%83%AD&page=3&level=", "q=%E7%83%AD&sort=name"),
        ("columns=next&columns=level&late=1", "late=1&columns=next&columns=level"),
        ("utm_source=x&drop%20table=1&csrfmiddlewaretoken=abc", ""),
    ],
)
def test_an_address_is_kept_without_what_it_does_not_ask(address: str, kept: str) -> None:
    assert asked(address).address == kept


def test_a_unit_takes_in_what_is_below_it(register) -> None:
    luoxi, village = register["pump"].organisation, register["acid"].organisation

    assert names(f"organisation={luoxi.pk}") == ["热泵机组", "苹果酸产线"]
    assert names(f"organisation={village.pk}") == ["苹果酸产线"]
    assert names(f"town={luoxi.pk}&industry={register['pump'].industry_id}") == ["热泵机组"]


def test_a_project_taken_off_its_list_is_not_found_by_it(register) -> None:
    build.listing(register["acid"], "province", 2024, removed_on="2024-06-30", removed_reason="调整")

    assert names("level=province") == ["热泵机组"]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("name", ["苹果酸产线", "热泵机组", "市重点项目 第1个"]),
        ("investment", ["苹果酸产线", "热泵机组", "市重点项目 第1个"]),
        ("-investment", ["热泵机组", "苹果酸产线", "市重点项目 第1个"]),
        ("next", ["苹果酸产线", "热泵机组", "市重点项目 第1个"]),
        ("-next", ["热泵机组", "苹果酸产线", "市重点项目 第1个"]),
        ("stage", ["热泵机组", "苹果酸产线", "市重点项目 第1个"]),
        ("-industry", ["热泵机组", "苹果酸产线", "市重点项目 第1个"]),
    ],
)
def test_the_unknown_comes_last_whichever_way_it_is_sorted(sort: str, found: list[str]) -> None:
    assert sorted(names(f"sort={sort}")) == sorted(found)
    assert names(f"sort={sort}") == found


@pytest.mark.usefixtures("register")
def test_equals_keep_one_order() -> None:
    for number in range(5):
        build.project(f"同额{number}", total_investment=2 * YI)

    assert names("sort=-investment&investment_max=2")[1:] == [f"同额{number}" for number in range(5)]


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        ("level=national", "level", "不在可用的选项中"),
        ("year=abc", "year", "整数"),
        ("year=1899", "year", "2000"),
        ("organisation=99999", "organisation", "不在可用的选项中"),
        ("organisation=1 OR 1=1", "organisation", "不在可用的选项中"),
        ("town=abc", "town", "不在可用的选项中"),
        ("columns=password", "columns", "不在可用的选项中"),
        ("stage=entered", "stage", "不在可用的选项中"),
        ("investment_min=很多", "investment_min", "看不懂金额"),
        ("investment_min=1亿美元", "investment_min", "人民币"),
        ("investment_min=5&investment_max=2", "investment_max", "不能小于"),
        ("late=0", "late", "不在可用的选项中"),
        ("sort=password", "sort", "不在可用的选项中"),
        ("q=%00", "q", "空"),
        (f"q={'长' * 101}", "q", "100"),
    ],
)
def test_a_wrong_condition_is_told_and_finds_nothing(query: str, field: str, told: str) -> None:
    question = asked(query)

    assert not question.is_valid()
    assert told in "".join(question.errors[field])
    assert list(question.qs) == []


@pytest.mark.usefixtures("register")
def test_a_heading_turns_the_list_and_turns_it_again() -> None:
    def turn(query: str) -> dict[str, tuple[str | None, str]]:
        question = asked(query)
        assert question.is_valid()
        return {heading.label: (heading.sort, heading.direction) for heading in question.headings()}

    assert turn("")["总投资"] == ("investment", "descending")
    assert turn("")["项目 / 企业"] == ("name", "none")
    assert turn("sort=name")["项目 / 企业"] == ("-name", "ascending")
    assert turn("sort=name")["总投资"] == ("-investment", "none")
    assert turn("")["级别"] == (None, "none")


def test_a_chip_is_put_on_and_taken_off() -> None:
    off, on = asked("").chips(2024)[0], asked("late=1").chips(2024)[0]

    assert (off.label, off.is_on, off.change) == ("晚点", False, {"late": "1", "page": None})
    assert (on.is_on, on.change) == (True, {"late": None, "page": None})
    assert [chip.label for chip in asked("").chips(2024)][2] == "2024 年新开工"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "全部"),
        ("sort=name&columns=level", "全部"),
        ("level=city&year=2024", "级别：市重点；名单年度：2024"),
        ("q=热泵&investment_min=10.5", "搜索：热泵；总投资不少于（亿元）：10.5"),
        ("organisation=none&late=1", "责任单位：未明确；进度：晚点"),
    ],
)
def test_a_question_is_told_in_words(query: str, words: str) -> None:
    question = asked(query)

    assert question.is_valid()
    assert question.in_words == words


def test_a_start_of_which_only_the_last_day_is_known_is_counted_apart_and_listed_when_asked(register) -> None:
    """It may have been in the year that is asked for, so a count of the certain ones is not all."""
    build.milestone(register["unnamed"], "started", "2024-09-30", "not_later")

    assert (names("started=2024"), asked("started=2024").unsure_starts) == (["热泵机组"], 1)
    assert sorted(names("started=2024&unsure=1")) == ["市重点项目 第1个", "热泵机组"]
    assert asked("started=2024&named=yes").unsure_starts == 0
    assert asked("started=2023").unsure_starts == 0
    assert asked("").unsure_starts == 0
    question = asked("started=2024")
    assert question.is_valid()
    assert question.in_words == "开工年份：2024（另有 1 个只知道开工不晚于这一年的某一天，没有列出）"


@pytest.mark.parametrize("page", ["", "board/", "wall/"])
def test_the_pages_name_what_the_year_leaves_open(register, page: str) -> None:
    build.milestone(register["unnamed"], "started", "2024-09-30", "not_later")
    browser = build.browser_of(build.leader())

    told = " ".join(browser.get(f"/projects/{page}?started=2024").content.decode().split())
    assert "另有 1 个只知道开工不晚于这一年的某一天" in told
    assert "unsure=1" in told
    both = " ".join(browser.get(f"/projects/{page}?started=2024&unsure=1").content.decode().split())
    assert "其中 1 个只知道开工不晚于这一年的某一天" in both


@pytest.fixture
def amounts() -> None:
    """Four projects that differ in what is planned, reported, late and in whose charge they are."""
    due = {"热泵": "2024-09-30", "阿胶": "2024-06-30", "宝钢": "2024-12-31", "氢能": None}
    contacts = {"热泵": "Cui", "阿胶": "An", "宝钢": "Bai", "氢能": ""}
    for name, planned in due.items():
        project = build.project(name, contact=contacts[name])
        if planned:
            build.milestone(project, "completed", planned=planned)
    by_name = {project.name: project for project in Project.objects.all()}
    build.annual_plan(by_name["热泵"], 4 * YI)
    build.annual_plan(by_name["阿胶"], 2 * YI)
    build.annual_plan(by_name["宝钢"], 0)
    build.report(by_name["热泵"], "2024-09", YI)
    build.report(by_name["阿胶"], "2024-09", YI)
    build.report(by_name["宝钢"], "2024-09", 3 * YI)
    build.report(by_name["氢能"], "2024-09", 0)


@pytest.mark.usefixtures("amounts")
@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("name", ["宝钢", "阿胶", "氢能", "热泵"]),  # baogang, ejiao …: by sound, not by sign
        ("-planned", ["热泵", "阿胶", "宝钢", "氢能"]),
        ("-reported", ["宝钢", "热泵", "阿胶", "氢能"]),
        ("-rate", ["阿胶", "热泵", "宝钢", "氢能"]),  # a plan of nothing has no rate, as none
        ("state", ["阿胶", "热泵", "宝钢", "氢能"]),  # the longest delay first, then what comes soonest
        ("-state", ["氢能", "宝钢", "热泵", "阿胶"]),
        ("contact", ["阿胶", "宝钢", "热泵", "氢能"]),
        ("-contact", ["热泵", "宝钢", "阿胶", "氢能"]),
    ],
)
def test_it_sorts_by_sound_by_money_and_by_delay(sort: str, found: list[str]) -> None:
    assert names(f"sort={sort}") == found


def test_a_paused_project_stands_after_those_that_go_on() -> None:
    paused = build.project("暂停的", side_state="paused", side_state_on=date(2024, 1, 1), side_reason="land")
    build.milestone(paused, "completed", planned="2024-06-30")
    late = build.project("晚点的")
    build.milestone(late, "completed", planned="2024-09-30")
    build.project("无计划的")

    assert names("sort=state") == ["晚点的", "无计划的", "暂停的"]


def test_the_name_is_compared_before_the_enterprise() -> None:
    build.project("热泵机组", enterprise="甲")
    build.project("热泵", enterprise="最后的企业")

    assert names("sort=name") == ["热泵", "热泵机组"]


@pytest.mark.usefixtures("amounts")
@pytest.mark.parametrize("group", ["organisation", "industry", "stage", "level"])
def test_a_group_is_ordered_before_the_rows(group: str) -> None:
    town = build.town("罗溪镇")
    grouped = build.project("组内", organisation=town, industry=build.industry())
    build.listing(grouped, "city", 2024)
    build.milestone(grouped, "started", "2024-03-01")

    assert names(f"group={group}&sort=-reported")[0] == "组内"
    assert names("sort=-reported")[0] == "宝钢"


def test_a_group_that_does_not_exist_is_refused() -> None:
    assert not asked("group=password").is_valid()

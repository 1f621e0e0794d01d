"""The rules of overdue starts and entries act: on projects, on the lights of units, and from their day on."""

from datetime import date

import pytest

from projects.figures.attention import attention
from projects.figures.completion.breakdown import breakdown
from projects.figures.completion.lines import CompletionPage, IndicatorLine
from projects.figures.completion.page import completion_page
from projects.figures.open_milestones import due_milestones
from projects.figures.registry import project_sheet, registry_page, registry_row
from projects.figures.scope import Scope
from projects.figures.sealed import printed_month
from projects.models import Organisation, Project, User
from projects.models.reach import DISTRICT
from projects.vocabulary import Light
from tests import build

pytestmark = pytest.mark.django_db

JUNE, AUGUST = date(2024, 6, 30), date(2024, 8, 31)


@pytest.fixture(autouse=True)
def rules() -> None:
    build.light_rule("start_overdue", "1", "3", at="2024-01-02")
    build.light_rule("entry_overdue", "1", "2", at="2024-01-02")


def listed(name: str, **facts) -> Project:
    category = facts.pop("category", "")
    project = build.project(name, **facts)
    build.listing(project, category=category)
    return project


def scope(day: date = AUGUST, organisation: Organisation | None = None, known: str | None = None) -> Scope:
    units = list(Organisation.objects.all())
    moment = build.moment(known) if known else None
    return Scope(Project.objects.all(), day.year, day, "city", organisation, moment, units, reach=DISTRICT)


def page_on(day: date = AUGUST, **facts) -> CompletionPage:
    return completion_page(scope(day, **facts))


def told(line: IndicatorLine) -> tuple[Light, str]:
    return line.light, line.overdue.words if line.overdue else ""


def lit(day: date = AUGUST, **facts) -> dict[str, tuple[Light, str]]:
    """The projects that the attention page names with a light."""
    asked = scope(day, **facts)
    page = completion_page(asked)
    found = attention(asked, most=99, rules=page.rules).overdue
    counts = [line.overdue for line in page.lines if line.overdue]
    assert len(found) == sum(count.yellow + count.red for count in counts)  # the number and the names
    return {row.project.name: (row.overdue.light, row.overdue.words) for row in found}


def test_units_and_projects_are_lit_and_say_why() -> None:
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for name, planned in (("五月", "2024-05-20"), ("四月", "2024-04-30"), ("七月", "2024-07-01")):
        build.milestone(listed(name, organisation=luoxi), "started", planned=planned)
    build.milestone(listed("开工久", organisation=xuejia), "started", "2024-06-15")
    build.milestone(listed("刚开工", organisation=xuejia), "started", "2024-08-15")

    page = page_on()

    rows = {row.label: (told(row.line("started")), told(row.line("entered"))) for row in page.rows}
    three = "2 个项目开工逾期 3 个月以上，另有 1 个项目开工逾期 1 个月以上"
    assert told(page.line("started")) == (Light.RED, three)
    assert told(page.line("entered")) == (Light.RED, "1 个项目开工超过 2 个月未入库")
    assert rows["罗溪镇"] == ((Light.RED, three), (Light.NONE, ""))
    assert rows["薛家镇"] == ((Light.NONE, ""), (Light.RED, "1 个项目开工超过 2 个月未入库"))
    assert lit() == {
        "四月": (Light.RED, "开工逾期 4 个月"),
        "五月": (Light.RED, "开工逾期 3 个月"),
        "七月": (Light.YELLOW, "开工逾期 1 个月"),
        "开工久": (Light.RED, "开工 2 个月未入库"),
    }
    month = printed_month(scope(), known_at=build.moment("2024-09-05"), ranked_by="invested", least=1)
    printed = {line.code: (line.light, line.light_reason) for line in month.indicators}
    assert printed["started"] == ("red", three)


@pytest.mark.parametrize("known", [None, "2024-10-01"])
def test_changing_a_rule_changes_colours_from_its_day_on_only(known: str | None) -> None:
    project = build.project("甲", at="2024-01-02")
    build.listing(project, at="2024-01-02")
    build.milestone(project, "started", planned="2024-05-20", at="2024-01-02")
    before = {day: lit(day, known=known) for day in (JUNE, date(2024, 7, 31))}

    build.light_rule("start_overdue", "0.5", "2", since="2024-08-01", at="2024-01-02")

    assert {day: lit(day, known=known) for day in (JUNE, date(2024, 7, 31))} == before
    assert before[JUNE] == {"甲": (Light.YELLOW, "开工逾期 1 个月")}
    assert lit(date(2024, 8, 1), known=known) == {"甲": (Light.RED, "开工逾期 3 个月")}
    build.light_rule("start_overdue", "6", "9", since="2024-08-15", at="2024-01-02")
    assert lit(AUGUST, known=known) == {}


def test_the_list_and_the_project_page_show_the_light() -> None:
    overdue, entry = listed("应开工"), listed("应入库")
    build.milestone(overdue, "started", planned="2024-05-20")
    build.milestone(entry, "started", "2024-07-15")

    listing = registry_page(
        Project.objects.all(), writable=Project.objects.all(), reader=User(), as_of=AUGUST
    )
    rows = {row.project.name: row.timeline for row in listing.rows}

    assert rows["应开工"].overdue == project_sheet(overdue, as_of=AUGUST).timeline.overdue
    assert (rows["应开工"].state.light, rows["应开工"].state.words) == (Light.RED, "晚 103 天")
    assert rows["应开工"].overdue is not None
    assert rows["应开工"].overdue.words == "开工逾期 3 个月"
    assert rows["应入库"].overdue is not None
    assert (rows["应入库"].overdue.light, rows["应入库"].overdue.words) == (Light.YELLOW, "开工 1 个月未入库")
    row = registry_row(entry, writable=Project.objects.all(), reader=User(), as_of=AUGUST)
    assert row.timeline.overdue == rows["应入库"].overdue


def test_one_late_start_has_one_colour_everywhere() -> None:
    """Fifty days late is red by the days of any milestone, and yellow by the rule of the starts."""
    project = listed("甲")
    build.milestone(project, "started", planned="2024-05-12")
    day, asked = date(2024, 7, 1), scope(date(2024, 7, 1))
    page = completion_page(asked)

    [late], _ = due_milestones(asked, most=9, rules=page.rules)

    assert (late.days_late, late.light) == (50, Light.YELLOW)
    assert project_sheet(project, as_of=day).timeline.state.light == Light.YELLOW
    assert lit(day) == {"甲": (Light.YELLOW, "开工逾期 2 个月")}
    in_month = scope(date(2024, 5, 20))
    assert due_milestones(in_month, most=9, rules=page.rules)[0][0].light == Light.NONE


def test_the_number_opened_names_the_projects_that_light_it() -> None:
    build.milestone(listed("应开工"), "started", planned="2024-05-20")
    build.milestone(listed("应入库"), "started", "2024-07-15")
    page = page_on()

    opened = {
        code: {row.name: row.words for row in breakdown(page.scope, page.line(code)).left_out}
        for code in ("started", "entered")
    }

    assert opened["started"]["应开工"].endswith("已晚 103 天；红灯：开工逾期 3 个月")
    assert opened["entered"]["应入库"].endswith("；黄灯：开工 1 个月未入库")
    assert "灯" not in opened["entered"]["应开工"]


@pytest.mark.parametrize(
    "facts",
    [
        {"side_state": "paused", "side_state_on": date(2024, 8, 1), "side_reason": "land"},
        {"pauses": [["2024-05-01", "2024-08-20", "paused"]]},
        {"category": "reserve"},
    ],
)
def test_who_stands_still_or_is_in_reserve_is_not_overdue(facts) -> None:
    project = listed("甲", **facts)
    build.milestone(project, "started", planned="2024-05-20")

    assert lit() == {}
    assert told(page_on().line("started")) == (Light.NONE, "")
    assert project_sheet(project, as_of=AUGUST).timeline.overdue is None


def test_an_accepted_reason_takes_the_light_away() -> None:
    build.milestone(listed("甲"), "started", planned="2024-05-20")
    build.target("started", 3, accepted_reason="用地指标八月才下达")

    assert told(page_on().line("started")) == (Light.NONE, "")


def test_the_pace_and_the_overdue_meet_in_the_worst() -> None:
    build.light_rule()  # points behind
    build.target("started", 1)
    build.milestone(listed("开了"), "started", "2024-08-10")
    build.milestone(listed("没开"), "started", planned="2024-07-20")

    line = page_on().line("started")

    assert line.completion.share == 1
    assert told(line) == (Light.YELLOW, "1 个项目开工逾期 1 个月以上")


def test_pages_and_workbooks_show_word_shape_and_reason() -> None:
    luoxi = build.town("罗溪镇")
    project = listed("应开工", organisation=luoxi)
    listed("另一个", organisation=build.town("薛家镇"))
    build.milestone(project, "started", planned="2024-05-20")
    client, query = build.browser_of(build.leader()), "?as_of=2024-08-31"
    words = "1 个项目开工逾期 3 个月以上"

    def text(address: str) -> str:
        response = client.get(address)
        streamed = getattr(response, "streaming_content", None)
        return (b"".join(streamed) if streamed else response.content).decode()

    assert text(f"/completion/{query}").count(words) == 4  # headline, indicator, unit, total
    assert words in text(f"/completion/screen/{query}")
    assert words in text(f"/completion/started/{query}")
    assert words in text(f"/completion/export.csv{query}")
    assert '<span class="light light-late">红灯：开工逾期 3 个月</span>' in text(
        f"/completion/attention/{query}"
    )
    assert "开工逾期 3 个月" in text(f"/completion/attention/export.csv{query}")
    assert '红灯<span class="why">：开工逾期' in text("/projects/")
    assert "红灯：开工逾期" in text(f"/projects/{project.pk}/")


@pytest.mark.parametrize("projects", [3, 60])
def test_the_number_of_queries_does_not_depend_on_the_data(projects: int, django_assert_num_queries) -> None:
    for number in range(projects):
        build.milestone(listed(f"{number}"), "started", planned=f"2024-0{number % 8 + 1}-15")
    asked = scope()

    with django_assert_num_queries(7):
        page = completion_page(asked)
    with django_assert_num_queries(17):  # one of them: who has asked why
        attention(asked, most=99, rules=page.rules)

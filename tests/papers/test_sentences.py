"""Words for papers: three lengths, every number of the page's own question, and nothing where nothing is known."""

import re
from datetime import date
from fractions import Fraction

import pytest
from django.http import QueryDict

from projects.papers.sentences import Sentences, sentences
from projects.questions.completion import CompletionAnswer
from projects.templatetags import formats
from projects.vocabulary import Indicator, Stage
from tests import build
from tests.api.test_completion import answer

pytestmark = pytest.mark.django_db

DAY = "as_of=2024-09-30"
NUMBER = re.compile(r"(?<![\d年])\d+(?:\.\d+)?(?=亿元|个|%|个百分点)")


@pytest.fixture
def luoxi():
    """罗溪镇 has 7亿元 of two projects, 薛家镇 5亿元 of one; of 3 planned starts 2 came, of 4 completions 3."""
    luoxi, xuejia = build.town("罗溪镇"), build.town("薛家镇")
    for name, unit, yi in (("热泵", luoxi, 3), ("电机", luoxi, 4), ("隔膜", xuejia, 5)):
        project = build.project(
            name, organisation=unit, total_investment=20 * build.YI, industry=build.industry(f"{unit}产业")
        )
        build.listing(project)
        build.milestone(project, Stage.COMPLETED, "2024-08-20")
        build.report(project, "2024-09", yi * build.YI)
    for begun in (project, build.project("无价", organisation=luoxi)):
        build.milestone(begun, Stage.STARTED, "2024-05-20")
        build.listing(begun, level="province")
    build.listing(begun)
    build.target("invested", 1235 * build.YI // 100)
    build.target("invested", 5 * build.YI, organisation=luoxi)
    build.target("invested", 10 * build.YI, organisation=xuejia)
    build.target("started", 3)
    build.target("completed", 4)
    build.light_rule()
    return luoxi


def said(user, query: str = DAY, *, about: str = "", least: int = 1) -> Sentences:
    asked = CompletionAnswer(QueryDict(query), user)
    assert asked.question.is_valid()
    line = asked.page.line(about) if about else None
    return sentences(asked.page, asked.whose, least=least, about=line)


def test_the_three_lengths_of_the_district(luoxi) -> None:
    words = said(build.leader())

    assert words.line == (
        "2024年1—9月，全区市重点项目完成投资12.0亿元，完成年度目标的97.2%，快于时间进度22.2个百分点。"
    )
    assert words.paragraph == (
        f"{words.line}新开工2个，完成年度目标的66.7%，落后时间进度8.3个百分点；"
        "竣工3个，完成年度目标的75.0%，与时间进度持平。"
        "9月应报月报4个，已审核3个；未报1个，均未计入完成投资。"
    )
    assert words.speech == (
        "全区共有市重点项目4个，总投资60.0亿元（1个未公布总投资，未计入）。"
        f"{words.line}新开工2个，完成年度目标的66.7%，落后时间进度8.3个百分点；"
        "竣工3个，完成年度目标的75.0%，与时间进度持平。"
        "对照时间进度，完成投资、竣工跟上时间进度，新开工落后于时间进度。"
        "从完成投资的完成率看，罗溪镇（140.0%）居前，薛家镇（50.0%）居后。"
        "9月应报月报4个，已审核3个；未报1个，均未计入完成投资。"
    )


def test_a_light_is_named_with_its_number(luoxi) -> None:
    build.target("topped_out", 10)
    build.listing(tower := build.project("塔", organisation=luoxi))
    build.milestone(tower, Stage.TOPPED_OUT, "2024-05-20")

    words = said(build.leader())

    assert "封顶1个，完成年度目标的10.0%，落后时间进度65.0个百分点" in words.paragraph
    assert "封顶亮红灯。" in words.paragraph
    assert "亮" not in words.line


def test_a_unit_and_an_industry_have_their_own(luoxi) -> None:
    unit = said(build.leader(), f"{DAY}&organisation={luoxi.pk}")
    industry = said(build.leader(), f"{DAY}&industry={build.industry('薛家镇产业').pk}&level=all")

    assert unit.line == (
        "2024年1—9月，罗溪镇市重点项目完成投资7.0亿元，完成年度目标的140.0%，快于时间进度65.0个百分点。"
    )
    assert industry.line == "2024年1—9月，全区薛家镇产业全部项目完成投资5.0亿元。"
    assert industry.speech.startswith("全区薛家镇产业共有在库项目1个，总投资20.0亿元。")


def test_staff_have_the_words_of_their_unit_only(luoxi) -> None:
    words = said(build.staff(luoxi))

    assert words.line.startswith("2024年1—9月，罗溪镇市重点项目完成投资7.0亿元")
    assert "薛家镇" not in words.speech
    assert "12.0" not in words.speech


def test_the_page_of_a_number_speaks_of_it_alone(luoxi) -> None:
    words = said(build.leader(), about="started")

    assert words.paragraph == words.line
    assert words.line.startswith("2024年1—9月，全区市重点项目新开工2个")
    assert [length for _, length, _ in words.lengths] == ["一句话", "讲话稿"]
    assert "月报" not in words.speech


def test_nothing_is_said_of_nothing() -> None:
    words = said(build.leader())

    assert words == Sentences("", "", "")
    assert words.lengths == []


def test_what_is_known_within_bounds_only_is_a_range() -> None:
    project = build.project()
    build.listing(project)
    build.milestone(project, Stage.STARTED, "2024-12-31", "year")
    build.target("started", 3)

    assert "新开工0–1个（部分日期只知道大概，待定）" in said(build.leader()).line


@pytest.mark.usefixtures("article")
def test_a_target_that_a_source_calls_met_has_no_rate() -> None:
    words = said(build.leader(), "")

    assert "年度目标已提前完成" in words.paragraph
    assert "%" not in words.line


def test_the_words_follow_the_basis(luoxi) -> None:
    build.seal("2024-09")
    build.report(build.project("补报", organisation=luoxi), "2024-09", 9 * build.YI)
    build.listing(late := build.project("补登", organisation=luoxi))
    build.report(late, "2024-09", build.YI)

    assert "完成投资12.0亿元" in said(build.leader()).line
    assert "完成投资13.0亿元" in said(build.leader(), f"{DAY}&basis=ledger").line


@pytest.mark.parametrize("reader", ["leader", "staff"])
@pytest.mark.parametrize("query", [DAY, f"{DAY}&basis=ledger", f"{DAY}&level=all"])
def test_every_number_is_one_of_the_api(luoxi, reader: str, query: str) -> None:
    """Read back out of the words, and compared with what another system is told of the same question."""
    user = build.leader() if reader == "leader" else build.staff(luoxi)
    told = answer(user, query)
    words = said(user, query)
    printed = NUMBER.findall(words.paragraph.split("月应报月报")[0])

    expected = []
    for each in (each for each in told["indicators"] if each["actual"] is not None):
        expected.append(formats.amount(each["actual"], each["unit"] == "yuan"))
        if each["completion"] is not None:
            expected.append(formats.percent(Fraction(each["completion"])).rstrip("%"))
            expected += [formats.points(Fraction(each["pace_gap"])).lstrip("+−")]
    assert printed == [number for number in expected if number != "0.0"]
    assert len(expected) >= 3


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/completion/", "全区市重点项目完成投资12.0亿元"),
        ("/completion/completed/", "全区市重点项目竣工3个"),
    ],
)
def test_the_pages_offer_them(luoxi, address: str, words: str) -> None:
    page = build.browser_of(build.leader()).get(f"{address}?{DAY}").content.decode()

    assert words in page
    assert page.count("data-copy=") >= 2


@pytest.mark.usefixtures("luoxi")
def test_they_ask_the_database_nothing(django_assert_num_queries) -> None:
    asked = CompletionAnswer(QueryDict(DAY), build.leader())
    assert asked.question.is_valid()
    page, whose = asked.page, asked.whose

    with django_assert_num_queries(0):
        assert sentences(page, whose, least=1).line
    assert page.scope.as_of == date(2024, 9, 30)
    assert {line.indicator for line in page.lines} >= {Indicator.INVESTED}

"""What a bulletin prints: one text for the same values, exact, and narrowed to what a reader may see."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from projects.rules.bulletin import (
    Printed,
    PrintedCounts,
    PrintedLine,
    PrintedStep,
    PrintedUnit,
    figures_of,
    read,
    six_places,
    title_of,
)

DISTRICT, LUOXI, XUEJIA = 1, 2, 3


def line(code: str = "started", actual: int | None = 29, unit: str = "count") -> PrintedLine:
    return PrintedLine(
        code=code,
        label=code,
        unit=unit,
        actual=actual,
        absent="" if actual is not None else "未登记",
        computed=actual,
        source="",
        target=30,
        target_words="",
        completion="0.966667",
        completion_words="96.7%",
        time_progress="0.750000",
        time_words="75.0%",
        pace_gap="0.216667",
        pace_words="+21.7",
        light="green",
        light_words="正常",
    )


def row(organisation: int, *, own: bool = False) -> PrintedUnit:
    return PrintedUnit(organisation, f"单位{organisation}", own, None, 3, (line(),), None)


def bulletin(organisation: int | None = None) -> Printed:
    return Printed(
        title="2024年9月完成情况（市重点）",
        year=2024,
        month=9,
        as_of="2024-09-30",
        known_at="2024-10-08T09:30:00+08:00",
        level="city",
        organisation=organisation,
        scope="全区 市重点项目",
        time_progress="0.750000",
        time_words="75.0%",
        ranked_by="invested",
        ranked_label="完成投资",
        least_ranked=3,
        light_rule=None,
        indicators=(line("invested", 11_030_000_000, "yuan"), line("topped_out", None)),
        units=(row(DISTRICT, own=True), row(LUOXI), row(XUEJIA)),
        funnel=(PrintedStep("started", "开工", 29, None),),
        counts=PrintedCounts(80, 20, 34, None, 80),
        coverage=None,
    )


def no_float(text: str) -> None:
    raise AssertionError(f"a float in the text: {text}")


def test_the_text_comes_back_as_the_same_values() -> None:
    assert read(bulletin().content) == bulletin()


def test_the_text_is_canonical() -> None:
    content = bulletin().content

    data = json.loads(content, parse_float=no_float)
    assert content == json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert data["indicators"][0]["actual"] == 11_030_000_000
    assert data["indicators"][1]["actual"] is None


def test_what_a_later_shape_adds_is_passed_over() -> None:
    data = json.loads(bulletin().content) | {"weather": "晴"}

    assert read(json.dumps(data)) == bulletin()


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", "月报", '{"indicators": 1}'])
def test_what_is_no_bulletin_is_none(content: str) -> None:
    assert read(content) is None


def test_the_fingerprint_is_that_of_the_numbers() -> None:
    later = replace(bulletin(), known_at="2024-10-09T09:30:00+08:00")
    other = replace(later, indicators=(line("invested", 1, "yuan"),))

    assert later.fingerprint == bulletin().fingerprint != other.fingerprint
    assert later.content != bulletin().content


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(6290, 6474), "0.971579"),
        (Fraction(1), "1.000000"),
        (Fraction(-1, 3), "-0.333333"),
        (Fraction(1, 2_000_000), "0.000001"),
        (None, None),
    ],
)
def test_a_share_has_six_places(share: Fraction | None, text: str | None) -> None:
    assert six_places(share) == text


def test_a_unit_sees_its_row_and_no_total() -> None:
    seen = bulletin().narrowed_to({LUOXI})

    assert [row.organisation for row in seen.units] == [LUOXI]
    assert not seen.shows_whole
    assert (seen.indicators, seen.funnel, seen.counts, seen.coverage) == ((), (), None, None)
    assert "11030000000" not in seen.content


def test_a_unit_sees_the_whole_of_its_own_seal() -> None:
    own = bulletin(organisation=LUOXI)

    assert own.narrowed_to({LUOXI}) is own
    assert not own.narrowed_to({XUEJIA}).shows_whole


def test_figures_are_the_known_numbers_by_code_and_unit() -> None:
    figures = {(figure.code, figure.organisation): figure for figure in figures_of(bulletin())}

    assert set(figures) == {
        ("projects", None),
        ("invested", None),
        ("projects", LUOXI),
        ("started", LUOXI),
        ("projects", XUEJIA),
        ("started", XUEJIA),
    }
    assert figures["invested", None].printed == "110.3亿元"
    assert figures["started", LUOXI].printed == "29个"
    assert [figure.position for figure in figures_of(bulletin())] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("level", "unit", "title"),
    [
        ("city", "", "2024年9月完成情况（市重点）"),
        ("", "", "2024年9月完成情况（全部项目）"),
        ("province", "罗溪镇", "2024年9月完成情况（罗溪镇·省重大）"),
    ],
)
def test_titles(level: str, unit: str, title: str) -> None:
    assert title_of(2024, 9, level, unit) == title

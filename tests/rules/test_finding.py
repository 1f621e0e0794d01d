"""What a typed word finds, and what of the text is marked for it."""

import pytest

from projects.rules.finding import Spelling, cut, folded, is_found, spelling, spells, where_found

TEXTS = {
    "name": "超导吸收式热泵机组生产项目",
    "enterprise": "河海（常州）ＬＥＤ集团",
    "former": "３㎡样机、吸收式机组",
    "code": "2412-320411-89-01-123456",
}


def marked(question: str) -> list[tuple[str, str, bool]]:
    return [
        (
            found.field,
            "".join(f"[{part.text}]" if part.is_hit else part.text for part in found.parts),
            found.by_sound,
        )
        for found in where_found(question, TEXTS, spelled=["name", "enterprise", "former"])
    ]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("热泵", [("name", "超导吸收式[热泵]机组生产项目", False)]),
        ("rbjz", [("name", "超导吸收式[热泵机组]生产项目", True)]),
        ("RBJZ", [("name", "超导吸收式[热泵机组]生产项目", True)]),
        ("ｒｂｊｚ", [("name", "超导吸收式[热泵机组]生产项目", True)]),
        ("rebeng", [("name", "超导吸收式[热泵]机组生产项目", True)]),
        ("re'beng", [("name", "超导吸收式[热泵]机组生产项目", True)]),
        ("(常州)", [("enterprise", "河海[（常州）]ＬＥＤ集团", False)]),
        ("（常州）", [("enterprise", "河海[（常州）]ＬＥＤ集团", False)]),
        ("led", [("enterprise", "河海（常州）[ＬＥＤ]集团", False)]),
        ("hhcz", [("enterprise", "[河海（常州]）ＬＥＤ集团", True)]),
        ("3m2", [("former", "[３㎡]样机、吸收式机组", False)]),
        ("２４１２-３２", [("code", "[2412-32]0411-89-01-123456", False)]),
        (
            "机组 吸收",
            [("name", "超导[吸收]式热泵[机组]生产项目", False)],
        ),
        (
            "热泵　河海",
            [
                ("name", "超导吸收式[热泵]机组生产项目", False),
                ("enterprise", "[河海]（常州）ＬＥＤ集团", False),
            ],
        ),
        (
            "rebeng 机",
            [
                ("name", "超导吸收式[热泵机]组生产项目", False),
                ("name", "超导吸收式[热泵机]组生产项目", True),
            ],
        ),
        (
            "热泵河海",
            [
                ("name", "超导吸收式[热泵]机组生产项目", False),
                ("enterprise", "[河海]（常州）ＬＥＤ集团", False),
            ],
        ),
        ("河海集团", [("enterprise", "[河海]（常州）ＬＥＤ[集团]", False)]),
        (
            "hehai机组",
            [
                ("name", "超导吸收式热泵[机组]生产项目", False),
                ("enterprise", "[河海]（常州）ＬＥＤ集团", True),
            ],
        ),
        ("河海苹果", []),
        ("r", []),
        ("苹果", []),
        ("", []),
    ],
)
def test_where_a_question_is_found(question: str, found: list[tuple[str, str, bool]]) -> None:
    assert marked(question) == found


@pytest.mark.parametrize(
    ("word", "groups"),
    [
        ("河海", []),
        ("机", []),
        ("2412-320411", []),
        ("", []),
        ("热泵河", [("热泵",), ("泵河",)]),
        ("热泵河海", [("热泵",), ("河海",)]),
        ("甲乙丙丁戊", [("甲乙",), ("乙丙", "丙丁"), ("丁戊",)]),
        ("ＬＥＤ芯片（二期）", [("led",), ("芯片",), ("二期",)]),
        ("三井5号", [("三井",), ("5号",)]),
    ],
)
def test_how_a_word_is_cut(word: str, groups: list[tuple[str, ...]]) -> None:
    assert cut(word) == groups


@pytest.mark.parametrize(
    ("question", "is_there"),
    [("热泵河海", True), ("河海 rbjz", True), ("", True), ("热泵 苹果", False), ("热泵苹果", False)],
)
def test_every_word_has_to_be_found(question: str, is_there: bool) -> None:
    assert is_found(question, TEXTS, spelled=["name"]) is is_there


@pytest.mark.parametrize("text", ["", "热泵", "𠀀a😀热①", "长 江﹙x﹚", "L-苹果酸", "１号、2#"])
def test_every_sign_has_a_syllable_of_its_own(text: str) -> None:
    assert len(spelling(text).syllables) == len(text)


@pytest.mark.parametrize(
    ("text", "whole", "initials"),
    [
        ("热泵机组", "rebengjizu", "rbjz"),
        ("重庆银行", "chongqingyinhang", "cqyh"),
        ("绿色女装", "lvsenvzhuang", "lsnz"),
        ("ＬＥＤ封装（二期）", "ledfengzhuangerqi", "ledfzeq"),
        ("L-苹果酸", "lpingguosuan", "lpgs"),
    ],
)
def test_a_text_is_spelled_by_its_words(text: str, whole: str, initials: str) -> None:
    assert (spelling(text).whole, spelling(text).initials) == (whole, initials)


@pytest.mark.parametrize(
    ("word", "sound"),
    [
        ("rbjz", "rbjz"),
        ("lü", "lv"),
        ("ＲＢ", "rb"),
        ("2qi", "2qi"),
        ("r", ""),
        ("热b", ""),
        ("2024", ""),
        ("a-b", ""),
    ],
)
def test_what_counts_as_a_spelling(word: str, sound: str) -> None:
    assert spells(word) == sound


def test_width_and_case_are_folded() -> None:
    assert folded("ＬＥＤ（一期）ﬁ") == "led(一期)fi"


def test_nothing_sounds_like_nothing() -> None:
    assert spelling("") == Spelling(())

"""PDF: Chinese fonts, signs that no font has, nothing typed is markup, the same bytes again."""

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from projects.papers import typesetting
from projects.papers.typesetting import NoChineseFont, breakable, families, missing_signs, typeset

AT = datetime(2024, 9, 30, 12, tzinfo=UTC)


@pytest.fixture
def slip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A template of one line of text."""
    (tmp_path / "slip.typ").write_text(
        '#let data = json("data.json")\n#set document(title: "条", date: none)\n'
        "#set text(font: data.fonts)\n#data.words"
    )
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    return "slip.typ"


def printed(slip: str, words: str) -> str:
    content = typeset(slip, {"words": words}, {}, folder="", at=AT)
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def test_the_system_has_a_chinese_font() -> None:
    assert families("")


def test_a_folder_without_fonts_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoChineseFont, match="FONTS_DIR"):
        families(str(tmp_path))
    with pytest.raises(NoChineseFont, match="fonts-noto-cjk"):
        families(str(tmp_path / "nowhere"))


def test_what_a_person_typed_is_never_markup(slip: str) -> None:
    words = '#panic("x") $x$ *b* _i_ <a> @b \\ // /* "引号" #read("/etc/passwd") = 标题'

    assert printed(slip, words) == re.sub(r"\s", "", words)


def test_a_sign_that_no_font_has_is_seen_and_touches_no_number(slip: str) -> None:
    assert printed(slip, "完成 1 亿元 \ue000 第1\u20e3项 项目") == "完成1亿元〓第1〓项项目"


def test_the_same_data_at_the_same_moment_is_the_same_bytes(slip: str) -> None:
    first, second = (typeset(slip, {"words": "一"}, {}, folder="", at=AT) for _ in range(2))

    assert first == second
    assert first != typeset(slip, {"words": "二"}, {}, folder="", at=AT)


def test_the_compilers_words_are_understood() -> None:
    said = 'the text `"\\u{e000}"` could not be displayed with font `"X"`\nthe text `"😀"` could not be displayed'

    assert missing_signs(said) == {"\ue000", "😀"}
    assert missing_signs(f'{said}\nthe text `"1"` could not be displayed') == {"\ue000", "😀"}
    assert missing_signs('the text `"㐂"` could not be displayed') == {"㐂"}


def test_an_endless_word_may_break() -> None:
    assert breakable("x" * 25) == f"{'x' * 12}\u200b{'x' * 12}\u200bx"
    assert breakable("热泵 short") == "热泵 short"

"""The template: the standard's measures in its XML, an office's own one, and what is refused."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import etree

from projects.papers import document
from projects.papers.bulletin_template import own_template
from projects.papers.document import check_template, made_document
from projects.papers.fields import Fields, plain
from projects.papers.packages import packed, tree, unpacked
from projects.rules.broken import RuleBroken
from tests import build
from tests.papers.test_bulletin import lines_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
AT = build.moment("2024-10-08")


def part(name: str):
    return tree(unpacked(own_template())[name])


def values(node) -> dict[str, str]:
    return {name.removeprefix(W): value for name, value in node.attrib.items()}


# GB/T 9704


def test_the_page_has_the_standards_measures() -> None:
    """A4, 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm, 22 lines."""
    section = part("word/document.xml").find(f".//{W}sectPr")
    margins = {name: int(value) for name, value in values(section.find(f"{W}pgMar")).items()}
    size = {name: int(value) for name, value in values(section.find(f"{W}pgSz")).items()}

    assert size == {"w": 11906, "h": 16838}
    assert (margins["top"], margins["left"]) == (2098, 1587)
    twips = 1440 / 25.4
    assert (size["w"] - margins["left"] - margins["right"]) / twips == pytest.approx(156, abs=0.1)
    assert (size["h"] - margins["top"] - margins["bottom"]) / twips == pytest.approx(225, abs=0.1)
    assert values(section.find(f"{W}docGrid")) == {"type": "lines", "linePitch": "579"}
    assert (size["h"] - margins["top"] - margins["bottom"]) // 579 == 22


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("GwTitle", "方正小标宋简体", "44"),
        ("GwBody", "仿宋_GB2312", "32"),
        ("GwFirst", "黑体", "32"),
        ("GwSecond", "楷体_GB2312", "32"),
        ("GwThird", "仿宋_GB2312", "32"),
    ],
)
def test_each_level_has_its_font_in_every_script(style: str, font: str, size: str) -> None:
    found = next(each for each in part("word/styles.xml") if each.get(f"{W}styleId") == style)

    assert values(found.find(f".//{W}rFonts")) == dict.fromkeys(("ascii", "hAnsi", "eastAsia", "cs"), font)
    assert found.find(f".//{W}rPr/{W}sz").get(f"{W}val") == size
    assert found.find(f".//{W}lang").get(f"{W}eastAsia") == "zh-CN"
    if size == "32":
        assert values(found.find(f".//{W}pPr/{W}spacing"))["line"] == "579"
        assert values(found.find(f".//{W}ind"))["firstLineChars"] == "200"


def test_fonts_have_fallbacks_and_pages_numbers_on_both_sides() -> None:
    fonts = {font.get(f"{W}name"): font.find(f"{W}altName") for font in part("word/fontTable.xml")}
    assert {name: other.get(f"{W}val") for name, other in fonts.items() if other is not None} == {
        "仿宋_GB2312": "仿宋",
        "楷体_GB2312": "楷体",
        "方正小标宋简体": "宋体",
    }
    assert part("word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    feet = [part(f"word/footer{number}.xml") for number in (1, 2)]
    assert {foot.find(f".//{W}jc").get(f"{W}val") for foot in feet} == {"left", "right"}
    for foot in feet:
        assert foot.find(f".//{W}instrText").text.strip() == "PAGE"
        assert foot.find(f".//{W}rPr/{W}sz").get(f"{W}val") == "28"


def test_tables_repeat_their_head_and_keep_rows_together() -> None:
    tables = list(part("word/document.xml").iter(f"{W}tbl"))
    assert len(tables) == 2
    for table in tables:
        rows = list(table.iter(f"{W}tr"))
        assert rows[0].find(f".//{W}tblHeader") is not None
        assert all(row.find(f".//{W}cantSplit") is not None for row in rows)


def test_the_systems_template_is_the_same_every_time_and_passes_its_own_check() -> None:
    before = own_template()
    own_template.cache_clear()

    assert own_template() == before
    check_template(before)


# Filling


def template(*paragraphs: str, **parts: bytes) -> bytes:
    """The system's template with other paragraphs, and other parts by their names with __ for /."""
    found = unpacked(own_template())
    root = tree(found["word/document.xml"])
    body = root.find(f"{W}body")
    for child in list(body):
        if child.tag != f"{W}sectPr":
            body.remove(child)
    for place, words in enumerate(paragraphs):
        paragraph = etree.Element(f"{W}p")
        etree.SubElement(etree.SubElement(paragraph, f"{W}r"), f"{W}t").text = words
        body.insert(place, paragraph)
    found["word/document.xml"] = etree.tostring(root)
    return packed(found | {name.replace("__", "/"): content for name, content in parts.items()})


def filled(content: bytes, **data) -> list[str]:
    return lines_of(made_document(content, data, {}, origin={}, at=AT))


def test_an_offices_words_are_filled_and_nothing_is_lost() -> None:
    assert filled(template("请看{{ title }}。"), title="A & B <c> “d”") == ["请看A & B <c> “d”。"]


def test_numbers_of_one_paragraph_are_bound_in_their_order() -> None:
    fields = Fields()
    words = f"完成{fields('t_a', '12.5')}亿元，{fields('t_r', '97.2%')}。"
    made = made_document(template("共：{{ words }}"), {"words": words}, fields.values, origin={}, at=AT)

    assert lines_of(made) == ["共：完成12.5亿元，97.2%。"]
    kept = document.kept_paper(made)
    assert kept.found == {"t_a": ["12.5"], "t_r": ["97.2%"]}
    assert kept.keys == {"t_a", "t_r"}
    assert document.differences(kept, fields.values) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{{ nothing }}", "模板填不上"),
        ("{{ ''.__class__.__mro__ }}", "模板填不上"),
        ("{{ title.__init__.__globals__ }}", "模板填不上"),
        ("{{ cycler.__init__ }}", "模板填不上"),
        ("{% for x in range(9) %}{% endfor %}", "模板填不上"),
        ("{{ 9 ** 9 ** 9 }}", "模板填不上"),
        ("{{ 'x' * 999999999 }}", "模板填不上"),
        ("{{ '%999999999s' % 'x' }}", "模板填不上"),
        ("{{ title", "模板填不上"),
        ("{{ title|center(9999999999) }}", "模板"),
    ],
)
def test_a_template_reads_its_own_data_only(words: str, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        filled(template(words), title="题")


def test_an_endless_template_is_ended() -> None:
    loops = "{% for a in big %}" * 6 + "x" + "{% endfor %}" * 6

    with pytest.raises(RuleBroken, match="内容过大"):
        filled(template(loops), big=list(range(200)))


# What is refused


@pytest.mark.parametrize("words", ["完成投资 629.0 亿元", "完成率97.2%", "新开工 12 个"])
def test_a_typed_number_is_bound_to_nothing(words: str) -> None:
    with pytest.raises(RuleBroken, match="没有绑定"):
        check_template(template(words))
    check_template(template("完成投资{{ title }}亿元，见附件1，一、1. （1）"))


def relation(target: str) -> bytes:
    names = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{names}"><Relationship Id="r" Type="t" {target}/></Relationships>'.encode()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word__vbaProject.bin": b"x"}, "宏"),
        ({"word__embeddings__a.xlsx": b"x"}, "宏或嵌入"),
        ({"word___rels__document.xml.rels": relation('Target="http://x" TargetMode="External"')}, "外部"),
        ({"word__header9.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, "不是 Word"),
        ({"word__header9.xml": b"<a>"}, "不是 Word"),
    ],
)
def test_a_dangerous_package_is_refused(parts: dict[str, bytes], said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        check_template(template("{{ title }}", **parts))


def test_a_field_that_computes_is_refused() -> None:
    content = template("{{ title }}")
    parts = unpacked(content)
    code = b'<w:r><w:instrText>INCLUDETEXT "/etc/passwd"</w:instrText></w:r></w:p>'
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:p>", code, 1)

    with pytest.raises(RuleBroken, match="只能用页码"):
        check_template(packed(parts))


def test_what_grows_too_large_or_is_no_document_is_refused() -> None:
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * 30_000_000)
    for content, said in (
        (written.getvalue(), "解开后过大"),
        (b"x" * 3_000_000, "模板过大"),
        (b"PK\x03\x04", "不是 Word"),
        (packed({"a": b"b"}), "不是 Word"),
    ):
        with pytest.raises(RuleBroken, match=said):
            check_template(content)


def test_marks_in_a_text_of_the_register_are_no_field() -> None:
    assert plain("a\ue0f0t_a\ue0f1b\ue0f2\x00c") == "at_abc"
    with pytest.raises(ValueError, match="no key"):
        Fields()("x" * 40, "1")
    fields = Fields()
    fields("a", "1")
    with pytest.raises(ValueError, match="two values"):
        fields("a", "2")
    assert fields("b", "") == ""


# Sent by the office


@pytest.mark.django_db
def test_an_office_gets_its_own_template_filled() -> None:
    browser, seal = build.browser_of(build.office()), build.seal("2024-09")
    own = SimpleUploadedFile("我的.docx", template("本区版式：{{ title }}"))

    response = browser.post(f"/bulletins/{seal.pk}/paper/", {"template": own})

    assert response.status_code == 200
    assert lines_of(response.content) == ["本区版式：关于2024年9月完成情况（市重点）的通报"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.docx", b"no", "这不是 Word 文档"),
        ("a.doc", b"no", "请选择 Word 文档"),
        ("a.docx", template("完成 5 亿元"), "没有绑定指标"),
        ("a.docx", template("{{ secret }}"), "模板填不上"),
    ],
)
def test_a_faulty_one_is_told_why(name: str, content: bytes, said: str) -> None:
    browser, seal = build.browser_of(build.office()), build.seal("2024-09")

    response = browser.post(f"/bulletins/{seal.pk}/paper/", {"template": SimpleUploadedFile(name, content)})

    assert response.status_code == 422
    assert said in response.content.decode()


@pytest.mark.django_db
def test_the_systems_template_is_there_to_change() -> None:
    assert build.browser_of(build.leader()).get("/bulletins/paper-template.docx").content == own_template()

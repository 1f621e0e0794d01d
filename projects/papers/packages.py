"""A .docx or .pptx as a package: what of an office's own template is refused, and equal bytes for equal content."""

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from lxml import etree

from projects.rules.broken import RuleBroken

MOST_BYTES, MOST_UNPACKED, MOST_PARTS = 2_000_000, 20_000_000, 200
DOCUMENT = "word/document.xml"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every part: a moment would make other bytes each time."""
NO_DOCX = "这不是 Word 文档（.docx）。"
_FIELD_CODE = re.compile(r"\s*(PAGE|NUMPAGES)\b", re.IGNORECASE)
_REFUSED_PARTS = re.compile(r"vbaProject|/embeddings/|/activeX/|\.bin$", re.IGNORECASE)
_PRINTER = re.compile(r"/printerSettings\d*\.bin$")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EDITED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")


LIMITS = (MOST_BYTES, MOST_PARTS, MOST_UNPACKED)


def unpacked(
    content: bytes, main: str = DOCUMENT, fault: str = NO_DOCX, limits: tuple[int, int, int] = LIMITS
) -> dict[str, bytes]:
    """The parts of a package by name. RuleBroken for what has no part `main` (with the sentence `fault`), or is larger
    than `limits`: bytes, parts, bytes when it is unpacked.
    """
    most, parts, most_unpacked = limits
    if len(content) > most:
        raise RuleBroken(f"模板过大，最多 {most // 1_000_000} MB。")
    try:
        with ZipFile(BytesIO(content)) as package:
            infos = package.infolist()
            if len(infos) > parts or sum(info.file_size for info in infos) > most_unpacked:
                raise RuleBroken("模板解开后过大，不能使用。")
            found = {info.filename: package.read(info) for info in infos}
    except (BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError) as broken:
        raise RuleBroken(fault) from broken
    if main not in found or "[Content_Types].xml" not in found:
        raise RuleBroken(fault)
    return found


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a package of our own."""
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The package; equal parts give equal bytes."""
    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = ZipInfo(name, FIRST_DAY)
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            info.create_system = 3
            package.writestr(info, parts[name])
    return written.getvalue()


def tree(content: bytes, fault: str = NO_DOCX) -> Any:
    """The XML of a part. RuleBroken with the sentence `fault` where it cannot be read, or declares entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RuleBroken(fault)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise RuleBroken(fault) from broken


def written(root: Any) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def edited_parts(parts: Mapping[str, bytes]) -> list[str]:
    """The parts in which a template may have tags: the text, its heads and feet."""
    return sorted(name for name in parts if _EDITED.fullmatch(name))


def check(parts: Mapping[str, bytes]) -> None:
    """RuleBroken for a template with macros, embedded objects, links to the outside or fields that compute."""
    check_parts(parts)
    for name in edited_parts(parts):
        _check_fields(tree(parts[name]))


def check_parts(parts: Mapping[str, bytes], fault: str = NO_DOCX) -> None:
    """RuleBroken for macros, embedded objects, links to the outside and XML that declares entities."""
    for name, content in parts.items():
        if _REFUSED_PARTS.search(name) and not _PRINTER.search(name):
            raise RuleBroken("模板里有宏或嵌入的对象（图表也是），请去掉后再用。")
        if name.endswith((".xml", ".rels")):
            root = tree(content, fault)
            if name.endswith(".rels") and any(each.get("TargetMode") == "External" for each in root):
                raise RuleBroken("模板里有指向外部的链接，请去掉后再用。")


def _check_fields(root: Any) -> None:
    codes = [node.text or "" for node in root.iter(f"{_W}instrText") if (node.text or "").strip()]
    codes += [node.get(f"{_W}instr") or "" for node in root.iter(f"{_W}fldSimple")]
    for code in codes:
        if not _FIELD_CODE.match(code):
            raise RuleBroken(f"模板里有域“{code.strip()[:20]}”，只能用页码。")
    if next(root.iter(f"{_W}object", f"{_W}altChunk", f"{_W}control"), None) is not None:
        raise RuleBroken("模板里有宏或嵌入的对象，请去掉后再用。")


_TYPED = re.compile(r"\d\s{0,3}(?:亿元|万元|元|个百分点|个|%|天|位)")
_EDGE = re.compile(r"\{[{%#]|[}%#]\}")
"""Where a tag of the template begins or ends."""


def _with_its_digits(words: str, typed: re.Match[str]) -> str:
    """The whole number, of which the match has the last digit and the unit."""
    begin = typed.start()
    while begin and words[begin - 1] in "0123456789.,":
        begin -= 1
    return words[begin : typed.end()]


def typed_numbers(parts: Mapping[str, bytes]) -> list[str]:
    """Numbers with a unit that a person typed into a template: they are bound to no figure."""
    return typed_numbers_in([tree(parts[name]) for name in edited_parts(parts)], _W)


def typed_numbers_in(roots: Iterable[Any], names: str) -> list[str]:
    """The same for the XML of parts whose paragraphs and texts are `p` and `t` of the namespace `names`."""
    found: list[str] = []
    for root in roots:
        for paragraph in root.iter(f"{names}p"):
            words = "".join(node.text or "" for node in paragraph.iter(f"{names}t"))
            outside = " ".join(_EDGE.split(words)[::2])
            found += [_with_its_digits(outside, typed) for typed in _TYPED.finditer(outside)]
    return found

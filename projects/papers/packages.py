"""The .docx as a package: what of an office's own template is refused, and the same bytes for the same content."""

import re
from collections.abc import Mapping
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
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EDITED = re.compile(r"word/(document|header\d*|footer\d*)\.xml")


def unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a package by name. RuleBroken for what is no .docx, or grows too large when it is unpacked."""
    if len(content) > MOST_BYTES:
        raise RuleBroken(f"模板过大，最多 {MOST_BYTES // 1_000_000} MB。")
    try:
        with ZipFile(BytesIO(content)) as package:
            infos = package.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
                raise RuleBroken("模板解开后过大，不能使用。")
            found = {info.filename: package.read(info) for info in infos}
    except (BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError) as broken:
        raise RuleBroken(NO_DOCX) from broken
    if DOCUMENT not in found or "[Content_Types].xml" not in found:
        raise RuleBroken(NO_DOCX)
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


def tree(content: bytes) -> Any:
    """The XML of a part. RuleBroken where it cannot be read, or declares entities."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise RuleBroken(NO_DOCX)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise RuleBroken(NO_DOCX) from broken


def written(root: Any) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def edited_parts(parts: Mapping[str, bytes]) -> list[str]:
    """The parts in which a template may have tags: the text, its heads and feet."""
    return sorted(name for name in parts if _EDITED.fullmatch(name))


def check(parts: Mapping[str, bytes]) -> None:
    """RuleBroken for a template with macros, embedded objects, links to the outside or fields that compute."""
    for name, content in parts.items():
        if _REFUSED_PARTS.search(name):
            raise RuleBroken("模板里有宏或嵌入的对象，请去掉后再用。")
        if name.endswith(".rels"):
            for relation in tree(content):
                if relation.get("TargetMode") == "External":
                    raise RuleBroken("模板里有指向外部的链接，请去掉后再用。")
    for name in edited_parts(parts):
        _check_fields(tree(parts[name]))


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
    found: list[str] = []
    for name in edited_parts(parts):
        for paragraph in tree(parts[name]).iter(f"{_W}p"):
            words = "".join(node.text or "" for node in paragraph.iter(f"{_W}t"))
            outside = " ".join(_EDGE.split(words)[::2])
            found += [_with_its_digits(outside, typed) for typed in _TYPED.finditer(outside)]
    return found

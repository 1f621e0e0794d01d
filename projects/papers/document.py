"""A paper as .docx: the template filled, its numbers bound, and what the paper keeps of where they come from.

Custom properties hold the digest of the seal, the part that the reader may see, the digest of the template and of the
fields, and the keys that were bound: an editing save leaves them, so that `verify_papers` can compute all again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from lxml import etree

from projects.papers import filling
from projects.papers.children import Child, made_by
from projects.papers.fields import bind, digest_of, read_back
from projects.papers.packages import check, edited_parts, packed, tree, typed_numbers, unpacked, written
from projects.rules.broken import RuleBroken
from projects.vocabulary import MADE_UP

if TYPE_CHECKING:
    from projects.papers.bulletin import BulletinPaper

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CHILD = Child(
    filling.__name__, "made.docx", "模板填不上", "模板填写用时过长或内容过大，没有生成。请检查模板里的循环。"
)
CUSTOM, RELATIONS, TYPES, CORE = (
    "docProps/custom.xml",
    "_rels/.rels",
    "[Content_Types].xml",
    "docProps/core.xml",
)
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TEXT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
KEYS = "hp_keys_"
LONGEST_PROPERTY = 200


def check_template(content: bytes) -> None:
    """RuleBroken for a template that is unsafe, or holds a number that is bound to no figure."""
    parts = unpacked(content)
    check(parts)
    if typed := typed_numbers(parts):
        raise RuleBroken(f"模板里直接写了数字“{typed[0]}”，没有绑定指标。请换成系统的栏目，或写成汉字。")


def made_document(
    template: bytes,
    data: Mapping[str, Any],
    fields: Mapping[str, str],
    *,
    origin: Mapping[str, str],
    at: datetime,
) -> bytes:
    """The filled template; the same bytes for the same template, data and moment. Raises RuleBroken.

    `origin`: what the numbers come from, kept as properties.
    """
    check_template(template)
    parts = unpacked(_filled(template, data))
    bound: dict[str, str] = {}
    for name in edited_parts(parts):
        root = tree(parts[name])
        bind(root)
        bound |= {key: fields[key] for key in read_back(root)}
        parts[name] = written(root)
    properties = {
        **origin,
        "hp_template": hashlib.sha256(template).hexdigest(),
        "hp_fields": digest_of(bound),
        **spread(sorted(bound)),
    }
    keep(parts, properties)
    parts[CORE] = core_properties(at)
    return packed(parts)


def filled_bulletin(paper: "BulletinPaper", template: bytes) -> bytes:
    """The bulletin as .docx; where the data is made up, its title says so, whatever the template. Raises RuleBroken."""
    data = paper.data
    if settings.DEMO:
        data = data | {"title": f"{data['title']}（{MADE_UP}）"}
    return made_document(template, data, paper.fields, origin=paper.origin, at=paper.known_at)


def spread(keys: list[str]) -> dict[str, str]:
    """The keys over as many properties as they need."""
    found: list[str] = [""]
    for key in keys:
        if len(found[-1]) + len(key) >= LONGEST_PROPERTY:
            found.append("")
        found[-1] = f"{found[-1]} {key}".strip()
    return {f"{KEYS}{place:03}": words for place, words in enumerate(found)}


def _filled(template: bytes, data: Mapping[str, Any]) -> bytes:
    return made_by(
        CHILD, {"template.docx": template, "data.json": json.dumps(data, ensure_ascii=False).encode()}
    )


def keep(parts: dict[str, bytes], properties: Mapping[str, str]) -> None:
    """Put custom properties into a package; those that it had are gone."""
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _TEXT})
    for number, (name, value) in enumerate(properties.items(), start=2):
        entry = etree.SubElement(
            root, f"{{{_PROPERTIES}}}property", {"fmtid": _FMTID, "pid": str(number), "name": name}
        )
        etree.SubElement(entry, f"{{{_TEXT}}}lpwstr").text = value
    parts[CUSTOM] = written(root)
    relations = tree(parts[RELATIONS])
    if not any(each.get("Type") == _RELATION for each in relations):
        about = {"Id": "rIdPaper", "Type": _RELATION, "Target": CUSTOM}
        etree.SubElement(relations, f"{{{_RELATIONS}}}Relationship", about)
        parts[RELATIONS] = written(relations)
    types = tree(parts[TYPES])
    if not any(each.get("PartName") == f"/{CUSTOM}" for each in types):
        about = {"PartName": f"/{CUSTOM}", "ContentType": _CUSTOM_TYPE}
        etree.SubElement(types, f"{{{_TYPES}}}Override", about)
        parts[TYPES] = written(types)


def core_properties(at: datetime) -> bytes:
    """Who and when: nobody, and the moment of the seal, so that the bytes are the same again."""
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    namespaces = (
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    )
    days = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{moment}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}<cp:coreProperties {namespaces}>{days}</cp:coreProperties>".encode()


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """What a paper says of itself. `found`: the texts of its fields by key; `keys`: those that it was made with."""

    properties: dict[str, str]
    found: dict[str, list[str]]

    @property
    def keys(self) -> set[str]:
        return {
            key for name, words in self.properties.items() if name.startswith(KEYS) for key in words.split()
        }


def kept_paper(content: bytes) -> KeptPaper:
    """Read a paper back, also one that was edited. RuleBroken where it is none."""
    parts = unpacked(content)
    found: dict[str, list[str]] = {}
    for name in edited_parts(parts):
        for key, words in read_back(tree(parts[name])).items():
            found[key] = [*found.get(key, []), *words]
    return KeptPaper(properties_of(parts), found)


def properties_of(parts: Mapping[str, bytes]) -> dict[str, str]:
    """The custom properties of a package."""
    if CUSTOM not in parts:
        return {}
    return {entry.get("name") or "": "".join(entry.itertext()) for entry in tree(parts[CUSTOM])}


def differences(kept: KeptPaper, fields: Mapping[str, str]) -> list[str]:
    """What a paper says otherwise than `fields`, computed again: a sentence for each number."""
    told = []
    for key in sorted(kept.keys - set(kept.found)):
        told.append(f"{key}：书签没有了，应为“{fields.get(key, '')}”")
    for key, texts in sorted(kept.found.items()):
        if key not in fields:
            told.append(f"{key}：封存里没有这个数字，文中为“{texts[0]}”")
            continue
        told += [f"{key}：文中为“{text}”，应为“{fields[key]}”" for text in texts if text != fields[key]]
    expected = {key: fields[key] for key in kept.keys if key in fields}
    if digest_of(expected) != kept.properties.get("hp_fields"):
        told.append("栏目的摘要不符：生成时的数字与现在重新计算的不同")
    return told

"""Make a presentation of somebody an empty one to draw in, and find its layouts. Nothing of Django is loaded here."""

from typing import Any

from lxml import etree
from pptx.oxml.ns import qn

from projects.papers.deck.master import named_typefaces

NO_TITLE = "母版里没有带标题的版式，请在 PowerPoint 的母版视图里保留“标题幻灯片”和“仅标题”两种版式"


class Faulty(Exception):
    """A sentence for the office."""


def drop_slides(presentation: Any) -> None:
    """A master comes with sample slides; nothing may point at them afterwards."""
    root, part = presentation.part._element, presentation.part
    for entry in list(root.get_or_add_sldIdLst()):
        part.drop_rel(entry.rId)
        root.sldIdLst.remove(entry)
    for tag in ("p:custShowLst", "p:extLst"):
        for node in root.findall(qn(tag)):
            root.remove(node)


def name_typefaces(presentation: Any) -> None:
    """In every theme that names none for Chinese."""
    for master in presentation.slide_masters:
        for rel in master.part.rels.values():
            if not rel.is_external and rel.reltype.endswith("/theme"):
                theme = etree.fromstring(rel.target_part.blob)
                named_typefaces(theme)
                rel.target_part._blob = etree.tostring(
                    theme, xml_declaration=True, encoding="UTF-8", standalone=True
                )


def layouts(presentation: Any) -> tuple[Any, Any]:
    """For the first slide and for all others."""
    found = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
    titled = [
        layout
        for layout in found
        if any(role(shape) in ("title", "ctrTitle") for shape in layout.placeholders)
    ]
    if not titled:
        raise Faulty(NO_TITLE)
    kinds = {layout._element.get("type"): layout for layout in reversed(titled)}
    content = kinds.get("titleOnly") or kinds.get("obj") or titled[-1]
    return kinds.get("title") or content, content


def role(shape: Any) -> str:
    """Of a placeholder: title, subTitle, sldNum …"""
    return shape._element.ph.get("type") or "obj"

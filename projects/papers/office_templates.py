"""The file that a paper is made with: the version of the office that is in force, or the system's own."""

from projects.models import PaperTemplate
from projects.papers.bulletin_template import own_template
from projects.papers.deck.master import own_master
from projects.rules.broken import RuleBroken
from projects.vocabulary import PaperKind


def template_content(kind: PaperKind, template: PaperTemplate | None) -> bytes:
    """The bytes of a version; of the system's own where there is none. RuleBroken for a lost file."""
    if template is None or not template.file:
        return own_master() if kind == PaperKind.DECK else own_template()
    try:
        with template.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as lost:
        raise RuleBroken(f"{template.noun}（{template}）的文件不在了，请重新上传。") from lost
    return content

"""`{% joined %}`: a long line of a template, written on several lines.

A browser shows a line break between two Chinese words as a space. Inside this tag line breaks and the spaces around
them are removed when the template is compiled, so that the output is the same as from a single line. The tag is
available in every template.
"""

from django import template
from django.template.base import Node, NodeList, Parser, TextNode, Token
from django.template.context import Context
from django.utils.safestring import SafeString

register = template.Library()


class JoinedNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        return self.nodelist.render(context)


@register.tag
def joined(parser: Parser, token: Token) -> JoinedNode:
    """Remove the line breaks of the template's own text; values that the template prints keep theirs."""
    nodelist = parser.parse(("endjoined",))
    parser.delete_first_token()
    for text in nodelist.get_nodes_by_type(TextNode):
        if isinstance(text, TextNode):
            text.s = _without_line_breaks(text.s)
    return JoinedNode(nodelist)


def _without_line_breaks(text: str) -> str:
    """The lines joined; spaces stay at the two ends, where a value of the template may stand beside them."""
    first, *others = text.split("\n")
    if not others:
        return text
    *between, last = others
    return first.rstrip() + "".join(line.strip() for line in between) + last.lstrip()

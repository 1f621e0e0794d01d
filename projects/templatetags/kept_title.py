"""`{% kept_title %}…{% endkept_title %}`: prints the title of the page and keeps it for its running head on paper.

A template may state a block once only, and the title stands twice: in the browser's tab and on every printed sheet.
"""

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString

register = template.Library()


class KeptTitleNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        title = self.nodelist.render(context)
        context.dicts[0]["page_title"] = title  # below every block, so that those that follow find it
        return title


@register.tag
def kept_title(parser: Parser, token: Token) -> KeptTitleNode:
    nodelist = parser.parse(("endkept_title",))
    parser.delete_first_token()
    return KeptTitleNode(nodelist)

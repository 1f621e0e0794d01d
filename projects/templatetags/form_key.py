"""`{% csrf_token %}` for the forms of all pages and the admin: adds the key of the form to Django's token.

The settings load this after Django's own tags, so that no form can be written without a key.
"""

import secrets

from django import template
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

FORM_KEY = "form_key"


class KeyedFormNode(CsrfTokenNode):
    """Django's hidden token, and a hidden random key that identifies the form when it is sent twice."""

    def render(self, context: Context) -> SafeString:
        token = super().render(context)
        if not token:
            return SafeString("")
        field = '{}<input type="hidden" name="{}" value="{}">'
        return format_html(field, token, FORM_KEY, secrets.token_urlsafe(12))


@register.tag
def csrf_token(parser: template.base.Parser, token: template.base.Token) -> KeyedFormNode:
    return KeyedFormNode()

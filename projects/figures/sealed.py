"""Sealed months: the numbers that a seal of a scope keeps."""

from datetime import datetime

from projects.figures.completion.page import completion_page
from projects.figures.completion.published import newest_published
from projects.figures.printed import printed
from projects.figures.scope import Scope
from projects.rules.bulletin import Printed


def printed_month(scope: Scope, *, known_at: datetime, ranked_by: str, least: int) -> Printed:
    """What a seal of the scope prints: the register, and what was published of the day, but no other seal."""
    stated = newest_published(scope.year, scope.whose, by=scope.as_of)
    published = [figure for figure in stated.figures if not figure.bulletin.is_sealed]
    return printed(completion_page(scope, published), known_at=known_at, ranked_by=ranked_by, least=least)

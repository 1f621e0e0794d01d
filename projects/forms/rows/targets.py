"""A row of a table of targets: the unit, and the year's amount of each indicator."""

from collections.abc import Sequence

from projects.forms.rows.cells import Cells, Judge, by_amount, by_number, by_words, unit_words
from projects.forms.target import amount_field
from projects.models import Organisation
from projects.vocabulary import MONEY_INDICATORS, Indicator

DISTRICT = 0
"""The number that stands for the whole district, which has no unit of its own."""

_DISTRICT_WORDS = ("全区", "高新区", "全区目标", "区本级")


def target_cells(units: Sequence[Organisation]) -> Cells:
    """The judges of all columns. A target is taken back on its page only: no cell may be emptied."""
    words = {unit: DISTRICT if pk in _wholes(units) else pk for unit, pk in unit_words(units).items()}
    judges: dict[str, Judge] = {
        "organisation": by_words(dict.fromkeys(_DISTRICT_WORDS, DISTRICT) | words, what="单位")
    }
    for indicator in Indicator:
        is_money = (
            indicator in MONEY_INDICATORS
        )  # a sheet states its unit; the page's 亿元 is not guessed here
        judges[indicator.value] = by_amount if is_money else by_number(amount_field(indicator))
    return Cells(judges)


def _wholes(units: Sequence[Organisation]) -> set[int]:
    return {unit.pk for unit in units if unit.is_district}

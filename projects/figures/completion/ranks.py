"""The rows of a page in the order of their completion rate of an indicator."""

from collections.abc import Sequence
from dataclasses import replace

from projects.figures.completion.lines import RowLine
from projects.rules.completion import ranks


def ranked(
    rows: Sequence[RowLine], *, by: str, least: int, judged: Sequence[RowLine] | None = None
) -> list[RowLine]:
    """Rows by completion rate of an indicator, the best first; equal rates share a rank. A rate that is known within
    bounds has a rank where these do not overlap another's, else its rank is pending.

    Rows with fewer than `least` projects, and rows without a rate, follow unranked in their own order.
    `judged`: the rows whose rates and projects count, by label; the rows themselves unless stated.
    """
    counted = {row.label: row for row in (rows if judged is None else judged)}
    completions = {label: row.line(by).completion for label, row in counted.items()}
    rates = {
        label: rate
        for label, completion in completions.items()
        if counted[label].holding.count >= least and (rate := completion.shares)
    }
    rows = [replace(row, rate=completions.get(row.label)) for row in rows]
    counting = sorted(
        (row for row in rows if row.label in rates), key=lambda row: rates[row.label], reverse=True
    )
    places = ranks([rates[row.label] for row in counting])
    placed = [
        replace(
            row, rank=place, is_rank_pending=place is None, is_tied=bool(place) and places.count(place) > 1
        )
        for row, place in zip(counting, places, strict=True)
    ]
    return placed + [row for row in rows if row.label not in rates]

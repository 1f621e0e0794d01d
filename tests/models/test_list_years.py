"""Which list year a project has on a day, and which years a new list may have."""

from datetime import date

import pytest

from projects.models import Project
from projects.models.listing import list_year, year_fault, year_question
from tests import build

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("listings", "year", "levels"),
    [
        ([], None, ()),
        ([("city", 2026)], 2026, ("city",)),
        ([("city", 2025)], 2025, ("city",)),
        ([("city", 2025), ("province", 2024)], 2025, ("city",)),
        ([("city", 2025), ("province", 2026)], 2026, ("province",)),
        ([("city", 2025), ("province", 2027)], 2025, ("city",)),  # next year's begins next year
        ([("city", 2025), ("province", 2062)], 2025, ("city",)),
        ([("city", 2062)], None, ()),
        ([("city", 2025), ("city", 2026, "2026-02-01")], 2026, ()),  # taken off: not back on last year's
        ([("city", 2026, "2026-02-01"), ("district", 2026)], 2026, ("district",)),
        ([("city", 2026, "2026-04-01")], 2026, ("city",)),  # not yet
        ([("city", 2025), ("province", 2026, None, "2026-03-02")], 2025, ("city",)),  # from tomorrow on
        ([("city", 2025), ("province", 2026, None, "2026-03-01")], 2026, ("province",)),
        ([("city", 2026, "2026-02-15", "2026-02-01")], 2026, ()),
    ],
)
@pytest.mark.django_db
def test_without_a_year_each_project_has_its_own(listings, year, levels) -> None:
    project, other = build.project(), build.project()
    build.listing(other, "district", 2026)
    for level, of_year, *days in listings:
        removed, listed = (*days, None, None)[:2]
        reason = {"removed_on": removed, "removed_reason": "停建"} if removed else {}
        build.listing(project, level, of_year, listed_on=listed, **reason)

    found = Project.objects.with_levels(None, as_of=DAY).get(pk=project.pk)
    filtered = [
        level
        for level in ("province", "city", "district")
        if Project.objects.listed_in(None, level=level, as_of=DAY).filter(pk=project.pk).exists()
    ]

    assert found.list_year == year == list_year(project.listings.all(), as_of=DAY)
    assert tuple(filtered) == levels
    assert (
        tuple(level for level in ("province", "city", "district") if getattr(found, f"on_{level}")) == levels
    )


@pytest.mark.parametrize(
    ("year", "fault", "question"),
    [
        (2000, "", "2000 年"),
        (2025, "", "2025 年"),
        (2026, "", ""),
        (2027, "", ""),
        (2028, "2027 年", "2028 年"),
    ],
)
def test_years_are_bounded_and_unusual_ones_are_asked_about(year: int, fault: str, question: str) -> None:
    told, asked = year_fault(year, today=DAY), year_question(year, today=DAY)

    assert (fault in told, bool(told)) == (True, bool(fault))
    assert (question in asked, bool(asked)) == (True, bool(question))

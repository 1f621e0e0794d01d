"""The benchmark of papers: the bare programs make as many pages as ours, and ours are the papers that people get."""

from datetime import date

import pytest

from bench.papers import bare_cards, bare_deck, ours, pages_of
from projects.vocabulary import Role
from tests import build


@pytest.mark.parametrize("bare", [bare_cards, bare_deck])
def test_a_bare_program_makes_as_many_pages(bare) -> None:
    assert [pages_of(bare(pages)()) for pages in (1, 7)] == [1, 7]


@pytest.mark.django_db
def test_ours_have_a_card_for_each_project_and_a_slide_for_what_is_known() -> None:
    build.person(Role.LEADER, username="leader")
    for name in "甲乙丙":
        build.listing(build.project(name, organisation=build.town()), year=2024)
    as_of = date(2024, 12, 31)

    assert pages_of(ours("cards", as_of)()) == 3
    assert pages_of(ours("deck", as_of)()) >= 2

"""Which project a row is about: for certain, perhaps, or none."""

import pytest

from projects.models import Project
from projects.rules.codes import credit_code_check
from projects.workbooks.matching import (
    FORMER_NAME,
    SAME_CODE,
    SAME_CREDIT_CODE,
    SAME_NAME,
    SIMILAR,
    Sought,
    matches,
    nearest,
)
from tests import build

pytestmark = pytest.mark.django_db

CODE, OTHER_CODE = "2405-320411-04-01-123456", "2405-320411-04-01-654321"
CREDIT = "91320411MA1MKBJ4X" + credit_code_check("91320411MA1MKBJ4X")


def one(sought: Sought, visible=None):
    return matches([sought], visible=Project.objects.all() if visible is None else visible)[0]


def test_the_number_of_an_exported_sheet_decides() -> None:
    known, other = build.project("甲项目"), build.project("乙项目")

    assert one(Sought("乙项目", key=known.pk)).pk == known.pk
    assert one(Sought("乙项目")).pk == other.pk


def test_a_number_that_nobody_has_is_told_and_not_made_into_a_new_project() -> None:
    match = one(Sought("甲项目", key=99_999))

    assert (match.pk, match.is_hidden) == (None, True)


@pytest.mark.parametrize(
    "sought",
    [
        Sought("热泵项目（一期）", "河海公司"),
        Sought("热泵项目(一期)", "河海公司"),
        Sought(" 热泵项目（一期） ", ""),
        Sought("热泵项目（一期）", "别的公司", CODE),
    ],
)
def test_the_same_name_is_the_same_project(sought: Sought) -> None:
    project = build.project("热泵项目（一期）", enterprise="河海公司", national_code=CODE)

    assert one(sought).pk == project.pk


@pytest.mark.parametrize(
    ("sought", "why"),
    [
        (Sought("全新的名字", "河海公司", CODE), SAME_CODE),
        (Sought("热泵项目", "别的公司"), SAME_NAME),
        (Sought("老热泵项目", "河海公司"), FORMER_NAME),
        (Sought("减震器产线", "河海公司", credit_code=CREDIT), SAME_CREDIT_CODE),
        (Sought("热泵机组项目", "别的公司"), SIMILAR),
    ],
)
def test_what_it_may_be_is_asked_with_the_reason(sought: Sought, why: str) -> None:
    build.project(
        "热泵项目", enterprise="河海公司", national_code=CODE, credit_code=CREDIT, former_names="老热泵项目"
    )
    if why == SIMILAR:
        Project.objects.get().delete()
        build.project("热泵机组生产项目", enterprise="河海公司")

    match = one(sought)

    assert match.pk is None
    assert [candidate.why for candidate in match.candidates] == [why]


def test_a_code_that_differs_makes_the_same_name_a_question() -> None:
    build.project("热泵项目", enterprise="", national_code=CODE)

    match = one(Sought("热泵项目", "河海公司", OTHER_CODE))

    assert (match.pk, [candidate.why for candidate in match.candidates]) == (None, [SAME_NAME])


def test_two_of_one_name_are_a_question_where_the_row_names_no_enterprise() -> None:
    build.project("热泵项目", enterprise="甲公司"), build.project("热泵项目", enterprise="乙公司")

    match = one(Sought("热泵项目"))

    assert match.pk is None
    assert {candidate.enterprise for candidate in match.candidates} == {"甲公司", "乙公司"}


def test_what_the_reader_may_not_see_is_neither_matched_nor_told() -> None:
    build.project("热泵项目", enterprise="河海公司", credit_code=CREDIT)

    certain = one(Sought("热泵项目", "河海公司"), Project.objects.none())
    perhaps = one(Sought("减震器产线", "别家", credit_code=CREDIT), Project.objects.none())

    assert (certain.pk, certain.is_hidden) == (None, True)
    assert (perhaps.is_hidden, perhaps.candidates) == (False, [])


def test_who_has_the_code_and_the_name_is_told() -> None:
    owner, other = build.project("甲", enterprise="甲公司", national_code=CODE), build.project("乙")

    match = one(Sought("甲", "甲公司", CODE, key=other.pk))

    assert (match.pk, match.code_owner, match.name_owner) == (other.pk, owner.pk, owner.pk)


@pytest.mark.parametrize("size", [3, 60])
def test_the_register_is_read_twice_at_most(size: int, django_assert_max_num_queries) -> None:
    for number in range(size):
        build.project(f"项目{number}")

    with django_assert_max_num_queries(3):
        matches([Sought(f"第{number}个新项目") for number in range(size)], visible=Project.objects.all())


def test_names_that_match_nothing_are_told_their_nearest_the_nearest_first() -> None:
    for name in ("锂电正极铝箔", "锂电正极铜箔材料", "锂电正极材料二期", "热泵机组"):
        build.project(name)
    hidden = build.project("锂电正极材料甲")

    found = nearest(["锂电正极材料", "毫不相干"], visible=Project.objects.exclude(pk=hidden.pk))

    assert found == {"锂电正极材料": ["锂电正极铜箔材料", "锂电正极铝箔"]}


def test_the_register_is_not_read_when_no_name_is_strange(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert nearest([], visible=Project.objects.all()) == {}

"""Units as a tree, people with their roles."""

import pytest
from django.core.exceptions import ValidationError

from projects.models import Organisation, User
from projects.vocabulary import Role
from tests import build

pytestmark = pytest.mark.django_db


def test_within_covers_the_unit_and_everything_below_it():
    luoxi, benniu = build.town("罗溪镇"), build.town("奔牛镇")
    village = build.town("某村", kind="department", parent=luoxi)
    workshop = build.town("某园", kind="park", parent=village)
    assert set(Organisation.objects.within(luoxi)) == {luoxi, village, workshop}
    assert set(Organisation.objects.within(benniu)) == {benniu}
    assert set(Organisation.objects.within(build.district())) == {
        build.district(),
        luoxi,
        benniu,
        village,
        workshop,
    }


def test_a_tree_is_four_levels_deep_at_most():
    unit = build.town()
    for name in ("村", "园"):
        unit = build.town(name, parent=unit)
    with pytest.raises(ValidationError, match="最多 4 级"):
        Organisation(name="楼", kind="park", parent=unit).full_clean()


def test_a_unit_does_not_hang_below_itself():
    town = build.town()
    village = build.town("某村", parent=town)
    town.parent = village
    with pytest.raises(ValidationError, match="自己的下级"):
        town.full_clean()


def test_root_towns_and_parks():
    assert Organisation.objects.root() is None
    town, street, park = build.town(), build.town("三井街道", kind="subdistrict"), build.park()
    assert Organisation.objects.root() == build.district()
    assert set(Organisation.objects.towns()) == {town, street}
    assert set(Organisation.objects.parks()) == {park}


def test_a_unit_goes_by_its_short_name():
    assert str(build.district()) == "高新区本级"
    assert str(build.town()) == "罗溪镇"


def test_roles_come_from_groups_with_or_without_the_annotation(django_assert_num_queries):
    user = build.office()
    assert User.objects.get(pk=user.pk).roles == {Role.OFFICE}
    with django_assert_num_queries(1):
        known = User.objects.with_roles().get(pk=user.pk)
        assert known.roles == {Role.OFFICE}
        assert known.organisation.name == build.DISTRICT


def test_a_group_that_is_no_role_gives_none():
    user = build.person(None)
    user.groups.create(name="别的组")
    assert User.objects.with_roles().get(pk=user.pk).roles == frozenset()


@pytest.mark.parametrize(
    ("role", "keeps", "covers"),
    [
        (Role.LEADER, False, True),
        (Role.STAFF, False, True),
        (Role.OFFICE, True, True),
        (Role.ADMIN, True, True),
        (None, False, False),
    ],
)
def test_who_keeps_the_register_and_who_reads_the_district(role, keeps, covers):
    user = build.person(role)
    assert (user.is_keeper, user.covers_district) == (keeps, covers)


def test_people_of_a_town_do_not_cover_the_district():
    assert not build.leader(build.town()).covers_district
    assert not build.staff(build.town()).covers_district


def test_inactive_people_keep_and_cover_nothing():
    user = build.admin(is_active=False)
    assert not user.is_keeper
    assert not user.covers_district


def test_a_person_goes_by_the_full_name():
    assert str(build.staff(last_name="王", first_name="芳")) == "王芳"
    assert str(build.staff(username="wangfang")) == "wangfang"

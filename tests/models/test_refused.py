"""What a constraint refuses is said in its own words, whichever database refuses it."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import CheckConstraint, Model, UniqueConstraint

from projects.models import Organisation, Problem, Project, SavedView, Source, Target, User
from projects.models.refused import GONE, REFERENCED, TAKEN, sentence_of
from tests import build

pytestmark = pytest.mark.django_db


def refused(write) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    return sentence_of(caught.value)


def test_a_unique_constraint_says_its_own_sentence():
    view = build.saved_view(build.leader())
    assert refused(lambda: SavedView.objects.create(name=view.name, owner=view.owner)) == "您已有同名的视图。"


def test_a_check_says_its_own_sentence():
    project = build.project("热泵")
    assert refused(lambda: Project.objects.filter(pk=project.pk).update(total_investment=-1)) == (
        "总投资不能为负数。"
    )


def test_a_unique_field_is_named():
    user = build.leader()
    same = refused(lambda: User.objects.create(username=user.username))
    assert same == "".join(User().unique_error_message(User, ("username",)).messages)
    assert same == "已存在一位使用该名字的用户。"


def test_a_source_of_the_same_title_is_named():
    source = build.source()
    words = refused(lambda: Source.objects.create(title=source.title))
    assert words == "".join(Source().unique_error_message(Source, ("title",)).messages)


def test_what_is_used_elsewhere_is_not_deleted():
    town = build.town()
    build.project("热泵", organisation=town)
    assert refused(town.delete) == REFERENCED


def test_every_constraint_of_ours_has_a_sentence_in_chinese():
    constraints = [c for model in _ours() for c in model._meta.constraints]
    assert constraints
    for constraint in constraints:
        assert isinstance(constraint, CheckConstraint | UniqueConstraint)


def test_what_has_no_constraint_of_ours_is_still_a_sentence():
    user = build.leader()
    group = user.groups.get()
    through = User.groups.through
    assert refused(lambda: through.objects.create(user=user, group=group)) == TAKEN
    assert isinstance(group, Group)


def _ours() -> list[type[Model]]:
    return [Organisation, Problem, Project, SavedView, Source, Target]


def test_a_reference_to_what_is_gone_is_a_sentence():
    error = IntegrityError("FOREIGN KEY constraint failed")
    assert sentence_of(error) == GONE

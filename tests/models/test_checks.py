"""The checks asked in Python answer as the database does."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, Model
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from projects.models import AnnualPlan, Evidence, Listing, Milestone, MonthlyReport, Project, Target
from projects.models.checks import broken

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "BigIntegerField": st.none() | st.integers(-2, 2),
    "PositiveSmallIntegerField": st.integers(1990, 2110) | st.integers(0, 13),
    "DateField": st.none() | st.dates(date(2023, 12, 30), date(2024, 1, 3)),
    "CharField": st.sampled_from(["", "day", "returned"]),
    "TextField": st.sampled_from(["", "说明"]),
    "BooleanField": st.booleans(),
    "DecimalField": st.none() | st.decimals(-200, 200, places=2),
}
MODELS = (AnnualPlan, Evidence, Listing, Milestone, MonthlyReport, Project, Target)


@st.composite
def records(draw: st.DrawFn) -> Model:
    model = draw(st.sampled_from(MODELS))
    kinds = {field.name: VALUES.get(type(field).__name__) for field in model._meta.concrete_fields}
    return model(**{name: draw(kind) for name, kind in kinds.items() if kind is not None})


def told_by_database(record: Model) -> list[str]:
    sentences = []
    for constraint in record._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            try:
                constraint.validate(type(record), record)
            except ValidationError as fault:
                sentences += fault.messages
    return sentences


class TestBothAnswers(TestCase):
    @settings(max_examples=200, deadline=None)
    @given(records())
    def test_they_are_the_same(self, record: Model) -> None:
        assert broken(record) == told_by_database(record)


@pytest.mark.django_db
def test_every_check_of_ours_can_be_asked() -> None:
    models = [model for model in apps.get_app_config("projects").get_models() if model._meta.constraints]

    assert models
    for model in models:
        assert broken(model()) == told_by_database(model()), model


@pytest.mark.parametrize(
    ("record", "sentences"),
    [
        (AnnualPlan(year=2024, planned_investment=-1), ["年度计划投资不能为负数。"]),
        (AnnualPlan(year=2024), []),
        (Project(name="甲", foreign_amount=1), ["外资金额与币种应同时填写。"]),
        (MonthlyReport(month=date(2024, 1, 2)), ["月份应记为当月第一天。"]),
    ],
)
def test_it_words_what_is_broken(record: Model, sentences: list[str]) -> None:
    assert broken(record) == sentences

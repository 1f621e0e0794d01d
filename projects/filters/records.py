"""Conditions of records that no page lists on their own, for other systems: of one project, year, month or stage."""

from typing import Any

import django_filters
from django import forms

from projects.filters.fields import ChoiceFilter, YearFilter
from projects.models import AnnualPlan, Comment, Evidence, Listing, Milestone, MonthlyReport
from projects.rules.typed import LONGEST_NUMBER
from projects.vocabulary import ReportState, Stage, level_choices


class KeyFilter(django_filters.Filter):
    """The number of a record."""

    field_class = forms.IntegerField

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=10**LONGEST_NUMBER - 1, **options)


class MonthFilter(django_filters.Filter):
    field_class = forms.DateField

    def __init__(self, **options: Any) -> None:
        invalid = {"invalid": "请写成 2024-09。"}
        super().__init__(input_formats=["%Y-%m"], error_messages=invalid, **options)


class OfProject(django_filters.FilterSet):
    """`?project=`: the records of one project; every parameter is optional."""

    project = KeyFilter(label="项目（编号）")


class ListingFilter(OfProject):
    year = YearFilter(label="年度")
    level = ChoiceFilter(label="级别", choices=level_choices)

    class Meta:
        model = Listing
        fields: list[str] = []


class AnnualPlanFilter(OfProject):
    year = YearFilter(label="年度")

    class Meta:
        model = AnnualPlan
        fields: list[str] = []


class MilestoneFilter(OfProject):
    stage = ChoiceFilter(label="节点", choices=Stage.choices)

    class Meta:
        model = Milestone
        fields: list[str] = []


class EvidenceFilter(django_filters.FilterSet):
    project = KeyFilter(label="项目（编号）", field_name="milestone__project")
    stage = ChoiceFilter(label="节点", choices=Stage.choices, field_name="milestone__stage")

    class Meta:
        model = Evidence
        fields: list[str] = []


class ReportFilter(OfProject):
    month = MonthFilter(label="月份，如 2024-09")
    state = ChoiceFilter(label="状态", choices=ReportState.choices)

    class Meta:
        model = MonthlyReport
        fields: list[str] = []


class CommentFilter(OfProject):
    month = MonthFilter(label="针对哪个月的月报，如 2024-09")

    class Meta:
        model = Comment
        fields: list[str] = []

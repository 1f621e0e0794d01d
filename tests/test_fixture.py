"""`fixtures/article.json` says what the report says: every figure, every count, and nothing more."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Q

from projects.models import AnnualPlan, Bulletin, Figure, Milestone, MonthlyReport, Project, Source, Target
from projects.rules import lifecycle, money
from projects.vocabulary import Level, Precision, Stage, Unit

pytestmark = pytest.mark.django_db

AS_OF = date(2024, 9, 30)
YI = 10**8


@pytest.fixture(autouse=True)
def article():
    call_command("loaddata", "article", verbosity=0)


def tracked_models():
    return [model for model in apps.get_app_config("projects").get_models() if hasattr(model, "history")]


def census() -> dict[str, tuple[int, int]]:
    """Rows and history entries of every table."""
    return {
        model.__name__: (model._base_manager.count(), model.history.count()) for model in tracked_models()
    }


# article.md, line by line: code, level, amount, share, growth, paragraph
FIGURES = [
    ("signed", "", 115, None, None, "¶3"),
    ("signed_investment", "", 56_930_000_000, None, None, "¶3"),
    ("signed_over_1bn", "", 17, None, None, "¶3"),
    ("signed_over_10bn", "", 2, None, None, "¶3"),
    ("projects", "province", 8, None, None, "¶3"),
    ("started_total", "province", 8, None, None, "¶3"),
    ("projects", "city", 80, None, None, "¶3"),
    ("invested", "city", 11_030_000_000, None, None, "¶3"),
    ("entered", "city", 34, None, None, "¶3"),
    ("started", "city", 29, None, None, "¶3"),
    ("completed", "city", 18, None, None, "¶3"),
    ("annual_targets", "city", None, None, None, "¶3"),
    ("foreign_signed", "", 2, None, None, "导语"),
    ("private_top100", "", 4, None, None, "导语"),
    ("municipal_funds", "", 42, None, None, "导语"),
    ("park_projects", "", 30, None, None, "¶7"),
    ("park_listed", "", 3, None, None, "¶7"),
    ("park_listed_investment", "", 30 * YI, None, None, "¶7"),
    ("gdp", "", 158_537_000_000, None, "6.1", "导语"),
    ("output_enterprises", "", 1583, None, None, "¶3"),
    ("output", "", 2904 * YI, None, None, "¶3"),
    ("output_leading", "", 236_340_000_000, None, "3.6", "¶3"),
    ("hightech_enterprises", "", 819, None, None, "¶6"),
    ("hightech_output", "", 205_380_000_000, "70.7", "3.1", "¶6"),
    ("hightech_contribution", "", None, "57.9", None, "¶6"),
    ("fixed_assets", "", 39_130_000_000, None, "1.7", "¶11"),
    ("trade", "", 99_090_000_000, None, None, "¶11"),
    ("exports", "", 77_130_000_000, None, None, "¶11"),
    ("consumption", "", None, None, None, "¶11"),
    ("education_spending", "", None, None, "12.6", "¶11"),
    ("canton_fair", "", 117, None, None, "¶9"),
    ("crossborder_menghe", "", 230_000_000, None, None, "¶10"),
    ("orders_bofan", "", 10_000_000, None, None, "¶8"),
    ("sales_lingyue", "", None, None, "15", "¶10"),
    ("byd_exports", "", 220_000, None, None, "¶10"),
    ("new_tracks", "", 9, None, None, "¶4"),
]
WORDS = {
    "started_total": "全部开工",
    "annual_targets": "提前完成",
    "fixed_assets": "全市第一",
    "trade": "四成以上",
    "consumption": "0.6个百分点",
    "park_listed_investment": "超过30亿元",
    "canton_fair": "展位数全市最多",
    "byd_exports": "最大的纯电动车出口基地",
}


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def test_every_figure_of_the_article_and_no_other():
    loaded = Figure.objects.values_list("code", "level", "amount", "share", "growth", "paragraph")
    assert sorted(loaded, key=str) == sorted(
        (
            (code, level, amount, number(share), number(growth), paragraph)
            for code, level, amount, share, growth, paragraph in FIGURES
        ),
        key=str,
    )


def test_what_the_article_says_in_words():
    for code, words in WORDS.items():
        assert words in Figure.objects.get(code=code).statement


def test_money_is_printed_as_it_is_kept():
    plain = [figure for figure in Figure.objects.filter(unit=Unit.YUAN) if figure.printed[0].isdecimal()]
    assert len(plain) == 9
    for figure in plain:
        assert money.parse(figure.printed).yuan == figure.amount, figure.label


def test_a_figure_that_is_not_exact_says_so():
    for figure in Figure.objects.filter(printed__regex="^[超约]"):
        assert {"超": "超过", "约": "约数"}[figure.printed[0]] in figure.statement, figure.label


def test_the_share_that_the_article_prints_follows_from_its_numbers():
    part, whole = Figure.objects.get(code="hightech_output"), Figure.objects.get(code="output")
    assert round(Decimal(part.amount) / whole.amount * 100, 1) == part.share


def test_the_bulletin_and_its_source():
    bulletin = Bulletin.objects.get()
    assert (bulletin.as_of, bulletin.year, bulletin.kind) == (AS_OF, 2024, "published")
    assert bulletin.source == Source.objects.get()
    assert bulletin.source.published_on is None  # the report is undated


# The counts of the register


def test_eight_provincial_projects_all_started():
    provincial = Project.objects.on_list(Level.PROVINCE, 2024)
    assert provincial.count() == 8
    assert provincial.reached(Stage.STARTED, by=AS_OF).count() == 8
    assert not provincial.started_in(2024).exists()  # no day was published: “not later than”


def test_eighty_municipal_projects():
    municipal = Project.objects.on_list(Level.CITY, 2024)
    assert municipal.count() == 80
    for stage, count in ((Stage.ENTERED, 34), (Stage.STARTED, 29), (Stage.COMPLETED, 18)):
        assert municipal.reached_in(stage, 2024, by=AS_OF).count() == count, stage
        assert municipal.reached(stage, by=AS_OF).count() == count, stage


def test_seven_named_projects_and_the_rest_says_that_it_is_not():
    assert Project.objects.named().count() == 7
    unnamed = Project.objects.filter(named=False)
    assert unnamed.count() == 7 + 80
    for project in unnamed:
        assert "报道未具名" in project.name
        assert not project.enterprise


NAMED = [
    ("热泵", "河海新能源集团", "¶2", ["30,000㎡", "500台", "减碳数十万吨"]),
    (
        "减振器",
        "天纳克（常州）减振系统有限公司",
        "¶1",
        ["600万元", "30余道", "120万支", "30万辆"],
    ),
    ("智算中心", "优咔（常州）网络技术有限公司", "¶5", ["170P", "31台", "第26批龙城英才"]),
    ("苹果酸", "昊禾生物科技（常州）有限公司", "¶7", ["百吨级"]),
    ("创新园一期", "", "¶7", ["30个", "3个", "30亿元"]),
    ("泰国基地", "常州市凌越装备股份有限公司", "¶8", ["30,000㎡"]),
    ("比亚迪", "比亚迪", "¶10", ["22万辆", "最大的纯电动车出口基地"]),
]


def test_the_projects_that_it_names():
    for words, enterprise, paragraph, facts in NAMED:
        project = Project.objects.get(name__contains=words)
        assert (project.enterprise, project.source_paragraph) == (enterprise, paragraph)
        assert project.source == Source.objects.get()
        assert [fact for fact in facts if fact not in project.content] == []


def test_the_byd_base_stands_in_luoxi():
    assert Project.objects.get(enterprise="比亚迪").town.name == "罗溪镇"


def test_hehai():
    hehai = Project.objects.get(name__contains="热泵")
    steps = {milestone.stage: milestone for milestone in hehai.milestones.all()}

    assert hehai.total_investment == 10 * YI
    assert [(listing.level, listing.year) for listing in hehai.listings.all()] == [("province", 2024)]
    assert set(steps) == {Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION}
    assert steps[Stage.STARTED].reached_precision == Precision.NOT_LATER
    assert date(2024, 9, 1) <= steps[Stage.TOPPED_OUT].reached_on <= date(2024, 11, 30)
    for stage in (Stage.COMPLETED, Stage.IN_PRODUCTION):
        plan = steps[stage]
        assert (plan.planned_on, plan.planned_precision) == (date(2024, 12, 31), Precision.MONTH)
        assert (plan.current_on, plan.current_precision) == (date(2024, 12, 31), Precision.MONTH)
        assert plan.reached_on is None
    assert lifecycle.furthest(milestone.as_step() for milestone in steps.values()) == Stage.TOPPED_OUT


# Nothing is invented


def test_the_unknown_stays_unknown():
    assert list(Project.objects.exclude(total_investment=None)) == [
        Project.objects.get(name__contains="热泵")
    ]
    assert not Project.objects.exclude(contract_amount=None).exists()
    assert not Project.objects.exclude(organisation=None).exists()
    assert not Project.objects.exclude(national_code="", credit_code="").exists()
    assert not AnnualPlan.objects.exists()
    assert not MonthlyReport.objects.exists()


def test_targets_are_stated_as_met_without_a_value():
    targets = Target.objects.all()
    assert {target.indicator for target in targets} == {"invested", "entered", "started", "completed"}
    for target in targets:
        assert (target.amount, target.stated_met, target.level) == (None, True, Level.CITY)
        assert target.source_paragraph == "¶3"


def test_what_is_about_to_happen_has_not_happened():
    for words in ("智算中心", "苹果酸"):
        project = Project.objects.get(name__contains=words)
        assert not project.milestones.exclude(reached_on=None).exists()


# The data is as good as anything typed in


def test_every_row_passes_the_judge():
    for model in tracked_models():
        for row in model._base_manager.all():
            row.full_clean()


def test_no_recorded_days_contradict_each_other():
    for project in Project.objects.prefetch_related("milestones"):
        assert not lifecycle.order_faults(milestone.as_step() for milestone in project.milestones.all())


def test_every_recorded_day_has_its_source():
    for which in ("planned", "current", "reached"):
        recorded = Milestone.objects.exclude(**{f"{which}_on": None})
        assert recorded.exists()
        assert not recorded.filter(**{f"{which}_source": None}).exists()
        assert not recorded.filter(**{f"{which}_paragraph": ""}).exists()
    noted = Milestone.objects.exclude(note="")
    assert noted.exists()
    assert not noted.filter(Q(note_source=None) | Q(note_paragraph="")).exists()


def test_each_row_begins_its_history_with_the_article():
    for model in tracked_models():
        keys = sorted(model._base_manager.values_list("pk", flat=True))
        entries = model.history.all()
        assert sorted(getattr(entry, model._meta.pk.attname) for entry in entries) == keys, model
        assert {(entry.history_type, entry.history_change_reason) for entry in entries} <= {
            ("+", "载入 article"),
            ("+", "初始设置"),  # the evidence rules, which come with the tables
        }


def test_loading_it_twice_changes_nothing():
    before = census()
    call_command("loaddata", "article", verbosity=0)
    assert census() == before

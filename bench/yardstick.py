"""The same list imported by django-import-export: a resource that judges and writes what our own import does."""

from datetime import date
from typing import Any

from import_export import fields, resources, widgets

from projects.models import AnnualPlan, Industry, Listing, Milestone, Organisation, Project
from projects.vocabulary import Category, Level, Nature, Precision, Stage

YI = 10**8
YEAR = 2024
NATURES = {nature.label: nature.value for nature in Nature}
LEVELS = {level.label: level.value for level in Level}
CATEGORIES = {category.label: category.value for category in Category}
PLANS = {"开工计划": Stage.STARTED, "竣工计划": Stage.COMPLETED}


class Yuan(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **options: Any) -> int | None:
        return yuan(value)


class Word(widgets.Widget):
    """A Chinese label for its code."""

    def __init__(self, words: dict[str, str]) -> None:
        super().__init__()
        self.words = words

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        return self.words[value] if value else ""


def yuan(value: Any) -> int | None:
    return None if value in (None, "") else round(float(value) * YI)


def _link(model: Any) -> widgets.ForeignKeyWidget:
    return widgets.ForeignKeyWidget(model, "name")


class ProjectResource(resources.ModelResource):
    """The columns of `bench.sheets`; lists, plan and stages are written after their project, each judged whole."""

    name = fields.Field("name", "项目名称")
    enterprise = fields.Field("enterprise", "建设单位")
    national_code = fields.Field("national_code", "国家投资项目代码")
    credit_code = fields.Field("credit_code", "统一社会信用代码")
    place = fields.Field("place", "建设地点")
    town = fields.Field("town", "所属镇街", _link(Organisation))
    industry = fields.Field("industry", "产业类别", _link(Industry))
    nature = fields.Field("nature", "建设性质", Word(NATURES))
    content = fields.Field("content", "建设内容及规模")
    total_investment = fields.Field("total_investment", "总投资（亿元）", Yuan())
    organisation = fields.Field("organisation", "责任单位", _link(Organisation))
    linked_leader = fields.Field("linked_leader", "挂钩领导")

    class Meta:
        model = Project
        import_id_fields = ("name", "enterprise")
        clean_model_instances = True
        skip_unchanged = True
        use_transactions = True
        fields = (
            "name",
            "enterprise",
            "national_code",
            "credit_code",
            "place",
            "town",
            "industry",
            "nature",
            "content",
            "total_investment",
            "organisation",
            "linked_leader",
        )

    def after_save_instance(self, instance: Project, row: Any, **options: Any) -> None:
        """In a dry run too: the library rolls it back."""
        listing, plan = _year_of(instance, row)
        stages = [_stage_of(instance, stage, row[heading]) for heading, stage in PLANS.items()]
        for record in (listing, plan, *stages):
            record.full_clean()
            record.save()


def _year_of(project: Project, row: Any) -> tuple[Listing, AnnualPlan]:
    level = LEVELS[row["名单级别"]]
    listing = Listing.objects.filter(project=project, year=YEAR, level=level).first()
    listing = listing or Listing(project=project, year=YEAR, level=level)
    listing.category = CATEGORIES[row["年度类别"]]
    plan = AnnualPlan.objects.filter(project=project, year=YEAR).first() or AnnualPlan(
        project=project, year=YEAR
    )
    plan.invested_before = yuan(row["截至上年底累计完成投资（亿元）"])
    plan.planned_investment = yuan(row["年度计划投资（亿元）"])
    return listing, plan


def _stage_of(project: Project, stage: Stage, planned: Any) -> Milestone:
    on: date = planned.date() if hasattr(planned, "date") else planned
    milestone = Milestone.objects.filter(project=project, stage=stage).first()
    milestone = milestone or Milestone(project=project, stage=stage)
    milestone.planned_on = milestone.current_on = on
    milestone.planned_precision = milestone.current_precision = Precision.DAY
    return milestone

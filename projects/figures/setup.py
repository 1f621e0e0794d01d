"""How far a new register has come: what is there, and what is the next step."""

from dataclasses import dataclass

from projects.models import Industry, LightRule, Organisation, Project, Target, User
from projects.vocabulary import ImportKind


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One step: `count` of what is there already; `address` names the page where it is done."""

    title: str
    note: str
    count: int
    unit: str
    address: str
    parameters: str = ""

    @property
    def is_done(self) -> bool:
        return self.count > 0


def setup_steps() -> list[SetupStep]:
    """The steps after the district has its name, in their order; six queries."""
    return [
        SetupStep(
            "单位",
            "镇街、园区、部门：下载模板填好后导入",
            Organisation.objects.exclude(parent=None).count(),
            "个",
            "import_new",
            f"?kind={ImportKind.ORGANISATIONS}",
        ),
        SetupStep(
            "人员",
            "项目办、领导和各单位经办：逐个新增，或从表格粘贴",
            User.objects.filter(is_active=True).count() - 1,
            "人",
            "people_paste",
        ),
        SetupStep("产业", "项目按产业归类用的词", Industry.objects.count(), "个", "industries"),
        SetupStep(
            "项目清单",
            "省、市、区三级名单：原来的 Excel 直接导入",
            Project.objects.count(),
            "个",
            "import_new",
            f"?kind={ImportKind.PROJECTS}",
        ),
        SetupStep("年度目标", "全区和各单位的目标数", Target.objects.count(), "项", "targets"),
        SetupStep(
            "亮灯规则", "什么情况亮黄灯、红灯；不定就不亮灯", LightRule.objects.count(), "条", "light_rules"
        ),
    ]

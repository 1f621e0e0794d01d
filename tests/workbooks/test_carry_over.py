"""Three lists of one municipality: what is the same carries over, what was renamed is asked about, the rest is new."""

from collections.abc import Callable

import pytest

from projects.models import Project
from projects.vocabulary import Outcome
from tests import build
from tests.workbooks.sheets_made import applied, received, xlsx

pytestmark = pytest.mark.django_db

PRODUCTS = [
    *("动力电池", "热泵机组", "碳纤维预浸料", "创新药", "光伏组件", "工业母机", "智能装备", "高端轴承"),
    *("医疗器械", "特种光纤", "储能变流器", "合成生物", "车载雷达", "精密模具", "石墨烯", "氢燃料电池"),
    *("数控系统", "轨道车辆", "电子化学品", "航空锻件"),
]
PHASES = ["研发制造基地一期", "研发制造基地二期", "智能工厂三号厂房"]
type Row = tuple[str, str]

FIRST_YEAR: list[Row] = [
    (f"{name}{phase}", f"恒越{name}科技有限公司") for phase in PHASES for name in PRODUCTS
]
SPELLINGS: list[Callable[[str], str]] = [
    lambda name: name.replace("一期", "1期").replace("二期", "2期").replace("三号", "3#"),
    lambda name: name.replace("一期", "Ⅰ期").replace("二期", "Ⅱ期").replace("三号", "叁号"),
    lambda name: name.replace("一期", "（首期）").replace("二期", "（第二期）").replace("三号", "No.3"),
    lambda name: name.replace("一期", " 壹期").replace("二期", "·贰期").replace("三号", "第三号"),
    lambda name: name.replace("一期", "㈠期").replace("二期", "０２期").replace("三号", "③号"),
    lambda name: name.replace("一期", "⑴期").replace("二期", "（二）期").replace("三号", "3号"),
]
RENAMINGS: list[Callable[[Row], Row]] = [
    lambda row: (f"{row[0]}（技改）", row[1]),
    lambda row: (row[0].replace("研发制造", "研发生产制造").replace("智能工厂", "智能化工厂"), row[1]),
    lambda row: (row[0], row[1].replace("科技有限公司", "科技（常州）股份有限公司")),
    lambda row: (row[0], row[1].replace("恒越", "越岱")),
]
ADDED: list[Row] = [
    *((f"{name}产业园四期", f"启川{name}实业有限公司") for name in PRODUCTS[:10]),
    *(
        (f"{name}研发制造基地一期", f"启川{name}实业有限公司")
        for name in ("半导体", "减震器", "预制菜", "变压器")
    ),
    ("智能工厂五号厂房", "启川实业有限公司"),
]


@pytest.fixture
def office():
    return build.office()


def judged(rows: list[Row], year: int, by):
    table = [[number, name, enterprise, 100] for number, (name, enterprise) in enumerate(rows, start=1)]
    return received(
        xlsx(["序号", "项目名称", "建设单位", "总投资（万元）"], *table), by, year=year, level="city"
    )


def outcomes(imported) -> list[str]:
    return list(imported.rows.order_by("position").values_list("outcome", flat=True))


def test_lists_of_three_years_carry_over(office) -> None:
    assert len(FIRST_YEAR) == 60
    applied(judged(FIRST_YEAR, 2023, office), office)
    assert Project.objects.count() == 60

    respelled = [
        (SPELLINGS[place % len(SPELLINGS)](name), enterprise)
        for place, (name, enterprise) in enumerate(FIRST_YEAR)
    ]
    second = judged([*respelled, *ADDED], 2024, office)
    assert outcomes(second) == [Outcome.CHANGED] * 60 + [Outcome.NEW] * len(ADDED)
    assert applied(second, office).fault == ""
    assert set(Project.objects.values_list("name", flat=True)) == {name for name, _ in (*FIRST_YEAR, *ADDED)}

    renamed = [RENAMINGS[place % len(RENAMINGS)](row) for place, row in enumerate(FIRST_YEAR)]
    third = judged([*renamed, *ADDED], 2025, office)
    assert outcomes(third) == [Outcome.ALIKE] * 60 + [Outcome.CHANGED] * len(ADDED)
    meant = [row.candidates[0]["name"] for row in third.rows.of_outcome(Outcome.ALIKE).order_by("position")]
    assert meant == [name for name, _ in FIRST_YEAR]


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("二号厂房", "三号厂房"),
        ("基地一期", "基地二期"),
        ("基地一期", "基地十一期"),
        ("基地（一、二期）", "基地十二期"),
        ("年产10万套项目", "年产20万套项目"),
        ("年产1.5GW项目", "年产15GW项目"),
        ("A区3#楼", "A区4#楼"),
    ],
)
def test_other_numbers_are_other_projects(office, stored: str, name: str) -> None:
    build.project(f"甲电池{stored}", enterprise="甲公司")
    assert outcomes(judged([(f"甲电池{name}", "甲公司")], 2024, office)) == [Outcome.NEW]


def test_what_only_shares_the_usual_words_is_another_project(office) -> None:
    """研发, 制造 and 基地 stand in the names of many: they make nobody's project another's."""
    build.project("光伏组件研发制造基地项目", enterprise="恒越光伏有限公司")
    rows = [("创新药研发制造基地项目", "启川药业"), ("光伏支架研发制造基地项目", "启川光伏")]
    assert outcomes(judged(rows, 2024, office)) == [Outcome.NEW, Outcome.ALIKE]


def test_of_one_enterprise_the_usual_words_are_enough_to_ask(office) -> None:
    build.project("光伏组件研发制造基地项目", enterprise="恒越有限公司")
    rows = [("创新药研发制造基地项目", "恒越有限公司")]
    assert outcomes(judged(rows, 2024, office)) == [Outcome.ALIKE]

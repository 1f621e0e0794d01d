"""Three lists of one municipality: what is the same carries over, what was renamed is asked about, the rest is new."""

from collections.abc import Callable

import pytest

from projects.models import Project
from projects.vocabulary import Outcome
from tests import build
from tests.workbooks.field_sheets import sheet
from tests.workbooks.sheets_made import applied, received

pytestmark = pytest.mark.django_db

PRODUCTS = [
    *("动力电池", "热泵机组", "碳纤维", "创新药", "光伏组件"),
    *("工业母机", "智能装备", "高端轴承", "医疗器械", "特种光纤"),
]
type Row = tuple[str, str]

FIRST_YEAR: list[Row] = [
    (f"{name}研发制造基地{phase}", f"{name}科技有限公司") for name in PRODUCTS for phase in ("一期", "二期")
]
SPELLINGS: list[Callable[[str], str]] = [
    lambda name: name.replace("一期", "1期").replace("二期", "2期"),
    lambda name: name.replace("一期", "Ⅰ期").replace("二期", "Ⅱ期"),
    lambda name: name.replace("一期", "（首期）").replace("二期", "（第二期）"),
    lambda name: name.replace("一期", " 壹期").replace("二期", "·贰期"),
    lambda name: name.replace("一期", "㈠期").replace("二期", "０２期"),
]
RENAMINGS: list[Callable[[Row], Row]] = [
    lambda row: (f"{row[0]}（技改）", row[1]),
    lambda row: (row[0].replace("研发制造", "研发生产制造"), row[1]),
    lambda row: (row[0], row[1].replace("科技有限公司", "科技（常州）股份有限公司")),
]
ADDED: list[Row] = [(f"{name}产业园三期", f"{name}实业有限公司") for name in PRODUCTS[:5]]


@pytest.fixture
def office():
    return build.office()


def judged(rows: list[Row], year: int, by):
    table = [[number, name, enterprise, 100] for number, (name, enterprise) in enumerate(rows, start=1)]
    layout = sheet(["序号", "项目名称", "建设单位", "总投资（万元）"], *table)
    return received(layout.content, by, year=year, level="city")


def outcomes(imported) -> list[str]:
    return list(imported.rows.order_by("position").values_list("outcome", flat=True))


def test_lists_of_three_years_carry_over(office) -> None:
    applied(judged(FIRST_YEAR, 2023, office), office)
    assert Project.objects.count() == len(FIRST_YEAR)

    respelled = [
        (SPELLINGS[place % len(SPELLINGS)](name), enterprise)
        for place, (name, enterprise) in enumerate(FIRST_YEAR)
    ]
    second = judged([*respelled, *ADDED], 2024, office)
    assert outcomes(second) == [Outcome.CHANGED] * len(respelled) + [Outcome.NEW] * len(ADDED)
    applied(second, office)
    assert set(Project.objects.values_list("name", flat=True)) == {name for name, _ in (*FIRST_YEAR, *ADDED)}

    renamed = [RENAMINGS[place % len(RENAMINGS)](row) for place, row in enumerate(FIRST_YEAR)]
    third = judged([*renamed, *ADDED], 2025, office)
    assert outcomes(third) == [Outcome.ALIKE] * len(renamed) + [Outcome.CHANGED] * len(ADDED)
    meant = [row.candidates[0]["name"] for row in third.rows.of_outcome(Outcome.ALIKE).order_by("position")]
    assert meant == [name for name, _ in FIRST_YEAR]


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("二号厂房", "三号厂房"),
        ("基地一期", "基地二期"),
        ("年产10万套项目", "年产20万套项目"),
        ("A区3#楼", "A区4#楼"),
    ],
)
def test_other_numbers_are_other_projects(office, stored: str, name: str) -> None:
    build.project(f"甲电池{stored}", enterprise="甲公司")
    assert outcomes(judged([(f"甲电池{name}", "甲公司")], 2024, office)) == [Outcome.NEW]

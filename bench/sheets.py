"""A 项目清单 of any size as an office sends it: made-up rows, the same for the same seed, no database needed.

`python -m bench.sheets 100000 file.xlsx` writes one.
"""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from xlsxwriter import Workbook

from projects.rules.codes import credit_code_check
from projects.vocabulary import Category, Level, Nature

SEED = 7
REGION = "320411"
YEAR = 2024
YI = 10**8
MARK = "演示"
TITLE = f"{YEAR}年重大项目清单（{MARK}）"
TOWNS = (
    "三井街道",
    "龙虎塘街道",
    "春江街道",
    "魏村街道",
    "新桥街道",
    "孟河镇",
    "薛家镇",
    "罗溪镇",
    "西夏墅镇",
    "奔牛镇",
)
PRODUCTS = {
    "新能源": ("高效光伏组件", "储能变流器", "热泵机组"),
    "新材料": ("碳纤维预浸料", "高温合金锻件", "光学薄膜"),
    "高端装备": ("数控机床", "工业机器人", "精密减速器"),
    "汽车及零部件": ("智能座舱", "电驱动总成", "热管理系统"),
    "智能网联": ("车载激光雷达", "域控制器", "边缘计算终端"),
    "合成生物": ("生物基单体", "酶制剂", "细胞培养基"),
}
KINDS = ("生产基地", "产业化项目", "扩建项目", "研发及生产项目", "智能化改造项目", "二期工程")
BRANDS = tuple(first + second for first in "恒启衡朔祺澜屿瀚铭拓" for second in "越岱川峰宸弘翼途序维")
LEADERS = tuple(f"{MARK}领导{mark}" for mark in "甲乙丙丁戊己")
TEXT, NUMBER, DAY = "@", "0.0###", "yyyy-mm-dd"


class Listed(NamedTuple):
    """A row of 20 cells in the order of `HEADINGS`; money in 亿元, to the 万元."""

    number: int
    name: str
    enterprise: str
    national_code: str
    credit_code: str
    place: str
    town: str
    industry: str
    nature: str
    content: str
    years: str
    total_investment: float
    invested_before: float
    planned_investment: float
    level: str
    category: str
    organisation: str
    linked_leader: str
    started_plan: date
    completed_plan: date


HEADINGS = (
    "序号",
    "项目名称",
    "建设单位",
    "国家投资项目代码",
    "统一社会信用代码",
    "建设地点",
    "所属镇街",
    "产业类别",
    "建设性质",
    "建设内容及规模",
    "建设起止年限",
    "总投资（亿元）",
    "截至上年底累计完成投资（亿元）",
    "年度计划投资（亿元）",
    "名单级别",
    "年度类别",
    "责任单位",
    "挂钩领导",
    "开工计划",
    "竣工计划",
)


def rows(size: int, *, seed: int = SEED) -> Iterator[Listed]:
    """So many projects; a shorter list is the beginning of a longer one."""
    rng = Random(seed)
    for number in range(1, size + 1):
        yield _listed(number, rng)


def _listed(number: int, rng: Random) -> Listed:
    industry = rng.choice(tuple(PRODUCTS))
    brand = rng.choice(BRANDS)
    town = rng.choice(TOWNS)
    started = date(YEAR - 2, 1, 1) + timedelta(days=rng.randrange(365 * 3))
    completed = started + timedelta(days=rng.randint(300, 900))
    carried_over = started.year < YEAR
    total = rng.randint(10_000, 2_000_000)
    before = rng.randint(0, total // 2) if carried_over else 0
    return Listed(
        number,
        f"{brand}{rng.choice(PRODUCTS[industry])}{rng.choice(KINDS)}（{MARK}{number:06d}）",
        f"{brand}{industry}科技有限公司（{MARK}{number:06d}）",
        _national_code(number),
        _credit_code(number),
        f"{town}{MARK}路 {rng.randint(1, 300)} 号",
        town,
        industry,
        rng.choice(Nature.labels),
        f"{MARK}：新建厂房 {rng.randint(1, 20)} 万平方米，购置设备 {rng.randint(20, 800)} 台（套）。",
        f"{started.year}-{completed.year}",
        total / 10_000,
        before / 10_000,
        rng.randint(0, (total - before) // 2) / 10_000,
        rng.choice(Level.labels),
        (Category.CONTINUING if carried_over else Category.NEW).label,
        town,
        rng.choice(LEADERS),
        started,
        completed,
    )


def _national_code(number: int) -> str:
    """Of the structure since 2020, a different one for each of 1,200,000 numbers."""
    month, serial = divmod(number, 100_000)
    return f"24{month % 12 + 1:02d}-{REGION}-89-01-{serial:05d}{number % 10}"


def _credit_code(number: int) -> str:
    body = f"91{REGION}MA{number:07d}"
    return body + credit_code_check(body)


def write(path: Path, size: int, *, seed: int = SEED, shared: bool = True) -> None:
    """The workbook: a title, the headings, the rows.

    `shared`: texts in one table of the file, as Excel and WPS save them; otherwise in their cells, as programs
    that write row by row do.
    """
    with Workbook(str(path), {"constant_memory": not shared, "strings_to_formulas": False}) as book:
        page = book.add_worksheet("项目清单")
        looks = {look: book.add_format({"num_format": look}) for look in (TEXT, NUMBER, DAY)}
        page.write_string(0, 0, TITLE)
        page.write_row(1, 0, HEADINGS)
        for line, listed in enumerate(rows(size, seed=seed), start=2):
            for column, value in enumerate(listed):
                if isinstance(value, str):
                    page.write_string(line, column, value, looks[TEXT])
                elif isinstance(value, date):
                    page.write_datetime(line, column, value, looks[DAY])
                else:
                    page.write_number(line, column, value, looks[NUMBER])


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))

"""What the demonstration says: the real towns, and made-up departments, enterprises and sentences, all marked 演示."""

from typing import NamedTuple

from projects.vocabulary import DelayReason, Indicator, OrganisationKind, ProblemKind, Stage

MARK = "演示"
DISTRICT = "常州高新区"
SOURCE = f"{MARK}数据：由程序随机生成，与任何真实项目无关"


class UnitWords(NamedTuple):
    name: str
    kind: OrganisationKind
    position: int
    weight: int
    """How many of a hundred and more projects it answers for."""
    pace: float
    """How slowly its projects go, 1 as planned."""
    former_names: str = ""
    short_name: str = ""


UNITS = (
    UnitWords("重大项目办公室", OrganisationKind.OFFICE, 1, 0, 1.0, short_name="重大项目办"),
    UnitWords("三井街道", OrganisationKind.SUBDISTRICT, 10, 12, 1.00, "河海街道"),
    UnitWords("龙虎塘街道", OrganisationKind.SUBDISTRICT, 11, 11, 1.15),
    UnitWords("春江街道", OrganisationKind.SUBDISTRICT, 12, 13, 1.05, "春江镇"),
    UnitWords("魏村街道", OrganisationKind.SUBDISTRICT, 13, 8, 1.30),
    UnitWords("新桥街道", OrganisationKind.SUBDISTRICT, 14, 7, 0.95),
    UnitWords("孟河镇", OrganisationKind.TOWN, 15, 9, 1.20),
    UnitWords("薛家镇", OrganisationKind.TOWN, 16, 12, 0.92),
    UnitWords("罗溪镇", OrganisationKind.TOWN, 17, 11, 1.08),
    UnitWords("西夏墅镇", OrganisationKind.TOWN, 18, 6, 1.45),
    UnitWords("奔牛镇", OrganisationKind.TOWN, 19, 8, 1.12),
    UnitWords(f"经济发展局（{MARK}）", OrganisationKind.DEPARTMENT, 20, 4, 1.00),
    UnitWords(f"商务局（{MARK}）", OrganisationKind.DEPARTMENT, 21, 4, 1.10),
    UnitWords(f"科技和工业信息化局（{MARK}）", OrganisationKind.DEPARTMENT, 22, 3, 1.25),
    UnitWords(f"住房和建设局（{MARK}）", OrganisationKind.DEPARTMENT, 23, 2, 1.05),
    UnitWords("综合保税区", OrganisationKind.PARK, 30, 0, 1.0),
    UnitWords("生物医药产业园", OrganisationKind.PARK, 31, 0, 1.0),
    UnitWords("长三角合成生物产业创新园", OrganisationKind.PARK, 32, 0, 1.0),
)

PRODUCTS = {
    "新能源": ("高效光伏组件", "动力电池结构件", "储能变流器", "热泵机组", "氢燃料电堆", "充电模块"),
    "新材料": ("碳纤维预浸料", "特种工程塑料", "高温合金锻件", "光学薄膜", "陶瓷基板", "电子级树脂"),
    "高端装备": ("数控机床", "工业机器人", "轨道交通部件", "精密减速器", "智能物流装备", "激光加工装备"),
    "汽车及零部件": ("车身冲压件", "智能座舱", "电驱动总成", "减振器", "制动系统", "热管理系统"),
    "智能网联": ("车载激光雷达", "算力服务平台", "域控制器", "车路协同设备", "高精度传感器", "边缘计算终端"),
    "合成生物": ("生物基单体", "氨基酸发酵", "酶制剂", "生物基聚酯", "功能性糖", "细胞培养基"),
}

KINDS = ("生产基地", "产业化项目", "扩建项目", "研发及生产项目", "智能化改造项目", "二期工程")
BRAND_FIRST = "恒启衡朔祺澜屿瀚铭拓昱霁岚骁凌泽汇翎钧晟"
BRAND_SECOND = "澜衡越岱川峰宸弘翼途序维瑞泓荃曜原图策远"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
LEADERS = tuple(f"{MARK}领导{mark}" for mark in "甲乙丙丁戊己")

DELAYS = {
    DelayReason.LAND: "地块交付推迟，等待净地",
    DelayReason.PLANNING_PERMIT: "规划方案调整，重新公示",
    DelayReason.CONSTRUCTION_PERMIT: "图审意见尚在修改",
    DelayReason.FINANCING: "银团贷款审批中",
    DelayReason.MARKET: "订单不及预期，企业放缓进度",
    DelayReason.EQUIPMENT: "进口设备交货推迟",
    DelayReason.WEATHER: "连续降雨影响基础施工",
    DelayReason.OWNER_DECISION: "企业调整建设时序",
}

PROBLEMS = (
    (ProblemKind.LAND, "用地范围内尚有两户未签约，影响进场"),
    (ProblemKind.PERMIT, "施工许可办理缺少消防设计审查意见"),
    (ProblemKind.FINANCING, "项目贷款抵押物不足，授信尚未批复"),
    (ProblemKind.UTILITIES, "双回路供电方案未定，影响设备调试"),
    (ProblemKind.EQUIPMENT, "主要设备到货推迟，安装工期顺延"),
    (ProblemKind.LABOUR, "投产初期技术工人缺口约四十人"),
)
RESOLUTION = f"经协调会研究解决，已销号（{MARK}）"

PROGRESS = {
    Stage.SIGNED: ("正在办理公司注册与备案", "完成备案与能评"),
    Stage.FILED: ("土地出让手续办理中", "取得土地并完成勘察设计"),
    Stage.LAND: ("场地平整，桩基施工准备", "开工并完成桩基"),
    Stage.STARTED: ("主体结构施工", "主体结构封顶"),
    Stage.TOPPED_OUT: ("内外装修及设备基础施工", "设备进场安装"),
    Stage.COMPLETED: ("设备安装调试", "试生产并办理验收"),
    Stage.IN_PRODUCTION: ("已投产，产能爬坡", "达到设计产能"),
}
"""What is being done after a stage, and what comes next."""

PROVEN = frozenset({Stage.STARTED, Stage.TOPPED_OUT, Stage.COMPLETED, Stage.IN_PRODUCTION})
"""Stages that somebody has taken a picture of."""

REMOVED = "企业调整投资计划，调出当年名单"
RETURNED = "投资额与形象进度不符，请核实后重报"
COORDINATION = "请供电部门明确接入方案"
EXCUSE = f"{MARK}：主要地块规划调整，区政府专题会议认可顺延"

START_DUE_MONTH = 9
DUE_MONTHS = {Indicator.STARTED: START_DUE_MONTH, Indicator.ENTERED: 10}
"""Indicators that the whole year's target is due of before December."""


class RuleWords(NamedTuple):
    family: str
    yellow: int
    red: int


RULES = (
    RuleWords("points_behind", 10, 30),
    RuleWords("start_overdue", 1, 3),
    RuleWords("entry_overdue", 1, 2),
)

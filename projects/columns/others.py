"""The columns of the monthly sheet, of the targets of a year, and of the table of units."""

from projects.columns.known import ENTERPRISE, KEY, NAME, NATIONAL_CODE, NUMBER, VERSION, Holds, KnownColumn
from projects.vocabulary import MONEY_INDICATORS, Indicator, OrganisationKind

_DONE = ("累计", "累计完成", "累计完成投资", "完成投资", "实际完成投资", "累计实际完成投资", "累计投资")
_THIS_YEAR = (
    *("本年", "本年度", "当年", "今年", "年度", "年初以来", "年初至今", "自年初", "今年以来"),
    *("1至本月", "1到本月", "1本月", "年初至本月"),
)
_THIS_MONTH = ("本月", "当月", "本月份")

REPORTS = (
    KEY,
    VERSION,
    NUMBER,
    KnownColumn("month", "月份", Holds.PERIOD, ("报告月份", "月度", "填报月份")),
    NAME,
    ENTERPRISE,
    NATIONAL_CODE,
    KnownColumn(
        "planned_investment",
        "年度计划投资",
        Holds.NOTHING,
        ("年度计划", "年度投资计划"),
        note="年度计划请在项目清单中导入",
    ),
    KnownColumn(
        "total_investment",
        "总投资",
        Holds.NOTHING,
        ("计划总投资", "项目总投资", "总投资额", "投资总额"),
        note="总投资请在项目清单中导入",
    ),
    KnownColumn(
        "invested",
        "本月完成投资",
        Holds.MONEY,
        tuple(
            f"{month}{done}"
            for month in _THIS_MONTH
            for done in ("完成", "完成投资", "投资", "实际完成", "实际完成投资", "新增投资", "投资完成")
        ),
    ),
    KnownColumn(
        "year_to_date",
        "年累计完成投资",
        Holds.MONEY,
        (
            *("年累计", "累计完成", "累计完成投资", "年初累计完成", "年累计完成"),
            *(f"{since}{done}" for since in _THIS_YEAR for done in _DONE),
        ),
    ),
    KnownColumn("explanation", "金额说明", Holds.TEXT, ("大额说明", "金额异常说明")),
    KnownColumn("opening", "期初累计投资", Holds.MONEY, ("期初累计", "期初累计完成投资", "期初累计完成")),
    KnownColumn(
        "civil",
        "土建",
        Holds.NOTHING,
        ("其中土建", "土建投资", "其中：土建"),
        note="只登记合计，不分土建、设备、土地",
    ),
    KnownColumn(
        "equipment",
        "设备",
        Holds.NOTHING,
        ("其中设备", "设备投资", "其中：设备"),
        note="只登记合计，不分土建、设备、土地",
    ),
    KnownColumn(
        "land_cost",
        "土地",
        Holds.NOTHING,
        ("其中土地", "土地投资", "其中：土地"),
        note="只登记合计，不分土建、设备、土地",
    ),
    KnownColumn("year_before", "截至上月年累计", Holds.NOTHING, note="由各月月报累计"),
    KnownColumn("shown_year_to_date", "含本月年累计", Holds.NOTHING, note="由本月完成投资得出"),
    KnownColumn(
        "share", "完成比例", Holds.NOTHING, ("完成率", "完成进度", "投资完成率"), note="完成率由系统计算"
    ),
    KnownColumn("unchanged", "无变化", Holds.FLAG, ("确认无变化", "是否无变化")),
    KnownColumn(
        "progress",
        "形象进度",
        Holds.PROSE,
        ("工程形象进度", "进展情况", "项目进展", "目前进展", "工作进展", "推进情况"),
    ),
    KnownColumn(
        "needs_coordination",
        "需要协调的事项",
        Holds.PROSE,
        (
            "需要协调",
            "是否需要协调",
            "存在问题",
            "需协调事项",
            "需协调解决的问题",
            "存在问题及需协调事项",
            "存在的问题",
        ),
    ),
    KnownColumn(
        "next_step",
        "下一步打算",
        Holds.PROSE,
        ("下一步", "下步打算", "下一步计划", "下一步工作", "下月计划", "下步工作"),
    ),
    KnownColumn("state", "审核状态", Holds.NOTHING, ("审核", "月报状态"), note="审核在月报页办理"),
    KnownColumn("organisation", "责任单位", Holds.NOTHING, ("牵头单位",), note="责任单位请在项目清单中导入"),
)

TARGETS = (
    KEY,
    VERSION,
    NUMBER,
    KnownColumn(
        "organisation",
        "单位",
        Holds.CHOICE,
        ("责任单位", "单位名称", "镇街", "板块"),
        required=True,
        links="organisation",
    ),
    *(
        KnownColumn(
            indicator.value,
            f"{indicator.label}目标",
            Holds.MONEY if indicator in MONEY_INDICATORS else Holds.COUNT,
            (
                indicator.label,
                f"{indicator.label}年度目标",
                f"年度{indicator.label}目标",
                f"{indicator.label}个数",
            ),
        )
        for indicator in Indicator
    ),
)

ORGANISATIONS = (
    KEY,
    VERSION,
    NUMBER,
    KnownColumn("name", "单位名称", Holds.TEXT, ("名称", "单位", "单位全称"), required=True),
    KnownColumn("short_name", "简称", Holds.TEXT, ("单位简称",)),
    KnownColumn(
        "kind",
        "单位类型",
        Holds.CHOICE,
        ("类型", "单位类别", "类别"),
        required=True,
        choices=OrganisationKind,
    ),
    KnownColumn("parent", "上级单位", Holds.CHOICE, ("上级", "主管单位", "隶属单位"), links="organisation"),
    KnownColumn("former_names", "曾用名", Holds.TEXT, ("原名称",)),
    KnownColumn("position", "排序", Holds.COUNT, ("次序", "顺序")),
)

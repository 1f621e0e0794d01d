"""The columns of a project list."""

from projects.columns.known import (
    ENTERPRISE,
    KEY,
    NAME,
    NATIONAL_CODE,
    NUMBER,
    VERSION,
    Holds,
    KnownColumn,
    Record,
    plan_key,
    reached_key,
)
from projects.rules.lifecycle import CHAIN
from projects.vocabulary import Category, DelayReason, Level, Nature, Stage


def _stage_columns() -> tuple[KnownColumn, ...]:
    """Each stage planned and reached: 计划开工 is a plan, 开工 alone is ambiguous and asked about."""
    columns = []
    for stage in (*CHAIN, Stage.ENTERED):
        word = stage.label
        planned = (
            f"计划{word}",
            f"计划{word}时间",
            f"计划{word}月",
            f"计划{word}日期",
            *(f"{plan}{word}{when}" for plan in ("预计", "拟") for when in ("", "时间", "日期", "月")),
            *(f"计划{word}{when}" for when in ("年月", "节点", "月份")),
            f"{word}计划时间",
        )
        reached = (f"实际{word}", f"实际{word}时间", f"实际{word}日期", f"{word}实际时间", f"已{word}时间")
        columns.append(KnownColumn(plan_key(stage), f"{word}计划", Holds.PERIOD, planned, Record.MILESTONE))
        columns.append(
            KnownColumn(reached_key(stage), f"{word}实际", Holds.PERIOD, reached, Record.MILESTONE)
        )
    return tuple(columns)


CREDIT_CODE = KnownColumn(
    "credit_code",
    "统一社会信用代码",
    Holds.CODE,
    ("信用代码", "社会信用代码", "企业信用代码"),
    record=Record.PROJECT,
)

PROJECTS = (
    KEY,
    VERSION,
    NUMBER,
    NAME,
    ENTERPRISE,
    NATIONAL_CODE,
    CREDIT_CODE,
    KnownColumn(
        "former_names", "曾用名", Holds.TEXT, ("原项目名称", "原名称", "项目曾用名"), record=Record.PROJECT
    ),
    KnownColumn(
        "place", "建设地点", Holds.TEXT, ("建设地址", "项目地点", "项目地址", "地址"), record=Record.PROJECT
    ),
    KnownColumn("longitude", "经度", Holds.DEGREES, ("项目经度", "东经", "经度坐标"), record=Record.PROJECT),
    KnownColumn("latitude", "纬度", Holds.DEGREES, ("项目纬度", "北纬", "纬度坐标"), record=Record.PROJECT),
    KnownColumn(
        "town",
        "所属镇街",
        Holds.CHOICE,
        ("所属板块", "属地", "镇街", "镇（街道）", "所在镇街", "板块", "所属镇（街道）", "所属乡镇"),
        record=Record.PROJECT,
        links="organisation",
    ),
    KnownColumn(
        "park", "所在园区", Holds.CHOICE, ("园区", "所属园区"), record=Record.PROJECT, links="organisation"
    ),
    KnownColumn(
        "industry",
        "产业类别",
        Holds.CHOICE,
        ("产业", "所属产业", "行业类别", "产业领域", "行业", "产业分类"),
        record=Record.PROJECT,
        links="industry",
    ),
    KnownColumn("nature", "建设性质", Holds.CHOICE, ("项目性质",), record=Record.PROJECT, choices=Nature),
    KnownColumn(
        "content",
        "建设内容及规模",
        Holds.PROSE,
        (
            "建设内容",
            "主要建设内容",
            "建设规模及内容",
            "建设规模和内容",
            "主要建设内容及规模",
            "项目内容",
            "建设内容与规模",
        ),
        record=Record.PROJECT,
    ),
    KnownColumn(
        "years",
        "建设起止年限",
        Holds.TEXT,
        (
            "建设年限",
            "起止年限",
            "建设周期",
            "建设起止年月",
            "建设期",
            "建设起止时间",
            "起止时间",
            "建设期限",
            "建设工期",
            *(
                f"{plan}{span}"
                for plan in ("计划", "预计", "拟")
                for span in (
                    "开竣工时间",
                    "开竣工",
                    "起止时间",
                    "起止年限",
                    "建设年限",
                    "建设周期",
                    "开竣工日期",
                    "开竣工年月",
                )
            ),
        ),
        is_read_only=True,
    ),
    KnownColumn(
        "total_investment",
        "总投资",
        Holds.MONEY,
        (
            "计划总投资",
            "项目总投资",
            "投资总额",
            "总投资额",
            "投资额",
            "项目总投资额",
            "计划总投资额",
            "估算总投资",
            "概算总投资",
            "总投资估算",
            "总投资概算",
        ),
        record=Record.PROJECT,
    ),
    KnownColumn(
        "contract_amount",
        "协议投资",
        Holds.MONEY,
        ("协议总投资", "签约金额", "协议投资额", "合同投资", "合同金额", "协议金额"),
        record=Record.PROJECT,
    ),
    KnownColumn(
        "foreign",
        "外资金额",
        Holds.FOREIGN,
        ("外资", "利用外资", "协议外资", "合同外资", "总投资外币"),
        record=Record.PROJECT,
    ),
    KnownColumn(
        "invested_before",
        "截至上年底累计完成投资",
        Holds.MONEY,
        (
            *(
                f"{until}{end}{done}"
                for until in ("截至", "截止", "至", "")
                for end in (
                    "上年底",
                    "上年末",
                    "上年12月底",
                    "上年12月末",
                    "上年12月",
                    "上年底前",
                    "上年度末",
                )
                for done in ("累计完成投资", "累计完成", "完成投资", "累计投资", "已完成投资")
            ),
        ),
        record=Record.PLAN,
    ),
    KnownColumn(
        "planned_investment",
        "年度计划投资",
        Holds.MONEY,
        (
            "年度投资计划",
            "当年计划投资",
            "本年计划投资",
            "年计划投资",
            "年度计划",
            "计划投资",
            "当年投资计划",
            "年度计划投资额",
            "年度计划完成投资",
            "当年计划完成投资",
        ),
        record=Record.PLAN,
    ),
    KnownColumn(
        "level",
        "名单级别",
        Holds.CHOICE,
        ("项目级别", "级别", "名单", "重大项目级别", "项目等级"),
        record=Record.LISTING,
        choices=Level,
    ),
    KnownColumn(
        "category",
        "年度类别",
        Holds.CHOICE,
        ("项目类别", "类别", "项目类型", "建设类别"),
        record=Record.LISTING,
        choices=Category,
    ),
    KnownColumn(
        "completes",
        "是否计划竣工",
        Holds.FLAG,
        ("当年竣工", "年内竣工", "年度计划竣工", "是否当年竣工"),
        record=Record.LISTING,
    ),
    KnownColumn(
        "list_number",
        "名单序号",
        Holds.COUNT,
        ("名单编号", "项目编号"),
        record=Record.LISTING,
        field="number",
    ),
    KnownColumn(
        "listed_on",
        "列入日期",
        Holds.PERIOD,
        ("列入名单日期", "列入名单时间", "列入时间", "增补日期", "增补时间", "入选日期"),
        record=Record.LISTING,
        field="listed_period",
    ),
    KnownColumn("listed", "在列名单", Holds.NOTHING, note="由名单级别、年度类别、名单序号得出"),
    KnownColumn(
        "organisation",
        "责任单位",
        Holds.CHOICE,
        ("牵头单位", "属地责任单位", "责任主体", "推进单位", "服务单位", "主管部门"),
        record=Record.PROJECT,
        links="organisation",
    ),
    KnownColumn(
        "helpers",
        "协同单位",
        Holds.CHOICE,
        ("配合单位", "协办单位", "参与单位", "协同部门", "责任协同单位", "配合部门"),
        links="organisation",
    ),
    KnownColumn(
        "contact",
        "责任人",
        Holds.TEXT,
        ("联系人", "项目负责人", "负责人", "经办人"),
        record=Record.PROJECT,
        shared=True,
    ),
    KnownColumn(
        "contact_phone",
        "联系电话",
        Holds.TEXT,
        ("电话", "联系方式", "手机", "责任人电话", "手机号码"),
        record=Record.PROJECT,
        shared=True,
    ),
    KnownColumn(
        "contact_both",
        "责任人/电话",
        Holds.TEXT,
        (
            "责任人及电话",
            "联系人及电话",
            "责任人联系电话",
            "联系人电话",
            "联系人/电话",
            "责任人及联系方式",
            "联系人及联系方式",
        ),
        is_read_only=True,
    ),
    KnownColumn(
        "linked_leader",
        "挂钩领导",
        Holds.TEXT,
        ("挂钩区领导", "联系领导", "挂钩联系领导", "包联领导", "区领导"),
        record=Record.PROJECT,
        shared=True,
    ),
    KnownColumn("stage", "阶段", Holds.NOTHING, ("当前阶段", "项目阶段"), note="阶段由各节点的实际日期得出"),
    *_stage_columns(),
    KnownColumn("cause", "推迟原因", Holds.CHOICE, ("延期原因", "调整原因"), choices=DelayReason),
    KnownColumn("state", "状态", Holds.NOTHING, ("项目状态",), note="暂停、终止请在项目页登记"),
    KnownColumn("remark", "备注", Holds.PROSE, ("说明", "其他"), record=Record.PROJECT),
)
"""In the order in which an exported sheet has them, but for the key and the version, which stand last there."""

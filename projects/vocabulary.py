"""Every code that is stored, with the Chinese label that a user reads. Used by all layers."""

from collections.abc import Callable, Collection, Mapping

from django.db.models import TextChoices

MADE_UP = "演示数据，非真实项目"
"""What a file says that leaves a register of demonstration data."""


class Role(TextChoices):
    LEADER = "leader", "领导"
    STAFF = "staff", "经办"
    OFFICE = "office", "项目办"
    ADMIN = "admin", "管理员"
    AUDITOR = "auditor", "审计员"
    SECURITY = "security", "安全员"


def role_words(roles: Collection[Role]) -> str:
    """Roles in their order, "" for none."""
    return "、".join(role.label for role in Role if role in roles)


class AccountAct(TextChoices):
    """What was done to an account."""

    CREATED = "created", "新增"
    CHANGED = "changed", "修改"
    PASSWORD_ISSUED = "password_issued", "发临时密码"
    PASSWORD_CHANGED = "password_changed", "本人改密码"
    UNLOCKED = "unlocked", "解锁"
    CLOSED = "closed", "停用"
    OPENED = "opened", "启用"
    FACTOR_ADDED = "factor_added", "设置第二步验证"
    FACTOR_REMOVED = "factor_removed", "关闭第二步验证"
    FACTOR_RESET = "factor_reset", "重置第二步验证"
    CODES_MADE = "codes_made", "换新恢复码"
    CODE_USED = "code_used", "用恢复码登录"
    KEY_MADE = "key_made", "建接口密钥"
    KEY_REVOKED = "key_revoked", "撤销接口密钥"
    FEED_MADE = "feed_made", "开通日历订阅"
    FEED_ENDED = "feed_ended", "停用日历订阅"


class AuditAct(TextChoices):
    """What the audit keeps."""

    SIGNED_IN = "signed_in", "登录"
    SIGN_IN_FAILED = "sign_in_failed", "登录失败"
    LOCKED_OUT = "locked_out", "登录被锁定"
    SIGNED_OUT = "signed_out", "退出"
    REFUSED = "refused", "无权访问"
    EXPORTED = "exported", "导出"
    CONTACT_READ = "contact_read", "查看联系方式"
    ACCOUNT = "account", "账号和权限"
    KEY = "key", "接口密钥"
    RULES = "rules", "规则"
    SETTINGS = "settings", "设置"
    SEALED = "sealed", "封存"
    TARGETS = "targets", "目标"
    PROBLEMS = "problems", "问题"
    HANDOVER = "handover", "移交"
    TRIMMED = "trimmed", "清理过期记录"


class KeyScope(TextChoices):
    """What a key of the API may do, within the rights of its account."""

    READ = "read", "只读"
    WRITE = "write", "读和改"


class KeyState(TextChoices):
    """Whether a key of the API counts."""

    IN_USE = "in_use", "在用"
    EXPIRED = "expired", "已过期"
    REVOKED = "revoked", "已撤销"


class AccountState(TextChoices):
    """Whether somebody gets in with an account, and if not, why not."""

    LOCKED = "locked", "锁定"
    NO_ROLE = "no_role", "没有角色"
    NO_UNIT = "no_unit", "没有单位"
    EXPIRED = "expired", "临时密码过期"
    ISSUED = "issued", "临时密码未改"
    GOOD = "good", "可用"
    CLOSED = "closed", "已停用"


class OrganisationKind(TextChoices):
    DISTRICT = "district", "高新区"
    TOWN = "town", "镇"
    SUBDISTRICT = "subdistrict", "街道"
    PARK = "park", "园区"
    DEPARTMENT = "department", "部门"
    OFFICE = "office", "项目办"


class Stage(TextChoices):
    """The stages of a project, in the order of the chain. `ENTERED` (in the statistics) is outside the chain."""

    NEGOTIATING = "negotiating", "在谈"
    SIGNED = "signed", "签约"
    REGISTERED = "registered", "注册"
    FILED = "filed", "备案"
    LAND = "land", "供地"
    STARTED = "started", "开工"
    TOPPED_OUT = "topped_out", "封顶"
    COMPLETED = "completed", "竣工"
    IN_PRODUCTION = "in_production", "投产"
    FULL_CAPACITY = "full_capacity", "达产"
    ENTERED = "entered", "入库"


class Precision(TextChoices):
    """How exactly a date is known; the stored day is the last possible one."""

    DAY = "day", "日"
    MONTH = "month", "月"
    QUARTER = "quarter", "季度"
    YEAR = "year", "年"
    NOT_LATER = "not_later", "不晚于"


DEFAULT_LIST_NAMES: Mapping[str, str] = {"province": "省重大", "city": "市重点", "district": "区重点"}


class Level(TextChoices):
    """The list that a project is on in a year. The codes are fixed; each district names them in its settings."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"

    @property
    def label(self) -> str:
        """The current name of the list in this district, such as 省重大."""
        return _list_names()[self.value]


def level_choices() -> list[tuple[str, str]]:
    """Return the codes with their current names, for form and model fields, which evaluate it each time."""
    return [(level.value, level.label) for level in Level]


def use_list_names(names: Callable[[], Mapping[str, str]]) -> None:
    """Set the function that returns the names of the lists; called once, when the application starts."""
    global _list_names
    _list_names = names


_list_names: Callable[[], Mapping[str, str]] = lambda: DEFAULT_LIST_NAMES  # noqa: E731


class Category(TextChoices):
    """The category of a listed project in the year. 计划竣工 can be combined with each and is a separate flag."""

    NEW = "new", "新建"
    CONTINUING = "continuing", "续建"
    RESERVE = "reserve", "储备"


CATEGORY_WORDS = {
    "新开工": Category.NEW,
    "计划开工": Category.NEW,
    "拟开工": Category.NEW,
    "结转": Category.CONTINUING,
    "预备": Category.RESERVE,
    "前期": Category.RESERVE,
}
"""What sheets call a category besides its own label."""


class Datum(TextChoices):
    """The coordinate systems in which maps of the country are given; some hundred metres lie between them."""

    CGCS2000 = "cgcs2000", "CGCS2000（2000 国家大地坐标系）"
    WGS84 = "wgs84", "WGS-84（卫星定位）"
    GCJ02 = "gcj02", "GCJ-02（高德、腾讯等网上地图）"


class Nature(TextChoices):
    NEW_BUILD = "new_build", "新建"
    EXPANSION = "expansion", "扩建"
    REBUILDING = "rebuilding", "改建"
    REBUILT_LARGER = "rebuilt_larger", "改扩建"
    RELOCATION = "relocation", "迁建"
    RESTORATION = "restoration", "恢复"
    UPGRADE = "upgrade", "技改"
    EQUIPMENT = "equipment", "设备"


class SideState(TextChoices):
    PAUSED = "paused", "暂停"
    TERMINATED = "terminated", "终止"


class DelayReason(TextChoices):
    """The coded reasons for postponing a plan or pausing a project."""

    LAND = "land", "土地供应"
    PLANNING_PERMIT = "planning_permit", "规划许可"
    CONSTRUCTION_PERMIT = "construction_permit", "施工许可"
    FINANCING = "financing", "资金"
    MARKET = "market", "市场变化"
    EQUIPMENT = "equipment", "设备到货"
    WEATHER = "weather", "天气"
    OWNER_DECISION = "owner_decision", "企业决策"
    OTHER = "other", "其他"


class ReportState(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    APPROVED = "approved", "已审核"
    RETURNED = "returned", "已退回"


class AttachmentKind(TextChoices):
    """What a document of a project is."""

    APPROVAL = "approval", "批文"
    PERMIT = "permit", "许可"
    CONTRACT = "contract", "合同"
    DRAWING = "drawing", "图纸"
    MINUTES = "minutes", "会议纪要"
    OTHER = "other", "其他"


class ProblemKind(TextChoices):
    LAND = "land", "用地拆迁"
    PERMIT = "permit", "审批许可"
    FINANCING = "financing", "资金"
    UTILITIES = "utilities", "水电气路配套"
    EQUIPMENT = "equipment", "设备材料"
    LABOUR = "labour", "用工"
    OTHER = "other", "其他"


class DecisionSource(TextChoices):
    """Where a decision (督办) comes from."""

    MEETING = "meeting", "会议"
    LEADER = "leader", "领导批示"
    RULE = "rule", "规则"


class DecisionState(TextChoices):
    """How far a decision has come; each but the last may go back to WORKING."""

    GIVEN = "given", "交办"
    WORKING = "working", "办理中"
    ASKED = "asked", "申请销号"
    CLOSED = "closed", "销号"


class DecisionAct(TextChoices):
    """One step of a decision."""

    GIVE = "give", "交办"
    REPORT = "report", "办理情况"
    ASK = "ask", "申请销号"
    RETURN = "return", "退回"
    EXTEND = "extend", "延期"
    CLOSE = "close", "销号"


class NoticeKind(TextChoices):
    """Why somebody is told something, in the order of the page."""

    RETURNED = "returned", "退回"
    ASKED = "asked", "待答复"
    ASSIGNED = "assigned", "交办"
    REMINDED = "reminded", "催报"
    MENTIONED = "mentioned", "提到我"
    OVERDUE = "overdue", "逾期"
    DUE = "due", "快到期"
    WINDOW = "window", "填报期"
    REFUSED = "refused", "不同意"
    REOPENED = "reopened", "重新打开"
    APPROVED = "approved", "通过"
    SEALED = "sealed", "封存"
    READY = "ready", "后台办完"
    TROUBLE = "trouble", "系统运行"


MAILED = frozenset(
    {
        NoticeKind.RETURNED,
        NoticeKind.ASKED,
        NoticeKind.ASSIGNED,
        NoticeKind.REMINDED,
        NoticeKind.MENTIONED,
        NoticeKind.OVERDUE,
        NoticeKind.REFUSED,
        NoticeKind.TROUBLE,
    }
)
"""Kinds that are mailed unless a person chooses otherwise: those upon which one has to act."""


class Channel(TextChoices):
    """How a notice reaches a person."""

    PAGE = "page", "铃上提醒"
    MAIL = "mail", "邮件"


def is_told_by_default(kind: str, channel: Channel) -> bool:
    """Whether somebody who has chosen nothing gets notices of the kind by the channel."""
    return channel == Channel.PAGE or kind in MAILED


class ReceiverService(TextChoices):
    """What is told beside people: robots of a chat group, and other systems."""

    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"
    FEISHU = "feishu", "飞书群机器人"
    WEBHOOK = "webhook", "其他系统（签名回调）"


PERSONAL = frozenset({NoticeKind.MENTIONED, NoticeKind.READY, NoticeKind.TROUBLE})
"""Kinds for one person, or for administrators alone: no robot and no other system is told."""


class DeliveryState(TextChoices):
    """How far a notice in the outbox has come."""

    WAITING = "waiting", "待发"
    SENDING = "sending", "正在发"
    SENT = "sent", "已发"
    GIVEN_UP = "given_up", "不发了"


class Proof(TextChoices):
    """Whether a reached stage is proven by evidence or only claimed."""

    VERIFIED = "verified", "已佐证"
    CLAIMED = "claimed", "待佐证"


class Indicator(TextChoices):
    """The indicators of the completion page. Money indicators are in whole yuan; the others count projects."""

    INVESTED = "invested", "完成投资"
    ENTERED = "entered", "新入库"
    STARTED = "started", "新开工"
    TOPPED_OUT = "topped_out", "封顶"
    COMPLETED = "completed", "竣工"
    IN_PRODUCTION = "in_production", "投产"
    SIGNED = "signed", "签约"
    SIGNED_INVESTMENT = "signed_investment", "签约总投资"


MONEY_INDICATORS = frozenset({Indicator.INVESTED, Indicator.SIGNED_INVESTMENT})

STAGE_OF_INDICATOR = {
    Indicator.ENTERED: Stage.ENTERED,
    Indicator.STARTED: Stage.STARTED,
    Indicator.TOPPED_OUT: Stage.TOPPED_OUT,
    Indicator.COMPLETED: Stage.COMPLETED,
    Indicator.IN_PRODUCTION: Stage.IN_PRODUCTION,
    Indicator.SIGNED: Stage.SIGNED,
}


class Lane(TextChoices):
    """A lane of the board: how far the building has come. Of `UNKNOWN` no stage was ever recorded or planned."""

    UNKNOWN = "unknown", "阶段未登记"
    WAITING = "waiting", "未开工"
    BUILDING = "building", "已开工未封顶"
    TOPPED_OUT = "topped_out", "已封顶未竣工"
    COMPLETED = "completed", "已竣工未投产"
    PRODUCING = "producing", "已投产"


class Unit(TextChoices):
    """The unit of a printed figure."""

    YUAN = "yuan", "元"
    USD = "usd", "美元"
    COUNT = "count", "个"
    PERCENT = "percent", "%"
    TEXT = "text", "文字"


class Audience(TextChoices):
    """Who is offered a saved view."""

    OWN = "own", "仅自己"
    UNIT = "unit", "本单位"
    ALL = "all", "所有人"


class Currency(TextChoices):
    USD = "USD", "美元"
    EUR = "EUR", "欧元"
    JPY = "JPY", "日元"
    HKD = "HKD", "港元"
    GBP = "GBP", "英镑"


class Light(TextChoices):
    """`PENDING`: a number is known within bounds only, and its ends would show different lights."""

    GREEN = "green", "正常"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"
    NONE = "none", "无灯"
    UNDEFINED = "undefined", "规则未定"
    PENDING = "pending", "待定"


class LightFamily(TextChoices):
    """The kinds of light rules: each is one published way to measure a delay."""

    POINTS_BEHIND = "points_behind", "较序时进度落后百分点"
    SHARE_OF_DUE = "share_of_due", "完成应完成量的百分比"
    START_OVERDUE = "start_overdue", "应开工未开工月数"
    ENTRY_OVERDUE = "entry_overdue", "开工后未入库月数"
    GROWTH = "growth", "完成投资比上年同期增幅"


class BulletinKind(TextChoices):
    PUBLISHED = "published", "对外发布"
    SEALED = "sealed", "月度封存"


class FigureTopic(TextChoices):
    PROJECTS = "projects", "重大项目"
    ECONOMY = "economy", "经济运行"
    ENTERPRISES = "enterprises", "企业与外贸"


class BatchAct(TextChoices):
    """The acts that a batch can apply to many projects."""

    MOVE = "move", "移动到节点"
    ASSIGN = "assign", "修改字段"
    ENLIST = "enlist", "列入名单"


class BatchState(TextChoices):
    PREVIEW = "preview", "待确认"
    APPLIED = "applied", "已执行"
    UNDONE = "undone", "已撤销"


class ImportKind(TextChoices):
    """The kinds of workbooks that can be imported."""

    PROJECTS = "projects", "项目清单"
    REPORTS = "reports", "月报"
    TARGETS = "targets", "年度目标"
    ORGANISATIONS = "organisations", "单位"


class ImportState(TextChoices):
    """The state of an import. In the working states a job is running."""

    READING = "reading", "正在读取"
    MAPPING = "mapping", "待确认表头"
    JUDGING = "judging", "正在核对"
    PREVIEW = "preview", "待写入"
    APPLYING = "applying", "正在写入"
    PARTLY = "partly", "只写入了一部分"
    APPLIED = "applied", "已写入"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"
    FAILED = "failed", "未能完成"


class PaperKind(TextChoices):
    """The papers for a meeting."""

    BULLETIN = "bulletin", "通报（Word）"
    DECK = "deck", "幻灯片（PowerPoint）"
    CARDS = "cards", "一项目一档（PDF）"
    TABLE = "table", "调度表（Excel）"
    TABLE_WORD = "table_word", "调度表（Word）"


class Outcome(TextChoices):
    """The effect that an imported row would have."""

    PENDING = "pending", "待核对"
    NEW = "new", "新增"
    CHANGED = "changed", "有改动"
    UNCHANGED = "unchanged", "无改动"
    ALIKE = "alike", "疑似已有"
    CONFLICT = "conflict", "他人改过"
    FAULTY = "faulty", "有错误"

"""The lists of the attention page as sheets: what is late, what stands still, what was changed since the last seal."""

from collections.abc import Sequence

from projects.figures.attention import Attention, Changed, Gap, OverdueProject, StalledProject
from projects.figures.completion.lines import CompletionPage
from projects.figures.open_milestones import DueMilestone, OpenProblem
from projects.figures.scope import Scope
from projects.files.writing.sheets import As, Cell, Column, Kind, Sheet
from projects.templatetags.formats import bounds, day, level_name
from projects.workbooks.sheets.table import SheetColumn, moment, table, unit_name


def scope_name(scope: Scope) -> str:
    """全区 市重点项目."""
    return f"{scope.organisation or '全区'} {level_name(scope.level)}"


def file_name(subject: str, scope: Scope) -> str:
    """完成情况-全区-市重点项目-2024-09-30."""
    return f"{subject}-{scope_name(scope).replace(' ', '-')}-{scope.as_of.isoformat()}"


def about(page: CompletionPage, *more: str) -> list[str]:
    """Scope, day, what was known when, units, sources."""
    scope = page.scope
    known = f"；只用 {day(scope.known_at.date())}结束前录入的内容" if scope.known_at else ""
    if page.seal:
        known = f"；公布口径：按《{page.seal.title}》封存时的台账"
    printed = page.published[0] if page.published else None
    source = f"{printed.source_title}（截至 {day(printed.as_of)}）；" if printed else ""
    return [
        f"范围：{scope_name(scope)}；截至 {day(scope.as_of)}{known}",
        "单位：亿元，个数为个；空白为未知，不是零",
        f"来源：{source}重大项目台账",
        *more,
    ]


def attention_sheets(page: CompletionPage, listed: Attention) -> list[Sheet]:
    """需要关注, 逾期亮灯, 停留项目, 未办结问题, 下一批节点, 封存以来的变化."""
    return [
        late(page, listed),
        overdue(page, listed),
        stalled(page, listed),
        _problems(page, listed),
        _ahead(page, listed),
        _changes(page, listed),
    ]


LATE: Sequence[SheetColumn[DueMilestone]] = (
    SheetColumn("days", Column("晚（天）", Kind.COUNT), lambda due: due.days_late),
    SheetColumn("project", Column("项目"), lambda due: due.project.name),
    SheetColumn("stage", Column("节点"), lambda due: due.stage.label),
    SheetColumn("planned", Column("现计划"), lambda due: due.planned),
    SheetColumn("moved", Column("比原计划推迟（天）", Kind.COUNT), lambda due: due.moved),
    SheetColumn("moves", Column("推迟次数", Kind.COUNT), lambda due: due.moves),
    SheetColumn("unit", Column("责任单位"), lambda due: unit_name(due.project.organisation)),
    SheetColumn("reason", Column("原因"), lambda due: due.reason),
    SheetColumn(
        "asked", Column("原因询问"), lambda due: f"{due.asked.by} {day(due.asked.on)}" if due.asked else ""
    ),
    SheetColumn("note", Column("说明"), lambda due: due.note),
)
OVERDUE: Sequence[SheetColumn[OverdueProject]] = (
    SheetColumn("light", Column("亮灯"), lambda row: row.overdue.light.label),
    SheetColumn("project", Column("项目"), lambda row: row.project.name),
    SheetColumn("words", Column("情况"), lambda row: row.overdue.words),
    SheetColumn("since", Column("从哪天起"), lambda row: row.since),
    SheetColumn("unit", Column("责任单位"), lambda row: unit_name(row.project.organisation)),
)
STALLED: Sequence[SheetColumn[tuple[str, StalledProject]]] = (
    SheetColumn("gap", Column("类别"), lambda row: row[0]),
    SheetColumn("project", Column("项目"), lambda row: row[1].project.name),
    SheetColumn("days", Column("停留（天）", Kind.COUNT), lambda row: _days(row[1])),
    SheetColumn("reached", Column("到达日期"), lambda row: row[1].reached),
    SheetColumn("unit", Column("责任单位"), lambda row: unit_name(row[1].project.organisation)),
    SheetColumn(
        "investment", Column("总投资（亿元）", Kind.MONEY), lambda row: row[1].project.total_investment
    ),
)
PROBLEMS: Sequence[SheetColumn[OpenProblem]] = (
    SheetColumn("project", Column("项目"), lambda row: row.project.name),
    SheetColumn("kind", Column("类别"), lambda row: row.kind),
    SheetColumn("text", Column("问题"), lambda row: row.text),
    SheetColumn("unit", Column("责任单位"), lambda row: unit_name(row.organisation)),
    SheetColumn("person", Column("责任人"), lambda row: row.person),
    SheetColumn("due_on", Column("办结期限", Kind.DAY), lambda row: row.due_on),
    SheetColumn("days", Column("逾期（天）", Kind.COUNT), lambda row: row.days_late or None),
)
AHEAD: Sequence[SheetColumn[DueMilestone]] = (
    SheetColumn("days", Column("还有（天）", Kind.COUNT), lambda due: due.days_to_go),
    SheetColumn("project", Column("项目"), lambda due: due.project.name),
    SheetColumn("stage", Column("节点"), lambda due: due.stage.label),
    SheetColumn("planned", Column("现计划"), lambda due: due.planned),
    SheetColumn("unit", Column("责任单位"), lambda due: unit_name(due.project.organisation)),
)
CHANGES: Sequence[SheetColumn[Changed]] = (
    SheetColumn("at", Column("时间", Kind.MOMENT), lambda change: moment(change.at)),
    SheetColumn("project", Column("项目"), lambda change: change.project.name),
    SheetColumn("stage", Column("节点"), lambda change: change.stage.label),
    SheetColumn("by", Column("谁"), lambda change: change.by),
    SheetColumn("why", Column("原因"), lambda change: change.why),
)


def late(page: CompletionPage, listed: Attention) -> Sheet:
    total: dict[str, Cell] = {"days": As(Kind.COUNT, len(listed.late)), "project": "个节点晚于计划"}
    return table("需要关注", "晚于计划的节点", LATE, listed.late, about(page), total, frozen=2)


def overdue(page: CompletionPage, listed: Attention) -> Sheet:
    total: dict[str, Cell] = {"light": f"{len(listed.overdue)} 个项目"}
    title = "开工、入库逾期的项目"
    return table("逾期亮灯", title, OVERDUE, listed.overdue, about(page), total, frozen=2)


def _days(row: StalledProject) -> int | None:
    """None on the last day on which a vague date is possible: “at least 0” says nothing."""
    return None if row.at_least and not row.days else row.days


def _gap_words(gap: Gap) -> str:
    return f"{bounds(gap.count, is_money=False)} 个" if gap.count else "未登记"


def stalled(page: CompletionPage, listed: Attention) -> Sheet:
    rows = [(gap.label, row) for gap in listed.gaps for row in gap.rows]
    words = "，".join(f"{gap.label} {_gap_words(gap)}" for gap in listed.gaps)
    total: dict[str, Cell] = {"gap": "合计", "project": words}
    return table("停留项目", "停留在两个节点之间的项目", STALLED, rows, about(page), total, frozen=2)


def _problems(page: CompletionPage, listed: Attention) -> Sheet:
    total: dict[str, Cell] = {"project": f"{len(listed.problems)} 个问题未办结"}
    return table("未办结问题", "未办结的问题", PROBLEMS, listed.problems, about(page), total)


def _ahead(page: CompletionPage, listed: Attention) -> Sheet:
    total: dict[str, Cell] = {"days": As(Kind.COUNT, len(listed.ahead)), "project": "个节点"}
    return table("下一批节点", "下一批节点", AHEAD, listed.ahead, about(page), total, frozen=2)


def _changes(page: CompletionPage, listed: Attention) -> Sheet:
    since = listed.seal.title if listed.seal else "还没有封存过月份"
    notes, total = about(page, f"上次封存：{since}"), {"project": f"{len(listed.changes)} 处变化"}
    return table("封存以来的变化", "上次封存以来的变化", CHANGES, listed.changes, notes, total, frozen=2)

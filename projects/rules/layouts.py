"""The columns of a 调度表: their keys and headings in the order that an office usually has them."""

from collections.abc import Iterable

COLUMNS = {
    "number": "序号",
    "name": "项目名称",
    "unit": "责任单位",
    "enterprise": "建设单位",
    "levels": "级别",
    "content": "建设内容",
    "investment": "总投资",
    "planned": "年度计划",
    "invested": "当月完成",
    "reported": "年累计完成",
    "rate": "完成率",
    "stage": "阶段",
    "state": "状态",
    "progress": "形象进度",
    "next_step": "下一步打算",
    "needs": "需要协调的事项",
    "leader": "挂钩领导",
    "contact": "责任人",
    "phone": "联系电话",
}
USUAL = (
    "number",
    "name",
    "unit",
    "investment",
    "planned",
    "invested",
    "reported",
    "rate",
    "state",
    "progress",
    "needs",
)


def known_columns(chosen: Iterable[str]) -> tuple[str, ...]:
    """The chosen columns that exist, in their order, each once; the usual ones where none does."""
    return tuple(dict.fromkeys(key for key in chosen if key in COLUMNS)) or USUAL

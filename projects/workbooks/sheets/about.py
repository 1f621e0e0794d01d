"""What every sheet of the completion page says above its table, and the names of its files."""

from projects.figures.completion.lines import CompletionPage
from projects.figures.scope import Scope
from projects.templatetags.formats import day, level_name


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
    printed = page.published[0] if page.published else None
    source = f"{printed.source_title}（截至 {day(printed.as_of)}）；" if printed else ""
    return [
        f"范围：{scope_name(scope)}；截至 {day(scope.as_of)}{known}",
        "单位：亿元，个数为个；空白为未知，不是零",
        f"来源：{source}重大项目台账",
        *more,
    ]

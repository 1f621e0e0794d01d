"""A bulletin's figures as sheets: a published one as it is, of a seal what its reader may see."""

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from projects import access
from projects.files.writing.sheets import As, Cell, Column, Kind, Sheet
from projects.models import Bulletin, Figure, Organisation
from projects.questions import visible_part
from projects.rules.bulletin import Printed, PrintedLine, read
from projects.templatetags.formats import day, plain, signed_percent
from projects.views.downloads import UNITS, download
from projects.vocabulary import Level, Unit

PUBLISHED = (
    Column("名称"),
    Column("级别"),
    Column("单位"),
    Column("公布", Kind.MONEY),
    Column("计量"),
    Column("原文"),
    Column("增长"),
    Column("比重"),
    Column("说明"),
    Column("来源段落"),
)
PRINTED = (
    Column("单位或范围"),
    Column("名次", Kind.COUNT),
    Column("项目数", Kind.COUNT),
    Column("指标"),
    Column("计量"),
    Column("实际", Kind.MONEY),
    Column("年度目标", Kind.MONEY),
    Column("完成率"),
    Column("较时间进度（百分点）"),
    Column("亮灯"),
    Column("列统", Kind.MONEY),
    Column("来源"),
)
MEASURES = {Unit.YUAN.value: "亿元"}


@require_safe
@access.allowed(access.reads_figures)
def bulletin_export(request: HttpRequest, pk: int, suffix: str) -> HttpResponseBase:
    found = get_object_or_404(Bulletin.objects.select_related("source", "organisation"), pk=pk)
    about = [f"{found.get_kind_display()}；数据截至 {day(found.as_of)}", UNITS]
    if not found.is_sealed:
        sheet = _published(found, found.figures.select_related("organisation"), about)
        return download(suffix, [sheet], found.title)
    sealed = read(found.content)
    if sealed is None:
        raise Http404("封存内容无法读取。")
    shown = visible_part(sealed, access.signed_in(request), list(Organisation.objects.all()))
    return download(suffix, [_printed(shown, about)], found.title)


def _published(bulletin: Bulletin, figures: Iterable[Figure], about: list[str]) -> Sheet:
    source = f"来源：{bulletin.source}" if bulletin.source else "来源：重大项目台账"
    rows = [_figure(figure) for figure in figures]
    total: list[Cell] = [f"{len(rows)} 个数字", *[None] * 9]
    return Sheet("数字", bulletin.title, PUBLISHED, rows, [*about, source], total)


def _figure(figure: Figure) -> list[Cell]:
    is_money = figure.unit == Unit.YUAN
    return [
        figure.label,
        Level(figure.level).label if figure.level else None,
        str(figure.organisation or "") or None,
        figure.amount if is_money or figure.amount is None else As(Kind.COUNT, figure.amount),
        MEASURES.get(figure.unit, figure.get_unit_display()),
        figure.printed,
        signed_percent(figure.growth),
        f"{plain(figure.share)}%" if figure.share is not None else None,
        figure.statement,
        figure.paragraph,
    ]


def _printed(printed: Printed, about: list[str]) -> Sheet:
    """A line for each indicator, of the whole first; the percentages are those that were printed."""
    rows = list(_lines(printed))
    total: list[Cell] = [f"{len(printed.units)} 个单位", *[None] * 11]
    if printed.counts:
        total[2] = printed.counts.projects
    return Sheet("封存的数字", printed.title, PRINTED, rows, [*about, f"范围：{printed.scope}"], total)


def _lines(printed: Printed) -> Iterator[list[Cell]]:
    count = printed.counts.projects if printed.counts else None
    for line in printed.indicators:
        yield [printed.scope, None, count, *_line(line)]
    for unit in printed.units:
        for line in unit.indicators:
            yield [unit.label, unit.rank, unit.projects, *_line(line)]


def _line(line: PrintedLine) -> list[Cell]:
    kind = Kind.MONEY if line.unit == Unit.YUAN else Kind.COUNT
    return [
        line.label,
        MEASURES.get(line.unit, Unit(line.unit).label),
        As(kind, line.actual) if line.actual is not None else line.absent,
        As(kind, line.target) if line.target is not None else line.target_words,
        line.completion_words,
        line.pace_words,
        "：".join(filter(None, (line.light_words, line.light_reason))),
        As(kind, line.accepted),
        line.source or "台账",
    ]

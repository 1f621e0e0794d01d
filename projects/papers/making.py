"""Make the papers of an order: at once, or as a job of the worker when they are long.

Each paper is kept as soon as it is made, so that a job that is broken off goes on with the next one.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from projects import access
from projects.actions.job_news import tell_of_papers
from projects.actions.papers import begin_order, keep_paper, refuse_order
from projects.figures.cards import known_cards
from projects.figures.completion.page import completion_page
from projects.figures.dispatch import dispatch_rows
from projects.figures.past_list import past_rows, past_totals
from projects.figures.printed import printed
from projects.figures.scope import Scope, Units
from projects.models import Bulletin, Organisation, Paper, PaperField, PaperOrder, Project, User
from projects.models.district import current_district
from projects.models.outages import outage_of
from projects.models.reach import DISTRICT, Reach, UnitAndBelow
from projects.papers.bulletin import ALL, ledger_paper, part_of, sealed_paper
from projects.papers.bulletin_template import template_content
from projects.papers.cards import MOST_CARDS, CardsAsked, card_fields, cards_pdf
from projects.papers.dispatch import DispatchTable
from projects.papers.document import filled_bulletin, kept_paper
from projects.papers.fields import digest_of, traced
from projects.papers.frozen import Frozen, Made
from projects.rules import bulletin
from projects.rules.broken import RuleBroken
from projects.rules.bulletin import Printed
from projects.rules.completion import LEAST_RANKED
from projects.rules.layouts import known_columns
from projects.rules.seals import chain_fault
from projects.templatetags.formats import day, level_name
from projects.vocabulary import MADE_UP, Indicator, PaperKind

log = logging.getLogger(__name__)

CRASHED = "生成中断了，可以重新生成；如果再次中断，请联系管理员。"
BUSY = "数据库暂时不可用或正忙，请稍后重新生成。"
TOO_LONG = "生成超过 {} 分钟，已经停止。请把范围缩小后再生成。"
DIED_AGAIN = "生成时后台程序 {} 次意外中断，已经搁置。请联系管理员。"
NOT_QUEUED = "没有能交给后台处理，请稍后重新生成。"
NOBODY = "这个范围在这一天没有项目，没有可打的页。"
TOO_MANY = "这个范围有 {} 个项目，一次最多打 {} 页。请缩小范围。"
ALTERED = "所依据的封存被改动过，不能生成。请管理员运行 verify_seals 核对。"


def start(order: PaperOrder) -> None:
    """Make a short order at once, leave a long one to a job."""
    if _is_long(order):
        transaction.on_commit(lambda: _enqueue(order))
    else:
        make(order)


def _is_long(order: PaperOrder) -> bool:
    if not order.papers.filter(kind=PaperKind.CARDS, made_at=None).exists():
        return False
    return ledger_scope(order).listed.count() > settings.PAPERS_AT_ONCE_PROJECTS


def _enqueue(order: PaperOrder) -> None:
    try:
        work.enqueue(order.pk, order.attempt)
    except Exception:
        log.exception("papers %s: not queued", order.pk)
        refuse_order(order, NOT_QUEUED)


@task()
def work(pk: int, attempt: int) -> None:
    """An order in the background. An outage of the database is raised: the worker tries again when it is over."""
    if (order := _at_work(pk, attempt)) is not None:
        make(order)
        tell_of_papers(order)


def wait_again(pk: int, attempt: int) -> None:
    """The job of an order goes back into the queue."""
    if (order := _at_work(pk, attempt)) is not None:
        begin_order(order, None)


def set_aside(pk: int, attempt: int, fault: str) -> None:
    """The job of an order is not taken again by itself; a person may begin again."""
    if (order := _at_work(pk, attempt)) is not None:
        refuse_order(order, fault)
        tell_of_papers(order)


def _at_work(pk: int, attempt: int) -> PaperOrder | None:
    return PaperOrder.objects.filter(pk=pk, attempt=attempt, fault="").first()


def make(order: PaperOrder) -> None:
    """Make what is not made yet; a refusal is stored on the order."""
    begin_order(order, timezone.now())
    try:
        basis = frozen(order)
        for paper in order.papers.filter(made_at=None):
            _keep(paper, basis)
    except RuleBroken as broken:
        refuse_order(order, str(broken))
    except Exception as error:
        if outage_of(error):
            raise
        log.exception("papers %s", order.pk)
        refuse_order(order, CRASHED)


def _keep(paper: Paper, basis: Frozen) -> None:
    kind = PaperKind(paper.kind)
    content, fields = made(paper, basis)
    keep_paper(
        paper,
        content,
        name=f"{_titled(basis.order, kind)}.{ENDINGS[kind]}",
        fields=[_field(key, value) for key, value in sorted(fields.items())],
        fields_sha256=digest_of(fields),
    )


def _titled(order: PaperOrder, kind: PaperKind) -> str:
    """通报-罗溪镇-市重点-2024-09-30."""
    what = kind.label.partition("（")[0]
    return f"{what}-{order.organisation or '全区'}-{level_name(order.level)}-{order.as_of.isoformat()}"


def _field(key: str, value: str) -> PaperField:
    trace = traced(key)
    return PaperField(
        key=key,
        indicator=trace.indicator,
        organisation_key=trace.organisation,
        project_key=trace.project,
        value=value[:300],
    )


def frozen(order: PaperOrder) -> Frozen:
    """RuleBroken where the seal that the order is made of was altered."""
    scope = ledger_scope(order)
    seal = order.bulletin
    if seal is None:
        return Frozen(order, scope, ledger_month(scope), ALL)
    part = _part(order)
    return Frozen(order, scope, _sealed(seal, part), part)


def ledger_scope(order: PaperOrder) -> Scope:
    return scope_of(
        as_of=order.as_of, level=order.level, organisation=order.organisation, known_at=order.known_at
    )


def scope_of(*, as_of: date, level: str, organisation: Organisation | None, known_at: datetime) -> Scope:
    """The district, or a unit, as whoever may read just so far sees it."""
    reach: Reach = DISTRICT if organisation is None else UnitAndBelow(organisation)
    return Scope(
        Project.objects.counted_within(reach),
        as_of.year,
        as_of,
        level,
        organisation,
        known_at,
        Organisation.objects.all(),
        reach=reach,
    )


def ledger_month(scope: Scope) -> Printed:
    """The register's own numbers as known at the moment of the scope, whatever was published."""
    assert scope.known_at is not None
    page = completion_page(scope)
    return printed(page, known_at=scope.known_at, ranked_by=Indicator.INVESTED, least=LEAST_RANKED)


def _part(order: PaperOrder) -> str:
    """The units of the order as the tree stood when it was asked for."""
    if order.organisation is None:
        return part_of(None)
    tree = Units.of(Organisation.objects.all(), None, order.asked_at)
    return part_of(tree.below(order.organisation.pk))


def _sealed(seal: Bulletin, part: str) -> Printed:
    found = bulletin.read(seal.content)
    if found is None or chain_fault(seal.content, seal.digest, seal.previous_digest, seal.previous_digest):
        raise RuleBroken(ALTERED)
    return found if part == ALL else found.narrowed_to({int(unit) for unit in part.split()})


def made(paper: Paper, basis: Frozen) -> Made:
    """Raises RuleBroken where it cannot be made."""
    return MAKERS[PaperKind(paper.kind)](paper, basis)


def _bulletin(paper: Paper, basis: Frozen) -> Made:
    seal = basis.order.bulletin
    words = sealed_paper(seal, basis.part) if seal else ledger_paper(basis.printed, basis.scope)
    assert words is not None  # the seal was read for `printed`
    content = filled_bulletin(words, template_content(paper.template))
    return content, {key: words.fields[key] for key in kept_paper(content).keys}


def try_template(content: bytes, *, as_of: date, known_at: datetime) -> None:
    """Fill a template with the district's register of the day, on trial. RuleBroken where that fails."""
    scope = scope_of(as_of=as_of, level="", organisation=None, known_at=known_at)
    filled_bulletin(ledger_paper(ledger_month(scope), scope), content)


def _cards(paper: Paper, basis: Frozen) -> Made:
    order, scope = basis.order, basis.scope
    keys = [row.pk for row in past_rows(scope) if row.pk is not None]
    if not 0 < len(keys) <= MOST_CARDS:
        raise RuleBroken(TOO_MANY.format(len(keys), MOST_CARDS) if keys else NOBODY)
    reader = User.objects.with_roles().get(pk=order.asked_by_id)
    found = known_cards(
        keys, problems=access.readable_problems(reader), as_of=order.as_of, known_at=order.known_at
    )
    district = current_district()
    known = timezone.localtime(order.known_at)
    asked = CardsAsked(
        head=f"{district.name}{district.product} · 一项目一档",
        printed_at=known,
        address=order.page_address,
        folder=settings.FONTS_DIR,
        mark=MADE_UP if settings.DEMO else "",
        basis=f"按 {day(known.date())} {known:%H:%M} 前录入的台账",
    )
    return cards_pdf(found, asked), card_fields(found)


def _table(basis: Frozen) -> DispatchTable:
    order = basis.order
    known = timezone.localtime(order.known_at)
    notes = [
        f"范围：{order.scope_words}；截至 {day(order.as_of)}；按 {day(known.date())} {known:%H:%M} 前录入的台账",
        "单位：亿元；空白为未知，不是零；月报审核后计入",
        *([MADE_UP] if settings.DEMO else []),
    ]
    return DispatchTable(
        basis.scope,
        dispatch_rows(basis.scope),
        past_totals(basis.scope),
        columns=known_columns(order.columns),
        notes=notes,
        with_phones=order.with_phones,
    )


def _table_excel(paper: Paper, basis: Frozen) -> Made:
    table = _table(basis)
    return table.xlsx(basis.order.known_at), table.fields


def _table_word(paper: Paper, basis: Frozen) -> Made:
    table = _table(basis)
    return table.docx(basis.order.known_at), table.fields


MAKERS: dict[PaperKind, Callable[[Paper, Frozen], Made]] = {
    PaperKind.BULLETIN: _bulletin,
    PaperKind.CARDS: _cards,
    PaperKind.TABLE: _table_excel,
    PaperKind.TABLE_WORD: _table_word,
}
ENDINGS = {
    PaperKind.BULLETIN: "docx",
    PaperKind.CARDS: "pdf",
    PaperKind.TABLE: "xlsx",
    PaperKind.TABLE_WORD: "docx",
}

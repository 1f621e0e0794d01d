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

from projects.actions.job_news import tell_of_papers
from projects.actions.papers import begin_order, keep_paper, refuse_order
from projects.figures.completion.page import completion_page
from projects.figures.dispatch import dispatch_rows
from projects.figures.printed import printed
from projects.figures.scope import Scope, Units
from projects.models import Bulletin, Organisation, Paper, PaperField, PaperOrder, Project
from projects.models.outages import outage_of
from projects.models.reach import DISTRICT, Reach, UnitAndBelow
from projects.papers.bulletin import listed, words_of
from projects.papers.deck.slides import made_slides
from projects.papers.document import filled_bulletin, kept_paper
from projects.papers.fields import digest_of, traced
from projects.papers.frozen import ALL, Frozen, Made, part_of
from projects.papers.office_templates import template_content
from projects.papers.sheets import cards, table_excel, table_word
from projects.rules import bulletin
from projects.rules.broken import RuleBroken
from projects.rules.bulletin import Printed
from projects.rules.completion import LEAST_RANKED
from projects.rules.seals import chain_fault
from projects.templatetags.formats import level_name
from projects.vocabulary import Indicator, PaperKind

log = logging.getLogger(__name__)

CRASHED = "生成中断了，可以重新生成；如果再次中断，请联系管理员。"
BUSY = "数据库暂时不可用或正忙，请稍后重新生成。"
TOO_LONG = "生成超过 {} 分钟，已经停止。请把范围缩小后再生成。"
DIED_AGAIN = "生成时后台程序 {} 次意外中断，已经搁置。请联系管理员。"
ALTERED = "所依据的封存被改动过，不能生成。请管理员运行 verify_seals 核对。"
NOT_QUEUED = "没有能交给后台处理，请稍后重新生成。"


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
    return frozen_part(order, _part(order) if order.bulletin else ALL)


def frozen_part(order: PaperOrder, part: str) -> Frozen:
    """`part`: of the seal, as `Frozen` has it."""
    scope = ledger_scope(order)
    if order.bulletin is None:
        return Frozen(order, scope, ledger_month(scope), ALL)
    return Frozen(order, scope, _sealed(order.bulletin, part), part)


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
    words = words_of(basis)
    content = filled_bulletin(words, template_content(PaperKind.BULLETIN, paper.template))
    return content, {key: words.fields[key] for key in kept_paper(content).keys}


def _deck(paper: Paper, basis: Frozen) -> Made:
    found = listed(basis.scope, basis.printed)
    master = template_content(PaperKind.DECK, paper.template)
    return made_slides(words_of(basis), found, basis, master)


def try_template(kind: PaperKind, content: bytes, *, as_of: date, known_at: datetime) -> None:
    """RuleBroken, with a sentence, where no paper comes of it."""
    basis = frozen(PaperOrder(as_of=as_of, known_at=known_at))
    if kind == PaperKind.DECK:
        made_slides(words_of(basis), listed(basis.scope, basis.printed), basis, content)
    else:
        filled_bulletin(words_of(basis), content)


MAKERS: dict[PaperKind, Callable[[Paper, Frozen], Made]] = {
    PaperKind.BULLETIN: _bulletin,
    PaperKind.DECK: _deck,
    PaperKind.CARDS: lambda _, basis: cards(basis),
    PaperKind.TABLE: lambda _, basis: table_excel(basis, dispatch_rows(basis.scope)),
    PaperKind.TABLE_WORD: lambda _, basis: table_word(basis, dispatch_rows(basis.scope)),
}
ENDINGS = {
    PaperKind.BULLETIN: "docx",
    PaperKind.DECK: "pptx",
    PaperKind.CARDS: "pdf",
    PaperKind.TABLE: "xlsx",
    PaperKind.TABLE_WORD: "docx",
}

"""Compute the numbers of papers again, of a file that somebody has and of all that are kept. Called by a command."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from projects.models import Bulletin, Organisation, Paper, PaperOrder
from projects.papers.bulletin import ledger_paper, listed, sealed_paper, words_of
from projects.papers.deck.files import is_deck, kept_deck
from projects.papers.deck.slides import slides_fields
from projects.papers.document import KeptPaper, differences, kept_paper
from projects.papers.fields import digest_of
from projects.papers.frozen import ALL
from projects.papers.making import frozen, frozen_part, ledger_month, made, scope_of
from projects.rules.broken import RuleBroken
from projects.rules.ciphers import UNREADABLE_FILE, UnknownKey
from projects.rules.seals import chain_fault

ALTERED_ORIGIN = "文件里记下的日期或范围被改动过，查不到出处。"
ORIGIN_LOST = "找不到这个文件所依据的封存。"


@dataclass(frozen=True, slots=True)
class Verified:
    """One paper. `faults`: a sentence for each number that is otherwise, or for what is wrong with the whole."""

    name: str
    numbers: int
    faults: list[str]


def verified_file(name: str, content: bytes) -> Verified:
    """A bulletin as .docx or slides as .pptx, also when they were edited."""
    try:
        if is_deck(content):
            kept = kept_deck(content)
            again = _slides_again(kept.properties)
        else:
            kept = kept_paper(content)
            again = _fields_again(kept)
        return Verified(name, len(kept.keys), differences(kept, again))
    except RuleBroken as broken:
        return Verified(name, 0, [str(broken)])


def _fields_again(kept: KeptPaper) -> Mapping[str, str]:
    origin = kept.properties
    if "hp_known" in origin:
        return _ledger_again(origin)
    found = _seal_of(origin)
    again = sealed_paper(found, origin.get("hp_part", ""))
    if again is None:
        raise RuleBroken("所依据的封存无法读取。")
    return again.fields


def _seal_of(origin: Mapping[str, str]) -> Bulletin:
    digest = origin.get("hp_seal", "")
    found = Bulletin.objects.select_related("organisation").filter(digest=digest).first() if digest else None
    if found is None:
        raise RuleBroken(ORIGIN_LOST)
    if fault := chain_fault(found.content, found.digest, found.previous_digest, found.previous_digest):
        raise RuleBroken(f"所依据的封存{fault}")
    return found


def _slides_again(origin: Mapping[str, str]) -> Mapping[str, str]:
    basis = frozen_part(_order_of(origin), origin.get("hp_part", ALL))
    return slides_fields(words_of(basis), listed(basis.scope, basis.printed), basis)


def _order_of(origin: Mapping[str, str]) -> PaperOrder:
    """The terms that slides were made on."""
    seal = None if "hp_known" in origin else _seal_of(origin)
    try:
        if seal is None:
            day, known_at = date.fromisoformat(origin["hp_day"]), datetime.fromisoformat(origin["hp_known"])
            level = "" if origin["hp_level"] == ALL else origin["hp_level"]
            order = PaperOrder(as_of=day, level=level, known_at=known_at)
        else:
            assert seal.sealed_at is not None
            order = PaperOrder(as_of=seal.as_of, level=seal.level, bulletin=seal, known_at=seal.sealed_at)
        unit = origin["hp_unit"]
        order.organisation = None if unit == ALL else Organisation.objects.get(pk=int(unit))
    except (KeyError, ValueError, Organisation.DoesNotExist) as lost:
        raise RuleBroken(ALTERED_ORIGIN) from lost
    return order


def _ledger_again(origin: Mapping[str, str]) -> Mapping[str, str]:
    try:
        unit = origin["hp_unit"]
        scope = scope_of(
            as_of=date.fromisoformat(origin["hp_day"]),
            level="" if origin["hp_level"] == ALL else origin["hp_level"],
            organisation=None if unit == ALL else Organisation.objects.get(pk=int(unit)),
            known_at=datetime.fromisoformat(origin["hp_known"]),
        )
    except (KeyError, ValueError, Organisation.DoesNotExist) as lost:
        raise RuleBroken(ALTERED_ORIGIN) from lost
    return ledger_paper(ledger_month(scope), scope).fields


def verified_kept() -> Iterator[Verified]:
    """Every kept paper, the oldest first: its file by its digest, its numbers by the seal or the register."""
    for order in PaperOrder.objects.facts().order_by("pk"):
        if order.made:
            yield from _verified_order(PaperOrder.objects.get(pk=order.pk))


def _verified_order(order: PaperOrder) -> Iterator[Verified]:
    papers = order.papers.exclude(made_at=None)
    try:
        basis = frozen(order)
    except RuleBroken as broken:
        for paper in papers:
            yield Verified(_named(paper), 0, [str(broken)])
        return
    for paper in papers:
        stored = dict(paper.fields.values_list("key", "value"))
        try:
            again = made(paper, basis)[1]
        except RuleBroken as broken:
            yield Verified(_named(paper), 0, [str(broken)])
        else:
            yield Verified(_named(paper), len(stored), [*_file_faults(paper), *_faults(paper, stored, again)])


def _named(paper: Paper) -> str:
    return f"第 {paper.order_id} 号 {paper.name}"


def _file_faults(paper: Paper) -> list[str]:
    try:
        with paper.file.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ["文件缺失"]
    except UnknownKey:
        return [f"文件{UNREADABLE_FILE}"]
    return [] if digest == paper.sha256 else ["文件与登记的摘要不符"]


def _faults(paper: Paper, stored: Mapping[str, str], again: Mapping[str, str]) -> list[str]:
    told = [] if digest_of(stored) == paper.fields_sha256 else ["登记的数字与摘要不符"]
    for key in sorted(stored.keys() | again.keys()):
        before, now = stored.get(key, "（没有）"), again.get(key, "（没有）")
        if before != now:
            told.append(f"{key}：材料里为“{before}”，应为“{now}”")
    return told

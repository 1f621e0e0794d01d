"""Whether the chain of the audit is what was written, and its entries as a page shows them."""

from dataclasses import dataclass

from projects.models import AuditEntry
from projects.models.append_only import is_protected
from projects.rules.seals import chain_fault
from projects.vocabulary import AuditAct

AT_ONCE = 2_000
UNPROTECTED = "数据库里防改的触发器不在了：请运行 manage.py prepare，并查明原因"
MISSING = "前面缺少记录：序号不连续"
CUT = "开头的记录被删除，且没有留下清理的记录"


@dataclass(frozen=True, slots=True)
class CheckedAudit:
    """`entries`: how many were read; `fault`: a sentence, "" where all is intact; `digest`: of the newest entry."""

    entries: int
    newest: int
    digest: str
    fault: str


def checked_audit(*, number: int = 0, digest: str = "") -> CheckedAudit:
    """Read the whole chain, in parts, up to the first fault.

    `number` and `digest`: of an entry that was noted elsewhere; where it is not in the chain any more, the end of the
    chain was cut or all of it was written anew.
    """
    before: AuditEntry | None = None
    entries = 0
    is_known = not digest
    for entry in AuditEntry.objects.chain().iterator(AT_ONCE):
        if fault := _fault(entry, before):
            return CheckedAudit(entries, entry.number, entry.digest, f"第 {entry.number} 条：{fault}")
        is_known = is_known or (entry.number, entry.digest) == (number, digest)
        before, entries = entry, entries + 1
    fault = "" if is_protected() else UNPROTECTED
    if not is_known:
        fault = f"记下的第 {number} 条已不在链上：末尾被删除，或整条链被重写"
    return CheckedAudit(entries, before.number if before else 0, before.digest if before else "", fault)


def _fault(entry: AuditEntry, before: AuditEntry | None) -> str:
    if before is not None and entry.number != before.number + 1:
        return MISSING
    if before is None and entry.number != 1 and not _was_trimmed(entry):
        return CUT
    previous = before.digest if before is not None else entry.previous_digest
    return chain_fault(entry.content, entry.digest, entry.previous_digest, previous)


def _was_trimmed(first: AuditEntry) -> bool:
    """Whether an entry says that those before the first one were taken away."""
    trimmed = AuditEntry.objects.filter(act=AuditAct.TRIMMED, detail=first.previous_digest)
    return trimmed.filter(subject=f"1—{first.number - 1}").exists()

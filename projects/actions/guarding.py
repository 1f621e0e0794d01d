"""A sealed month is closed: what its numbers counted changes only as a correction of the office, with a reason.

Held fast is what figures date: days that were reached, monthly reports, a year's lists and planned investments.
What has no day of its own (the responsible unit, the total investment, a pause, a target, a plan for later) goes
on changing: the bulletin keeps what it printed, and its page shows beside it what the register adds up to now.
"""

from django.db import connection
from django.db.models import Model

from projects.models import AnnualPlan, Bulletin, Listing, Milestone, MonthlyReport, Project, User
from projects.rules.broken import RuleBroken

CORRECTION = "更正："
"""What the reason of a correction begins with."""

COUNTED = (Milestone, MonthlyReport, Listing, AnnualPlan)
_REGISTER_LOCK = 0x5EA1


def guard(subject: Model, *, by: User | None, reason: str, gone: bool = False) -> None:
    """Refuse a write (`gone`: a deletion) that would change the numbers of a sealed month.

    Allowed as a correction: by the office, for a reason that begins with “更正：”. What no person writes, as a
    fixture or a generated demonstration, is not held. Raises RuleBroken naming the month.
    """
    if by is None or not isinstance(subject, COUNTED):
        return
    _share_register()
    stored = type(subject)._base_manager.filter(pk=subject.pk).first() if subject.pk else None
    before = stored if isinstance(stored, COUNTED) else None
    after = None if gone else subject
    seal = _touched_seal(subject.project, before, after)
    if seal is not None and not _is_correction(by, reason):
        raise RuleBroken(
            f"{seal.as_of.year}年{seal.as_of.month}月（{seal.scope_words}）已封存，这项改动会改变已封存的数字。"
            f"请项目办以更正方式登记：填写更正原因，或让变更原因以“{CORRECTION}”开头。"
        )


def corrected(usual: str, correction: str) -> str:
    """The reason of an ordinary write, or of the same write made as a correction."""
    return f"{CORRECTION}{correction.strip()}（{usual}）" if correction.strip() else usual


def _is_correction(by: User, reason: str) -> bool:
    return by.is_keeper and bool(reason.removeprefix(CORRECTION).strip()) and reason.startswith(CORRECTION)


type Counted = Milestone | MonthlyReport | Listing | AnnualPlan


def _touched_seal(project: Project, before: Counted | None, after: Counted | None) -> Bulletin | None:
    """The newest seal whose numbers would change."""
    records = [record for record in (before, after) if record is not None]
    days = [record.counts_from for record in records if record.counts_from is not None]
    if not days:
        return None
    listing = isinstance(records[0], Listing)  # says itself which list it is
    for seal in Bulletin.objects.seals_from(min(days)):
        was, now = (record.counted_in(seal) if record else () for record in (before, after))
        if was != now and _speaks_of(seal, project, any_list=listing):
            return seal
    return None


def _speaks_of(seal: Bulletin, project: Project, *, any_list: bool) -> bool:
    subject = Project.objects.filter(pk=project.pk)
    return subject.of_seal_unit(seal).exists() if any_list else subject.sealed_in(seal).exists()


def close_register() -> None:
    """Until the transaction ends nobody else writes what a seal counts, and nobody else seals.

    SQLite has one writer at a time from the first statement of a transaction on (`transaction_mode`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_REGISTER_LOCK])


def _share_register() -> None:
    """Until the transaction ends no month is sealed; other writers are not held up."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_REGISTER_LOCK])

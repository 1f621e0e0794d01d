"""Whether the stored data hold together: the database, its links, the history, uploaded files, seals, the audit.

Everything is only read, also while people write; what is written in that moment may be named once and not again.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Exists, ForeignKey, Model, OuterRef

from projects.backup import manifest, uploads
from projects.figures.audit import checked_audit
from projects.figures.chain import checked_seals
from projects.models import User
from projects.models.encrypted import key_ring
from projects.rules.ciphers import UnknownKey
from projects.rules.duties import duties_fault
from projects.upkeep.reencrypting import encrypted_columns
from projects.vocabulary import Role

NAMED = 5
"""Records or files that a finding names."""
NEWEST = "(SELECT MAX(newest.history_id) FROM {history} newest WHERE newest.id = record.id)"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check. `faults`: a sentence for each thing that is wrong; `remarks`: what is odd and harms nothing."""

    title: str
    checked: str
    """How much was looked at, in words."""
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def data_checks() -> Iterator[CheckResult]:
    """The checks one after the other, as they are made."""
    for check in CHECKS:
        yield check()


def _database() -> CheckResult:
    """The engine's own check; on PostgreSQL, that no constraint was left unchecked."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            faults = [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        else:
            cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated ORDER BY conname")
            faults = [f"约束 {name} 没有对已有的数据检查过" for (name,) in cursor.fetchall()]
    return CheckResult("数据库", connection.vendor, faults)


def _links() -> CheckResult:
    """That every foreign key leads to a record."""
    faults, checked = [], 0
    for model in apps.get_models(include_auto_created=True):
        for link in model._meta.concrete_fields:
            if (
                not isinstance(link, ForeignKey)
                or not getattr(link, "db_constraint", True)
                or not model._meta.managed
            ):
                continue
            checked += 1
            target = link.remote_field.model._base_manager.filter(
                **{link.target_field.name: OuterRef(link.attname)}
            )
            lost = model._base_manager.exclude(**{link.attname: None}).filter(~Exists(target)).order_by("pk")
            if found := list(lost.values_list("pk", flat=True)[: NAMED + 1]):
                faults.append(f"{_named(model, found)} 的“{link.verbose_name}”指向不存在的记录")
    return CheckResult("关联", f"{checked} 种", faults)


def _history() -> CheckResult:
    """That every record with a history is what its newest entry says, and that none was deleted past it."""
    faults: list[str] = []
    rows = 0
    for model in apps.get_models():
        if hasattr(model, "history"):
            rows += model._base_manager.count()
            faults += _differing(model)
    return CheckResult("历史", f"{rows} 条记录", faults)


def _differing(model: type[Model]) -> Iterator[str]:
    history = model.history.model  # type: ignore[attr-defined]
    tables = {"record": _quoted(model._meta.db_table), "history": _quoted(history._meta.db_table)}
    newest = NEWEST.format(**tables)
    columns = [_quoted(str(tracked.column)) for tracked in history.tracked_fields]
    other = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    differs = " OR ".join(f"record.{column} {other} entry.{column}" for column in columns)
    joined = "{record} record LEFT JOIN {history} entry ON entry.history_id = ".format(**tables) + newest
    untold = f"SELECT record.id FROM {joined} WHERE entry.history_id IS NULL"  # nosec B608 # names from the models
    known = f"entry.history_id IS NOT NULL AND (entry.history_type = '-' OR {differs})"
    told_otherwise = f"SELECT record.id FROM {joined} WHERE {known}"  # nosec B608 # names from the models
    gone = (
        "SELECT entry.id FROM {history} entry LEFT JOIN {record} record ON record.id = entry.id "  # nosec B608 # names from the models
        "WHERE record.id IS NULL AND entry.history_type <> '-' AND NOT EXISTS (SELECT 1 FROM {history} later "
        "WHERE later.id = entry.id AND later.history_id > entry.history_id)"
    ).format(**tables)
    for statement, what in (
        (untold, "没有历史"),
        (told_otherwise, "和最新一条历史不一致"),
        (gone, "没有删除的记录却不见了"),
    ):
        if found := _first(statement):
            yield f"{_named(model, found)} {what}"


def _first(statement: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY 1 LIMIT {NAMED + 1}")
        return [row[0] for row in cursor.fetchall()]


def _files() -> CheckResult:
    """That the files which records name are there with the bytes that came in; and which files nobody names."""
    with connection.cursor() as cursor:
        named = uploads.named_by_records(cursor)
    present = sorted(uploads.files_below(settings.MEDIA_ROOT))
    digests = {name: uploads.clear_digest(settings.MEDIA_ROOT / name) for name in present if name in named}
    orphans = [name for name in present if name not in named]
    remarks = [f"没有记录用到的文件 {len(orphans)} 个：{manifest.listed(orphans, NAMED)}"] if orphans else []
    return CheckResult("文件", f"{len(digests)} 个", uploads.damaged(named, digests), remarks)


def _seals() -> CheckResult:
    seals = checked_seals()
    faults = [f"《{seal.title}》被改动：{seal.fault}" for seal in seals if seal.fault]
    return CheckResult("封存链", f"{len(seals)} 期", faults)


def _audit() -> CheckResult:
    audit = checked_audit()
    faults = [f"审计记录被改动：{audit.fault}"] if audit.fault else []
    return CheckResult("审计链", f"{audit.entries} 条", faults)


def _duties() -> CheckResult:
    """That no account in use holds roles that one account may not hold together."""
    people = User.objects.with_roles().filter(is_active=True)
    faults = [f"账号 {person.username}：{fault}" for person in people if (fault := _duty_fault(person))]
    return CheckResult("职责分离", "三员分立" if settings.SEPARATE_DUTIES else "未启用三员分立", faults)


def _duty_fault(person: User) -> str:
    held = person.roles | ({Role.ADMIN} if person.is_superuser else set())
    return duties_fault(held, separate=settings.SEPARATE_DUTIES)


def _encrypted() -> CheckResult:
    """That a key is there for whatever is encrypted."""
    checked, lost = 0, Counter[str]()
    for column in encrypted_columns():
        for _, token in chain.from_iterable(column.stored()):
            checked += 1
            try:
                key_ring().decrypt(token)
            except UnknownKey as fault:
                lost[str(fault)] += 1
    faults = [
        f"{count} 项加密内容读不出：密钥 {key} 不在，或内容被改动" for key, count in sorted(lost.items())
    ]
    return CheckResult("加密内容", f"{checked} 项", faults)


CHECKS: tuple[Callable[[], CheckResult], ...] = (
    *(_database, _links, _history, _files, _seals, _audit, _duties, _encrypted),
)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _named(model: type[Model], found: list[int]) -> str:
    """项目（第 3、8 号等）."""
    numbers = "、".join(map(str, found[:NAMED])) + ("等" if len(found) > NAMED else "")
    return f"{model._meta.verbose_name}（第 {numbers} 号）"

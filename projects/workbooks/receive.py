"""Keeping a workbook as it was sent, and beginning its import."""

from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import transaction

from projects.models import Import, User, Workbook
from projects.rules.broken import RuleBroken
from projects.rules.seals import digest_of_file
from projects.vocabulary import ImportKind, ImportState
from projects.workbooks import progress

LONGEST_NAME = 200
OPTIONS = "options"
"""The term that says how a step is to be done; an import that nobody has set going has none."""
FORGETTABLE = frozenset({ImportState.MAPPING, ImportState.PREVIEW, ImportState.FAILED})


@transaction.atomic
def receive(
    file: File[bytes], *, kind: ImportKind, terms: dict[str, Any], by: User, reason: str = ""
) -> Import:
    """Keep the bytes with their digest and begin an import of them; nothing is read yet.

    `terms`: `year`, `level`, `month` (a day), `without_hidden` (whether hidden rows are left out), `number_is_list`.
    """
    workbook = Workbook(name=_name(file), uploaded_by=by, size=file.size, sha256=_digest(file))
    workbook.file.save(f"{workbook.sha256[:32]}.bin", file, save=False)  # no path is made of what people type
    workbook.save()
    return Import.objects.create(
        workbook=workbook, kind=kind, terms=_plain(terms), created_by=by, reason=reason.strip()
    )


@transaction.atomic
def discard(imported: Import) -> None:
    """Forget an import that has written nothing, and its workbook, unless another import is of the same one.

    RuleBroken for one that is at work, or has written: it is the source of what it wrote, even when taken back.
    """
    held = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if held.state not in FORGETTABLE and OPTIONS in held.terms:
        raise RuleBroken(f"这次导入{held.get_state_display()}，不能删除。")
    workbook = held.workbook
    held.delete()
    progress.forget(imported)
    if not workbook.imports.exists():
        file = workbook.file
        workbook.delete()
        # What was forgotten stays forgotten, also where the file cannot be deleted
        transaction.on_commit(lambda: file.delete(save=False), robust=True)


def _name(file: File[bytes]) -> str:
    name = (file.name or "未命名").replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= LONGEST_NAME else f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


def _digest(file: File[bytes]) -> str:
    digest = digest_of_file(file.chunks())
    file.seek(0)
    return digest


def _plain(terms: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in terms.items()
        if value not in (None, "")
    }

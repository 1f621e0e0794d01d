"""The first step of an import: store the workbook as it was sent."""

from collections.abc import Mapping
from typing import Any

from django.core.files.base import File
from django.db import transaction

from projects.models import Import, User, Workbook
from projects.rules.broken import RuleBroken
from projects.rules.seals import digest_of_file
from projects.vocabulary import ImportKind, ImportState
from projects.workbooks import progress

LONGEST_NAME = 200
FORGETTABLE = frozenset({ImportState.MAPPING, ImportState.PREVIEW, ImportState.FAILED})


@transaction.atomic
def receive(
    file: File[bytes], *, kind: ImportKind, terms: Mapping[str, Any], by: User, reason: str = ""
) -> Import:
    """Store the file with its digest and create an import of it; nothing is read yet.

    `terms`: values for `year`, `level`, `month`, `handed_on` and the two choices of the import.
    """
    workbook = Workbook(name=_name(file), uploaded_by=by, size=file.size, sha256=_digest(file))
    workbook.file.save(f"{workbook.sha256[:32]}.bin", file, save=False)  # no path is made of what people type
    workbook.save()
    return Import.objects.create(workbook=workbook, kind=kind, created_by=by, reason=reason.strip(), **terms)


@transaction.atomic
def discard(imported: Import) -> None:
    """Delete an import that has written nothing, and its workbook, unless another import uses the same one.

    Raises RuleBroken for one that is running or has written: it is the source of its records, even after undoing.
    """
    locked = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
    if locked.state not in FORGETTABLE and locked.has_begun:
        raise RuleBroken(f"这次导入{locked.get_state_display()}，不能删除。")
    workbook = locked.workbook
    locked.delete()
    progress.forget(imported)
    if not workbook.imports.exists():
        file = workbook.file
        workbook.delete()
        # The import stays deleted even when its file cannot be
        transaction.on_commit(lambda: file.delete(save=False), robust=True)


def _name(file: File[bytes]) -> str:
    name = (file.name or "未命名").replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= LONGEST_NAME else f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


def _digest(file: File[bytes]) -> str:
    digest = digest_of_file(file.chunks())
    file.seek(0)
    return digest

"""Store and withdraw documents of a project that prove no stage: approvals, contracts, minutes."""

from collections.abc import Sequence

from django.db import transaction

from projects.actions.evidence import Judged, fill, refuse_stored
from projects.actions.recording import erase, record
from projects.models import Attachment, Project, User
from projects.rules.broken import RuleBroken
from projects.vocabulary import AttachmentKind


@transaction.atomic
def keep_all(
    project: Project, files: Sequence[Judged], *, kind: AttachmentKind, caption: str = "", by: User
) -> list[Attachment]:
    """Store files that `evidence.judge_all` has validated, all or none; RuleBroken for one that is stored already."""
    Project.objects.select_for_update().get(pk=project.pk)
    present = set(project.attachments.values_list("sha256", flat=True))
    refuse_stored(files, present)
    return [_keep(project, item, kind, caption, by) for item in files]


@transaction.atomic
def withdraw(attachment: Attachment, *, by: User, reason: str) -> None:
    """Withdraw a document; the history keeps its digest, and the file is kept."""
    if not reason.strip():
        raise RuleBroken("删除附件须写明原因。")
    erase(attachment, by=by, reason=f"删除附件：{reason.strip()}")


def _keep(project: Project, item: Judged, kind: AttachmentKind, caption: str, by: User) -> Attachment:
    attachment = Attachment(project=project, kind=kind, size=item.file.size or 0)
    fill(attachment, item, caption=caption, by=by)
    record(attachment, by=by, reason="上传附件")
    return attachment

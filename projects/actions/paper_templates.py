"""Versions of the bulletin's Word template and of the slides' master: each upload is a new one, none is changed."""

import hashlib

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Max

from projects.actions.auditing import note
from projects.models import PaperTemplate, User
from projects.rules.broken import NotAccepted
from projects.vocabulary import AuditAct, PaperKind

SUBJECTS = {PaperKind.BULLETIN: "通报模板", PaperKind.DECK: "幻灯片母版"}
FILES = {PaperKind.BULLETIN: "{}.docx", PaperKind.DECK: "deck-{}.pptx"}
AT_ONCE = "刚才有人上传了新的模板，请刷新后再试。"


def put_in_force(
    content: bytes | None, *, kind: PaperKind, name: str, reason: str, by: User
) -> PaperTemplate:
    """The template of every paper of the kind that is asked for from now on; None: the system's own again.

    `content` was judged before. NotAccepted where somebody else has just done the same.
    """
    template = PaperTemplate(kind=kind, name=name[:200], reason=reason, uploaded_by=by)
    try:
        with transaction.atomic():
            newest = PaperTemplate.objects.filter(kind=kind).aggregate(newest=Max("number"))["newest"]
            template.number = (newest or 0) + 1
            if content is not None:
                template.sha256 = hashlib.sha256(content).hexdigest()
                template.file.save(FILES[kind].format(template.number), ContentFile(content), save=False)
            template.save()
            note(AuditAct.SETTINGS, by=by, subject=SUBJECTS[kind], detail=f"{template}；{reason}")
    except IntegrityError as taken:
        if template.file:
            template.file.delete(save=False)
        raise NotAccepted(AT_ONCE) from taken
    return template

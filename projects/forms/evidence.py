"""Forms of evidence: several files at once, from a folder or from a phone's camera."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from projects.forms.fields import reason_field

ACCEPT = "image/*,application/pdf"


class FilesInput(forms.FileInput):
    """File input; on a phone a second control of the same name opens the camera (`components/field.html`)."""

    allow_multiple_selected = True
    has_camera = True


class FilesField(forms.FileField):
    """A list of files; their content is validated when they are stored."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        files = data if isinstance(data, list) else [data]
        cleaned = [super(FilesField, self).clean(file, initial) for file in files or [None]]
        return [file for file in cleaned if file is not None]


class EvidenceForm(forms.Form):
    """Photos or permits, with one caption for all of them."""

    evidence = FilesField(
        label="照片或证照",
        widget=FilesInput({"accept": ACCEPT}),
        help_text="可一次选多个：照片或 PDF，每个不超过 20 MB，合计不超过 100 MB",
        max_length=200,
        allow_empty_file=True,
        error_messages={
            "required": "请选择要上传的照片或证照。",
            "invalid": "请选择要上传的照片或证照。",
            "max_length": "文件名过长：最多 200 个字。",
        },
    )
    caption = forms.CharField(label="说明（可选）", max_length=200, required=False)


class WithdrawEvidenceForm(forms.Form):
    """The reason for withdrawing evidence."""

    reason = reason_field("删除佐证须写明原因。", label="删除原因")

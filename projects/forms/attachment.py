"""The form of a project's documents: several files of one kind at once."""

from django import forms

from projects.forms.evidence import ACCEPT, FilesField
from projects.forms.fields import reason_field
from projects.vocabulary import AttachmentKind

MISSING = "请选择要上传的文件。"


class DocumentsInput(forms.FileInput):
    """As `FilesInput`, without the camera: documents lie in a folder."""

    allow_multiple_selected = True


class AttachmentForm(forms.Form):
    """Files, what they are, and one name for all of them; their content is judged when they are stored."""

    kind = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *AttachmentKind.choices],
        error_messages={"required": "请选择附件的类别。"},
    )
    documents = FilesField(
        label="文件",
        widget=DocumentsInput({"accept": ACCEPT}),
        help_text="可一次选多个：PDF 或照片，每个不超过 20 MB，合计不超过 100 MB",
        max_length=200,
        allow_empty_file=True,
        error_messages={
            "required": MISSING,
            "invalid": MISSING,
            "max_length": "文件名过长：最多 200 个字。",
        },
    )
    caption = forms.CharField(label="名称（可选，不填用文件名）", max_length=200, required=False)

    def clean_kind(self) -> AttachmentKind:
        return AttachmentKind(self.cleaned_data["kind"])


class WithdrawAttachmentForm(forms.Form):
    reason = reason_field("删除附件须写明原因。", label="删除原因")

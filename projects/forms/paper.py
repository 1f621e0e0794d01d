"""Forms of papers: the office's own template and master."""

from django import forms
from django.core.validators import FileExtensionValidator

from projects.forms.fields import reason_field

MOST_BYTES = 2_000_000


class TemplateForm(forms.Form):
    """A Word template; its content is judged when it is filled."""

    template = forms.FileField(
        label="自己的模板",
        validators=[FileExtensionValidator(["docx"], "请选择 Word 文档（.docx）。")],
        help_text="先下载系统的模板，在 Word 里改版式和文字，{{ }} 里的栏目保留；最大 2 MB",
        widget=forms.FileInput({"accept": ".docx"}),
        error_messages={"required": "请选择改好的模板。", "empty": "这个文件是空的。"},
    )


class TemplateVersionForm(TemplateForm):
    """A template for every bulletin from now on, with the reason."""

    reason = reason_field("请写明为什么换模板。", label="原因")


class MasterVersionForm(forms.Form):
    """A master for all slides from now on, with the reason; its content is judged when slides are made with it."""

    template = forms.FileField(
        label="自己的母版",
        validators=[FileExtensionValidator(["pptx"], "请选择演示文稿（.pptx）。")],
        help_text="带本单位版式的 PowerPoint 文件，里面的示例页不会用；最大 10 MB",
        widget=forms.FileInput({"accept": ".pptx"}),
        error_messages={"required": "请选择母版文件。", "empty": "这个文件是空的。"},
    )
    reason = reason_field("请写明为什么换母版。", label="原因")


class SystemTemplateForm(forms.Form):
    """Back to the system's own."""

    system_reason = reason_field("请写明为什么用回系统的。", label="原因")

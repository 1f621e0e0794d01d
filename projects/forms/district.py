"""Form of the settings of the installation: names, the words of the lists, the logo."""

from typing import Any

from django import forms

from projects.forms.fields import reason_field
from projects.models import DistrictSettings

LOGO_HELP = "PNG、JPG 或 WebP，不超过 2 MB；显示在每页左上角，高度按 32 像素缩放"
LARGEST_LOGO = 2 * 1024 * 1024


class DistrictForm(forms.ModelForm):  # type: ignore[type-arg]
    """The settings and the reason of the change. `logo_file` replaces the logo, `no_logo` removes it."""

    logo_file = forms.FileField(
        label="标志",
        required=False,
        help_text=LOGO_HELP,
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"empty": "标志文件是空的，请重新选择。", "invalid": "请选择标志文件。"},
    )
    no_logo = forms.BooleanField(label="不再使用标志", required=False)
    reason = reason_field("请写明修改的原因。", label="修改原因")

    class Meta:
        model = DistrictSettings
        fields = ["name", "product", "province_list", "city_list", "district_list"]

    def clean_logo_file(self) -> Any:
        file = self.cleaned_data["logo_file"]
        if file and file.size > LARGEST_LOGO:
            raise forms.ValidationError("标志文件太大：最多 2 MB。")
        return file

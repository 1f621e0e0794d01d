"""Forms of the district's map: the file with what it is, and the reason to put it in force."""

from typing import Any

from django import forms

from projects.files.geojson import LARGEST_FILE
from projects.forms.fields import reason_field
from projects.models import DistrictMap

HELP = "GeoJSON，只要面；每个要素用 name 写明区或单位的名称；不超过 5 MB"


class MapUploadForm(forms.ModelForm):  # type: ignore[type-arg]
    """The file; its content is judged when it is taken in."""

    map_file = forms.FileField(
        label="地图文件",
        help_text=HELP,
        max_length=200,
        widget=forms.FileInput({"accept": ".geojson,.json,application/geo+json"}),
        error_messages={
            "empty": "地图文件是空的。",
            "required": "请选择地图文件。",
            "invalid": "请选择地图文件。",
        },
    )

    class Meta:
        model = DistrictMap
        fields = ["datum", "approval_number", "origin"]

    field_order = ["map_file", "datum", "approval_number", "origin"]

    def clean_map_file(self) -> Any:
        file = self.cleaned_data["map_file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(f"地图文件太大：最多 {LARGEST_FILE // 1024 // 1024} MB。")
        return file


class MapKeepForm(forms.Form):
    reason = reason_field("请写明启用这张地图的原因。", label="启用原因")

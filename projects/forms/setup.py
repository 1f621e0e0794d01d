"""The form of a new register: its district."""

from django import forms

from projects.models import Organisation


class DistrictNameForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Organisation
        fields = ["name", "short_name"]
        labels = {"name": "本区名称", "short_name": "简称"}
        help_texts = {
            "name": "如：常州高新区；显示在每页左上角，也是最上一级单位",
            "short_name": "表格里用的短名，可以不填",
        }

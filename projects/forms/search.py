"""The form of the search that looks everywhere."""

from django import forms

LONGEST = 100
"""As the search boxes of the lists that its answers lead to."""


class SearchForm(forms.Form):
    """`?q=`: words of a project, an enterprise, a unit or a problem, in any order; their pinyin as well."""

    q = forms.CharField(
        label="搜索",
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"搜索的内容太长：最多 {LONGEST} 个字。"},
        widget=forms.TextInput({"type": "search", "placeholder": "项目、企业、单位、问题，拼音首字母也行"}),
    )

    @property
    def words(self) -> str:
        """What is looked for; "" where nothing is, or where it is no valid question."""
        words: str = self.cleaned_data.get("q", "") if self.is_valid() else ""
        return words

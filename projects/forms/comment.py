"""The form of a comment; whom it mentions is found among those who may see the project."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from projects.forms.fields import LinesField, MonthInput, month_field
from projects.models import User
from projects.models.comment import LONGEST_COMMENT
from projects.rules.mentions import mentioned


class HiddenMonth(MonthInput):
    input_type = "hidden"


class CommentForm(forms.Form):
    """`readers`: the people who may see the project; nobody else can be mentioned."""

    text = LinesField(
        label="写评论",
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 2, "placeholder": "写评论，@ 提到同事", "autocomplete": "off"}),
        error_messages={"required": "请写点内容再发送。"},
    )
    month = month_field("针对哪个月的月报", required=False)

    def __init__(
        self, data: Any = None, *, readers: Sequence[User] = (), month: date | None = None, **options: Any
    ) -> None:
        super().__init__(data, initial={"month": month}, auto_id="say_%s", **options)
        self.readers = readers
        self.fields["month"].widget = HiddenMonth(format="%Y-%m")

    def clean_month(self) -> date | None:
        month: date | None = self.cleaned_data["month"]
        return month.replace(day=1) if month else None

    @property
    def mentioned(self) -> list[User]:
        """Everybody whose name stands behind an @: two people of one name are both meant."""
        names = set(mentioned(self.cleaned_data["text"], map(str, self.readers)))
        return [person for person in self.readers if str(person) in names]


class TalkQuestion(forms.Form):
    """What a reader asks of the talk of a project: about one month's report, comments or records only."""

    ALL, COMMENTS, RECORDS = "", "comments", "records"

    month = month_field("月份", required=False)
    show = forms.ChoiceField(choices=[(ALL, "全部"), (COMMENTS, "评论"), (RECORDS, "记录")], required=False)

    def clean_month(self) -> date | None:
        month: date | None = self.cleaned_data["month"]
        return month.replace(day=1) if month else None

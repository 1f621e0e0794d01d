"""What a person says about a workbook: what it holds, what a cell should say, whose value a cell takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property

from projects.columns import BLANK, COLUMNS, Holds, KnownColumn, by_key
from projects.forms.fields import ChosenField, month_field
from projects.forms.project import HandedOnField
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.models.listing import year_fault
from projects.rules.answering import HANDED_ON_AHEAD
from projects.rules.merge import Side
from projects.rules.typed import whole_number
from projects.vocabulary import ImportKind, level_choices

MIB = 2**20
CELL, KEEP, ANSWER = "cell-", "keep-", "answer-"
NEAR_WORD = 40
"""Characters of a word that are compared with a directory."""
WANTS_YEAR = frozenset({ImportKind.PROJECTS, ImportKind.TARGETS})
NO_COLUMN = "没有这一列，请刷新页面后再改。"


class ImportForm(forms.Form):
    """A workbook, and what it does not say itself."""

    kind = forms.ChoiceField(label="导入什么")
    file = forms.FileField(
        label="工作簿",
        max_length=200,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".xlsx,.xls,.csv"}),
        error_messages={
            "required": "请选择要导入的工作簿。",
            "invalid": "请选择要导入的工作簿。",
            "max_length": "文件名过长：最多 200 个字。",
        },
    )
    year = forms.IntegerField(label="年份", min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    level = forms.ChoiceField(
        label="清单里没写级别时", choices=lambda: [("", "不列入名单"), *level_choices()], required=False
    )
    month = month_field("月份", required=False)
    handed_on = HandedOnField()
    without_hidden = forms.BooleanField(label="不读隐藏行", required=False)
    number_is_list = forms.BooleanField(label="序号作为名单序号", required=False)
    reason = forms.CharField(
        label="说明（可选）",
        max_length=200,
        required=False,
        help_text="会进入每条记录的历史，如“市里下发的第二批名单”",
    )

    def __init__(
        self,
        *args: Any,
        kinds: Iterable[ImportKind],
        today: date,
        year_is_enough: bool = False,
        **options: Any,
    ) -> None:
        """`kinds`: what the person may import; `today`: the day that years are judged by.

        `year_is_enough`: reports need no month where a year was typed, for their sheet states the months.
        """
        super().__init__(*args, **options)
        self.today, self.year_is_enough = today, year_is_enough
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        most = settings.IMPORT_LIMITS["bytes"] // MIB
        self.fields["file"].help_text = (
            f".xlsx、.xls 或 .csv，不超过 {most} MB、{settings.IMPORT_LIMITS['rows']} 行；"
            "可以从文件夹拖进来，不用先整理格式"
        )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_LIMITS["bytes"]:
            most = settings.IMPORT_LIMITS["bytes"] / MIB
            raise ValidationError(f"文件有 {(file.size or 0) / MIB:.1f} MB，超过 {most:g} MB，请拆分后上传。")
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind")
        if kind in WANTS_YEAR and not cleaned.get("year") and "year" not in self.errors:
            self.add_error("year", "请填写是哪一年的。")
        if kind in WANTS_YEAR and (fault := year_fault(cleaned.get("year") or 0, today=self.today)):
            self.add_error("year", fault)
        is_dated = cleaned.get("month") or (self.year_is_enough and cleaned.get("year"))
        if kind == ImportKind.REPORTS and not is_dated and "month" not in self.errors:
            self.add_error("month", "请填写是哪个月的月报。")
        if (on := cleaned.get("handed_on")) and on > self.today:
            self.add_error("handed_on", HANDED_ON_AHEAD)
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        """What holds for every row, of what the kind knows."""
        data, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == ImportKind.REPORTS:
            month = data["month"]
            terms = {"month": month, "year": month.year if month else data["year"]}
        elif kind in WANTS_YEAR:
            terms = {"year": data["year"], "level": data["level"]}
        else:
            terms = {}
        if kind == ImportKind.PROJECTS:
            terms |= {"handed_on": data["handed_on"], "number_is_list": data["number_is_list"]}
        return terms | ({"without_hidden": True} if data["without_hidden"] else {})


def asked_at_first(data: Mapping[str, str], kinds: Sequence[ImportKind], today: date) -> dict[str, Any]:
    """What the form shows at first: what the address asks for, where it is one of the offered values."""
    initial: dict[str, Any] = {"year": today.year}
    for name, field in ImportForm(data, kinds=kinds, today=today).fields.items():
        if name in ("kind", "year", "level", "month") and data.get(name):
            try:
                initial[name] = field.clean(data[name])
            except ValidationError:
                continue
    return initial


class ReasonForm(forms.Form):
    """Why the rows are written, or taken back."""

    reason = forms.CharField(label="说明", max_length=200, required=False)


class UndoForm(ReasonForm):
    """The rows of an import that are ticked to be taken back, page by page, and why.

    `rows`: those that were ticked before; `shown`: those on the page that was sent, of which `ticked` have a tick.
    """

    rows = ChosenField(required=False)
    shown = ChosenField(required=False)
    q = forms.CharField(label="名称或行号", max_length=100, required=False)

    def __init__(self, data: Mapping[str, str], *, ticked: Iterable[str]) -> None:
        super().__init__(data)
        self.ticked = {number for text in ticked if (number := whole_number(text)) is not None}

    @cached_property
    def chosen(self) -> list[int]:
        """Asked after `is_valid`: all that are ticked, on this page and on others."""
        data = getattr(self, "cleaned_data", {})
        shown = set(data.get("shown", ()))
        before = [row for row in data.get("rows", ()) if row not in shown]
        return [*before, *sorted(self.ticked)]

    @property
    def sought(self) -> str:
        return str(getattr(self, "cleaned_data", {}).get("q", ""))

    @property
    def reason_typed(self) -> str:
        return str(self["reason"].value() or "")

    @property
    def kept(self) -> str:
        return ",".join(map(str, self.chosen))


class CellsForm(forms.Form):
    """Other texts for cells of a row; only those that differ from what stands count."""

    def __init__(self, data: Mapping[str, str], *, kind: ImportKind, cells: Mapping[str, str]) -> None:
        super().__init__(data)
        self.cells = cells
        self.keys = [name.removeprefix(CELL) for name in data if name.startswith(CELL)]
        self.known = by_key(readable(kind))

    def clean(self) -> dict[str, Any]:
        mended = {}
        for key in self.keys:
            if key not in self.known:
                raise ValidationError(NO_COLUMN)
            text = str(self.data[CELL + key]).replace("\r\n", "\n").replace("\0", "").strip()
            if text == self.cells.get(key, ""):
                continue
            if fault := self.known[key].length_fault(text):
                raise ValidationError(fault)
            mended[key] = text
        return mended


class ChoicesForm(forms.Form):
    """Whose value each contested cell takes."""

    def __init__(self, data: Mapping[str, str], *, conflicts: Sequence[Mapping[str, str]]) -> None:
        super().__init__(data)
        for conflict in conflicts:
            label = conflict["label"]
            self.fields[KEEP + conflict["key"]] = forms.ChoiceField(
                label=label,
                choices=[(Side.MINE.value, "我的"), (Side.THEIRS.value, "对方的")],
                error_messages={
                    "required": f"{label}：请选择保留谁的。",
                    "invalid_choice": f"{label}：请选择保留谁的。",
                },
            )

    @property
    def choices(self) -> dict[str, str]:
        return {name.removeprefix(KEEP): side for name, side in self.cleaned_data.items()}


class AnswersForm(forms.Form):
    """One answer for each word and column that is asked about: those that are empty are asked again.

    `words`: the words of the directories by column key; `may_add`: columns whose directory may take a new one.
    """

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        asked: Sequence[Mapping[str, Any]],
        words: Mapping[str, Sequence[str]],
        may_add: Mapping[str, str],
    ) -> None:
        super().__init__(data)
        self.asked = asked
        for number, question in enumerate(asked):
            key = question["key"]
            listed = [(word, word) for word in _nearest_first(question["word"], words.get(key, ()))]
            added = [(may_add[key], f"新增“{question['word']}”")] if key in may_add else []
            offered = [*listed, (BLANK, BLANK), *added] if question["word"] else question["choices"]
            self.fields[f"{ANSWER}{number}"] = forms.ChoiceField(
                label=question["word"] or question["ask"],
                choices=[("", "请选择"), *offered] if question["word"] else offered,
                widget=forms.Select if question["word"] else forms.RadioSelect,
                required=False,
            )

    @property
    def answers(self) -> dict[str, str]:
        """By the codes of the questions."""
        found = (
            (question["code"], self.cleaned_data.get(f"{ANSWER}{number}"))
            for number, question in enumerate(self.asked)
        )
        return {code: answer for code, answer in found if answer}

    def groups(self) -> Iterator[dict[str, Any]]:
        """The questions with their controls, the words of a column together."""
        lines = [(question, self[f"{ANSWER}{number}"]) for number, question in enumerate(self.asked)]
        for key in dict.fromkeys(question["key"] for question, _ in lines if question["word"]):
            words = [line for line in lines if line[0]["key"] == key and line[0]["word"]]
            ask = f"“{words[0][0]['label']}”有 {len(words)} 个词不在列表里，各是哪一个？"
            yield {"ask": ask, "is_of_words": True, "lines": words}
        for line in lines:
            if not line[0]["word"]:
                yield {"ask": line[0]["ask"], "is_of_words": False, "lines": [line]}


def _nearest_first(word: str, listed: Sequence[str]) -> list[str]:
    near = get_close_matches(word[:NEAR_WORD], list(listed), n=3, cutoff=0.3)
    return [*near, *(each for each in listed if each not in near)]


def readable(kind: ImportKind) -> list[KnownColumn]:
    """Columns that a heading may be data to mean, and whose cells may be mended."""
    return [column for column in COLUMNS[kind] if column.holds not in (Holds.NOTHING, Holds.KEY)]

"""What a person says about a workbook: what it holds, what its headings mean, what a cell should say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha1
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from projects.excel.columns import COLUMNS, Holds, Known, by_key
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.rules.conflicts import Side
from projects.rules.money import MoneyUnit
from projects.vocabulary import ImportKind, Level

MIB = 2**20
LONGEST_CELL = 4000
NOTHING = "nothing"
"""Said on purpose that a column is not imported, where an answer is demanded."""
CELL, KEEP, KEY, UNIT, SHEET = "cell-", "keep-", "key_", "unit_", "skip_"
WANTS_YEAR = frozenset({ImportKind.PROJECTS, ImportKind.TARGETS})
NO_COLUMN = "没有这一列，请刷新页面后再改。"
NOT_TWICE = "“{}”已指定给另一列：{}。"
MISSING = "请指定哪一列是“{}”，或选择不读这张表。"
NOTHING_READ = "所有工作表都不读，没有可以导入的内容。"
ASK_UNIT = "请选择这一列金额的单位。"
NO_UNIT = ("", "请选择单位")
UNITS = [NO_UNIT, *((unit.name, unit.symbol) for unit in (MoneyUnit.WAN, MoneyUnit.YI, MoneyUnit.YUAN))]


class MonthInput(forms.DateInput):
    """The browser's own calendar of months; the value travels as yyyy-mm."""

    input_type = "month"


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
        label="清单里没写级别时", choices=[("", "不列入名单"), *Level.choices], required=False
    )
    month = forms.DateField(
        label="月份",
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=MonthInput(format="%Y-%m"),
        required=False,
        error_messages={"invalid": "请写成 2024-09。"},
    )
    without_hidden = forms.BooleanField(label="不读隐藏行", required=False)
    number_is_list = forms.BooleanField(label="序号作为名单序号", required=False)
    reason = forms.CharField(
        label="说明（可选）",
        max_length=200,
        required=False,
        help_text="会进入每条记录的历史，如“市里下发的第二批名单”",
    )

    def __init__(self, *args: Any, kinds: Iterable[ImportKind], **options: Any) -> None:
        """`kinds`: what the person may import."""
        super().__init__(*args, **options)
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
        if kind == ImportKind.REPORTS and not cleaned.get("month") and "month" not in self.errors:
            self.add_error("month", "请填写是哪个月的月报。")
        return cleaned

    @property
    def terms(self) -> dict[str, Any]:
        """What holds for every row, of what the kind knows."""
        said, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == ImportKind.REPORTS:
            terms = {"month": said["month"], "year": said["month"].year}
        elif kind in WANTS_YEAR:
            terms = {"year": said["year"], "level": said["level"]}
        else:
            terms = {}
        if kind == ImportKind.PROJECTS and said["number_is_list"]:
            terms["number_is_list"] = True
        return terms | ({"without_hidden": True} if said["without_hidden"] else {})


def asked_at_first(data: Mapping[str, str], kinds: Sequence[ImportKind], today: date) -> dict[str, Any]:
    """What the form shows at first: what the address asks for, where it is one of the offered values."""
    initial: dict[str, Any] = {"year": today.year}
    for name, field in ImportForm(data, kinds=kinds).fields.items():
        if name in ("kind", "year", "level", "month") and data.get(name):
            try:
                initial[name] = field.clean(data[name])
            except ValidationError:
                continue
    return initial


class ReasonForm(forms.Form):
    """Why the rows are written, or taken back."""

    reason = forms.CharField(label="说明", max_length=200, required=False)


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
            if len(text) > LONGEST_CELL:
                raise ValidationError(f"“{self.known[key].title}”最多 {LONGEST_CELL} 个字。")
            if text != self.cells.get(key, ""):
                mended[key] = text
        return mended


class ChoicesForm(forms.Form):
    """Whose value each contested cell takes."""

    def __init__(self, data: Mapping[str, str], *, clashes: Sequence[Sequence[str]]) -> None:
        super().__init__(data)
        for key, label, *_ in clashes:
            self.fields[KEEP + key] = forms.ChoiceField(
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


def readable(kind: ImportKind) -> list[Known]:
    """Columns that a heading may be said to mean, and whose cells may be mended."""
    return [column for column in COLUMNS[kind] if column.holds not in (Holds.NOTHING, Holds.KEY)]


def is_money(column: Known | None) -> bool:
    return column is not None and column.holds in (Holds.MONEY, Holds.FOREIGN)


class HeadingsForm(forms.Form):
    """What each heading of a workbook means; of money columns in which unit; and which sheets are not read.

    `layout` and `columns` are the import's: what was recognised, and what was said by hand before.
    """

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        kind: ImportKind,
        layout: Mapping[str, Any],
        columns: Mapping[str, Mapping[str, str]],
    ) -> None:
        super().__init__(data)
        self.known = by_key(readable(kind))
        self.sheets: list[dict[str, Any]] = [*layout.get("sheets", ()), *layout.get("unread", ())]
        self.left_out = list(layout.get("left_out", ()))
        for sheet in [*(sheet["sheet"] for sheet in self.sheets), *self.left_out]:
            self.fields[SHEET + _short(sheet)] = forms.BooleanField(
                label="不读这张表", required=False, initial=sheet in self.left_out
            )
        for heading in self._headings():
            self._add(heading, columns.get(heading["folded"], {}))

    def _headings(self) -> Iterable[dict[str, Any]]:
        """Each heading once, whatever one of its sheets asks: what is said of it holds on every sheet."""
        found: dict[str, dict[str, Any]] = {}
        for heading in (heading for sheet in self.sheets for heading in sheet["headings"]):
            known = found.setdefault(heading["folded"], {**heading})
            known["asks_unit"] |= heading["asks_unit"]
            known["other_year"] = known["other_year"] or heading["other_year"]
        return found.values()

    def _add(self, heading: Mapping[str, Any], said: Mapping[str, str]) -> None:
        name, title = _short(heading["folded"]), heading["title"]
        first = [("", "请选择")] if heading["other_year"] else [("", "不导入")]
        rest = [(NOTHING, "不导入")] if heading["other_year"] else []
        known = [(column.key, column.title) for column in self.known.values()]
        self.fields[KEY + name] = forms.ChoiceField(
            label=f"“{title}”的含义",
            choices=[*first, *rest, *known],
            required=bool(heading["other_year"]),
            initial="" if heading["other_year"] or heading["key"] not in self.known else heading["key"],
            error_messages={"required": f"表头写的是 {heading['other_year']} 年，请确认这一列的含义。"},
        )
        if wants_unit(heading, said):
            self.fields[UNIT + name] = forms.ChoiceField(
                label=f"“{title}”的单位", choices=UNITS, required=False, initial=said.get("unit", "")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for heading in self._headings():
            self._judge_unit(heading, cleaned)
        unread = self._unread(cleaned)
        for sheet in self.sheets:
            if sheet not in unread:
                self._judge_sheet(sheet, cleaned)
        if len(unread) == len(self.sheets):
            self.add_error(None, NOTHING_READ)
        return cleaned

    def _judge_unit(self, heading: Mapping[str, Any], cleaned: Mapping[str, Any]) -> None:
        name = _short(heading["folded"])
        field, key = UNIT + name, cleaned.get(KEY + name, "")
        asks = heading["asks_unit"] or (heading["looks_bare"] and key != heading["key"])
        if field in self.fields and is_money(self.known.get(key)) and asks and not cleaned.get(field):
            self.add_error(field, ASK_UNIT)

    def _judge_sheet(self, sheet: Mapping[str, Any], cleaned: Mapping[str, Any]) -> None:
        """No two headings of a sheet mean one column, and those that every row needs are there."""
        seen: dict[str, str] = {}
        for heading in sheet["headings"]:
            name = KEY + _short(heading["folded"])
            key = cleaned.get(name) or ""
            if key not in self.known:
                continue
            if key in seen and seen[key] != heading["title"]:
                self.add_error(name, NOT_TWICE.format(self.known[key].title, seen[key]))
            seen[key] = heading["title"]
        if sheet["missing"]:
            for column in self.known.values():
                if column.required and column.key not in seen:
                    self.add_error(None, f"{sheet['sheet']}：{MISSING.format(column.title)}")

    def _unread(self, cleaned: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Sheets of which nothing is to be imported: they need no required column either."""
        return [
            sheet
            for sheet in self.sheets
            if cleaned.get(SHEET + _short(sheet["sheet"]))
            or not any(cleaned.get(KEY + _short(heading["folded"])) for heading in sheet["headings"])
        ]

    @property
    def meanings(self) -> dict[str, dict[str, str]]:
        """What was said anew, by folded heading, as `mending.explain` takes it."""
        said: dict[str, dict[str, str]] = {}
        for heading in self._headings():
            name, folded = _short(heading["folded"]), heading["folded"]
            if KEY + name in self.changed_data:
                key = self.cleaned_data[KEY + name]
                said.setdefault(folded, {})["key"] = "" if key == NOTHING else key
            if UNIT + name in self.changed_data:
                said.setdefault(folded, {})["unit"] = self.cleaned_data[UNIT + name]
        return said

    @property
    def unread_sheets(self) -> list[str]:
        names = [*(sheet["sheet"] for sheet in self.sheets), *self.left_out]
        return [name for name in names if self.cleaned_data.get(SHEET + _short(name))]

    def blocks(self) -> Iterable[dict[str, Any]]:
        """For the page: each sheet with its headings and their controls; a control stands once on the page."""
        shown: set[str] = set()
        for sheet in self.sheets:
            rows = []
            for heading in sheet["headings"]:
                name = _short(heading["folded"])
                is_first = name not in shown
                shown.add(name)
                rows.append(
                    {
                        "heading": heading,
                        "key": self[KEY + name] if is_first else None,
                        "unit": self[UNIT + name] if is_first and UNIT + name in self.fields else None,
                    }
                )
            yield {"sheet": sheet, "rows": rows, "skip": self[SHEET + _short(sheet["sheet"])]}

    def skipped(self) -> Iterable[tuple[str, forms.BoundField]]:
        """Sheets that are left out so far, with the box that says so."""
        return [(name, self[SHEET + _short(name)]) for name in self.left_out]


def wants_unit(heading: Mapping[str, Any], said: Mapping[str, str]) -> bool:
    """Whether the page offers a unit: one is asked for, was given by hand, or may be needed for bare numbers."""
    return bool(heading["asks_unit"] or said.get("unit") or (not heading["key"] and heading["looks_bare"]))


def _short(text: str) -> str:
    """A name for a control that any heading can have."""
    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]

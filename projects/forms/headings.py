"""Form for the meaning of the headings of a workbook: columns, units of money, sheets that are not read."""

from collections.abc import Iterable, Mapping
from hashlib import sha1
from typing import Any

from django import forms

from projects.columns import Holds, KnownColumn, by_key
from projects.forms.workbook import readable
from projects.rules.money import MoneyUnit
from projects.vocabulary import ImportKind

NOT_TWICE = "“{}”已指定给另一列：{}。"
MISSING = "请指定哪一列是“{}”，或选择不读这张表。"
NOTHING_READ = "所有工作表都不读，没有可以导入的内容。"
ASK_MEANING = "这一列的内容像{}，请指定它的含义，或选择“不导入此列”。"
ASK_UNIT = "请选择这一列金额的单位。"
NO_UNIT = ("", "请选择单位")
UNITS = [NO_UNIT, *((unit.name, unit.symbol) for unit in (MoneyUnit.WAN, MoneyUnit.YI, MoneyUnit.YUAN))]
NOTHING = "nothing"
"""The choice that a column is not imported, where an answer is required."""
KEY, UNIT, SHEET, QUESTION = "key_", "unit_", "skip_", "ask_"
UNANSWERED = "请回答这个问题，或选择不读这张表。"


class HeadingsForm(forms.Form):
    """The column of each heading, the unit of each money column, and the sheets that are not read.

    `layout` and `columns` are the import's: what was recognised, and what users have chosen before.
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
        for question in self._questions():
            self.fields[QUESTION + _short(question["code"])] = forms.ChoiceField(
                label=question["ask"],
                choices=question["choices"],
                widget=forms.RadioSelect,
                required=False,
                initial=question["answer"],
            )
        for heading in self._headings():
            self._add(heading, columns.get(heading["folded"], {}))

    def _questions(self) -> Iterable[Mapping[str, Any]]:
        return (question for sheet in self.sheets for question in sheet["questions"])

    def _headings(self) -> Iterable[dict[str, Any]]:
        """Each heading once, with the questions of all its sheets: an answer applies to every sheet."""
        found: dict[str, dict[str, Any]] = {}
        for heading in (heading for sheet in self.sheets for heading in sheet["headings"]):
            known = found.setdefault(heading["folded"], {**heading})
            known["asks_unit"] |= heading["asks_unit"]
            known["other_year"] = known["other_year"] or heading["other_year"]
            known["other_month"] = known["other_month"] or heading["other_month"]
            known["looks_like"] = known["looks_like"] or heading["looks_like"]
        return found.values()

    def _add(self, heading: Mapping[str, Any], answers: Mapping[str, str]) -> None:
        name, title = _short(heading["folded"]), heading["title"]
        other = f"{heading['other_year']} 年" if heading["other_year"] else f"{heading['other_month']} 月"
        is_other = bool(heading["other_year"] or heading["other_month"])
        is_asked = is_other or bool(heading["looks_like"])
        first = [("", "请选择")] if is_asked else [("", "不导入")]
        rest = [(NOTHING, "不导入此列")] if is_asked else []
        known = [(column.key, column.title) for column in self.known.values()]
        self.fields[KEY + name] = forms.ChoiceField(
            label=f"“{title}”的含义",
            choices=[*first, *rest, *known],
            required=is_other,
            initial="" if is_other or heading["key"] not in self.known else heading["key"],
            error_messages={"required": f"表头写的是 {other}，请确认这一列的含义。"},
        )
        if wants_unit(heading, answers):
            self.fields[UNIT + name] = forms.ChoiceField(
                label=f"“{title}”的单位", choices=UNITS, required=False, initial=answers.get("unit", "")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for heading in self._headings():
            self._judge_unit(heading, cleaned)
        unread = self._unread(cleaned)
        for sheet in self.sheets:
            if sheet not in unread:
                self._demand_answers(sheet, cleaned)
                self._judge_sheet(sheet, cleaned)
        if len(unread) == len(self.sheets):
            self.add_error(None, NOTHING_READ)
        return cleaned

    def _judge_unit(self, heading: Mapping[str, Any], cleaned: Mapping[str, Any]) -> None:
        name = _short(heading["folded"])
        field, key = UNIT + name, cleaned.get(KEY + name, "")
        asks = heading["asks_unit"] or (heading["looks_bare"] and key != heading["key"])
        if field in self.fields and _takes_yuan(self.known.get(key)) and asks and not cleaned.get(field):
            self.add_error(field, ASK_UNIT)

    def _demand_answers(self, sheet: Mapping[str, Any], cleaned: Mapping[str, Any]) -> None:
        """A column that looks like money or days is left out only when a user has chosen that."""
        for question in sheet["questions"]:
            name = QUESTION + _short(question["code"])
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, UNANSWERED)
        for heading in sheet["headings"]:
            name = KEY + _short(heading["folded"])
            if heading["looks_like"] and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, ASK_MEANING.format(heading["looks_like"]))

    def _judge_sheet(self, sheet: Mapping[str, Any], cleaned: Mapping[str, Any]) -> None:
        """No two headings of a sheet mean the same column, and the required columns exist."""
        seen: dict[str, str] = {}
        for heading in sheet["headings"]:
            name = KEY + _short(heading["folded"])
            key = cleaned.get(name) or ""
            if key not in self.known:
                continue
            if heading["month"]:
                key_of_month = f"{key}{heading['month']}"  # months side by side are one column of ours
                if key_of_month not in seen:
                    seen[key_of_month] = heading["title"]
                    continue
            if key in seen and seen[key] != heading["title"]:
                self.add_error(name, NOT_TWICE.format(self.known[key].title, seen[key]))
            seen[key] = heading["title"]
        if sheet["missing"]:
            for column in self.known.values():
                if column.required and column.key not in seen:
                    self.add_error(None, f"{sheet['sheet']}：{MISSING.format(column.title)}")

    def _unread(self, cleaned: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Sheets from which nothing is imported: required columns may be missing there."""
        return [
            sheet
            for sheet in self.sheets
            if cleaned.get(SHEET + _short(sheet["sheet"]))
            or not any(
                cleaned.get(KEY + _short(heading["folded"])) in self.known for heading in sheet["headings"]
            )
        ]

    @property
    def meanings(self) -> dict[str, dict[str, str]]:
        """The changed answers by folded heading, as `mending.explain` takes them."""
        answers: dict[str, dict[str, str]] = {}
        for heading in self._headings():
            name, folded = _short(heading["folded"]), heading["folded"]
            if KEY + name in self.changed_data:
                key = self.cleaned_data[KEY + name]
                answers.setdefault(folded, {})["key"] = "" if key == NOTHING else key
            if UNIT + name in self.changed_data:
                answers.setdefault(folded, {})["unit"] = self.cleaned_data[UNIT + name]
        return answers

    @property
    def answers(self) -> dict[str, str]:
        """The answers to the questions about whole sheets, by their codes."""
        found = {
            each["code"]: self.cleaned_data.get(QUESTION + _short(each["code"])) for each in self._questions()
        }
        return {code: answer for code, answer in found.items() if answer}

    @property
    def unread_sheets(self) -> list[str]:
        names = [*(sheet["sheet"] for sheet in self.sheets), *self.left_out]
        return [name for name in names if self.cleaned_data.get(SHEET + _short(name))]

    def blocks(self) -> Iterable[dict[str, Any]]:
        """The sheets with their headings and controls, for the page; each control appears once."""
        shown: set[str] = set()
        for sheet in self.sheets:
            rows = []
            for heading in sorted(sheet["headings"], key=lambda each: not is_asked(each)):
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
            yield {
                "sheet": sheet,
                "questions": [(each, self[QUESTION + _short(each["code"])]) for each in sheet["questions"]],
                "rows": rows,
                "asked": sum(is_asked(row["heading"]) for row in rows if row["key"]),
                "skip": self[SHEET + _short(sheet["sheet"])],
            }

    def skipped(self) -> Iterable[tuple[str, forms.BoundField]]:
        """Sheets that are currently left out, each with its checkbox."""
        return [(name, self[SHEET + _short(name)]) for name in self.left_out]


def is_asked(heading: Mapping[str, Any]) -> bool:
    """Whether a person has to say something about the column."""
    asked = ("asks_unit", "other_year", "other_month", "looks_like")
    return any(heading[name] for name in asked)


def wants_unit(heading: Mapping[str, Any], answers: Mapping[str, str]) -> bool:
    """Whether the page offers a unit: one is required, was chosen before, or may be needed for numbers without one."""
    return bool(heading["asks_unit"] or answers.get("unit") or (not heading["key"] and heading["looks_bare"]))


def _short(text: str) -> str:
    """A short name for the control of a heading, which may be any text."""
    return sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def _takes_yuan(column: KnownColumn | None) -> bool:
    """In which currency foreign money is, is a question of its sheet."""
    return column is not None and column.holds is Holds.MONEY

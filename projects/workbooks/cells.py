"""The checks of cells: a text becomes a value, or a sentence that says what is wrong with it.

The result of a text is kept, for many rows have the same. An empty cell changes nothing; （清空） clears the value.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.columns import CLEARED, Holds
from projects.files.writing.xlsx import was_cut
from projects.models import Organisation
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.rules import money, periods
from projects.rules.broken import RuleBroken, shortened
from projects.rules.likeness import bare, parted
from projects.rules.money import Amount
from projects.rules.phones import is_masked
from projects.rules.typed import narrow
from projects.vocabulary import Precision

_CLEARS = frozenset({"清空", "（清空）", "(清空)"})
_NOTHING = frozenset({"", "未明确", "未知", "待定", "不详"})
_NOT_KNOWN_YET = frozenset(
    {
        *("无", "没有", "暂无", "暂缺", "空", "不涉及", "不适用", "n/a", "na", "null", "none"),
        *(
            "未定",
            "未确定",
            "暂未确定",
            "尚未确定",
            "暂未定",
            "暂未明确",
            "尚未明确",
            "尚未定",
            "暂定",
            "待安排",
            "待研究",
            "待确定",
            "待明确",
            "待补充",
            "待核实",
            "待落实",
            "待报",
            "未公布",
        ),
    }
)
"""What says nothing in a column of numbers, days, codes or words of a list; in a text it is what somebody wrote."""
_SIGNS = re.compile(r"[-—–―‐−_/\\.·…*~\s]{1,20}")
_YES = frozenset({"是", "√", "✓", "✔", "y", "yes", "true", "1", "有", "无变化", "确认无变化"})
_NO = frozenset({"否", "×", "✗", "n", "no", "false", "0", "无"})
_LISTED = re.compile(r"[、，,;；/\s]+")

LONGEST_WORD = 200
"""Characters of a word that is asked about."""
UNKNOWN_WORD = "没有“"
"""How the fault of a word begins that no directory has."""
ROUNDED = "“{}”除不尽，按 {:,} 元登记"
MOST_COMPARED, LONGEST_COMPARED = 200, 40
"""Unknown words of one column that are compared with the known ones, and the characters of each."""

type Judge = Callable[[str], Any]

PHONES = frozenset({"contact_phone", "contact_both"})


@dataclass(frozen=True, slots=True)
class Told:
    """A value that is not quite what the cell says, with a sentence for the user; None is no value."""

    value: Any
    remark: str


@dataclass(slots=True)
class Cells:
    """Judges by column key. `clearable`: columns whose fact may be emptied; `texts`: those of a person's own words."""

    judges: Mapping[str, Judge]
    clearable: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By column key and text: what a person said that a text means; "" for nothing."""
    _known: dict[tuple[str, str], tuple[Any, str, str]] = field(default_factory=dict)

    def judge(
        self, cells: Mapping[str, str], told: list[str] | None = None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Values and faults by column key; what says nothing is in neither. `told` takes the remarks."""
        values: dict[str, Any] = {}
        faults: dict[str, str] = {}
        for key in self.judges:  # in the order of the checks: the database may keep the cells in another
            if not (text := cells.get(key)):
                continue
            value, fault, remark = self._judged(key, text)
            if remark and told is not None:
                told.append(remark)
            if fault:
                faults[key] = fault
            elif value is not None:
                values[key] = value
        return values, faults

    def _judged(self, key: str, text: str) -> tuple[Any, str, str]:
        known = self._known.get((key, text))
        if known is None:
            known = self._known[key, text] = self._fresh(key, text)
        return known

    def _fresh(self, key: str, text: str) -> tuple[Any, str, str]:
        """Value, fault and remark."""
        if (
            text in _NOTHING or was_cut(text) or (key in PHONES and is_masked(text))
        ):  # our own export: nothing new
            return None, "", ""
        text = self.words.get((key, one_line(text)), text)
        if says_nothing(text, is_text=key in self.texts):
            return None, "", ""
        if text in _CLEARS:
            return (
                (CLEARED, "", "") if key in self.clearable else (None, "这一列不能清空，请在页面上办理。", "")
            )
        try:
            value = self.judges[key](text)
        except ValidationError as fault:
            return None, "；".join(fault.messages), ""
        except RuleBroken as broken:
            return None, str(broken), ""
        return (value.value, "", value.remark) if isinstance(value, Told) else (value, "", "")


def one_line(text: str) -> str:
    """A text as it is asked about, without line breaks."""
    return " ".join(text.split())[:LONGEST_WORD]


def says_nothing(text: str, *, is_text: bool) -> bool:
    """--, ／, 待 定, 暂无: a place that was left open."""
    if len(text) > 20:
        return False
    words = narrow(text)
    if _SIGNS.fullmatch(words):
        return True
    word = re.sub(r"\s", "", words).lower()
    word = word[1:-1] if len(word) > 2 and word[0] == "(" and word[-1] == ")" else word
    return (word in _NOTHING and word != "") or (not is_text and word in _NOT_KNOWN_YET)


def by_field(form_field: forms.Field) -> Judge:
    """The field of a page's form."""
    return form_field.clean


def by_amount(text: str) -> int | Told:
    """Yuan; the text says its unit."""
    amount = money.parse(text, is_printed=True)
    if amount.yuan is None:
        raise RuleBroken("这里填人民币金额；外币请填在“外资金额”一列。")
    return Told(amount.yuan, ROUNDED.format(text, amount.yuan)) if money.is_endless(text) else amount.yuan


def by_foreign(text: str) -> Amount:
    amount = money.parse(text)
    if amount.foreign is None:
        raise RuleBroken(f"外资金额“{text}”没有币种，请写成 5000万美元、1亿欧元。")
    return amount


def by_period(year: int | None) -> Judge:
    """A day and how exactly it is known; `year` stands in where the text names none."""

    def judge(text: str) -> tuple[date, Precision]:
        on, precision = periods.parse_period(text, year=year)
        if not FIRST_YEAR <= on.year <= LAST_YEAR:
            raise RuleBroken(f"日期应在 {FIRST_YEAR} 年到 {LAST_YEAR} 年之间。")
        return on, precision

    return judge


def by_count(most: int) -> Judge:
    return by_number(forms.IntegerField(min_value=0, max_value=most))


def by_number(form_field: forms.Field) -> Judge:
    """A field for a whole number, which a sheet may write as 1,200个."""

    def judge(text: str) -> Any:
        return form_field.clean(text.removesuffix("个").replace(",", ""))

    return judge


def by_flag(text: str) -> bool:
    word = text.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise RuleBroken(f"“{text}”应为“是”或“否”。")


def by_words(words: Mapping[str, Any], *, what: str) -> Judge:
    """One of the words of a dictionary; another word is asked about, with the nearest one."""
    known = {bare(word): value for word, value in words.items()}
    strange: set[str] = set()

    def judge(text: str) -> Any:
        key = bare(text)
        if key in known:
            return known[key]
        strange.add(key)
        raise RuleBroken(_unknown(text, words if len(strange) <= MOST_COMPARED else (), what))

    return judge


def by_list(words: Mapping[str, Any], *, what: str) -> Judge:
    """Several words, parted by 、 or a blank."""
    one = by_words(words, what=what)

    def judge(text: str) -> frozenset[Any]:
        return frozenset(one(word) for word in _LISTED.split(text.strip()) if word)

    return judge


def _unknown(text: str, words: Iterable[str], what: str) -> str:
    near = get_close_matches(text[:LONGEST_COMPARED], list(words), n=1, cutoff=0.5)
    return f"{UNKNOWN_WORD}{shortened(text)}”这个{what}" + (f"，是否“{near[0]}”？" if near else "。")


def unit_words(units: Iterable[Organisation]) -> dict[str, int]:
    """Every name by which units are called: a full name before a short one, and a former one last."""
    full: dict[str, int] = {}
    short: dict[str, int] = {}
    former: dict[str, int] = {}
    for unit in units:
        full[unit.name] = unit.pk
        if unit.short_name:
            short[unit.short_name] = unit.pk
        former |= dict.fromkeys(parted(unit.former_names), unit.pk)
    # In this order, too: of two names that differ in blanks only the later one counts.
    named: dict[str, int] = {}
    for names in (former, short, full):
        named = {name: pk for name, pk in named.items() if name not in names} | names
    return named


def today_words(units: Sequence[Organisation]) -> dict[str, int]:
    """`unit_words` of the units that are open; a closed one is called for its successor, if it has one."""
    by_id = {unit.pk: unit for unit in units}
    words = unit_words(unit for unit in units if unit.closed_on is None)
    for name, pk in unit_words(unit for unit in units if unit.closed_on is not None).items():
        unit = by_id[pk]
        while unit.closed_on is not None and unit.successor_id is not None:
            unit = by_id[unit.successor_id]
        if unit.closed_on is None:
            words.setdefault(name, unit.pk)
    return words


EXPLAINED: Mapping[str, str] = {
    "empty": "空白的格不改变已有内容；要清空一项，写“（清空）”。日期、金额的写法见各列。",
    Holds.MONEY.value: "按表上的单位填数字（亿元），也可以自己写单位，如 1200万元、5.5亿元；精确到元。",
    Holds.FOREIGN.value: "金额和币种一起写，如 5000万美元、1亿欧元；不折算。",
    Holds.PERIOD.value: "2024-09-30；只知道月、季、年的，写 2024年9月、2024年三季度、2024年；不晚于2024年9月30日。",
    Holds.COUNT.value: "填整数。",
    Holds.DEGREES.value: "填十进制的度，最多六位小数，如 119.974120；坐标系与本区地图一致，经度和纬度同时填。",
    Holds.FLAG.value: "填“是”或“否”。",
    Holds.CHOICE.value: "从下拉列表中选择。",
    Holds.KEY.value: "由系统填写，请不要改动：导入时按它找到原来的行。",
    "national_code": "形如 2401-320411-04-01-123456；空白为未知。",
    "credit_code": "18 位统一社会信用代码。",
    "former_names": "多个曾用名用顿号分开。",
    "level": "省重大、市重点、区重点；同时列入几个名单的，用顿号分开。",
    "helpers": "多个单位用顿号分开；只会增加协同单位，要去掉请在项目页办理。",
    "cause": "计划推迟时必填，从列表中选择；选“其他”的，写成“其他：等待设备”。",
    "contact_both": "姓名和电话写在一起，如 张三 13900000000。",
    "years": "如 2023-2025。",
}
"""By the key of a column, else by what it holds."""

"""Words and numbers of lines between the rows of a list: 续建项目, 一、（一）, 共 3 个, 1.1, 其中："""

import re
from dataclasses import dataclass, field

from projects.files.cells import text_of
from projects.files.grids import Raw
from projects.rules.typed import narrow

NUMERALS = "一二三四五六七八九十百"
_CIRCLED = re.compile(r"[①-⑳⑴-⒇⒈-⒛]")
_PART_NUMBER = re.compile(r"(\d+)(?:[.\-](\d+)(?:[.\-]\d+)?|\(\d+\))[.、]?")
_BRACKETED_NUMBER = re.compile(r"\(\d+\)|\d+\)")
_OF_WHICH = re.compile(r"其中[:,、]?\d{0,2}")
_PART_NAME = re.compile(
    rf"其中[:,、]?|\(\d+\)|\d+\)|\d+[、.](?!\d)|[-—–−└├·•]+(?=\D)|(?:子|分)项目?[\d{NUMERALS}]{{0,2}}[:、]"
)
_PART_MARK = re.compile(
    rf"(?:其中|[（(]?\d{{1,3}}[)）]|\d{{1,3}}[、.．]|[-—–－└├·•]|(?:子|分)项目?[\d{NUMERALS}]{{0,2}}[:：、])[\s:：,，、.．]*+"
)
_GROUP_NUMBER = re.compile(
    rf"[{NUMERALS}]+[、.]?|\([{NUMERALS}]+\)|第[{NUMERALS}]+[部类批]分?|-\d+|[IVX]+[、.]?"
)
_NUMBERING = re.compile(
    rf"第[{NUMERALS}\d]+[部类批]分?[:、]?|[{NUMERALS}]+[、.,:]|\([{NUMERALS}\d]+\)|\d+[、.](?!\d)|[IVX]+[、.]|-\d+"
)
COUNT = re.compile(r"\(?(?:其中|项目)?(?:共计|共|合计|小计|计)?(\d{1,5})(?:个|项|家)?(?:子?项目)?\)?")
_COUNTED = re.compile(
    r"(?:[:,、]?\(?(?:项目)?(?:共计|共|合计|计)(\d{1,5})(?:个|项|家)?(?:项目)?\)?|\(?(\d{1,5})(?:个|项|家)(?:项目)?\)?|\((\d{1,5})\))$"
)
_SUB_PROJECTS = re.compile(
    rf"(?:含|包括|包含|分为?|下列|以下)\D{{0,4}}([\d{NUMERALS}]{{1,3}})个?(?:子|单体|分)项"
)

_STATES = (
    "新建|新开工|续建|结转|开工|在建|竣工|完工|投产|达产|建成|建成投产|竣工投产|储备|预备|前期|谋划|签约|收尾|扩建|改建|迁建"
    "|改扩建|技改|技术改造|开工建设|重大前期|正式|实施"
)
_FIELDS = (
    "产业|工业|制造业|先进制造业|服务业|现代服务业|农业|现代农业|基础设施|交通|水利|能源|环保|生态环保|社会民生|民生|民生实事"
    "|社会事业|公共服务|城建|城市建设|城市更新|科技创新|科创平台|创新平台|政府投资|社会投资|外资|内资"
)
_GROUP = re.compile(
    rf"(?:(?:当年|本年|年内|今年|本年度|年度|20\d\d年)?(?:计划|拟|预计|已|新)?(?:{_STATES})(?:类|建设|阶段)?(?:重大|重点)?(?:项目|工程)?"
    rf"|(?:省|市|区)(?:级)?(?:重大|重点)?(?:产业|建设|工业)?(?:项目|工程)"
    rf"|(?:重大|重点)?(?:{_FIELDS})(?:类|领域|板块|建设|发展)?(?:重大|重点)?(?:项目|工程)?"
    r"|[^\d,;:]{1,14}(?:类|板块|领域)(?:重大|重点)?(?:项目|工程)?)"
)
_OFFICES = re.compile(r"(?:人民政府|政府|街道办事处|办事处|街道办|管理委员会|管委会)$")
_TAILS = re.compile(r"(?:产业|类|行业|领域|板块|重大|重点)*(?:项目|工程)?$")


def squeezed(raw: Raw) -> str:
    """A cell's text without any blanks, half-width: 合 计 is 合计."""
    return re.sub(r"\s", "", narrow(text_of(raw)))


def is_group_number(raw: Raw) -> bool:
    """一, （二）, −1, 第一部分: what numbers groups, never projects, where others are numbered 1, 2, 3."""
    if isinstance(raw, int | float):
        return raw < 0
    return isinstance(raw, str) and bool(_GROUP_NUMBER.fullmatch(squeezed(raw).replace("−", "-")))


def is_plain_number(raw: Raw) -> bool:
    """1, 2, 3: what numbers the rows of a list."""
    if isinstance(raw, int | float):
        return raw > 0 and raw % 1 == 0
    return isinstance(raw, str) and raw.strip().isdecimal()


def is_circled(raw: Raw) -> bool:
    return isinstance(raw, str) and bool(_CIRCLED.match(raw.strip()))


def is_part_number(raw: Raw) -> bool:
    """1.1, 1-2, （1）, ①, 其中: what numbers the parts of a project."""
    if isinstance(raw, float):
        return raw > 0 and not raw.is_integer()
    if not isinstance(raw, str):
        return False
    text = squeezed(raw)
    is_marked = bool(_BRACKETED_NUMBER.fullmatch(text) or _OF_WHICH.fullmatch(text))
    return is_circled(raw) or is_marked or bool(_PART_NUMBER.fullmatch(text))


def main_number(raw: Raw) -> str:
    """Of the number of a part, that of its whole: 1 of 1.2; "" for （1） and ①, which say none."""
    found = _PART_NUMBER.fullmatch(squeezed(raw)) if not is_circled(raw) else None
    return found[1] if found else ""


def is_part_name(raw: Raw) -> bool:
    """其中：一号厂房, ①一号厂房, （1）一号厂房."""
    return isinstance(raw, str) and (is_circled(raw) or bool(_PART_NAME.match(squeezed(raw))))


def part_name(text: str) -> str:
    """The name of a part without its mark."""
    bare = _CIRCLED.sub("", text, count=1) if is_circled(text) else text
    found = _PART_MARK.match(bare)
    return (bare[found.end() :] if found else bare).strip() or text


def may_state_parts(text: str) -> bool:
    """A quick look before `sub_projects`."""
    return "子项" in text or "单体项" in text or "分项" in text


def sub_projects(text: str) -> int:
    """How many parts a text names: 2 for 含2个子项目; 0 for none."""
    found = _SUB_PROJECTS.search(squeezed(text))
    if not found:
        return 0
    return int(found[1]) if found[1].isdecimal() else max(0, NUMERALS.find(found[1]) + 1)


def count_in(label: str) -> int | None:
    """The number of projects that a label states: 3 for 续建项目（共3个）."""
    found = _COUNTED.search(squeezed(label))
    return int(next(filter(None, found.groups()))) if found else None


def group_name(label: str) -> str:
    """The title of a group without blanks, number and count: 续建项目 of 一、续建项目（共3个）."""
    word = squeezed(label)
    if numbering := _NUMBERING.match(word):
        word = word[numbering.end() :]
    return _COUNTED.sub("", word).rstrip(":,、(")


def group_words(label: str) -> tuple[str, ...]:
    """The name of a group, and without what is said behind the name: 罗溪镇重点项目 is 罗溪镇, 新能源产业 新能源."""
    word = group_name(label)
    return tuple(each for each in dict.fromkeys((word, _TAILS.sub("", word))) if each)


@dataclass(frozen=True, slots=True)
class GroupWords:
    """What groups are called: the usual words, and `known` ones, of the directory, without blanks."""

    known: frozenset[str] = field(default_factory=frozenset)

    def has(self, label: str) -> bool:
        """Whether a label, without its number and count, is a category, a nature, a list, a field or a unit."""
        word = group_name(label)
        if not word:
            return False
        if _GROUP.fullmatch(word) or word in self.known:
            return True
        plain = _OFFICES.sub("", word)
        is_office = plain != word and f"{plain}街道" in self.known  # 新桥街道办事处 is 新桥街道
        return is_office or plain in self.known or _TAILS.sub("", word) in self.known


USUAL = GroupWords()

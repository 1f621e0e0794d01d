"""The words of lists, categories and natures, in every form in which sheets write them."""

import re
from typing import cast

from projects.files.recognise.group_lines import group_name
from projects.rules.likeness import bare
from projects.vocabulary import CATEGORY_WORDS, DEFAULT_LIST_NAMES, Category, Level, Nature
from projects.workbooks.cells import Judge, by_words

BRACKETS = re.compile(r"[（(][^（()）]{0,40}[)）]")

USUAL_LEVEL_NAMES = {
    **{name: Level(code) for code, name in DEFAULT_LIST_NAMES.items()},
    "省": Level.PROVINCE,
    "省级": Level.PROVINCE,
    "省级重大": Level.PROVINCE,
    "省重点": Level.PROVINCE,
    "市": Level.CITY,
    "市级": Level.CITY,
    "市重大": Level.CITY,
    "市级重点": Level.CITY,
    "区": Level.DISTRICT,
    "区级": Level.DISTRICT,
    "区重大": Level.DISTRICT,
    "区级重点": Level.DISTRICT,
}


def level_names() -> dict[str, Level]:
    """Every name by which a sheet may call a list: the usual ones, and those of this district."""
    names = {level.label: level for level in Level}
    tails = {
        f"{name}{tail}": level for name, level in names.items() for tail in ("项目", "产业项目", "重大项目")
    }
    long = {
        f"{name}级{grade}{tail}": level
        for name, level in (("省", Level.PROVINCE), ("市", Level.CITY), ("区", Level.DISTRICT))
        for grade in ("重大", "重点")
        for tail in ("", "项目", "产业项目")
    }
    return USUAL_LEVEL_NAMES | long | tails | names


CATEGORIES = {
    **{category.label: category for category in Category},
    **{f"{category.label}项目": category for category in Category},
    **{f"{word}{tail}": category for word, category in CATEGORY_WORDS.items() for tail in ("", "项目", "类")},
}
CATEGORIES_AS_NATURES = {
    "续建": Category.CONTINUING,
    "结转": Category.CONTINUING,
    "储备": Category.RESERVE,
    "预备": Category.RESERVE,
    "前期": Category.RESERVE,
}
"""What sheets write under 建设性质 and is a category of the year."""
NATURES: dict[str, Nature | Category] = {
    **CATEGORIES_AS_NATURES,
    **{nature.label: nature for nature in Nature},
    "新开工": Nature.NEW_BUILD,
    "技术改造": Nature.UPGRADE,
    "技改扩能": Nature.UPGRADE,
    "改建和技术改造": Nature.UPGRADE,
    "改建、扩建": Nature.REBUILT_LARGER,
    "搬迁": Nature.RELOCATION,
    "迁扩建": Nature.RELOCATION,
    "恢复重建": Nature.RESTORATION,
    "单纯购置": Nature.EQUIPMENT,
    "设备购置": Nature.EQUIPMENT,
    "购置设备": Nature.EQUIPMENT,
    "购置": Nature.EQUIPMENT,
}

_CATEGORY_WORDS = frozenset(map(bare, CATEGORIES))
_NATURE_WORDS = frozenset(map(bare, NATURES))
_ADDED = re.compile(
    r"^(?:当年|本年度?|年内|今年|年度)?(?:计划|拟|预计)?(?=新开工|开工|新建|续建|结转|预备|储备|前期)|(?:类|建设)?(?:项目)?$"
)


def _without_additions(text: str) -> str:
    """新开工 of 计划新开工项目, 续建 of 续建（跨年）: a word without what says nothing more."""
    word = group_name(text)
    aside = BRACKETS.search(word)
    if aside and bare(aside[0]) in _NATURE_WORDS:
        return word  # 新建（搬迁） names two
    return _ADDED.sub("", BRACKETS.sub("", word))


def by_nature() -> Judge:
    """续建, 新建类, 计划新开工项目: a nature, or a category that stands in its column."""
    one = by_words(NATURES, what="建设性质")

    def judge(text: str) -> Nature | Category:
        plain = _without_additions(text)
        is_plain = bare(text) not in _NATURE_WORDS and bare(plain) in _NATURE_WORDS
        return cast("Nature | Category", one(plain if is_plain else text))

    return judge


def by_category() -> Judge:
    """新建, 续建项目, （一）新建项目（共3个）: a category may be the title of a group of rows."""
    one = by_words(CATEGORIES, what="年度类别")

    def judge(text: str) -> Category:
        plain = _without_additions(text)
        return cast(Category, one(plain if bare(plain) in _CATEGORY_WORDS else group_name(text)))

    return judge

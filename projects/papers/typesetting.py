"""PDF by typst: fonts, the compiler's folder, and what to do about signs that no font has.

Templates are files of this package and the data is JSON, so that nothing that a person typed is ever markup. The
compiler reads no file outside its own folder. PDF/UA-1 is asked for, which refuses a sign without a glyph.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from unicodedata import category

import typst

from projects.rules.broken import RuleBroken

TEMPLATES = Path(__file__).parent
STANDARD: Literal["ua-1"] = "ua-1"
PREFERRED = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "思源黑体",
    "Microsoft YaHei",
    "微软雅黑",
    "SimHei",
    "黑体",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "FangSong",
    "仿宋",
    "FangSong_GB2312",
    "仿宋_GB2312",
    "Noto Serif CJK SC",
    "SimSun",
    "宋体",
)
"""Families with simplified Chinese, the ones that read best on a small sheet first; after them any other one."""
NO_FONT = (
    "这台服务器没有中文字体，打不出 PDF。请管理员安装中文字体（如 fonts-noto-cjk），"
    "或把字体文件放进一个文件夹，并在设置 FONTS_DIR 中写明这个文件夹，然后重新启动。"
)
SUBSTITUTE = "〓"
"""What stands for a sign that no font has; printers know it as the mark for a missing type."""
MOST_PASSES = 5
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
_PROBE = "项目完成投资亿元〓"
_LONG_WORD = re.compile(r"[!-~]{12}(?=[!-~])")


class NoChineseFont(RuleBroken):
    """The sentence says what an administrator can do."""


@cache
def _fonts(folder: str) -> typst.Fonts:
    """Read once a process: it takes a second. `folder` "": the fonts of the system."""
    return typst.Fonts(
        include_system_fonts=not folder,
        include_embedded_fonts=False,
        font_paths=[folder] if folder else [],
    )


@cache
def families(folder: str) -> tuple[str, ...]:
    """The families to set Chinese in, the preferred first. Raises NoChineseFont where there is none."""
    found = _fonts(folder).families() if not folder or Path(folder).is_dir() else []
    ordered = [family for family in PREFERRED if family in found]
    others = sorted(set(found) - set(ordered))
    for family in (*ordered, *others):
        if _has_chinese(folder, family):
            return (family, *(other for other in (*ordered, *others) if other != family))
    raise NoChineseFont(NO_FONT)


def _has_chinese(folder: str, family: str) -> bool:
    source = f'#set document(title: "字")\n#set text(font: {json.dumps(family)}, fallback: false)\n{_PROBE}'
    try:
        with TemporaryDirectory(prefix="paper") as root:
            page = Path(root) / "probe.typ"
            page.write_text(source)
            _compile(folder, page, None)
    except typst.TypstError:
        return False
    return True


def _compile(folder: str, page: Path, at: datetime | None) -> bytes:
    root = str(page.parent)
    compiler = typst.Compiler(
        str(page),
        root=root,
        font_paths=_fonts(folder),
        ignore_system_fonts=True,
        package_path=root,
        package_cache_path=root,
    )
    made = compiler.compile(
        format="pdf", pdf_standards=STANDARD, timestamp=None if at is None else int(at.timestamp())
    )
    assert isinstance(made, bytes)
    return made


def typeset(
    template: str, data: Mapping[str, Any], files: Mapping[str, bytes], *, folder: str, at: datetime
) -> bytes:
    """The template filled with `data`, which gets the key `fonts`; `files` are the images that it names.

    The same data at the same moment is the same bytes. Signs that no font has are printed as 〓. Raises
    NoChineseFont.
    """
    written = json.dumps({**data, "fonts": families(folder)}, ensure_ascii=False)
    with TemporaryDirectory(prefix="paper") as root:
        for name, content in files.items():
            (Path(root) / name).write_bytes(content)
        page = Path(root) / template
        page.write_bytes((TEMPLATES / template).read_bytes())
        for _ in range(MOST_PASSES):
            try:
                return _filled(folder, page, written, at)
            except typst.TypstError as error:
                missing = missing_signs(error.diagnostic)
                if not missing:
                    raise
                for signs in sorted(missing, key=len, reverse=True):
                    written = written.replace(signs, SUBSTITUTE)
        return _filled(folder, page, written, at)


def _filled(folder: str, page: Path, data: str, at: datetime) -> bytes:
    (page.parent / "data.json").write_text(data)
    return _compile(folder, page, at)


def missing_signs(diagnostic: str) -> set[str]:
    """The signs for which the compiler found no glyph.

    It names a digit or a letter, too, when the mark above it is missing: then only the mark counts as such, since
    every other digit of the paper is printed well.
    """
    found = {_ESCAPED.sub(_sign, text) for text in _MISSING.findall(diagnostic)}
    return {signs for signs in found if not _is_letter(signs)} or found


def _is_letter(signs: str) -> bool:
    return all(category(sign)[0] in "LN" for sign in signs)


def _sign(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def breakable(words: str) -> str:
    """The words with a place to break after every twelve signs of an endless Latin word."""
    return _LONG_WORD.sub(lambda run: f"{run[0]}\u200b", words)

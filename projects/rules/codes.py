"""Validation of the two national codes.

Both functions take a code as it will be stored: apply `normalise` to typed text first.
"""

import re
from functools import lru_cache

from projects.rules.typed import narrow

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_WEIGHTS = [pow(3, place, 31) for place in range(17)]
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))

_MONTH = r"(?:0[1-9]|1[0-2])"
_SINCE_2020 = re.compile(rf"[2-9]\d{_MONTH}-\d{{6}}-\d{{2}}-\d{{2}}-\d{{5}}[0-9A-Z]", re.ASCII)
_BEFORE = re.compile(r"20(?:1[5-9]|20)-\d{6}-\d{2}-\d{2}-\d{6}", re.ASCII)


def normalise(code: str) -> str:
    """Return half-width capitals without surrounding spaces; dashes of word processors become hyphens."""
    return narrow(code).translate(_DASHES).upper().strip()


def credit_code_check(first_17: str) -> str:
    """The check character of GB 32100-2015: weights 3^(i−1) mod 31, (31 − Σ mod 31) mod 31."""
    weighted = sum(_VALUES[char] * weight for char, weight in zip(first_17, _WEIGHTS, strict=True))
    return _ALPHABET[-weighted % 31]


@lru_cache(1024)
def credit_code_fault(code: str) -> str | None:
    """The sentence that says why a 统一社会信用代码 (GB 32100) is invalid; None for a valid one."""
    if len(code) != 18:
        return f"统一社会信用代码应为18位，现为{len(code)}位"
    for place, char in enumerate(code, start=1):
        if char not in _ALPHABET:
            return f"统一社会信用代码第{place}位“{char}”无效：只用数字和大写字母，不用 I、O、S、V、Z"
    if code[17] != credit_code_check(code[:17]):
        return "统一社会信用代码校验位不符，请核对是否有错字"
    return None


def project_code_fault(code: str) -> str | None:
    """The sentence that says why a 国家投资项目代码 (old or new format) is invalid; None for a valid one.

    Only the structure is validated: the rule of the check digit is not published.
    """
    if _SINCE_2020.fullmatch(code) or _BEFORE.fullmatch(code):
        return None
    groups = code.split("-")
    if [len(group) for group in groups] != [4, 6, 2, 2, 6]:
        return "项目代码应为五段，用短横线隔开，如 2405-320411-04-01-123456"
    if not re.fullmatch(r"[0-9]{6}", groups[1]):
        return f"项目代码第二段“{groups[1]}”应为六位区划代码，如新北区 320411"
    if not re.fullmatch(rf"[2-9][0-9]{_MONTH}|20(?:1[5-9]|20)", groups[0]):
        return f"项目代码第一段“{groups[0]}”应为年份和月份（如 2405），旧代码为年份（2015—2020）"
    return "项目代码只能由数字组成（最后一位校验码除外）"

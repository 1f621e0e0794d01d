"""Read `.env`: used by the settings, and by `script/server` before anything is installed.

    python -m hightech.dotenv NAME [DEFAULT]    prints a setting: from the environment, else from the file, else DEFAULT

It needs nothing but Python. A line is `NAME=value`, with or without `export`; the value may be quoted; a
comment begins with `#` at the start of a line or after a space. An empty value counts as not set. The last
line of a name counts.
"""

import os
import re
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)")
_SINGLE_QUOTED = re.compile(r"'([^']*)'(.*)")
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(.*)')
_ESCAPED = re.compile(r'\\(["\\])')
_COMMENT = re.compile(r"\s#.*")


class UnreadableEnvFile(Exception):
    """The file of settings has a line that cannot be understood; the message is Chinese and English."""


def file_of(environment: Mapping[str, str]) -> Path:
    """`.env` in the project root, or the file that ENV_FILE names; a relative name is relative to the root."""
    return ROOT / (environment.get("ENV_FILE") or ".env")


def read(path: Path) -> dict[str, str]:
    """The settings of the file that are not empty; empty when there is no file. Raises Unreadable."""
    if not path.exists() or path.is_dir():
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableEnvFile(f"{path} 不是 UTF-8 编码，请另存为 UTF-8。 {path} is not UTF-8.") from error
    except OSError as error:
        raise UnreadableEnvFile(f"{path} 打不开：{error}。 {path} cannot be read.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if (stripped := line.strip()) and not stripped.startswith("#"):
            name, value = _setting(stripped, f"{path}:{number}")
            found[name] = value
    return {name: value for name, value in found.items() if value}


def _setting(line: str, place: str) -> tuple[str, str]:
    matched = _LINE.fullmatch(line)
    if matched is None:
        raise UnreadableEnvFile(
            f"{place} 看不懂：应写成 名称=值，注释以 # 开头。 {place}: expected NAME=value, or # and a comment."
        )
    return matched[1], _value(matched[2], place)


def _value(text: str, place: str) -> str:
    stripped = text.strip()
    for quote, pattern in (("'", _SINGLE_QUOTED), ('"', _DOUBLE_QUOTED)):
        if stripped.startswith(quote):
            matched = pattern.fullmatch(stripped)
            if matched is None or _COMMENT.sub("", f" {matched[2]}").strip():
                raise UnreadableEnvFile(f"{place} 的引号不成对。 {place}: the quotes do not match.")
            return matched[1] if quote == "'" else _ESCAPED.sub(r"\1", matched[1])
    return _COMMENT.sub("", text).strip()


def fill(environment: MutableMapping[str, str]) -> None:
    """Set missing or empty environment variables from the file. Raises Unreadable."""
    for name, value in read(file_of(environment)).items():
        if not environment.get(name):
            environment[name] = value


def main(name: str, default: str = "") -> None:
    try:
        fill(os.environ)
    except UnreadableEnvFile as error:
        sys.exit(f"错误：{error}")
    sys.stdout.buffer.write(os.fsencode(os.environ.get(name) or default) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Fill a Word template in a process of its own: `python -m projects.papers.filling FOLDER`.

A template is a program that somebody else wrote: the sandbox keeps it from reading anything but its own data, and the
limits of this process end one that runs or grows without end. FOLDER holds `template.docx` and `data.json`; the
process leaves `made.docx` there, or ends with `children.FAULTY` and a sentence on its standard error where the template
has a fault.
Nothing of Django is loaded here.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from projects.papers.children import FAULTY, GREW, limited

SECONDS, MEMORY, FILE = 5, 512 * 2**20, 20 * 2**20


class Sandbox(ImmutableSandboxedEnvironment):
    """No functions, no powers, no text repeated: what a bulletin does not need and a loop of harm does."""

    intercepted_binops = frozenset(["**", "*", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator != "*" or not all(isinstance(side, int) for side in (left, right)):
            raise SecurityError(f"不能在模板里用 {operator}")
        return left * right


def fill(folder: Path) -> None:
    data = json.loads((folder / "data.json").read_text())
    environment = Sandbox(autoescape=True, undefined=StrictUndefined)
    environment.globals.clear()
    template = DocxTemplate(folder / "template.docx")
    if unknown := sorted(template.get_undeclared_template_variables(environment) - data.keys()):
        raise UndefinedError(f"'{unknown[0]}' is undefined")
    template.render(data, environment, autoescape=True)
    template.save(folder / "made.docx")


def sentence(fault: Exception) -> str:
    """What an office can do about it, in Chinese."""
    match fault:
        case SecurityError():
            return f"模板里有不允许的写法：{fault}。只能用系统的栏目、条件和循环"[:300]
        case UndefinedError():
            names = re.findall(r"'([^']*)'", str(fault))
            return f"系统里没有栏目“{names[-1] if names else fault}”，请照系统模板里的名称写"[:300]
        case TemplateSyntaxError():
            return f"模板里的标记写错了（{fault.message}），请检查 {{{{ }}}} 和 {{% %}} 是否成对"[:300]
    return f"模板的写法不对：{fault}"[:300]


def main(folder: Path) -> int:
    limited(SECONDS, MEMORY, FILE)
    try:
        fill(folder)
    except (TemplateError, TypeError, ValueError, AttributeError) as fault:
        sys.stderr.write(sentence(fault))
        return FAULTY
    except MemoryError:
        return GREW
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

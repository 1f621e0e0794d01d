"""Fill a Word template in a process of its own: `python -m projects.papers.filling FOLDER`.

A template is a program that somebody else wrote: the sandbox keeps it from reading anything but its own data, and the
limits of this process end one that runs or grows without end. FOLDER holds `template.docx` and `data.json`; the
process leaves `made.docx` there, or ends with 3 and a sentence on its standard error where the template has a fault.
Nothing of Django is loaded here.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

SECONDS, MEMORY, FILE = 5, 512 * 2**20, 20 * 2**20
FAULTY = 3


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
    template.render(data, environment, autoescape=True)
    template.save(folder / "made.docx")


def main(folder: Path) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    try:
        fill(folder)
    except (TemplateError, TypeError, ValueError, AttributeError, MemoryError) as fault:
        sys.stderr.write(str(fault)[:300])
        return FAULTY
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

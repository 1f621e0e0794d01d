"""Reads files, each in a process of its own, and says what came of it: paths come in by lines, answers go out.

A process may use 5 seconds of the processor: the system ends it then, and the promise is broken.
"""

import json
import os
import resource
import sys
from pathlib import Path

from projects.files.reading.read import Unreadable, read

SECONDS = 5


def main() -> None:
    for line in sys.stdin:
        if child := os.fork():
            _, status = os.waitpid(child, 0)
            if status:
                answer({"died": os.waitstatus_to_exitcode(status)})
        else:
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            answer(outcome(Path(line.strip())))
            os._exit(0)


def outcome(path: Path) -> dict[str, object]:
    fault, rows = "", 0
    try:
        with path.open("rb") as file:
            for grid in read(file, path.name):
                rows += sum(1 for _ in grid.rows)
    except Unreadable as unreadable:
        fault = str(unreadable)
    return {"fault": fault, "rows": rows, "megabytes": memory_peak()}


def memory_peak() -> float:
    """In MB, of this program alone: what getrusage says includes the process that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def answer(said: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

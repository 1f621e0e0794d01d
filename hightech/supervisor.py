"""Keep the web server and the worker running: `python -m hightech.supervisor`, called by `script/server`.

Each is restarted when it ends, independent of the other, after a pause that grows while it ends soon after a start.
TERM, INT or HUP stops both and waits for them; a second signal is passed on, which makes the worker abandon its job.
It needs nothing but Python.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType

LONGEST_PAUSE = 30
STEADY_SECONDS = 60
"""Seconds of running after which the pause is reset."""
LOOKS_EVERY = 0.2

type Command = Sequence[str]

_BIN = os.path.dirname(sys.executable)
PROGRAMS: Sequence[tuple[str, str, Command]] = [
    ("网站程序（gunicorn）", "the web server", [f"{_BIN}/gunicorn"]),
    (
        "后台处理程序（db_worker）",
        "the worker",
        [sys.executable, "manage.py", "db_worker", "--verbosity", "0"],
    ),
]


def pause_after(earlier: float, ran: float) -> float:
    """Seconds until the next start, after a run of `ran` seconds that followed a pause of `earlier` seconds."""
    return 1 if ran >= STEADY_SECONDS or not earlier else min(LONGEST_PAUSE, earlier * 2)


class Kept:
    """A program that is kept running."""

    def __init__(self, chinese: str, english: str, command: Command) -> None:
        self.chinese, self.english, self.command = chinese, english, command
        self.pause = 0.0
        self.begun_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        # In a session of its own: Ctrl+C in the terminal reaches the supervisor alone, which passes it on once.
        self.begun_at = time.monotonic()
        self.process = subprocess.Popen(self.command, start_new_session=True)

    def look(self) -> None:
        """Report once that the program has ended, and restart it after its pause."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.begun_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.pause = pause_after(self.pause, now - self.begun_at)
            self.process, self.begun_at = None, now + self.pause
            say(
                f"{self.chinese}意外退出（{code}），{self.pause:.0f} 秒后重新启动"
                f"（{self.english} ended and is started again in {self.pause:.0f} s）"
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def terminate(self) -> None:
        if self.process is not None and self.is_running:
            self.process.terminate()


def say(words: str) -> None:
    with suppress(OSError):  # nobody listens any more
        print(f"▸ {words}", flush=True)  # noqa: T201


class Supervisor:
    def __init__(self, programs: Sequence[tuple[str, str, Command]] = PROGRAMS) -> None:
        self.kept = [Kept(*program) for program in programs]
        self.signals = 0

    def hear(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.hear)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # else: started by nohup
            signal.signal(signal.SIGHUP, self.hear)
        while not self.signals:
            for program in self.kept:
                program.look()
            time.sleep(LOOKS_EVERY)
        self.stop()

    def stop(self) -> None:
        """Pass each signal on once: a worker that gets two abandons its job."""
        passed_on = 0
        while any(program.is_running for program in self.kept):
            if passed_on < self.signals:
                passed_on = self.signals
                for program in self.kept:
                    program.terminate()
            time.sleep(LOOKS_EVERY)


if __name__ == "__main__":
    Supervisor().run()

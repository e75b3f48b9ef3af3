"""`cargo api-routes dev` in a project, with what it prints."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

from .words import own_target

PATIENCE = 600
"""Seconds until a line."""


class Log:
    """The lines of a program, as they come."""

    def __init__(self, stream):
        self.process = 0
        self.lines: list[str] = []
        self.seen = 0
        self.came = threading.Condition()
        self.reader = threading.Thread(target=self.read, args=(stream,), daemon=True)
        self.reader.start()

    def read(self, stream) -> None:
        for line in stream:
            with self.came:
                self.lines.append(line)
                self.came.notify_all()
        with self.came:
            self.lines.append("")
            self.came.notify_all()

    def wait_for(self, pattern: str) -> re.Match:
        """The first line that matches, of those that nobody has waited for yet."""
        with self.came:
            while True:
                for at in range(self.seen, len(self.lines)):
                    self.seen = at + 1
                    if found := re.search(pattern, self.lines[at]):
                        return found
                    if not self.lines[at]:
                        sys.exit(f"it ended before `{pattern}`:\n{''.join(self.lines)}")
                if not self.came.wait(PATIENCE):
                    sys.exit(f"no `{pattern}` within {PATIENCE} s:\n{''.join(self.lines)}")


@contextlib.contextmanager
def serving(command: list[str], folder: pathlib.Path) -> Iterator[tuple[str, Log]]:
    """The address of an emulator that runs meanwhile, and its log."""
    emulator = subprocess.Popen(
        command, cwd=folder, env=own_target(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    try:
        log = Log(emulator.stdout)
        log.process = emulator.pid
        yield log.wait_for(r"http://127\.0\.0\.1:\d+")[0], log
    finally:
        os.killpg(emulator.pid, signal.SIGINT)
        emulator.wait()

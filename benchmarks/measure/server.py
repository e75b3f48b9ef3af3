"""A server under test: started, waited for, and stopped with everything that it started."""

import hashlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from .build import PACKAGE, ROOT, Built

PATIENCE = 300
"""Seconds for the first answer: functions that are not built yet are built before it."""


class Server:
    def __init__(self, command: list[str], url: str):
        self.command = command
        self.url = url

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.wait_for_answer()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def wait_for_answer(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url, timeout=PATIENCE):
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        sys.exit(f"no answer at {self.url}: {' '.join(self.command)}")

    def tree(self) -> list[tuple[int, int]]:
        """The process and all below it, each with its resident memory in KB."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], stdout=subprocess.PIPE, check=True).stdout
        processes = [tuple(map(int, line.split())) for line in listed.decode().splitlines()]
        tree = {self.process.pid}
        # Parents may be listed behind their children, so look again until nothing is added.
        while found := {pid for pid, parent, _ in processes if parent in tree} - tree:
            tree |= found
        return [(pid, memory) for pid, _, memory in processes if pid in tree]

    def memory_mb(self) -> float:
        return sum(memory for _, memory in self.tree()) / 1024

    def processes(self) -> int:
        return len(self.tree())

    def function(self) -> str:
        """What the functions' executable is, by its content; Linux only."""
        executables = [pathlib.Path(f"/proc/{pid}/exe") for pid, _ in self.tree()]
        named = [path for path in executables if path.exists() and path.resolve().name == PACKAGE]
        return hashlib.sha256(named[0].read_bytes()).hexdigest() if named else "unknown"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def local_emulator(built: Built, sandboxes: int | None) -> Server:
    port = free_port()
    command = [str(built.emulator), "serve", "--release", "--no-watch", "--port", f"{port}"]
    if sandboxes:
        command += ["--sandboxes", f"{sandboxes}"]
    return Server(command, f"http://127.0.0.1:{port}/api/user")


def cargo_lambda(program: str, concurrency: int) -> Server:
    """`--ignore-changes` and `--quiet` spare it work; the release binary is what the emulator runs too."""
    port = free_port()
    command = [program, "lambda", "watch", "--release", "--ignore-changes", "--quiet", "--package", PACKAGE]
    command += ["--invoke-address", "127.0.0.1", "--invoke-port", f"{port}", "--concurrency", f"{concurrency}"]
    return Server(command, f"http://127.0.0.1:{port}/lambda-url/{PACKAGE}/api/user")

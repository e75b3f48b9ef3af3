"""A server under test: started, waited for, and stopped with everything that it started."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from .build import PACKAGE, ROOT, Built

PATIENCE = 300
"""Seconds for the first answer: functions that are not built yet are built before it."""


class Server:
    def __init__(self, command: list[str], url: str, folder: pathlib.Path = ROOT):
        self.command = command
        self.url = url
        self.folder = folder

    @property
    def port(self) -> int:
        return urllib.parse.urlsplit(self.url).port

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
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

    def memory_mb(self) -> list[float]:
        """Of the process and of each below it."""
        command = ["ps", "-A", "-o", "pid=,ppid=,rss="]
        listed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        processes = [tuple(map(int, line.split())) for line in listed.splitlines()]
        tree = {self.process.pid}
        # Parents may be listed behind their children, so look again until nothing is added.
        while found := {pid for pid, parent, _ in processes if parent in tree} - tree:
            tree |= found
        return [proportional(pid) or resident / 1024 for pid, _, resident in processes if pid in tree]


def proportional(pid: int) -> float | None:
    """With the share in pages that several processes have, each counted once. Linux only; elsewhere the
    resident size, which counts them for each, has to do."""
    try:
        rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return None
    sizes = (int(line.split()[1]) / 1024 for line in rollup.splitlines() if line.startswith("Pss:"))
    return next(sizes, None)


def free_port() -> int:
    """One that is free together with the next one, where a second front door listens."""
    while True:
        with socket.socket() as listener, socket.socket() as next_one:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
            with contextlib.suppress(OSError):
                next_one.bind(("127.0.0.1", port + 1))
                return port


def local_emulator(built: Built, sandboxes: int | None) -> Server:
    port = free_port()
    command = [str(built.emulator), "dev", "--release", "--no-watch", "--port", f"{port}"]
    if sandboxes:
        command += ["--queue", "--sandboxes", f"{sandboxes}"]
    return Server(command, f"http://127.0.0.1:{port}/api/user")


def served(built: Built, folder: pathlib.Path, path: str) -> Server:
    """The emulator on a project of functions that are built already."""
    port = free_port()
    return Server([str(built.emulator), "dev", "--port", f"{port}"], f"http://127.0.0.1:{port}{path}", folder)


def proxy(built: Built, processes: int) -> Server:
    port = free_port()
    command = [str(built.proxy), str(built.together), f"{processes}", f"{port}"]
    return Server(command, f"http://127.0.0.1:{port}/api/user")


def cargo_lambda(program: str, concurrency: int) -> Server:
    """`--ignore-changes` and `--quiet` spare it work. It builds the package alone, the emulator all functions together."""
    port = free_port()
    command = [program, "lambda", "watch", "--release", "--ignore-changes", "--quiet", "--package", PACKAGE]
    command += ["--invoke-address", "127.0.0.1", "--invoke-port", f"{port}", "--concurrency", f"{concurrency}"]
    return Server(command, f"http://127.0.0.1:{port}/lambda-url/{PACKAGE}/api/user")

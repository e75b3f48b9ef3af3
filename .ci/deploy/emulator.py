"""The emulator, started for a project and ended with all that it started."""

import contextlib
import http.client
import pathlib
import re
import subprocess
import threading
import time

from . import tree

LISTENING_WITHIN = 60  # seconds
# The first request to a crate waits for cargo to build it.
ANSWERED_WITHIN = 900


class Emulator:
    def __init__(self, process):
        self._process = process
        self._lines = []
        threading.Thread(target=lambda: self._lines.extend(process.stdout), daemon=True).start()
        self.port = self._listening()

    @property
    def log(self):
        return "".join(self._lines)

    def _listening(self):
        deadline = time.monotonic() + LISTENING_WITHIN
        while self._process.poll() is None and time.monotonic() < deadline:
            if match := re.search(r"http://127\.0\.0\.1:(\d+)", self.log):
                return int(match[1])
            time.sleep(0.05)
        raise RuntimeError("the emulator does not listen:\n" + self.log)

    def ask(self, method, target, headers=None, body=None):
        """Sends a request, and returns the status, headers and text of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWERED_WITHIN)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def wait_for_log(self, pattern):
        deadline = time.monotonic() + LISTENING_WITHIN
        while not (match := re.search(pattern, self.log)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"not in the log: {pattern}\n{self.log}")
            time.sleep(0.01)
        return match


@contextlib.contextmanager
def serving(project, *options, variables=None):
    """Serves `project` until the block ends."""
    subprocess.run(["cargo", "build", "--quiet", "--package", "cargo-api-routes"], cwd=tree.ROOT, check=True)
    program = pathlib.Path(tree.target_directory(), "debug/cargo-api-routes")
    # The log names the function of each invocation at its start.
    command = [program, "--port", "0", "--no-watch", "--log", "lambda", "--project", project, *options]
    process = subprocess.Popen(command, cwd=project, env=variables, stdin=subprocess.DEVNULL, text=True,
                               errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield Emulator(process)
    finally:
        _stop(process)


def _stop(process):
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        # The watchdog ends the processes that the emulator started.
        process.kill()
        process.wait()

"""`cargo api-routes dev --json` in a project."""

import contextlib
import json
import pathlib
import subprocess
import sys
import threading

from deploy import tree

PATIENCE = 300
"""The wait for a line, in seconds. Functions may have to be built first."""

TOOL = pathlib.Path(tree.target_directory(), "debug/cargo-api-routes")


class Log:
    """Collects the lines as the emulator prints them."""

    def __init__(self, stream):
        self.lines, self.came = [], threading.Condition()
        threading.Thread(target=self.read, args=(stream,), daemon=True).start()

    def read(self, stream):
        for line in stream:
            with self.came:
                self.lines.append(json.loads(line))
                self.came.notify_all()

    def wait_for(self, found):
        with self.came:
            if not self.came.wait_for(lambda: found(self.lines), PATIENCE):
                sys.exit(f"timed out waiting for a line: {self.lines[-20:]}")
            return found(self.lines)

    def wait_for_requests(self, path, count):
        def found(lines):
            requests = [line for line in lines if line["type"] == "request" and line["path"].endswith(path)]
            return requests if len(requests) >= count else None

        return self.wait_for(found)


@contextlib.contextmanager
def emulator(project, *options, environment=None):
    """Yields the port of the first front door and the log, after all functions are built."""
    program = [TOOL, "dev", "--json", "--port", "0", *options]
    process = subprocess.Popen(program, cwd=project, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        log = Log(process.stdout)
        started = log.wait_for(lambda lines: next((line for line in lines if line["type"] == "started"), None))
        log.wait_for(lambda lines: any(line.get("state") == "finished" for line in lines))
        yield int(started["inspector"].split(":")[2].split("/")[0]), log
    finally:
        process.terminate()
        process.wait()

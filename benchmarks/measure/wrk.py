"""Load, by <https://github.com/wg/wrk>."""

import dataclasses
import re
import subprocess
import tempfile


@dataclasses.dataclass
class Load:
    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int


MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}

POST = """\
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.body = '{"text":"' .. string.rep("x", 1013) .. '"}'
"""
"""1 KiB of JSON."""


def load(url: str, connections: int, seconds: int, posts: bool = False, headers: list[str] = ()) -> Load:
    """One thread: it must leave a core to those that it measures."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(POST if posts else "")
        script.flush()
        command = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--latency"]
        command += [f"--header={header}" for header in headers]
        command += [f"--script={script.name}", url]
        report = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    per_second = float(re.search(r"Requests/sec:\s+([\d.]+)", report)[1])
    return Load(per_second, latency(report, 50), latency(report, 99), errors(report))


def latency(report: str, percent: int) -> float:
    value, unit = re.search(rf"^\s+{percent}%\s+([\d.]+)(\w+)", report, re.MULTILINE).groups()
    return float(value) * MILLISECONDS[unit]


def errors(report: str) -> int:
    """Answers that are no 2xx, and connections that broke or waited for too long."""
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    broken = re.search(r"Socket errors: (.*)", report)
    counts = re.findall(r"\d+", broken[1]) if broken else []
    return sum(map(int, counts)) + (int(refused[1]) if refused else 0)

"""Load, by <https://github.com/wg/wrk>."""

import dataclasses
import re
import subprocess


@dataclasses.dataclass
class Load:
    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int


MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


def load(url: str, connections: int, seconds: int) -> Load:
    """One thread: it must leave a core to those that it measures."""
    command = ["wrk", "--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--latency"]
    command.append(url)
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

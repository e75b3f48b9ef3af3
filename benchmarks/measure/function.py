"""A function by itself: size, init, wall time and instructions per invocation."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

from .build import Built
from .markdown import table as markdown

INVOCATIONS = 2000
COUNTED = 1000
PROCESSES = 5
"""Starts of each candidate per round: init is short, and so its noise is large."""


BODY = 1024 * 1024
COUNTED_BODIES = 4
"""Invocations with such a body: each takes as long as hundreds of the others."""


def table(built: Built, rounds: int) -> str:
    candidates = {
        "`user` on `api-routes`, built with all functions": built.together,
        "`user` on `api-routes`, built alone": built.alone,
        "bare `lambda_runtime`": built.bare,
        "`lambda_http`, default features": built.lambda_http,
    }
    times = driven(built, list(candidates.values()), rounds)
    rows = [row(built, path, times[path]) for path in candidates.values()]
    bare = rows[list(candidates.values()).index(built.bare)]
    cells = [[name, *beside(values, bare)] for name, values in zip(candidates, rows, strict=True)]
    head = ["", "size in bytes", "instructions", "µs", "the fastest process", "init in ms"]
    counted = "" if shutil.which("valgrind") else "\nWithout valgrind there are no instruction counts.\n"
    return f"\n## Function\n\n{markdown(head, cells)}{counted}"


def driven(built: Built, candidates: list[pathlib.Path], rounds: int) -> dict[pathlib.Path, list[dict]]:
    times = {path: [] for path in candidates}
    for _ in range(rounds * PROCESSES):
        for path in candidates:
            times[path].append(drive(built.driver, INVOCATIONS, str(path)))
    return times


def bodies(built: Built) -> str:
    """A large body in and out: nothing but instructions, which no neighbour disturbs."""
    if not shutil.which("valgrind"):
        return ""
    candidates = {
        "bare `lambda_runtime`": (built.echo_bare, {}),
        "`api-routes`, `.no_etag()`": (built.echo, {}),
        "`api-routes`": (built.echo, {"ETAG": "1"}),
    }
    counts = [instructions(built, path, COUNTED_BODIES, BODY, env) for path, env in candidates.values()]
    cells = [[name, f"{count:,.0f} ({count / counts[0]:.2f}×)"] for name, count in zip(candidates, counts)]
    return f"\n## 1 MB of JSON, in and out\n\n{markdown(['', 'instructions'], cells)}"


def drive(driver: pathlib.Path, invocations: int, *function: str, body: int = 0, env: dict | None = None) -> dict:
    command = [str(driver), str(invocations), "1", str(body), "--", *function]
    environment = os.environ | (env or {})
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=environment).stdout)


def row(built: Built, path: pathlib.Path, times: list[dict]) -> list[float | None]:
    walls, inits = ([time[what] for time in times] for what in ("invocation_us", "init_ms"))
    wall, init = statistics.median(walls), statistics.median(inits)
    count = instructions(built, path, COUNTED) if shutil.which("valgrind") else None
    return [path.stat().st_size, count, wall, min(walls), init]


def instructions(built: Built, path: pathlib.Path, more: int, body: int = 0, env: dict | None = None) -> float:
    """What `more` invocations take: neither init nor the first invocation, which warms up."""
    return (counted(built.driver, path, more + 1, body, env) - counted(built.driver, path, 1, body, env)) / more


def counted(driver: pathlib.Path, path: pathlib.Path, invocations: int, body: int, env: dict | None) -> int:
    with tempfile.NamedTemporaryFile() as out:
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}"]
        drive(driver, invocations, *valgrind, str(path), body=body, env=env)
        # A process with several threads has a summary for each part.
        lines = pathlib.Path(out.name).read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("summary:"))


def beside(values: list[float | None], bare: list[float | None]) -> list[str]:
    """Each value with its ratio to that of the bare function; init with its difference. The fastest
    process is the one that the noise of the machine met least."""
    size, count, wall, fastest, init = values
    ratio = [f" ({value / other:.2f}×)" if value else "" for value, other in zip(values, bare, strict=True)]
    return [
        f"{size:,}{ratio[0]}",
        f"{count:,.0f}{ratio[1]}" if count else "not counted",
        f"{wall:.1f}{ratio[2]}",
        f"{fastest:.1f}{ratio[3]}",
        f"{init:.2f} ({init - bare[4]:+.2f})",
    ]

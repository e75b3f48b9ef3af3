"""The emulator beside `cargo lambda watch`: requests per second, latencies and memory under load."""

import argparse
import contextlib
import dataclasses
import shutil
import statistics
import sys

from . import wrk
from .build import Built
from .markdown import table
from .server import Server, cargo_lambda, local_emulator

CONNECTIONS = (1, 8, 64)


@dataclasses.dataclass
class Candidate:
    name: str
    server: Server
    loads: dict[int, list[wrk.Load]]
    memory: list[float] = dataclasses.field(default_factory=list)
    """Of each process, in MB."""

    def median(self, connections: int, what: str) -> float:
        return statistics.median(getattr(load, what) for load in self.loads[connections])


def tables(built: Built, options: argparse.Namespace) -> str:
    if not shutil.which("wrk"):
        return "\n## Emulator\n\nNot measured: there is no `wrk`.\n"
    with contextlib.ExitStack() as running:
        candidates = [started(running, name, server) for name, server in servers(built, options)]
        for _ in range(options.rounds):
            take_turns(candidates, options.seconds)
        for candidate in candidates:
            candidate.memory = candidate.server.memory_mb()
    return f"\n## Emulator\n\n{speeds(candidates)}\n{memory(candidates)}"


def servers(built: Built, options: argparse.Namespace):
    for sandboxes in (None, 2):
        name = "`local-emulator`" + (f" `--sandboxes {sandboxes}`" if sandboxes else "")
        yield name, local_emulator(built, sandboxes)
    if not shutil.which(options.cargo_lambda):
        print(f"no {options.cargo_lambda} to compare with", file=sys.stderr)
        return
    for concurrency in (1, 2, 8):
        server = cargo_lambda(options.cargo_lambda, concurrency)
        yield f"`cargo lambda watch --concurrency {concurrency}`", server


def started(running: contextlib.ExitStack, name: str, server: Server) -> Candidate:
    running.enter_context(server)
    # The first load starts as many sandboxes as there will be.
    wrk.load(server.url, max(CONNECTIONS), 1)
    return Candidate(name, server, {connections: [] for connections in CONNECTIONS})


def take_turns(candidates: list[Candidate], seconds: int) -> None:
    for connections in CONNECTIONS:
        for candidate in candidates:
            candidate.loads[connections].append(wrk.load(candidate.server.url, connections, seconds))


def speeds(candidates: list[Candidate]) -> str:
    head = [""]
    for connections in CONNECTIONS:
        head += [f"requests/s, {connections} conn.", "p50 ms", "p99 ms"]
    head.append("errors")
    rows = [[candidate.name, *speed(candidate)] for candidate in candidates]
    return f"{table(head, rows)}\n{ratios(candidates)}"


def speed(candidate: Candidate) -> list[str]:
    cells = []
    for connections in CONNECTIONS:
        cells.append(f"{candidate.median(connections, 'per_second'):,.0f}")
        cells += [f"{candidate.median(connections, what):.2f}" for what in ("p50_ms", "p99_ms")]
    errors = sum(load.errors for loads in candidate.loads.values() for load in loads)
    return [*cells, f"{errors}"]


def ratios(candidates: list[Candidate]) -> str:
    """The emulator with its defaults against the best of the others, for each number of connections."""
    ours, *others = candidates
    others = [other for other in others if "cargo lambda" in other.name]
    if not others:
        return ""
    cells = []
    for connections in CONNECTIONS:
        best = max(others, key=lambda other: other.median(connections, "per_second"))
        ratio = [ours.median(connections, what) / best.median(connections, what) for what in RATIOS]
        cells.append([f"{connections}", best.name, *(f"{value:.2f}×" for value in ratio)])
    return table(["connections, beside the best of the others", "which is", "requests/s", "p50", "p99"], cells)


RATIOS = ("per_second", "p50_ms", "p99_ms")


def memory(candidates: list[Candidate]) -> str:
    rows = [[each.name, f"{sum(each.memory):.1f}", f"{len(each.memory)}"] for each in candidates]
    return table(["memory after the load, all processes", "MB", "processes"], rows)

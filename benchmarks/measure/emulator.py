"""The emulator beside `cargo lambda watch`: requests per second, latencies and memory under load."""

import argparse
import contextlib
import dataclasses
import http.client
import shutil
import statistics
import sys
import threading
import urllib.parse

from . import payloads, project, streams, wrk
from .build import Built
from .markdown import table
from .server import Server, cargo_lambda, local_emulator, proxy, served

CONNECTIONS = (1, 8, 64)
KINDS = {"GET": False, "POST of 1 KiB": True}

COUNTED = 8_000
"""Requests before memory is read, the same for each candidate: `lambda_runtime` makes a function grow with every
invocation, so that who answers more of them would seem to need more."""


@dataclasses.dataclass
class Candidate:
    name: str
    server: Server
    memory: list[float]
    """Of each process, in MB."""
    loads: dict[tuple[str, int], list[wrk.Load]] = dataclasses.field(default_factory=dict)

    def median(self, kind: str, connections: int, what: str) -> float:
        return statistics.median(getattr(load, what) for load in self.loads[kind, connections])


def tables(built: Built, options: argparse.Namespace) -> str:
    if not shutil.which("wrk"):
        return "\n## Emulator\n\nNot measured: there is no `wrk`.\n"
    with contextlib.ExitStack() as running:
        found = [(name, server, alone(server)) for name, server in servers(built, options)]
        candidates = [started(running, *each) for each in found]
        for _ in range(options.rounds):
            take_turns(candidates, options.seconds)
    text = "\n## Emulator\n"
    for kind in KINDS:
        text += f"\n### {kind}\n\n{speeds(candidates, kind)}\n{ratios(candidates, kind)}"
    return f"{text}\n{memory(candidates)}{bodies(built, options)}"


def bodies(built: Built, options: argparse.Namespace) -> str:
    with project.of({"payload": built.payload, "stream": built.stream}) as root:
        with served(built, root, "/api/payload?text=1") as server:
            large = payloads.measured(built, server.port, options.rounds)
            streamed = streams.measured(server.port + 1, server.process.pid, options.rounds)
    return f"\n### Large bodies\n\n{large}\n### Streams\n\n{streamed}"


def servers(built: Built, options: argparse.Namespace):
    for sandboxes in (None, 8):
        name = "`local-emulator`" + (f" `--queue --sandboxes {sandboxes}`" if sandboxes else "")
        yield name, local_emulator(built, sandboxes)
    yield "a proxy that does the least, 8 processes", proxy(built, 8)
    if not shutil.which(options.cargo_lambda):
        print(f"no {options.cargo_lambda} to compare with", file=sys.stderr)
        return
    for concurrency in (1, 2, 8):
        server = cargo_lambda(options.cargo_lambda, concurrency)
        yield f"`cargo lambda watch --concurrency {concurrency}`", server


def started(running: contextlib.ExitStack, name: str, server: Server, memory_mb: list[float]) -> Candidate:
    running.enter_context(server)
    # The first load starts as many sandboxes as there will be.
    wrk.load(server.url, max(CONNECTIONS), 1)
    return Candidate(name, server, memory_mb)


def alone(server: Server) -> list[float]:
    """The memory of a server while no other runs, which would share pages with it."""
    with server:
        ask(server.url, connections=8)
        return server.memory_mb()


def ask(url: str, connections: int) -> None:
    """Sends as many requests to each candidate."""

    def client() -> None:
        address = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(address.hostname, address.port)
        for _ in range(COUNTED // connections):
            connection.request("GET", address.path)
            response = connection.getresponse()
            response.read()
            assert response.status == 200, response.status

    clients = [threading.Thread(target=client) for _ in range(connections)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()


def take_turns(candidates: list[Candidate], seconds: int) -> None:
    for kind, posts in KINDS.items():
        for connections in CONNECTIONS:
            for candidate in candidates:
                load = wrk.load(candidate.server.url, connections, seconds, posts)
                candidate.loads.setdefault((kind, connections), []).append(load)


def speeds(candidates: list[Candidate], kind: str) -> str:
    head = [""]
    for connections in CONNECTIONS:
        head += [f"requests/s, {connections} conn.", "p50 ms", "p99 ms"]
    head.append("errors")
    return table(head, [[candidate.name, *speed(candidate, kind)] for candidate in candidates])


def speed(candidate: Candidate, kind: str) -> list[str]:
    cells = []
    for connections in CONNECTIONS:
        cells.append(f"{candidate.median(kind, connections, 'per_second'):,.0f}")
        cells += [f"{candidate.median(kind, connections, what):.2f}" for what in ("p50_ms", "p99_ms")]
    errors = sum(load.errors for (of, _), loads in candidate.loads.items() for load in loads if of == kind)
    return [*cells, f"{errors}"]


def ratios(candidates: list[Candidate], kind: str) -> str:
    """Each of the emulators against the best of the others, for each number of connections."""
    ours = [candidate for candidate in candidates if "local-emulator" in candidate.name]
    others = [candidate for candidate in candidates if "cargo lambda" in candidate.name]
    if not others:
        return ""
    cells = []
    for connections in CONNECTIONS:
        best = max(others, key=lambda other: other.median(kind, connections, "per_second"))
        for each in ours:
            ratio = [each.median(kind, connections, what) / best.median(kind, connections, what) for what in RATIOS]
            cells.append([each.name, f"{connections}", best.name, *(f"{value:.2f}×" for value in ratio)])
    head = ["", "connections", "compared with the fastest setting", "requests/s", "p50", "p99"]
    return table(head, cells)


RATIOS = ("per_second", "p50_ms", "p99_ms")


def memory(candidates: list[Candidate]) -> str:
    rows = [[each.name, f"{sum(each.memory):.1f}", f"{len(each.memory)}"] for each in candidates]
    return table([f"memory after {COUNTED:,} requests over 8 connections, all processes", "MB", "processes"], rows)

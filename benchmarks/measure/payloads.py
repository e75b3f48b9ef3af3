"""Large bodies through the emulator, beside a proxy that does the same JSON and base64 work and nothing else."""

import http.client
import statistics
import subprocess
import time

from .build import Built
from .markdown import table

SIZE = 4 << 20
REQUESTS = 10
"""Of each kind, in each round."""

TEXT, BINARY = {"content-type": "text/plain"}, {"content-type": "application/octet-stream"}
KINDS = {
    "4 MB of text to the function": ("POST", "/api/payload", b"x" * SIZE, TEXT),
    "4 MB of text from it": ("GET", f"/api/payload?text={SIZE}", None, {}),
    "4 MB of bytes to the function": ("POST", "/api/payload", b"\xff" * SIZE, BINARY),
    "4 MB of bytes from it": ("GET", f"/api/payload?bytes={SIZE}", None, {}),
}


def measured(built: Built, emulator_port: int, rounds: int) -> str:
    with proxy(built) as process:
        ports = [emulator_port, int(process.stdout.readline())]
        times = {(kind, port): [] for kind in KINDS for port in ports}
        for _ in range(rounds):
            for kind in KINDS:
                for port in ports:
                    times[kind, port] += [ask(port, *KINDS[kind]) for _ in range(REQUESTS)]
        process.kill()
    rows = [row(kind, *(statistics.median(times[kind, port]) for port in ports)) for kind in KINDS]
    return table(["", "emulator, ms", "proxy, ms", "speed"], rows)


def proxy(built: Built) -> subprocess.Popen:
    return subprocess.Popen([built.proxy, built.payload, "1", "0"], stdout=subprocess.PIPE, text=True)


def ask(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> float:
    """Seconds, on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    began = time.perf_counter()
    connection.request(method, path, body, headers)
    response = connection.getresponse()
    answer = response.read()
    took = time.perf_counter() - began
    connection.close()
    assert response.status == 200, (response.status, answer[:200])
    assert len(answer) == SIZE or answer == str(SIZE).encode(), len(answer)
    return took


def row(kind: str, ours: float, other: float) -> list[str]:
    return [kind, f"{ours * 1e3:.1f}", f"{other * 1e3:.1f}", f"{other / ours:.2f}×"]

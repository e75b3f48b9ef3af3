"""Streams through the emulator: when the first byte comes, and what 200 MB cost."""

import http.client
import pathlib
import statistics
import time

from .markdown import table

MEGABYTES = (1, 199)
"""The least and nearly the most: Lambda cuts a stream off at 200 MB."""


def measured(port: int, pid: int, rounds: int) -> str:
    firsts = [first_byte_us(port) for _ in range(100 * rounds)]
    rows = [["the first byte, µs after the function wrote it: median", f"{statistics.median(firsts):,.0f}"]]
    rows.append(["the same: 99 of 100", f"{sorted(firsts)[len(firsts) * 99 // 100]:,.0f}"])
    for megabytes in MEGABYTES:
        seconds = whole(port, megabytes)
        rows.append([f"{megabytes} MB: MB a second", f"{megabytes / seconds:,.0f}"])
        rows.append([f"{megabytes} MB: the most memory that the emulator ever held, MB", f"{peak_mb(pid):.1f}"])
    return table(["", ""], rows)


def first_byte_us(port: int) -> float:
    """The function's stream begins with the microsecond in which it was written."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/?megabytes=0", headers={"host": "stream.localhost"})
    written = int(connection.getresponse().read(20))
    came = time.time_ns() / 1e3
    connection.close()
    return came - written


def whole(port: int, megabytes: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    began = time.perf_counter()
    connection.request("GET", f"/?megabytes={megabytes}", headers={"host": "stream.localhost"})
    response, read = connection.getresponse(), 0
    while piece := response.read(1 << 20):
        read += len(piece)
    assert read == (megabytes << 20) + 20, read
    return time.perf_counter() - began


def peak_mb(pid: int) -> float:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))

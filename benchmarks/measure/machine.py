"""Where and with what the numbers were measured."""

import datetime
import os
import pathlib
import platform
import shutil
import subprocess
import sys


def described(cargo_lambda: str) -> str:
    """A list of what must be the same for the same numbers."""
    now = datetime.datetime.now(datetime.timezone.utc)
    lines = [
        f"`benchmarks/{pathlib.Path(sys.argv[0]).name} {' '.join(sys.argv[1:])}`".replace(" `", "`"),
        f"{now:%Y-%m-%d %H:%M} UTC, commit {output('git', 'rev-parse', '--short', 'HEAD')}",
        f"{os.cpu_count()} cores, {processor()}, {platform.system()} {platform.release()}",
        output("rustc", "--version"),
        *(output(tool, "--version") for tool in ("wrk", "valgrind") if shutil.which(tool)),
        output(cargo_lambda, "lambda", "--version") if shutil.which(cargo_lambda) else "no cargo-lambda",
        f"load at the start: {os.getloadavg()[0]:.1f} (anything above 0.5 makes times noisy)",
    ]
    return "".join(f"- {line}\n" for line in lines)


def output(*command: str) -> str:
    """The first line of what `command` prints; `wrk --version` prints it and fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout.partition("\n")[0].strip()


def processor() -> str:
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())

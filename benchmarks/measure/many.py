"""Projects of many functions, made to be built: how long cargo-lambda takes for them, and how large they are."""

import dataclasses
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from .build import ROOT
from .markdown import table as markdown

COUNTS = [1, 10, 50]


@dataclasses.dataclass
class Candidate:
    name: str
    source: pathlib.Path
    """The one file of each function, the same but for what is said about it here."""
    dependencies: str


CANDIDATES = [
    Candidate("`api-routes`", ROOT / "functions/api/user/src/main.rs",
              f'api-routes = {{ path = "{ROOT}/shared" }}\nserde_json = "1"\n'),
    Candidate("`lambda_http`, default features", ROOT / "benchmarks/lambda-http/src/main.rs",
              (ROOT / "benchmarks/lambda-http/Cargo.toml").read_text().partition("[dependencies]\n")[2]),
]


@dataclasses.dataclass
class Took:
    wall: float
    processor: float
    """Seconds of all processes together: other work on the machine changes them little."""

    def __str__(self) -> str:
        return f"{self.wall:.1f} ({self.processor:.1f})"


@dataclasses.dataclass
class Measured:
    clean: Took
    edited: Took
    nothing: Took
    size: int


def tables(cargo_lambda: str, counts: list[int]) -> str:
    """One round: such builds take minutes, and a clean one says little new the second time."""
    rows = []
    for count in counts:
        for candidate in CANDIDATES:
            with tempfile.TemporaryDirectory() as folder:
                rows.append(row(candidate, count, measure(cargo_lambda, candidate, count, pathlib.Path(folder))))
            print(rows[-1], file=sys.stderr)
    head = ["", "functions", "clean build", "one edited", "none edited", "bytes of each"]
    return f"\n## Builds\n\nSeconds, and in brackets those of processors.\n\n{markdown(head, rows)}"


def row(candidate: Candidate, count: int, measured: Measured) -> list[str]:
    times = map(str, (measured.clean, measured.edited, measured.nothing))
    return [candidate.name, str(count), *times, f"{measured.size:,}"]


def measure(cargo_lambda: str, candidate: Candidate, count: int, project: pathlib.Path) -> Measured:
    names = [f"function-{number}" for number in range(count)]
    write(project, candidate, names)
    # Downloads are not what is measured.
    subprocess.run(["cargo", "fetch", "--quiet"], cwd=project, check=True)
    clean = took(cargo_lambda, project)
    with (project / f"functions/api/{names[0]}/src/main.rs").open("a") as source:
        source.write("// An edit.\n")
    edited, nothing = took(cargo_lambda, project), took(cargo_lambda, project)
    sizes = [(project / "target/lambda" / name / "bootstrap").stat().st_size for name in names]
    return Measured(clean, edited, nothing, round(statistics.median(sizes)))


def write(project: pathlib.Path, candidate: Candidate, names: list[str]) -> None:
    """A workspace with the profile of this one, and what it sets for Cargo."""
    members = ", ".join(f'"functions/api/{name}"' for name in names)
    profile = (ROOT / "benchmarks/Cargo.toml").read_text().partition("[profile.release]")
    (project / "Cargo.toml").write_text(f'[workspace]\nresolver = "3"\nmembers = [{members}]\n\n{"".join(profile[1:])}')
    shutil.copytree(ROOT / ".cargo", project / ".cargo")
    shutil.copy(ROOT / "Cargo.lock", project)
    for name in names:
        package = project / "functions/api" / name
        (package / "src").mkdir(parents=True)
        shutil.copy(candidate.source, package / "src/main.rs")
        manifest = f'[package]\nname = "{name}"\nedition = "2024"\n\n[dependencies]\n{candidate.dependencies}'
        (package / "Cargo.toml").write_text(manifest)


def took(cargo_lambda: str, project: pathlib.Path) -> Took:
    variables = {**os.environ, "CARGO_TARGET_DIR": str(project / "target")}
    return timed([cargo_lambda, "lambda", "build", "--release", "--quiet"], project, variables)


def timed(command: list[str], project: pathlib.Path, variables: dict[str, str]) -> Took:
    began, before = time.monotonic(), processor()
    subprocess.run(command, cwd=project, env=variables, check=True, stdin=subprocess.DEVNULL)
    return Took(time.monotonic() - began, processor() - before)


def processor() -> float:
    """Seconds of all processes that this one has waited for, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

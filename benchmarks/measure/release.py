"""Functions in each release profile: what it costs to build them, and what Lambda gets."""

import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

from . import many
from .build import ROOT
from .function import counted, drive
from .many import Candidate, Took

INVOCATIONS = 1000
STARTS = 15


@dataclasses.dataclass
class Profile:
    lto: str
    codegen_units: int

    def __str__(self) -> str:
        return f"`{self.lto}`, {self.codegen_units}"

    def variables(self) -> dict[str, str]:
        return {
            "CARGO_PROFILE_RELEASE_LTO": self.lto,
            "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": str(self.codegen_units),
        }


PROFILES = [Profile(lto, units) for lto in ("fat", "thin", "off") for units in (1, 16)]

PLAIN = many.CANDIDATES[0]
SDK = Candidate(
    "with an AWS SDK",
    ROOT / "benchmarks/sdk/main.rs",
    PLAIN.dependencies
    + "".join(f"{line}\n" for line in (ROOT / "examples/dynamodb/Cargo.toml").read_text().splitlines() if line.startswith("aws-")),
)


@dataclasses.dataclass
class Measured:
    builds: list[Took]
    """To have the first functions, then more of them, and so on, each from nothing: what came before is counted."""
    edited: Took
    size: int
    instructions: float
    init_ms: float


def measure(driver: pathlib.Path, candidate: Candidate, profile: Profile, counts: list[int]) -> Measured:
    """One round: such builds take minutes, and sizes and instructions do not change from one to the next."""
    with tempfile.TemporaryDirectory() as folder:
        project = pathlib.Path(folder)
        names = [f"function-{number}" for number in range(max(counts))]
        many.write(project, candidate, names)
        if candidate is SDK:
            (project / "Cargo.lock").write_bytes((ROOT / "examples/dynamodb/Cargo.lock").read_bytes())
        # Downloads are not what is measured.
        subprocess.run(["cargo", "fetch", "--quiet"], cwd=project, check=True)
        builds: list[Took] = []
        for count in counts:
            before = builds[-1] if builds else Took(0, 0)
            took = build(project, profile, names[:count])
            builds.append(Took(before.wall + took.wall, before.processor + took.processor))
        with (project / f"functions/api/{names[0]}/src/main.rs").open("a") as source:
            source.write("// An edit.\n")
        edited = build(project, profile, names)
        function = project / "target/release" / names[0]
        return Measured(builds, edited, function.stat().st_size, instructions(driver, function), init(driver, function))


def build(project: pathlib.Path, profile: Profile, names: list[str]) -> Took:
    variables = {**os.environ, **profile.variables(), "CARGO_TARGET_DIR": str(project / "target")}
    # The same packages each time, or Cargo would choose other features of their dependencies.
    command = ["cargo", "build", "--release", "--quiet", "--workspace", *(f"--bin={name}" for name in names)]
    return many.timed(command, project, variables)


def instructions(driver: pathlib.Path, function: pathlib.Path) -> float:
    few, more = (counted(driver, function, count, 0, VARIABLES) for count in (1, INVOCATIONS + 1))
    return (more - few) / INVOCATIONS


def init(driver: pathlib.Path, function: pathlib.Path) -> float:
    return statistics.median(drive(driver, 1, str(function), env=VARIABLES)["init_ms"] for _ in range(STARTS))


VARIABLES = {"AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
"""Variables that Lambda sets, so that an SDK finds them without a search."""


def rows(driver: pathlib.Path, candidate: Candidate, counts: list[int]) -> list[list[str]]:
    found = []
    for profile in PROFILES:
        measured = measure(driver, candidate, profile, counts)
        found.append([
            str(profile),
            *map(str, measured.builds),
            str(measured.edited),
            f"{measured.size:,}",
            f"{measured.instructions:,.0f}",
            f"{measured.init_ms:.2f}",
        ])
        print(candidate.name, found[-1], file=sys.stderr, flush=True)
    return found

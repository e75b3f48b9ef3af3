"""Builds what is measured, with the profiles it is used with."""

import dataclasses
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = "api-user"


@dataclasses.dataclass
class Built:
    """Executables, and what must be noted while they are there."""

    together: pathlib.Path
    """The function, from one build of all functions, as the emulator has it."""
    alone: pathlib.Path
    """The function, from a build of its own package."""
    bare: pathlib.Path
    lambda_http: pathlib.Path
    echo: pathlib.Path
    echo_bare: pathlib.Path
    driver: pathlib.Path
    payload: pathlib.Path
    proxy: pathlib.Path
    stream: pathlib.Path
    emulator: pathlib.Path


def build() -> Built:
    functions = packages()
    alone = cargo("--release", "--package", PACKAGE)[PACKAGE]
    # Cargo puts the next build in the same place.
    alone = shutil.copy2(alone, alone.with_name(f"{PACKAGE}-alone"))
    together = cargo("--release", *(f"--package={name}" for name in functions))[PACKAGE]
    together = shutil.copy2(together, together.with_name(f"{PACKAGE}-together"))
    workspace = ("--release", "--manifest-path", str(ROOT / "benchmarks/Cargo.toml"))
    others = cargo(*workspace)
    # Alone as well: what the other packages here ask of their dependencies makes these larger.
    for name in ("bare", "lambda-http"):
        own = cargo(*workspace, "--package", name)[name]
        others[name] = shutil.copy2(own, own.with_name(f"{name}-alone"))
    emulator = cargo("--profile", "emulator", "--package", "cargo-api-routes")["cargo-api-routes"]
    names = ("bare", "lambda-http", "echo", "echo-bare", "driver", "payload", "proxy", "stream")
    return Built(together, alone, *(others[name] for name in names), emulator)


def packages() -> list[str]:
    """The functions' packages, which are those below `functions/`."""
    command = ["cargo", "metadata", "--no-deps", "--format-version=1"]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    below = str(ROOT / "functions") + "/"
    return [package["name"] for package in metadata["packages"] if package["manifest_path"].startswith(below)]


def cargo(*arguments: str) -> dict[str, pathlib.Path]:
    """Executables by name. What Cargo says while it builds goes to standard error as ever."""
    command = ["cargo", "build", "--locked", "--message-format=json-render-diagnostics", *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"`{' '.join(command)}` failed")
    messages = (json.loads(line) for line in done.stdout.splitlines() if line.startswith("{"))
    built = (message for message in messages if message.get("executable"))
    return {message["target"]["name"]: pathlib.Path(message["executable"]) for message in built}

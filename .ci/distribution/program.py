"""The program that was installed, used."""

import os
import subprocess

from . import release


def use(command, project, path=None):
    """`command`, which is the tool: its version, a new project in the folder `project`, and a check of it."""
    version = said(*command, "--version", path=path)
    assert version == f"{release.PROGRAM} {release.version()}", version
    said(*command, "init", "--name", "shop", project, path=path)
    manifest = (project / "Cargo.toml").read_text()
    # The checkout has no part in it.
    assert f'\napi-routes = "{release.version()}"\n' in manifest, manifest
    checked = said(*command, "check", "--deny-warnings", "--project", project, path=path)
    return f"{version}; init; check: {checked}"


def before(folder):
    """PATH, with `folder` as its first."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def said(*command, path=None):
    done = subprocess.run(command, env={**os.environ, "PATH": path or os.environ["PATH"]}, capture_output=True,
                          text=True, errors="replace", check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()

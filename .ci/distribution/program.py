"""Uses the installed program."""

import os
import subprocess

from . import release


def use(command, project, path=None):
    """Runs the tool `command`: its version, a new project in the folder `project`, and a check of the project."""
    version = output_of(*command, "--version", path=path)
    assert version == f"{release.PROGRAM} {release.version()}", version
    output_of(*command, "init", "--name", "shop", project, path=path)
    manifest = (project / "Cargo.toml").read_text()
    # The project does not depend on the checkout.
    assert f'\napi-routes = "{release.version()}"\n' in manifest, manifest
    checked = output_of(*command, "check", "--deny-warnings", "--project", project, path=path)
    return f"{version}; init; check: {checked}"


def before(folder):
    """Returns PATH with `folder` in front."""
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def output_of(*command, path=None):
    done = subprocess.run(command, env={**os.environ, "PATH": path or os.environ["PATH"]}, capture_output=True,
                          text=True, errors="replace", check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()

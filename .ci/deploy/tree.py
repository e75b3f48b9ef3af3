"""The checkout, and copies of it."""

import json
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def target_directory():
    return pathlib.Path(_metadata()["target_directory"])


def packages():
    """The packages of the workspace, as `cargo metadata` has them."""
    return _metadata()["packages"]


def functions():
    """The binaries below `functions/`, in order."""
    below = [package for package in packages() if package["manifest_path"].startswith(f"{ROOT}/functions/")]
    return sorted(target["name"] for package in below for target in package["targets"] if "bin" in target["kind"])


def copy(folder):
    """What git has, and what it would take, in the (new) `folder`."""
    listed = subprocess.check_output(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).exists():  # else it is deleted, and not committed yet
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def add_member(folder, member, source):
    """One more package in a copy: `source`, from the checkout, as `member`."""
    shutil.copytree(ROOT / source, folder / member)
    manifest = folder / "Cargo.toml"
    before, members, after = manifest.read_text().partition("members = [\n")
    manifest.write_text(f'{before}{members}    "{member}",\n{after}')


def _metadata():
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    return json.loads(subprocess.check_output(command, cwd=ROOT))

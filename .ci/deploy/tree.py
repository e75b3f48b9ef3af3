"""The checkout, and copies of it."""

import json
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def target_directory():
    return pathlib.Path(_metadata()["target_directory"])


def packages():
    """Returns the packages of the workspace, as `cargo metadata` lists them."""
    return _metadata()["packages"]


def functions():
    """Returns the binaries below `functions/`, sorted."""
    below = [package for package in packages() if package["manifest_path"].startswith(f"{ROOT}/functions/")]
    return sorted(target["name"] for package in below for target in package["targets"] if "bin" in target["kind"])


def copy(folder):
    """Copies the files that Git tracks or would add to `folder`, which must not exist."""
    listed = subprocess.check_output(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT)
    for name in filter(None, listed.decode().split("\0")):
        if (ROOT / name).exists():  # otherwise it is deleted, and the deletion is not committed
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def add_member(folder, member, source):
    """Adds a package to a copy: `source` of the checkout, as `member`."""
    shutil.copytree(ROOT / source, folder / member)
    manifest = folder / "Cargo.toml"
    before, members, after = manifest.read_text().partition("members = [\n")
    manifest.write_text(f'{before}{members}    "{member}",\n{after}')


def _metadata():
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    return json.loads(subprocess.check_output(command, cwd=ROOT))

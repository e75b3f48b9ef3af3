"""The packages of crates.io, built and tested from what is in them."""

import json
import os
import shutil
import subprocess
import tarfile

from deploy import tree

from . import release


def pack():
    """Has Cargo make them, and returns the `.crate` files."""
    selected = [argument for package in release.publishable() for argument in ("--package", package["name"])]
    # `--allow-dirty` for a checkout that somebody works on.
    cargo("package", "--locked", "--no-verify", "--allow-dirty", *selected)
    folder = tree.target_directory() / "package"
    return [folder / f"{package['name']}-{package['version']}.crate" for package in release.publishable()]


def unpack(crates, folder):
    """Lays them side by side in a new workspace, where each takes the others from its folder."""
    names = [crate.stem for crate in crates]
    for crate in crates:
        with tarfile.open(crate) as opened:
            opened.extractall(folder, filter="data")
    # Files of a package are from 2006. To Cargo they would be older than what was built of another version of them.
    for path in folder.rglob("*"):
        os.utime(path)
    patches = [f"{package['name']} = {{ path = \"{package['name']}-{package['version']}\" }}"
               for package in release.publishable()]
    # With the profile of this workspace, so that what is built there is not built again.
    manifest = ["[workspace]", 'resolver = "3"', f"members = {json.dumps(names)}", "[patch.crates-io]", *patches,
                "[profile.dev]", 'debug = "line-tables-only"']
    (folder / "Cargo.toml").write_text("\n".join(manifest) + "\n")
    shutil.copy(tree.ROOT / "Cargo.lock", folder)


def test(folder):
    """Their own tests. Each feature is on, since a package has no dependency on itself that would turn them on."""
    variables = {"CARGO_TARGET_DIR": str(tree.target_directory()), "CARGO_TERM_COLOR": "never",
                 # Random cases were tried in the workspace.
                 "PROPTEST_CASES": "16"}
    said = cargo("test", "--offline", "--workspace", "--all-features", cwd=folder, variables=variables)
    return sum(int(line.split("ok. ")[1].split(" passed")[0]) for line in said.splitlines()
               if line.startswith("test result: ok. "))


def cargo(*arguments, cwd=tree.ROOT, variables=()):
    done = subprocess.run(["cargo", *arguments], cwd=cwd, env={**os.environ, **dict(variables)}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.endswith(" ... ok")]
    assert done.returncode == 0, "\n".join([f"cargo {' '.join(map(str, arguments))}: {done.returncode}", *said[-100:]])
    return done.stdout

"""Builds and tests the packages of crates.io from their own files."""

import json
import os
import shutil
import subprocess
import tarfile

from deploy import tree

from . import release


def pack():
    """Makes the packages with Cargo, and returns the `.crate` files."""
    selected = [argument for package in release.publishable() for argument in ("--package", package["name"])]
    # `--allow-dirty` accepts uncommitted changes.
    cargo("package", "--locked", "--no-verify", "--allow-dirty", *selected)
    folder = tree.target_directory() / "package"
    return [folder / f"{package['name']}-{package['version']}.crate" for package in release.publishable()]


def unpack(crates, folder):
    """Unpacks the packages into a new workspace, where each uses the others from their folders."""
    names = [crate.stem for crate in crates]
    for crate in crates:
        with tarfile.open(crate) as opened:
            opened.extractall(folder, filter="data")
    # Files of a package have the date 2006, so Cargo would take builds of other versions for newer.
    for path in folder.rglob("*"):
        os.utime(path)
    patches = [f"{package['name']} = {{ path = \"{package['name']}-{package['version']}\" }}"
               for package in release.publishable()]
    # The same profile as in this workspace, so that nothing is built twice.
    manifest = ["[workspace]", 'resolver = "3"', f"members = {json.dumps(names)}", "[patch.crates-io]", *patches,
                "[profile.dev]", 'debug = "line-tables-only"']
    (folder / "Cargo.toml").write_text("\n".join(manifest) + "\n")
    shutil.copy(tree.ROOT / "Cargo.lock", folder)


def test(folder):
    """Runs the tests of the packages with all features, which no dev-dependency on the package itself turns on there."""
    variables = {"CARGO_TARGET_DIR": str(tree.target_directory()), "CARGO_TERM_COLOR": "never",
                 # The workspace has run the random cases.
                 "PROPTEST_CASES": "16"}
    output = cargo("test", "--offline", "--workspace", "--all-features", cwd=folder, variables=variables)
    return sum(int(line.split("ok. ")[1].split(" passed")[0]) for line in output.splitlines()
               if line.startswith("test result: ok. "))


def cargo(*arguments, cwd=tree.ROOT, variables=()):
    done = subprocess.run(["cargo", *arguments], cwd=cwd, env={**os.environ, **dict(variables)}, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)
    output = [line for line in (done.stdout + done.stderr).splitlines() if not line.endswith(" ... ok")]
    assert done.returncode == 0, "\n".join([f"cargo {' '.join(map(str, arguments))}: {done.returncode}", *output[-100:]])
    return done.stdout

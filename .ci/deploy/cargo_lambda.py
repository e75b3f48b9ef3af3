"""The real `cargo lambda build`."""

import os
import subprocess

from . import tree


class CargoLambda:
    def __init__(self, bin_folder):
        """`bin_folder` has cargo-lambda, and Python with ziglang: cargo-lambda finds zig by `python3 -m ziglang`."""
        self.path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"

    def build(self, *arguments, into, tree=tree.ROOT, target, variables=()):
        """Builds for release, and returns the folder with a folder for each binary."""
        command = ["cargo", "lambda", "build", "--release", "--quiet", "--lambda-dir", into, *arguments]
        environment = {**os.environ, "PATH": self.path, "CARGO_TARGET_DIR": str(target), **dict(variables)}
        subprocess.run(command, cwd=tree, env=environment, check=True, stdin=subprocess.DEVNULL)
        return into

    def version(self):
        output = subprocess.check_output(["cargo-lambda", "lambda", "--version"], text=True,
                                         env={**os.environ, "PATH": self.path})
        return output.strip()

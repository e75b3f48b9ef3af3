"""A project of functions that answer with a word, which an edit changes."""

import os
import pathlib
import re
import subprocess
import time

from .build import ROOT

MANIFEST = """\
[package]
name = "{name}"
edition = "2024"

[dependencies]
api-routes = {{ path = "{root}/shared" }}
words = {{ path = "../../../words" }}
"""

FUNCTION = """\
use api_routes::{ApiRequest, ApiResponse, Result, route};

async fn handler(_req: ApiRequest, res: ApiResponse) -> Result {
    res.send(format!("{} one", words::word()))
}

fn main() -> std::process::ExitCode {
    route!(handler).run()
}
"""


class Project:
    def __init__(self, root: pathlib.Path, count: int):
        self.root, self.words = root, 0
        self.names = [f"f{at}" for at in range(count)]
        members = ", ".join(f'"functions/api/{name}"' for name in self.names)
        (root / "Cargo.toml").write_text(
            f'[workspace]\nresolver = "3"\nmembers = ["words", {members}]\n\n[profile.dev]\ndebug = "line-tables-only"\n\n'
            '[workspace.metadata.lambda.watch.router]\n"/api/f0" = "f0"\n'
        )
        self.write("words", '[package]\nname = "words"\nedition = "2024"\n', "lib.rs", 'pub fn word() -> &\'static str { "one" }\n')
        for name in self.names:
            self.write(f"functions/api/{name}", MANIFEST.format(name=name, root=ROOT), "main.rs", FUNCTION)
        (root / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
        self.handler = root / "functions/api/f0/src/main.rs"
        self.library = root / "words/src/lib.rs"

    def write(self, folder: str, manifest: str, name: str, source: str) -> None:
        (self.root / folder / "src").mkdir(parents=True)
        (self.root / folder / "Cargo.toml").write_text(manifest)
        (self.root / folder / "src" / name).write_text(source)

    def next_word(self) -> str:
        """One that no file has had."""
        self.words += 1
        return f"w{self.words}"

    def save(self, file: pathlib.Path, word: str) -> None:
        file.write_text(re.sub(r"\b(one|w\d+)\"", f'{word}"', file.read_text()))

    def git(self, *arguments: str) -> None:
        author = {f"GIT_{who}_{what}": "soak@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", *arguments], cwd=self.root, env={**os.environ, **author}, check=True)

    def build(self, names: list[str]) -> float:
        binaries = [option for name in names for option in ("--bin", name)]
        began = time.perf_counter()
        subprocess.run(["cargo", "build", "--quiet", "--workspace", *binaries], cwd=self.root, env=own_target(), check=True)
        return time.perf_counter() - began


def own_target() -> dict[str, str]:
    """Where Cargo builds is the project's own."""
    return {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}

"""A project with many routes, of which nothing is built."""

import contextlib
import pathlib
import tempfile
from collections.abc import Iterator

# The kinds of folders, which the tree repeats in this order.
KINDS = ["{name}", "{name}/[id]", "{name}/[id]/[...rest]", "{name}/all/[[...slug]]"]

MANIFEST = """\
[package]
name = "{package}"
version.workspace = true
edition.workspace = true

[dependencies]
api-routes.workspace = true
"""

WORKSPACE = """\
[workspace]
resolver = "3"
members = [
    "shared",
{members}]

[workspace.package]
version = "0.1.0"
edition = "2024"

[workspace.dependencies]
api-routes = {{ path = "shared" }}

[profile.release]
opt-level = "s"
lto = "fat"
codegen-units = 1
strip = true
panic = "unwind"

[workspace.metadata.lambda.watch.router]
{router}"""

HEAD = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: provided.al2023, Handler: bootstrap, CodeUri: ., Timeout: 5}
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
"""

FUNCTION = """\
  {logical_id}:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
      BuildProperties:
        Binary: {package}
    Properties:
      Events:
"""

EVENT = """\
        {name}:
          Type: HttpApi
          Properties:
            ApiId: !Ref Api
            Method: ANY
            Path: {path}
"""


@contextlib.contextmanager
def of(routes: int) -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory() as folder:
        write(pathlib.Path(folder), routes)
        yield pathlib.Path(folder)


def write(root: pathlib.Path, routes: int) -> None:
    """All of them deployed and routed."""
    folders = [f"api/{KINDS[at % len(KINDS)].format(name=f'r{at // len(KINDS)}')}" for at in range(routes)]
    for folder in folders:
        place = root / "functions" / folder
        (place / "src").mkdir(parents=True)
        (place / "src/main.rs").write_text("fn main() {}\n")
        (place / "Cargo.toml").write_text(MANIFEST.format(package=package(folder)))
    (root / "shared/src").mkdir(parents=True)
    (root / "shared/src/lib.rs").touch()
    (root / "shared/Cargo.toml").write_text('[package]\nname = "api-routes"\nversion = "0.1.0"\n')
    lines = [(path, package(folder)) for folder in folders for path in paths(folder)]
    (root / "Cargo.toml").write_text(
        WORKSPACE.format(
            members="".join(f'    "functions/{folder.replace("[", "[[]")}",\n' for folder in folders),
            router="".join(f'"{path.replace("+}", "}")}" = "{name}"\n' for path, name in routed(lines)),
        )
    )
    (root / "template.yaml").write_text(HEAD + "".join(map(function, folders)))


def package(folder: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in folder).split())


def paths(folder: str) -> list[str]:
    """As API Gateway writes them."""
    path = "/" + folder.replace("[[...", "[...").replace("[...slug]]", "{slug+}").replace("[...rest]", "{rest+}")
    path = path.replace("[id]", "{id}")
    return [path.removesuffix("/{slug+}"), path] if path.endswith("/{slug+}") else [path]


def routed(lines: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """As cargo-lambda writes them."""
    return ((path.replace("{rest+", "{*rest+").replace("{slug+", "{*slug+"), name) for path, name in lines)


def function(folder: str) -> str:
    logical_id = "".join(word.capitalize() for word in package(folder).split("-"))
    events = "".join(EVENT.format(name=f"E{at}", path=path) for at, path in enumerate(paths(folder)))
    return FUNCTION.format(logical_id=logical_id, package=package(folder)) + events

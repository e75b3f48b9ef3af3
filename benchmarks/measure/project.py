"""A project of functions that are built already, as `bootstrap` files."""

import contextlib
import pathlib
import shutil
import tempfile
from collections.abc import Iterator

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Runtime: provided.al2023, Handler: bootstrap, MemorySize: 1024, Timeout: 60}
Resources:
  Payload:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: payload/
      Events: {Any: {Type: HttpApi, Properties: {Method: ANY, Path: /api/payload}}}
  Stream:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: stream/
      FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM}
"""


@contextlib.contextmanager
def of(functions: dict[str, pathlib.Path]) -> Iterator[pathlib.Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "functions").mkdir()
        (root / "Cargo.toml").write_text("[workspace]\n")
        (root / "template.yaml").write_text(TEMPLATE)
        for name, executable in functions.items():
            (root / name).mkdir()
            shutil.copy2(executable, root / name / "bootstrap")
        yield root

"""A deployed route that panics. By default, cargo-lambda builds a program whose process a panic ends."""

from . import tree

BINARY = "faults-echo"
MEMBER = "functions/api/faults-echo"
TEMPLATE = f"""Resources:
  Echo:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
      BuildProperties:
        Binary: {BINARY}
    Properties:
      Handler: bootstrap
      Runtime: provided.al2023
      Events:
        Route: {{Type: HttpApi, Properties: {{Method: ANY, Path: /api/faults-echo}}}}
"""


def add_to(folder):
    tree.add_member(folder, MEMBER, "tests/fixtures/faults/functions/api/echo")


def differences(emulator):
    process = _ask(emulator, "pid")
    panic = _ask(emulator, "panic")
    after = _ask(emulator, "pid")
    if process[0] == 200 and panic == (500, '{"error":"Internal Server Error"}') and after == process:
        return []
    return [f"a panic: {panic}, in process {process}, and then {after}"]


def _ask(emulator, fault):
    status, _, text = emulator.ask("GET", f"/api/faults-echo?do={fault}")
    return status, text

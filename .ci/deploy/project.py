"""A project of prebuilt functions: the template, with folders in place of its crates."""

import re
import shutil

# The lines of `template.yaml` that name the crate of a function.
CRATE = re.compile(r"    Metadata:\n      BuildMethod: rust-cargolambda\n      BuildProperties:\n"
                   r"        Binary: (\S+)\n    Properties:\n")


def lay(folder, template, programs, variables=""):
    """Writes the project to `folder`, with `bootstrap` of `programs` (name: path, or text of a script) for each
    function, and `variables` as its `.env`."""
    text = CRATE.sub(r"    Properties:\n      CodeUri: \1\n", template)
    assert "BuildMethod" not in text, "the template names the crate of a function in another way"
    (folder / "functions").mkdir(parents=True)
    (folder / "template.yaml").write_text(text)
    (folder / "Cargo.toml").write_text("[workspace]\n")
    (folder / ".env").write_text(variables)
    for name, program in programs.items():
        bootstrap = folder / name / "bootstrap"
        bootstrap.parent.mkdir()
        if isinstance(program, str):
            bootstrap.write_text(program)
        else:
            shutil.copy(program, bootstrap)
        bootstrap.chmod(0o755)
    return folder

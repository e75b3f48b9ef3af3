"""A project whose functions are files that are built already: the template, with folders for its crates."""

import re
import shutil

# How `template.yaml` says which crate a function is.
CRATE = re.compile(r"    Metadata:\n      BuildMethod: rust-cargolambda\n      BuildProperties:\n"
                   r"        Binary: (\S+)\n    Properties:\n")


def lay(folder, template, programs, variables=""):
    """Writes the project to `folder`, with `bootstrap` of `programs` (name: path, or text of a script) for each
    function, and `variables` as its `.env`."""
    text = CRATE.sub(r"    Properties:\n      CodeUri: \1\n", template)
    assert "BuildMethod" not in text, "a function of the template is written otherwise"
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

"""Installs the files of a release on this machine, as a user would, and uses the installed program."""

import pathlib
import sys
import tempfile

from . import installer, release
from .program import before, output_of, use
from .report import Report


def run(target, folder):
    report = Report()
    # Outside the checkout, since a tool in a checkout gives the checkout's library to a new project.
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch).resolve()
        report.check("the wheel in a new environment", wheel, folder, scratch)
        for check in installer.CHECKS:
            report.check(f"install.sh: {check.__doc__}", check, installer.Installer(target, folder, scratch))
    return report.end()


def wheel(folder, scratch):
    output_of(sys.executable, "-m", "venv", scratch / "venv")
    programs = scratch / "venv/bin"
    output_of(programs / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--find-links", folder,
         f"{release.PROGRAM}=={release.version()}")
    detail = use(["cargo", "api-routes"], scratch / "by wheel", path=before(programs))
    output_of(programs / "pip", "uninstall", "--quiet", "--yes", release.PROGRAM)
    assert not (programs / release.PROGRAM).exists(), "the program is still there after `pip uninstall`"
    return detail

"""The files of a release, installed on this machine as a user would, and what was installed, used."""

import pathlib
import sys
import tempfile

from . import installer, release
from .program import before, said, use
from .report import Report


def run(target, folder):
    report = Report()
    # Outside the checkout: a tool that runs from there gives its library to a new project.
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch).resolve()
        report.check("the wheel, in a fresh environment", wheel, folder, scratch)
        for check in installer.CHECKS:
            report.check(f"install.sh: {check.__doc__}", check, installer.Installer(target, folder, scratch))
    return report.end()


def wheel(folder, scratch):
    said(sys.executable, "-m", "venv", scratch / "venv")
    programs = scratch / "venv/bin"
    said(programs / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--find-links", folder,
         f"{release.PROGRAM}=={release.version()}")
    detail = use(["cargo", "api-routes"], scratch / "by wheel", path=before(programs))
    said(programs / "pip", "uninstall", "--quiet", "--yes", release.PROGRAM)
    assert not (programs / release.PROGRAM).exists(), "the program is still there after `pip uninstall`"
    return detail

"""Tools that some machines lack. A missing tool is reported, and is a failure on CI."""

import os
import platform
import shutil
import subprocess
import sys

ON_LINUX = sys.platform == "linux"


class Missing(Exception):
    """The reason why a part of the checks cannot run on this machine."""


def skip(part, reason):
    """Prints that `part` is not checked here. Returns True if that is a failure."""
    failed = ON_LINUX and os.environ.get("CI") == "true" and os.environ.get("CI_MAY_SKIP") != "true"
    print("FAILED " if failed else "skipped", f"{part}: {reason}")
    return failed


def is_native(architecture):
    return ON_LINUX and platform.machine() == {"x86_64": "x86_64", "arm64": "aarch64"}[architecture]


def debian_package(package, folder):
    """Unpacks a package of Debian below `folder`. Nothing is installed, so no rights are needed."""
    if not shutil.which("apt-get"):
        raise Missing(f"no apt-get here to download {package}")
    there = folder / package
    if not there.exists():
        fresh = folder / f"{package}.part"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        _apt_get_download(package, fresh)
        for archive in fresh.glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", archive, fresh], check=True)
        fresh.rename(there)
    return there


def _apt_get_download(package, folder):
    download = ["apt-get", "-qq", "download", package]
    if subprocess.run(download, cwd=folder, check=False, stderr=subprocess.DEVNULL).returncode == 0:
        return
    # The package lists of a new machine are empty or outdated.
    subprocess.run(["apt-get", "-qq", "update"], check=False)
    done = subprocess.run(download, cwd=folder, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"{' '.join(download)}: {done.stderr.strip()}")

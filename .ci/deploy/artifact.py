"""Properties of a built `bootstrap`: its size, the glibc that it needs, and the paths in it."""

import os
import pathlib
import re
import subprocess

# https://docs.aws.amazon.com/linux/al2023/ug/compare-with-al2.html
AL2023_GLIBC = (2, 34)


def glibc(bootstrap):
    """Returns the newest version of glibc that a symbol of the program needs."""
    symbols = subprocess.run(["objdump", "-T", bootstrap], capture_output=True, text=True, check=True).stdout
    return newest(symbols)


def newest(symbols):
    versions = [tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_([0-9.]+[0-9])", symbols)]
    assert versions, "no symbol of glibc: is the program linked dynamically?"
    return max(versions)


def build_paths(root):
    """Returns the folders of this machine, which no deployed file may name."""
    home = pathlib.Path.home()
    sysroot = subprocess.check_output(["rustc", "--print", "sysroot"], text=True, cwd=root).strip()
    cargo_home = os.environ.get("CARGO_HOME", home / ".cargo")
    return sorted({str(path) for path in (home, cargo_home, sysroot, root)})


def leaks(content, paths):
    """Finds texts in `content` that name one of `paths` or a home folder."""
    places = b"|".join(re.escape(path.encode()) for path in [*paths, "/home", "/Users", "/root"])
    found = re.findall(rb"(?:" + places + rb")/[\x21-\x7e]*", content)
    return sorted({text.decode() for text in found})

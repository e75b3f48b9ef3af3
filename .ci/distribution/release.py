"""The files of a release: a wheel, an archive and its SHA-256 for each platform, and the installer."""

import gzip
import hashlib
import io
import os
import subprocess
import tarfile
import zipfile

from deploy import tree

PROGRAM = "cargo-api-routes"
COMMAND = tree.ROOT / "local-emulator/command"
TARGETS = [f"{machine}-{system}" for system in ["unknown-linux-gnu", "apple-darwin"]
           for machine in ["x86_64", "aarch64"]]
# Files beside the program in an archive.
DOCUMENTS = ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]
# The glibc that Rust's toolchain for Linux needs, so that each machine with Cargo can run the program.
# https://doc.rust-lang.org/rustc/platform-support.html
GLIBC = (2, 17)
# Cargo skips packages with `publish = false`, and sorts the others by their dependencies.
PUBLISH = ["publish", "--locked", "--workspace", "--no-verify"]
ASSIGNMENTS = ["releases=\n", "version=\n"]


def publishable():
    """Returns the packages for crates.io."""
    return [package for package in tree.packages() if package["publish"] is None]


def version():
    (found,) = {package["version"] for package in publishable()}
    return found


def archive(target):
    return f"{PROGRAM}-{target}.tar.gz"


def build(target, folder):
    """Makes wheel, archive and SHA-256 for `target` in `folder`, and returns the wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in [*folder.glob(_wheel(target)), *folder.glob(f"{archive(target)}*")]:
        old.unlink()
    command = ["maturin", "build", "--quiet", "--manifest-path", COMMAND / "Cargo.toml", "--target", target, "--out", folder]
    if "linux" in target:
        command += ["--zig", "--compatibility", f"manylinux_{GLIBC[0]}_{GLIBC[1]}"]
    subprocess.run(command, cwd=tree.ROOT, check=True, stdin=subprocess.DEVNULL)
    (wheel,) = folder.glob(_wheel(target))
    packed = pack(target, program_of(wheel))
    (folder / archive(target)).write_bytes(packed)
    # The format that `sha256sum --check` reads.
    line = f"{hashlib.sha256(packed).hexdigest()}  {archive(target)}\n"
    (folder / f"{archive(target)}.sha256").write_text(line)
    return wheel


def program_of(wheel):
    """Returns the bytes of the program in `wheel`."""
    with zipfile.ZipFile(wheel) as opened:
        (member,) = [name for name in opened.namelist() if name.endswith(f".data/scripts/{PROGRAM}")]
        return opened.read(member)


def installer(releases, folder):
    """Writes `install.sh` to `folder`, which installs this version from `releases`."""
    text = (COMMAND / "install.sh").read_text()
    for assignment, value in zip(ASSIGNMENTS, [releases, version()]):
        assert text.count(f"\n{assignment}") == 1 and "'" not in value, assignment
        text = text.replace(f"\n{assignment}", f"\n{assignment.strip()}'{value}'\n")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "install.sh").write_text(text)


def problems(tag, repository):
    """Returns the reasons why the tree cannot be released as `tag` from the address `repository`."""
    found = [] if tag == f"v{version()}" else [f"the tag is {tag}, and the version of Cargo.toml is {version()}"]
    for package in publishable():
        if package["repository"] != repository:
            found.append(f'{package["name"]} has the repository "{package["repository"]}", and the tag comes from '
                         f"{repository}: fill in `repository` of Cargo.toml")
    if not notes():
        found.append(f"CHANGELOG.md has no section `## {version()}`")
    if f"## {version()} (unreleased)" in changelog():
        found.append(f"CHANGELOG.md says that {version()} is unreleased: put the date into the heading")
    return found


def notes():
    """Returns the section of the changelog on this version."""
    sections = changelog().split("\n## ")[1:]
    heading, text = next((section.partition("\n")[::2] for section in sections
                          if section.split(maxsplit=1)[0].strip("[]") == version()), ("", ""))
    return text.strip() and f"{text.strip()}\n"


def changelog():
    return (tree.ROOT / "CHANGELOG.md").read_text()


def members(target):
    """Returns the files of an archive, with the program first."""
    return [f"{PROGRAM}-{target}/{file}" for file in [PROGRAM, *DOCUMENTS]]


def _wheel(target):
    """Returns the pattern of the wheel's name, which ends with the platform as PyPI names it."""
    machine = target.partition("-")[0]
    if "linux" in target:
        return f"*linux*_{machine}.whl"
    return f"*macosx*_{'arm64' if machine == 'aarch64' else machine}.whl"


def pack(target, program):
    """Writes the archive, with the same bytes for the same program and commit."""
    contents = [program, *((COMMAND / document).read_bytes() for document in DOCUMENTS)]
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as compressed, \
            tarfile.open(fileobj=compressed, mode="w", format=tarfile.USTAR_FORMAT) as opened:
        for name, content in zip(members(target), contents):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(content), _time()
            member.mode = 0o755 if content is program else 0o644
            opened.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _time():
    """Returns the time of the commit in seconds since 1970."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    return int(given or subprocess.check_output(["git", "log", "-1", "--format=%ct"], cwd=tree.ROOT, text=True))

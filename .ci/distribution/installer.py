"""Checks install.sh with a server on loopback: it installs the program, and a failure leaves no file."""

import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from . import release
from .program import before, output_of, use
from .server import Releases

SCRIPT = release.COMMAND / "install.sh"
# The commands that the script needs, besides those for downloads and hashes.
COMMANDS = ["cat", "chmod", "cut", "gzip", "id", "mkdir", "mktemp", "mv", "rm", "sh", "tar", "uname"]
HASHES = ["sha256sum", "shasum", "openssl"]
HASH = next(filter(shutil.which, HASHES))
PATIENCE = 60  # seconds


class Installer:
    """A user with an empty home folder, and the files of a release."""

    def __init__(self, target, folder, scratch):
        self.target = target
        self.archive = release.archive(target)
        self.files = {name: (folder / name).read_bytes() for name in [self.archive, f"{self.archive}.sha256"]}
        self.root = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.home, self.temporary = self.root / "home", self.root / "tmp"
        for made in [self.home, self.temporary]:
            made.mkdir()

    def releases(self, fault=None, **files):
        return Releases(release.version(), {**self.files, **files}, fault)

    def start(self, *arguments, shell="sh", script=SCRIPT, text=None, path=None, **variables):
        """Runs the installer: `text` from a pipe, as from curl, or else the file `script`."""
        command = [shell, "-s", "--", *arguments] if text else [shell, script, *arguments]
        kept = {name: value for name, value in os.environ.items() if name not in ("CARGO_HOME", "SUDO_USER")}
        environment = {**kept, "HOME": str(self.home), "TMPDIR": str(self.temporary), "LC_ALL": "C",
                       "PATH": str(path or os.environ["PATH"]), **variables}
        process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
        if text:
            process.stdin.write(text)
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, *arguments, **options):
        """Waits for the installer, and returns its exit code and output. The temporary folder must be empty."""
        process = self.start(*arguments, **options)
        output = process.communicate(timeout=PATIENCE)[0]
        left = os.listdir(self.temporary)
        assert not left, f"left behind: {left}\n{output}"
        return process.returncode, output

    def installs(self, *arguments, **options):
        code, output = self.run(*arguments, **options)
        assert code == 0, output
        return output

    def refuses(self, words, *arguments, **options):
        """Asserts that the script fails with `words`, and leaves no file in the home folder."""
        code, output = self.run(*arguments, **options)
        assert code == 1 and f"error: {words}" in output, f"{code}\n{output}"
        left = [path for path in self.home.rglob("*") if not path.is_dir()]
        assert not left, f"left behind: {left}\n{output}"
        return output

    def commands(self, *names, **scripts):
        """Makes a folder for PATH with only the commands of a plain system, `names` and `scripts`."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        for name in [*COMMANDS, *names]:
            (folder / name).symlink_to(shutil.which(name))
        for name, text in scripts.items():
            (folder / name).unlink(missing_ok=True)
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)
        return folder


def plain(it):
    """the script of a release, piped into sh"""
    with it.releases() as releases:
        release.installer(releases.url, it.root)
        text = (it.root / "install.sh").read_text()
        output = it.installs(text=text)
    program = it.home / ".local/bin" / release.PROGRAM
    assert os.listdir(program.parent) == [release.PROGRAM], os.listdir(program.parent)
    assert "is not on PATH" in output, output
    assert releases.requested[0] == f"/releases/download/v{release.version()}/{it.archive}", releases.requested
    return use(["cargo", "api-routes"], it.root / "by installer", path=before(program.parent))


def folders(it):
    """the folder is Cargo's if it exists, or the given one"""
    places = [({"CARGO_HOME": str(it.root / "cargo home")}, [], it.root / "cargo home/bin"),
              ({}, ["--to", str(it.root / "a folder")], it.root / "a folder"),
              ({}, [], it.home / ".cargo/bin")]
    (it.home / ".cargo/bin").mkdir(parents=True)
    for variables, arguments, folder in places:
        with it.releases() as releases:
            output = it.installs("--from", releases.url, *arguments, **variables)
        assert output_of(folder / release.PROGRAM, "--version"), output
        assert ("is not on PATH" in output) == (folder.name == "a folder"), output


def update(it):
    """an older program is replaced, by the latest or by the given version"""
    program = it.home / release.PROGRAM
    for arguments, place in [([], "latest/download"), (["--version", release.version()], f"download/v{release.version()}"),
                             (["--version", f"v{release.version()}"], f"download/v{release.version()}")]:
        program.write_text("an older one")
        with it.releases() as releases:
            it.installs("--from", f"{releases.url}/", "--to", str(it.home), *arguments)
        assert releases.requested[0] == f"/releases/{place}/{it.archive}", releases.requested
        assert output_of(program, "--version") and os.listdir(it.home) == [release.PROGRAM]


def tools(it):
    """each downloader, each hash program and each shell of this machine"""
    tried = []
    for number, names in enumerate([("wget", HASH), *(("curl", program) for program in HASHES)]):
        if all(map(shutil.which, names)):
            folder = it.root / str(number)
            with it.releases() as releases:
                it.installs("--from", releases.url, "--to", str(folder), path=it.commands(*names))
            assert output_of(folder / release.PROGRAM, "--version")
            tried.append(" and ".join(names))
    for shell in filter(shutil.which, ["bash", "dash"]):
        with it.releases() as releases:
            it.installs("--from", releases.url, shell=shell)
        tried.append(shell)
    return ", ".join(tried)


def other_hash(it):
    """an archive with a wrong hash is refused, and an older program stays"""
    other = bytearray(it.files[it.archive])
    other[-1] ^= 1
    older = it.root / "older"
    older.mkdir()
    (older / release.PROGRAM).write_text("an older one")
    for files in [{it.archive: bytes(other)}, {f"{it.archive}.sha256": b""}]:
        with it.releases(**files) as releases:
            it.refuses("the download is not what was released", "--from", releases.url, "--to", str(older))
    assert (older / release.PROGRAM).read_text() == "an older one" and os.listdir(older) == [release.PROGRAM]


def cut_off(it):
    """a download that breaks off leaves no file"""
    with it.releases(fault="ends early") as releases:
        it.refuses("cannot download", "--from", releases.url)


def ended(it):
    """an interrupted download leaves no file"""
    with it.releases(fault="stalls") as releases:
        process = it.start("--from", releases.url)
        assert releases.asked.wait(PATIENCE)
        # A terminal signals all processes that run in it.
        os.killpg(process.pid, signal.SIGTERM)
        output = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 143, f"{process.returncode}\n{output}"
    left = [*it.temporary.iterdir(), *it.home.iterdir()]
    assert not left, f"left behind: {left}\n{output}"


def missing(it):
    """a version that does not exist"""
    with it.releases() as releases:
        output = it.refuses("cannot download", "--from", releases.url, "--version", "9.9.9")
    assert f"/releases/download/v9.9.9/{it.archive}" in output and "whether there is a version 9.9.9" in output, output


def platforms(it):
    """a platform without an archive"""
    for system, machine in [("FreeBSD", "amd64"), ("Linux", "riscv64"), ("Linux", "i686"), ("MINGW64_NT", "x86_64")]:
        path = it.commands("curl", uname=f'[ "$1" = -s ] && echo {system} || echo {machine}')
        with it.releases() as releases:
            output = it.refuses(f"there is no archive for this machine ({system} on {machine})", "--from", releases.url,
                                path=path)
        assert "cargo install --locked cargo-api-routes" in output and not releases.requested, output


def each_platform(it):
    """each platform with an archive gets its own"""
    for system, machine in [("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"), ("Darwin", "x86_64")]:
        script = f'[ "$1" = -s ] && echo {system} || echo {machine}'
        path = it.commands("curl", HASH, uname=script, sysctl="exit 1")
        with it.releases() as releases:
            releases.files = {}
            it.refuses("cannot download", "--from", releases.url, path=path)
        target = {"Linux": "unknown-linux-gnu", "Darwin": "apple-darwin"}[system]
        name = release.archive(f"{machine.replace('arm64', 'aarch64')}-{target}")
        assert releases.requested == [f"/releases/latest/download/{name}"], releases.requested
    path = it.commands("curl", uname='[ "$1" = -s ] && echo Darwin || echo x86_64', sysctl="echo 1")
    with it.releases() as releases:
        releases.files = {}
        it.refuses("cannot download", "--from", releases.url, path=path)
    assert "aarch64-apple-darwin" in releases.requested[0], releases.requested


def without_tools(it):
    """a machine that cannot download, or cannot check the download"""
    with it.releases() as releases:
        it.refuses("downloading needs curl or wget", "--from", releases.url, path=it.commands())
        it.refuses("the download cannot be checked", "--from", releases.url, path=it.commands("curl"))


def does_not_run(it):
    """a program that does not run on this machine"""
    content = release.pack(it.target, b"#!/bin/sh\necho 'GLIBC_2.17 not found'\nexit 1\n")
    line = f"{hashlib.sha256(content).hexdigest()}  {it.archive}\n".encode()
    with it.releases(**{it.archive: content, f"{it.archive}.sha256": line}) as releases:
        it.refuses("the program does not run on this machine: GLIBC_2.17 not found", "--from", releases.url)


def not_an_archive(it):
    """an archive that cannot be unpacked"""
    line = f"{hashlib.sha256(b'<html>').hexdigest()}  {it.archive}\n".encode()
    with it.releases(**{it.archive: b"<html>", f"{it.archive}.sha256": line}) as releases:
        it.refuses("cannot unpack", "--from", releases.url)


def no_place(it):
    """a folder that cannot be created or written"""
    (it.root / "file").write_text("")
    (it.root / "taken" / release.PROGRAM).mkdir(parents=True)
    with it.releases() as releases:
        it.refuses("cannot create the folder", "--from", releases.url, "--to", str(it.root / "file/bin"))
        it.refuses("cannot write to", "--from", releases.url, "--to", str(it.root / "taken"))
        assert not os.listdir(it.root / "taken" / release.PROGRAM)
        if os.getuid():
            (it.root / "read-only").mkdir(mode=0o555)
            it.refuses("cannot write to", "--from", releases.url, "--to", str(it.root / "read-only"))


def sudo(it):
    """with sudo, the script asks for a folder"""
    path = it.commands("curl", HASH, id="echo 0")
    with it.releases() as releases:
        it.refuses("this script installs for your own user", "--from", releases.url, path=path, SUDO_USER="ann")
        it.installs("--from", releases.url, "--to", str(it.root / "all"), path=path, SUDO_USER="ann")


def words(it):
    """an invalid command line"""
    it.refuses("this copy of the script does not know where the releases are")
    it.refuses("unknown option: --verison", "--verison", "1")
    it.refuses("--to needs a value", "--to")
    assert "Usage: sh install.sh [OPTIONS]" in it.installs("--help")


def half_a_script(it):
    """a truncated script does nothing"""
    with it.releases() as releases:
        release.installer(releases.url, it.root)
        text = (it.root / "install.sh").read_text()
        for part in [len(text) // 3, len(text) // 2, len(text) - len('main "$@"\n')]:
            it.run(text=text[:part])
    assert not releases.requested and not os.listdir(it.home)


CHECKS = [plain, folders, update, tools, other_hash, cut_off, ended, missing, platforms, each_platform, without_tools,
          does_not_run, not_an_archive, no_place, sudo, words, half_a_script]

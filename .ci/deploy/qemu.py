"""arm64 programs on another machine: qemu in user mode, with the C library that they are linked to."""

import shutil

from . import tools


class Qemu:
    def __init__(self, folder):
        """Takes from Debian what is not installed, into `folder`."""
        if not tools.ON_LINUX:
            raise tools.Missing("qemu runs single programs on Linux alone")
        installed = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
        self.program = installed or tools.debian_package("qemu-user-static", folder) / "usr/bin/qemu-aarch64-static"
        # Where qemu looks for /lib/ld-linux-aarch64.so.1, and that for the rest.
        self.sysroot = tools.debian_package("libc6-arm64-cross", folder) / "usr/aarch64-linux-gnu"

    def bootstrap(self, program):
        """A script that does as `program` does."""
        return f"#!/bin/sh\nexec '{self.program}' -L '{self.sysroot}' '{program}'\n"

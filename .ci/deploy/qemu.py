"""arm64 programs on other machines: qemu in user mode, with the C library of the programs."""

import shutil

from . import tools


class Qemu:
    def __init__(self, folder):
        """Downloads the missing packages of Debian into `folder`."""
        if not tools.ON_LINUX:
            raise tools.Missing("qemu runs single programs on Linux only")
        installed = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
        self.program = installed or tools.debian_package("qemu-user-static", folder) / "usr/bin/qemu-aarch64-static"
        # The folder where qemu finds /lib/ld-linux-aarch64.so.1, and the loader finds other libraries.
        self.sysroot = tools.debian_package("libc6-arm64-cross", folder) / "usr/aarch64-linux-gnu"

    def bootstrap(self, program):
        """Returns a script that runs `program`."""
        return f"#!/bin/sh\nexec '{self.program}' -L '{self.sysroot}' '{program}'\n"

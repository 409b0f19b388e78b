"""A minimal Debian in a folder, into which packages are installed as root."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from installers import product

ROOTS = product.inside("build", "roots")
"""Systems as debootstrap made them; each test gets a copy."""


def archive() -> str:
    """Return the Debian mirror of this machine's apt."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"]
    output = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    for line in output.splitlines():
        address, _, codename = line.partition(" ")
        if codename and "-" not in codename:  # not the updates, not the security fixes
            return address.rstrip("/")
    raise RuntimeError("apt names no archive; apt-get update brings its lists")


class BareSystem:
    """One system. Its mounts are in their own namespace, so none can be left behind."""

    def __init__(self, suite: str, folder: str, shared: str, packages: Sequence[str] = ()) -> None:
        """Args.

        suite: Debian's name of the release.
        folder: where the copy goes.
        shared: a folder of this machine that the system sees at the same place (the desktop's).
        packages: what it has besides the least.
        """
        self._folder = os.path.join(folder, suite)
        self._merged = os.path.join(self._folder, "root")
        self._suite, self._packages = suite, packages
        self._shared = shared
        self._holder: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        for name in ("root", "changes", "work"):
            os.makedirs(os.path.join(self._folder, name))
        script = (
            'set -e; mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/changes,workdir=$2/work" "$2/root";'
            ' cd "$2/root"; mkdir -p ".$3"; mount -t proc proc proc; mount --rbind /dev dev;'
            ' mount --bind "$3" ".$3"; echo ready; exec sleep infinity'
        )
        command = ["unshare", "--mount", "--propagation", "private"]
        command += [
            "sh",
            "-c",
            script,
            "sh",
            pristine(self._suite, self._packages),
            self._folder,
            self._shared,
        ]
        self._holder = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"ready\n"
        # Set when a system first starts; debootstrap leaves it empty.
        with open(f"{self.root}/etc/machine-id", "w", encoding="ascii") as file:
            file.write("0123456789abcdef0123456789abcdef\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._holder is not None:
            self._holder.kill()
            self._holder.communicate()
        shutil.rmtree(self._folder)

    @property
    def root(self) -> str:
        """The system's root folder, as this machine reaches it: through the process that holds its mounts."""
        assert self._holder is not None
        return f"/proc/{self._holder.pid}/root{self._merged}"

    @property
    def namespace(self) -> str:
        """What nsenter needs to be where the mounts are."""
        assert self._holder is not None
        return f"--mount=/proc/{self._holder.pid}/ns/mnt"

    def command(self, *command: str) -> list[str]:
        """Return a prefix that runs a command inside, without a shell in between."""
        return ["nsenter", self.namespace, "chroot", self._merged, *command]

    def run(self, *command: str, ok: bool = True) -> str:
        """Run a command as root and return its output."""
        environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
        environ["DEBIAN_FRONTEND"] = "noninteractive"
        ran = subprocess.run(
            self.command(*command), env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        said = ran.stdout.decode(errors="replace")
        assert (ran.returncode == 0) == ok, f"{command}: {ran.returncode}\n{said}"
        return said

    def put(self, path: str) -> str:
        """Copy a file of this machine into the system; returns its place there."""
        shutil.copy(path, os.path.join(self.root, "root"))
        return "/root/" + os.path.basename(path)

    def files(self) -> dict[str, tuple[int, int, str]]:
        """Return every file's mode, size and link target; without what is mounted, and dpkg's own records."""
        found = {}
        for parent, folders, names in os.walk(self.root):
            inside = parent.removeprefix(self.root) or "/"
            if inside in ("/proc", "/dev", "/sys", "/tmp", "/root", "/run", self._shared):
                folders.clear()
                continue
            for name in [*folders, *names]:
                path = os.path.join(parent, name)
                place = path.removeprefix(self.root)
                if not place.startswith(RECORDS):
                    status = os.lstat(path)
                    size = 0 if os.path.isdir(path) else status.st_size
                    target = os.readlink(path) if os.path.islink(path) else ""
                    found[place] = (status.st_mode, size, target)
        return found


RECORDS = ("/var/lib/dpkg", "/var/log", "/var/cache", "/var/lib/rpm", "/usr/lib/sysimage")
"""What changes when anything is installed."""


def pristine(suite: str, packages: Sequence[str] = ()) -> str:
    """Return a system made by debootstrap, once for each set of packages."""
    root = os.path.join(ROOTS, suite)
    command = ["debootstrap", "--variant=minbase"]
    if packages:
        root += f"-{hashlib.sha256(' '.join(packages).encode()).hexdigest()[:12]}"
        command.append(f"--include={','.join(packages)}")
    if not os.path.isdir(root):
        os.makedirs(ROOTS, exist_ok=True)
        made = f"{root}.new"
        shutil.rmtree(made, ignore_errors=True)
        run([*command, suite, made, archive()])
        os.rename(made, root)
    return root


def run(command: Sequence[str]) -> str:
    """Run a command of this machine; its output is in the error if it fails."""
    ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = ran.stdout.decode(errors="replace")
    assert ran.returncode == 0, f"{command}: {ran.returncode}\n{said[-3000:]}"
    return said

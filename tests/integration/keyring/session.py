"""A login session for one test: a private bus, a real keyring daemon and, if wanted, a screen."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys

from tests.support.waiting import until

PASSWORD = "session password"  # noqa: S105 - for a keyring that exists during one test
REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))

_BUS_CONFIG = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  {services}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


_LOCK = """
import time
import secretstorage
from secretstorage.util import DBusAddressWrapper, SERVICE_IFACE, SS_PATH, exec_prompt
bus = secretstorage.dbus_init()
collection = secretstorage.get_default_collection(bus)
service = DBusAddressWrapper(SS_PATH, SERVICE_IFACE, bus)
_, prompt = service.call("Lock", "ao", [collection.collection_path])
if len(prompt) > 1:  # KeePassXC locks when its prompt is carried out
    exec_prompt(bus, prompt, timeout=60)
until = time.monotonic() + 20  # it answers before it is done
while not collection.is_locked():
    assert time.monotonic() < until, "it stays unlocked"
    time.sleep(0.05)
"""


class Session:
    """The processes of one session; `end` ends exactly those, including services started by the bus."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        self._bus: subprocess.Popen[bytes] | None = None
        self._keyring: subprocess.Popen[bytes] | None = None
        self.environ = self._environ()

    def _environ(self) -> dict[str, str]:
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
        for name in ("home", "run", "data", "config", "cache", "tmp"):
            os.mkdir(os.path.join(self.folder, name), 0o700)
        return kept | {
            "HOME": os.path.join(self.folder, "home"),
            # A program that runs once per user, as KeePassXC does, keeps its lock there.
            "TMPDIR": os.path.join(self.folder, "tmp"),
            "XDG_RUNTIME_DIR": os.path.join(self.folder, "run"),
            "XDG_DATA_HOME": os.path.join(self.folder, "data"),
            "XDG_CONFIG_HOME": os.path.join(self.folder, "config"),
            "XDG_CACHE_HOME": os.path.join(self.folder, "cache"),
            "NO_AT_BRIDGE": "1",
            "GDK_BACKEND": "x11",
            "PYTHONPATH": os.pathsep.join(
                [os.path.join(REPOSITORY, "core"), os.path.join(REPOSITORY, "tray")]
            ),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder}/bus",
        }

    def start_bus(self, *, activating: bool = True) -> None:
        """Start the bus; with `activating`, it may start the desktop's services itself."""
        socket = os.path.join(self.folder, "bus")
        if os.path.exists(socket):
            os.unlink(socket)
        config = os.path.join(self.folder, "bus.conf")
        services = "<standard_session_servicedirs/>" if activating else ""
        with open(config, "w", encoding="utf-8") as file:
            file.write(_BUS_CONFIG.format(socket=socket, services=services))
        self._bus = self.start("dbus-daemon", "--nofork", "--nopidfile", f"--config-file={config}")
        until(lambda: os.path.exists(socket))

    def stop_bus(self) -> None:
        """End the bus, as a crash would."""
        assert self._bus is not None
        self._bus.kill()
        self._bus.wait()
        os.unlink(os.path.join(self.folder, "bus"))

    def start_screen(self) -> None:
        """Start a virtual X server, and a window manager for its dialogs."""
        reading, writing = os.pipe()
        process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
            env=self.environ,
            pass_fds=(writing,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        self._processes.append(process)
        with os.fdopen(reading) as pipe:
            self.environ["DISPLAY"] = ":" + pipe.readline().strip()
        self.start("openbox")

    def start_keyring(self, *, unlocked: bool = True) -> subprocess.Popen[bytes]:
        """Start GNOME's keyring daemon; `unlocked` also creates the login keyring if there is none."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        process = self.start(
            *command, *(["--unlock"] if unlocked else []), stdin=PASSWORD if unlocked else ""
        )
        self._keyring = process
        until(self.has_secret_service)
        return process

    def end_keyring(self) -> None:
        """Kill the daemon that `start_keyring` started."""
        assert self._keyring is not None
        self._keyring.kill()
        self._keyring.wait()

    def end_activated(self) -> None:
        """End the services that the bus started."""
        started = {process.pid for process in self._processes}
        for number in self._activated():
            if number not in started:
                _kill(number)
        until(lambda: not self.has_secret_service())

    def start(self, *command: str, stdin: str = "") -> subprocess.Popen[bytes]:
        """Start a program of the session."""
        process = subprocess.Popen(
            command,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin is not None
        if stdin:
            process.stdin.write(stdin.encode())
        process.stdin.close()
        self._processes.append(process)
        return process

    def has_secret_service(self) -> bool:
        """Return whether the keyring's name on the bus has an owner."""
        done = self.run(
            *("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"),
            *("org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"),
        )
        return "true" in done.stdout

    def run(
        self, *command: str, stdin: str | None = None, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in the session until it exits."""
        return subprocess.run(
            command,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def python(self, code: str, *arguments: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        """Run Python in the session."""
        return self.run(sys.executable, "-c", code, *arguments, timeout=timeout)

    def lock(self) -> None:
        """Lock every keyring, as a user would."""
        done = self.python(_LOCK)
        assert done.returncode == 0, done.stderr

    def windows(self) -> list[str]:
        """Return the titles of the windows on the session's screen."""
        found = self.run("xdotool", "search", "--onlyvisible", "--name", ".+", "getwindowname", "%@").stdout
        return found.splitlines()

    def end(self) -> None:
        """End every process of the session."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        # Without their bus, services may end by themselves, or start others meanwhile.
        until(self._none_left)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _none_left(self) -> bool:
        left = self._activated()
        for number in left:
            _kill(number)
        return not left

    def _activated(self) -> list[int]:
        """Return the processes with this session's bus in their environment."""
        # The bus appends its guid to the address for its services, so compare only the beginning.
        mark = f"\0DBUS_SESSION_BUS_ADDRESS=unix:path={self.folder}/bus".encode()
        found = []
        for name in os.listdir("/proc"):
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if name.isdigit() and mark in b"\0" + file.read():
                        found.append(int(name))
            except OSError:
                continue
        return found


def _kill(number: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
        os.kill(number, signal.SIGCONT)
        os.kill(number, signal.SIGKILL)

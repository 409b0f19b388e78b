"""A private message bus: a real dbus-daemon without services, so it starts no other program."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time

from jeepney.io.blocking import open_dbus_connection

_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """Can be stopped and started again at the same address."""

    def __init__(self) -> None:
        # Not in pytest's folder: a socket's path has at most 107 bytes.
        self._folder = tempfile.mkdtemp(prefix="bus")
        self._socket = os.path.join(self._folder, "s")
        self.address = f"unix:path={self._socket}"
        self._daemon: subprocess.Popen[bytes] | None = None
        with open(os.path.join(self._folder, "config"), "w", encoding="utf-8") as file:
            file.write(_CONFIG.format(socket=self._socket))

    def start(self) -> None:
        config = os.path.join(self._folder, "config")
        self._daemon = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"])
        end = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < end, "dbus-daemon does not start"
            time.sleep(0.005)

    def _answers(self) -> bool:
        try:
            open_dbus_connection(self.address).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        if self._daemon:
            self._daemon.kill()
            self._daemon.wait()
            self._daemon = None
            os.unlink(self._socket)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

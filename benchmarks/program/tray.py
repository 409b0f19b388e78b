"""The tray on its own bus: start, memory, idling, and how fast clicks and changes take effect.

The host is the tests' stub (no panel to wait for); the bus, the files and the tray's process are real.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.stub_host import WATCHER, StubHost

from benchmarks.report.table import Check, Row, at_most, show

NOT_AT_THE_START = (
    "keyring",
    "cryptography",
    "asyncio",
    "urllib.request",
    "http",
    "ssl",
    "sqlite3",
    "tkinter",
)
"""Modules that the icon must not wait for."""

PROFILE_NAMES = ("work", "personal")
CONFIG = {
    "activeProfile": "work",
    "profiles": {name: {"provider": "sso", "model": "claude-4-5-sonnet"} for name in PROFILE_NAMES},
}

LEFT_OUT = ("CODEMIE_HOME", "PYTHONDONTWRITEBYTECODE")
"""An installed program has its bytecode."""


class Tray:
    """One tray in its own process."""

    def __init__(
        self,
        bus: PrivateBus,
        host: StubHost,
        home: str,
        *options: str,
        command: Sequence[str] | None = None,
    ) -> None:
        before = len(host.registered)
        environ = {
            **{key: value for key, value in os.environ.items() if key not in LEFT_OUT},
            "DBUS_SESSION_BUS_ADDRESS": bus.address,
            "CODEMIE_HOME": home,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        began = time.perf_counter()
        self.process = subprocess.Popen(
            command or [sys.executable, *options, "-m", "codemie_tray"], env=environ, stderr=subprocess.PIPE
        )
        _wait(lambda: len(host.registered) > before)
        self.registered_seconds = time.perf_counter() - began

    def end(self) -> str:
        """End it; return what it wrote to standard error."""
        self.process.terminate()
        return self.process.communicate(timeout=20)[1].decode()

    def memory_mib(self) -> tuple[float, float]:
        """Return resident and proportional set size."""
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as file:
            sizes = {line.split(":")[0]: line.split()[1] for line in file if "kB" in line}
        return int(sizes["Rss"]) / 1024, int(sizes["Pss"]) / 1024

    def activity(self) -> tuple[float, int]:
        """Return CPU seconds and context switches of all threads so far."""
        seconds, switches = 0.0, 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            folder = f"/proc/{self.process.pid}/task/{task}"
            with open(f"{folder}/stat", encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            seconds += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            with open(f"{folder}/status", encoding="ascii") as file:
                switches += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
        return seconds, switches


def run(*, quick: bool = False) -> list[Row]:
    """Measure; takes `idle_seconds` and a few more."""
    idle_seconds, repetitions = (5, 3) if quick else (60, 11)
    with desktop() as (bus, host, home):
        return [
            *_start(bus, host, home, repetitions),
            *_modules(bus, host, home),
            *_life(bus, host, home, idle_seconds, repetitions),
        ]


def _start(bus: PrivateBus, host: StubHost, home: str, repetitions: int) -> Iterator[Row]:
    ours, bare = [], []
    for _ in range(repetitions):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        bare.append(time.perf_counter() - began)
        tray = Tray(bus, host, home)
        ours.append(tray.registered_seconds)
        tray.end()
    yield Row(
        "exec to registered, warm",
        f"{_ms(ours)} (bare Python {_ms(bare)})",
        at_most(statistics.median(ours) * 1000, 90, " ms"),
    )


def _modules(bus: PrivateBus, host: StubHost, home: str) -> Iterator[Row]:
    # Stopped before the watcher's library, which is loaded once the icon is shown.
    tray = Tray(bus, host, home, "-X", "importtime")
    listed = [line.rpartition("|")[2].strip() for line in tray.end().splitlines() if "import time" in line]
    loaded = listed[: listed.index("watchdog")] if "watchdog" in listed else listed
    found = [name for name in NOT_AT_THE_START if name in loaded]
    yield Row("modules that the icon must not wait for", ", ".join(found) or "none", at_most(len(found), 0))


def _life(bus: PrivateBus, host: StubHost, home: str, idle_seconds: float, repetitions: int) -> Iterator[Row]:
    tray = Tray(bus, host, home)
    host.properties()  # as a panel does: the icon is drawn
    time.sleep(2)
    resident, proportional = tray.memory_mib()
    yield Row("memory idle, RSS", f"{resident:.1f} MiB", at_most(resident, 26, " MiB"))
    yield Row("memory idle, PSS", f"{proportional:.1f} MiB", at_most(proportional, 20, " MiB"))
    cpu, switches = tray.activity()
    time.sleep(idle_seconds)
    cpu, switches = tray.activity()[0] - cpu, tray.activity()[1] - switches
    yield Row(
        f"idle for {idle_seconds:g} s",
        f"{cpu:.2f} s CPU, {switches} context switches",
        (Check(cpu, 0, " s"), Check(switches, 0, " switches")),
    )
    clicks, changes = [], []
    for turn in range(1, 2 * repetitions):
        clicks.append(_click(host, home, PROFILE_NAMES[turn % 2]))
    for turn in range(2 * repetitions):  # the last click left "personal" active
        changes.append(_change(host, home, PROFILE_NAMES[turn % 2]))
    sync = statistics.median(_fsyncs(home))
    yield Row(
        "click to the file replaced and synced",
        f"{_ms(clicks)} (a sync alone: {sync * 1000:.1f} ms)",
        at_most((statistics.median(clicks) - sync) * 1000, 20, " ms more"),
    )
    yield Row(
        "outside change to the menu's signal",
        _ms(changes),
        at_most(statistics.median(changes) * 1000, 200, " ms"),
    )
    tray.end()


def _click(host: StubHost, home: str, name: str) -> float:
    row = next(row for row in host.menu().all() if row.label.startswith(name))
    path = os.path.join(home, "config.json")
    inode = os.stat(path).st_ino
    began = time.perf_counter()
    host.click(row.number)
    _wait(lambda: os.stat(path).st_ino != inode)
    took = time.perf_counter() - began
    time.sleep(0.3)
    return took


def _change(host: StubHost, home: str, name: str) -> float:
    """Write in place, as the CLI does."""
    signals = len(host.signals)
    began = time.perf_counter()
    with open(os.path.join(home, "config.json"), "w", encoding="utf-8") as file:
        json.dump({**CONFIG, "activeProfile": name}, file)
    _wait(lambda: any(signal == "ItemsPropertiesUpdated" for signal, _ in host.signals[signals:]))
    took = time.perf_counter() - began
    time.sleep(0.1)
    return took


def _fsyncs(folder: str) -> list[float]:
    took = []
    for _ in range(20):
        fd = os.open(os.path.join(folder, "fsync-probe"), os.O_CREAT | os.O_WRONLY, 0o600)
        os.write(fd, b"x" * 300)
        began = time.perf_counter()
        os.fsync(fd)
        took.append(time.perf_counter() - began)
        os.close(fd)
    return took


@contextmanager
def desktop() -> Iterator[tuple[PrivateBus, StubHost, str]]:
    bus = PrivateBus()
    bus.start()
    host = StubHost(bus.address)
    try:
        host.take(WATCHER)
        with tempfile.TemporaryDirectory() as folder:
            # As for a user, whose own folder is quieter than /tmp: the home's parent is watched, too.
            home = os.path.join(folder, ".codemie")
            os.mkdir(home)
            with open(os.path.join(home, "config.json"), "w", encoding="utf-8") as file:
                json.dump(CONFIG, file)
            yield bus, host, home
    finally:
        host.close()
        bus.remove()


def _wait(condition: Callable[[], bool], seconds: float = 20) -> None:
    end = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > end:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.0003)


def _ms(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1000:.1f} ms"


if __name__ == "__main__":
    show(run())

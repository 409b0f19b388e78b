"""Without free inotify instances or watches, paths that can't be watched are polled in the meantime."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.tray.platforms.linux.namespaces import USERS, options_for, run_apart

if sys.platform != "linux":
    pytest.skip("inotify is Linux's", allow_module_level=True)

_PRELUDE = """
import ctypes, logging, os, sys, threading, time
from codemie_core import Home
from codemie_tray.background.watch import polling
from codemie_tray.background.watch.changes import FilesChanged, LogsChanged, SessionsChanged
from codemie_tray.background.watch.watcher import Watcher
polling.INTERVAL_SECONDS = 0.2
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s", level=logging.INFO)
home = sys.argv[1]
libc = ctypes.CDLL(None)
def limit(name, value):
    with open("/proc/sys/user/max_inotify_" + name, "w") as file:
        file.write(str(value))
config, sessions, logs = (os.path.join(home, *parts) for parts in
    (("config.json",), ("sessions", "1-2_metrics.jsonl"), ("logs", "debug-2026-01-01.log")))
for path in (config, sessions, logs):
    os.makedirs(os.path.dirname(path), exist_ok=True)
rang = {name: threading.Event() for name in ("config", "sessions", "logs")}
names = {FilesChanged: "config", SessionsChanged: "sessions", LogsChanged: "logs"}
watcher = Watcher(Home(home), lambda change: rang[names[type(change)]].set(), {})
def quiet():
    while any([event.wait(0.3) for event in rang.values()]):
        for event in rang.values():
            event.clear()
def write(path):
    with open(path, "a") as file:
        file.write("x")
def all_ring(seconds):
    quiet()
    for name, path in (("config", config), ("sessions", sessions)):
        write(path)
        assert rang[name].wait(seconds), name
        quiet()
    os.unlink(logs) if os.path.exists(logs) else write(logs)
    assert rang["logs"].wait(seconds), "logs"
    quiet()
def threads():
    return sorted(thread.name for thread in threading.enumerate())
"""

_INSTANCES = (
    _PRELUDE
    + """
limit("instances", 8)
held = []
while (fd := libc.inotify_init()) >= 0:
    held.append(fd)
assert len(held) == 8
watcher.start()
assert "poller" in threads()
all_ring(60)
os.close(held.pop())  # another program ended
deadline = time.monotonic() + 40
while "poller" in threads() and time.monotonic() < deadline:
    time.sleep(0.05)
assert "poller" not in threads(), threads()
all_ring(60)
watcher.stop()
"""
)

_WATCHES = (
    _PRELUDE
    + """
limit("watches", 2)
watcher.start()
assert "poller" in threads()
all_ring(60)
limit("watches", 1000)
deadline = time.monotonic() + 40
while "poller" in threads() and time.monotonic() < deadline:
    time.sleep(0.05)
assert "poller" not in threads(), threads()
all_ring(60)
limit("watches", 0)  # what is watched stays so; what comes new is polled
os.mkdir(os.path.join(home, ".session-claude"))
quiet()
watcher.rearm()
assert "poller" in threads()
quiet()
write(os.path.join(home, ".session-claude", "metrics.jsonl"))
assert rang["sessions"].wait(60)
watcher.stop()
"""
)


@pytest.mark.parametrize(
    ("code", "reason", "times"),
    [(_INSTANCES, "inotify instances", 1), (_WATCHES, "inotify watches", 2)],
    ids=["instances", "watches"],
)
def test_a_path_that_cannot_be_watched_is_polled_until_it_can_be(
    tmp_path: Path, code: str, reason: str, times: int
) -> None:
    said = run_apart(code, str(tmp_path / "home"), options=options_for(USERS)).splitlines()
    warnings = [line for line in said if line.startswith("WARNING")]
    assert len(warnings) == times, said
    assert all(reason in line and "every few seconds" in line for line in warnings)
    assert said.count("INFO Changes are watched again.") == 1

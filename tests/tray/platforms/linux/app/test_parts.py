"""Each part of the tray starts independently: a failing one does not affect the others."""

from __future__ import annotations

import json
import os
import time

import pytest
from tests.tray.platforms.linux.namespaces import USERS, options_for
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import Started, started, until
from tests.tray.platforms.linux.stub_host import Row, StubHost

from codemie_tray.app.services.parts import Parts

__all__ = ["started"]

TWO = '{"activeProfile": "%s", "profiles": {"work": {"provider": "sso"}, "personal": {"provider": "sso"}}}'
FAILING = {
    "watching": (
        "codemie_tray.background.watch.backends.linux.LinuxWatches.start",
        "Watching for file changes",
    ),
    "counting": (
        "codemie_tray.background.usage.usage_today.UsageTodayCounter.start",
        "Today's usage",
    ),
    "cleaning": ("codemie_tray.background.log_cleaner.LogCleaner.start", "Log cleanup"),
    "keyring": ("codemie_tray.background.keyring_worker.KeyringWorker.start", "The keyring"),
    "login": ("codemie_tray.desktop.login_item.LoginItem.fix", "Start at login"),
}


def prelude(path: str) -> str:
    module, name, method = path.rsplit(".", 2)
    return (
        f"import {module} as module\n"
        "def refuse(*arguments):\n    raise OSError(24, 'Too many open files')\n"
        f"module.{name}.{method} = refuse\n"
    )


def used_today(started: Started) -> None:
    """Write the records of one session."""
    folder = started.home / ".session-claude"
    folder.mkdir()
    record = {
        "timestamp": int(time.time() * 1000),
        "sessionId": "s1",
        "tokensUsed": 10,
        "model": "m",
    }
    (folder / "metrics.jsonl").write_text(json.dumps(record) + "\n")


def labels(host: StubHost) -> list[str]:
    return [row.label for row in host.menu().all()]


def row(host: StubHost, name: str) -> Row:
    """Return the row of a profile."""
    return next(row for row in host.menu().all() if row.label.startswith(name))


def has(host: StubHost, words: str) -> bool:
    return any(words in label for label in labels(host))


def switched_to(host: StubHost, name: str) -> bool:
    return any(shown[3] == f"Switched to {name}" for shown in host.notifications)


@pytest.mark.parametrize("part", FAILING)
def test_a_part_that_cannot_start_is_reported_once_and_the_others_work(
    started: Started, bus: PrivateBus, host: StubHost, part: str
) -> None:
    (started.home / "config.json").write_text(TWO % "work")
    used_today(started)
    started.young_log()
    old = started.old_log()
    path, words = FAILING[part]
    started.start("--verbose", bus=bus.address, prelude=prelude(path))
    host.properties()  # like a panel that shows the icon
    reported = f"{words} does not work: Too many open files"
    until(lambda: has(host, reported), started)
    if part != "cleaning":
        until(lambda: not old.exists(), started)
    if part != "counting":
        until(lambda: has(host, "Today: 10 tokens"), started)
    host.click(row(host, "personal").number)
    until(
        lambda: json.loads((started.home / "config.json").read_text())["activeProfile"] == "personal", started
    )
    until(lambda: row(host, "personal").properties.get("toggle-state") == 1, started)
    until(lambda: switched_to(host, "personal"), started)  # what is written before that is reverted
    if part != "watching":
        (started.home / "config.json").write_text(TWO % "work")
        until(lambda: row(host, "work").properties.get("toggle-state") == 1, started)
    assert started.log().count(reported) == 1


def test_without_an_inotify_instance_the_tray_follows_cleans_and_counts(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    if os.geteuid() != 0:
        pytest.skip("the bus knows only the user it belongs to: needs root")
    (started.home / "config.json").write_text(TWO % "work")
    used_today(started)
    started.young_log()
    old = started.old_log()
    nothing_left = 'echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"'
    under = [*options_for(USERS), "sh", "-c", nothing_left, "sh"]
    process = started.start("--background", bus=bus.address, under=under)
    host.properties()  # like a panel that shows the icon
    until(lambda: not old.exists(), started)
    until(lambda: has(host, "Today: 10 tokens"), started)
    until(lambda: "Looking every few seconds instead" in started.log(), started)
    (started.home / "config.json").write_text(TWO % "personal")
    until(lambda: row(host, "personal").properties.get("toggle-state") == 1, started)
    assert process.poll() is None
    assert started.log().count("Changes can't be watched") == 1


def test_a_part_that_fails_again_for_the_same_reason_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    parts = Parts()

    def refuse() -> None:
        raise OSError(28, "No space left on device")

    assert not parts.run("Watching", refuse)
    assert not parts.run("Watching", refuse)
    assert parts.run("Counting", lambda: None)
    assert parts.notes == ("Watching does not work: No space left on device",)
    assert caplog.text.count("Watching does not work") == 1

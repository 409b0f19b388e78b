"""Problems in a real tray's menu: a badge, rows that explain themselves, and a choice that is kept."""

from __future__ import annotations

import json

from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import Started, started, until
from tests.tray.platforms.linux.stub_host import Row, StubHost

__all__ = ["started"]

WARNING = "Any program you run can read 1 token in config.json"
DANGER = "The CLI would empty config.json when it starts next"


def row(host: StubHost, label: str) -> Row | None:
    """Return the row with a label, if there is one."""
    return next((row for row in host.menu().all() if row.label == label), None)


def click(host: StubHost, label: str) -> None:
    host.click(host.row(label).number)


def pixels(host: StubHost) -> object:
    return host.properties()["IconPixmap"]


def config(*, version: bool, token: bool) -> str:
    profile = {
        "provider": "litellm",
        "model": "m",
        **({"authToken": "sk-planted-0123456789"} if token else {}),
    }
    marks = {"version": 2} if version else {}
    return json.dumps({**marks, "activeProfile": "work", "profiles": {"work": profile}})


def test_a_token_in_the_clear_has_a_badge_until_the_user_leaves_it_there_for_good(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    file = started.home / "config.json"
    file.write_text(config(version=True, token=True))
    process = started.start("--background", bus=bus.address)
    until(lambda: row(host, WARNING), started)
    with_badge = pixels(host)
    click(host, WARNING)
    until(lambda: host.notifications, started)
    title, text = host.notifications[0][3:5]
    assert title == WARNING
    assert "such as a backup" in text
    click(host, "Leave it there")
    until(lambda: row(host, WARNING) is None, started)
    until(lambda: pixels(host) != with_badge, started)
    assert file.read_text() == config(version=True, token=True)
    settings = json.loads((started.home / "tray" / "settings.json").read_text())
    assert settings == {"warnAboutClearTokens": False}
    process.terminate()
    assert process.wait(60) == 0
    before = len(host.registered)
    started.start("--background", bus=bus.address)
    until(lambda: len(host.registered) > before, started)
    until(lambda: row(host, "Logs are clean"), started)
    assert row(host, WARNING) is None


def test_a_configuration_that_the_cli_would_empty_has_a_badge_until_a_click_makes_it_safe(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    file = started.home / "config.json"
    file.write_text(config(version=False, token=False))
    started.start("--background", bus=bus.address)
    until(lambda: row(host, DANGER), started)
    with_badge = pixels(host)
    click(host, DANGER)
    until(lambda: host.notifications, started)
    assert "“Keep config.json safe from the CLI” in the menu" in host.notifications[0][4]
    click(host, "Keep config.json safe from the CLI")
    until(lambda: row(host, DANGER) is None, started)
    until(lambda: pixels(host) != with_badge, started)
    assert json.loads(file.read_text())["version"] == 2

"""The page of credentials, with a real keyring daemon and a real clipboard."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.processes.keyring_daemon import end_keyring_daemon, is_keyring_daemon
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import ENABLED
from tests.integration.windows_qt.rig.open_window import OpenWindow
from tests.integration.windows_qt.rig.tab_walk import walk_through

pytestmark = needs("x11", "windows")

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
_DAEMON = 'exec gnome-keyring-daemon --foreground --unlock --components=secrets <"$1"'
KEYRING_SECONDS = 120.0
"""How long the program itself waits for a keyring."""


@contextlib.contextmanager
def keyring(window: OpenWindow) -> Iterator[None]:
    """Run GNOME's keyring daemon, unlocked, in the window's session."""
    bus = window.desktop.bus
    end_keyring_daemon(bus)
    password = window.home.parent / "password"
    password.write_text("a password of one test", encoding="utf-8")  # without a line break: all of it counts
    daemon = window.desktop.run("gnome-keyring", ["sh", "-c", _DAEMON, "sh", str(password)])
    # It opens, or makes, its keyring before it takes the name.
    daemon.until_ready("the keyring", lambda: is_keyring_daemon(bus, daemon.pid))
    try:
        yield
    finally:
        daemon.end()
        until("the keyring to be gone", lambda: not is_keyring_daemon(bus, daemon.pid))


def status(window: OpenWindow) -> tuple[str, bool]:
    answer = json.loads(window.run("credentials", "list", "--json").stdout)
    return answer["protection"], answer["recoveryCode"]


def until_protected(window: OpenWindow, how: str) -> None:
    until(how, lambda: status(window)[0] == how, KEYRING_SECONDS, on_failure=window.failure)


def with_token(window: OpenWindow) -> None:
    path = window.home / "config.json"
    text = path.read_text(encoding="utf-8")
    added = text.replace('"provider": "anthropic",', f'"provider": "anthropic", "apiKey": "{TOKEN}",')
    path.write_text(added, encoding="utf-8")


@pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="needs gnome-keyring-daemon")
def test_the_key_is_put_into_the_keyring_and_removed_again(settings_window: OpenWindow) -> None:
    window = settings_window
    with_token(window)
    with keyring(window):
        window.open("--page", "credentials")
        window.press_button("Move it into the store…")
        agree(window, "Move")
        until(
            "the token to be gone", lambda: TOKEN not in json.dumps(window.config), on_failure=window.failure
        )
        window.until_says("Moved 1 token into the store.")
        button = next_button(window, "Protect with ")
        window.press_button(button)
        until_protected(window, "keyring")
        window.until_says("Tokens can be read while that is unlocked.")
        window.picture("protected")
        window.press_button("Stop protecting…")
        window.press_button("Cancel")
        assert status(window)[0] == "keyring"
        window.press_button("Stop protecting…")
        window.press_button("Stop protecting")
        until_protected(window, "machine")
        window.press_button("Undo")
        until_protected(window, "keyring")


@pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="needs gnome-keyring-daemon")
@pytest.mark.parametrize("accepted", [True, False])
def test_after_the_first_token_the_keyring_is_offered_once(first_window: OpenWindow, accepted: bool) -> None:
    window = first_window
    with keyring(window):
        window.open()
        window.until_says("Which provider?")
        window.fill("Find a provider", "anthropic")
        window.keys("Return")
        window.type(TOKEN)
        window.keys("Return")
        until("the configuration", (window.home / "config.json").exists, on_failure=window.failure)
        window.until_says("Keep the key to your tokens in ")
        assert status(window)[0] == "machine"
        window.picture("offer")
        window.press_button("Protect" if accepted else "Not now")
        until("the offer to be gone", lambda: not window.screen.says("Keep the key to your tokens in "))
        until_protected(window, "keyring" if accepted else "machine")
        if accepted:
            window.until_says("The key is now in ")
            window.press_button("Undo")
            until_protected(window, "machine")
        window.press_button("Duplicate")
        window.until_says("Copied anthropic")
        assert not window.screen.says("Keep the key to your tokens in ")


def agree(window: OpenWindow, button: str) -> None:
    """Press the button of a question, if there is one."""
    node = until(
        "the question or the result",
        lambda: window.screen.look("push button", button) or window.screen.look("push button", "Undo"),
        on_failure=window.failure,
    )
    if node.name == button:
        window.press_button(button)


def next_button(window: OpenWindow, beginning: str) -> str:
    def named() -> str | None:
        names = [node.name for node in window.screen.nodes() if node.role == "push button"]
        return next((name for name in names if name.startswith(beginning)), None)

    return until(f"a button {beginning!r}", named, on_failure=window.failure)


def test_a_recovery_code_is_shown_once_and_wiped_from_the_clipboard(settings_window: OpenWindow) -> None:
    window = settings_window
    window.open("--page", "credentials")
    window.press_button("Create a recovery code…")
    window.until_says("Your recovery code")
    pasted = window.watch_clipboard()
    before = len(pasted())
    window.press_button("Copy")
    code = until("the code in the clipboard", lambda: "".join(pasted()[before : before + 1]))
    assert len(code.split("-")) == 8
    window.picture("recovery")
    names = ("Type the last group to confirm that you have the code", "Copy", "Cancel")
    walk_through(window, lists=(), names=names, inside="Recovery code")
    until("the clipboard to be empty", lambda: pasted()[-1] == "", on_failure=window.failure)
    assert status(window) == ("none", False)
    window.fill("Type the last group to confirm that you have the code", "AAAA")
    window.fill("Type the last group to confirm that you have the code", code.split("-")[-1].lower())
    window.press_button("Done")
    window.until_says("The recovery code is valid.")
    assert status(window)[1]
    checked = window.run("credentials", "recovery", "--check", given=code + "\n")
    assert checked.returncode == 0, checked.stderr
    texts = " ".join(node.name for node in window.screen.nodes())
    assert code not in texts
    assert window.program is not None
    assert code not in window.program.tail()
    for file in (window.home / "logs").glob("*"):
        assert code.encode() not in file.read_bytes()


def test_a_code_that_is_not_confirmed_changes_nothing(settings_window: OpenWindow) -> None:
    window = settings_window
    window.open("--page", "credentials")
    window.press_button("Create a recovery code…")
    window.until_says("Your recovery code")
    window.fill("Type the last group to confirm that you have the code", "1111")
    window.until_says("That is not the last group of this code.")
    window.keys("Escape")
    until("the dialog to close", lambda: not window.screen.says("Your recovery code"))
    assert status(window) == ("none", False)


def test_a_damaged_store_is_reported_and_offers_nothing(
    settings_window: OpenWindow,
) -> None:
    window = settings_window
    window.open("--page", "credentials")
    button = window.screen.find("push button", "Create a recovery code…")
    assert button.has(ENABLED)
    (window.home / ".credentials").write_bytes(b"not ours")
    os.chmod(window.home / ".credentials", 0o600)
    window.until_says(".credentials")
    button = window.screen.find("push button", "Create a recovery code…")
    assert not button.has(ENABLED)
    window.picture("damaged")
    assert (window.home / ".credentials").read_bytes() == b"not ours"

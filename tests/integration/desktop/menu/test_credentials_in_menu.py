"""Protecting credentials with a click, with a real panel and a real keyring in every state."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.processes.keyring_daemon import end_keyring_daemon, is_keyring_daemon
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_items import Row
from tests.integration.desktop.running_tray import RunningTray

from codemie_core import ConfigLoader
from codemie_core.credentials import CredentialStore, Level
from codemie_core.home import Home

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="needs gnome-keyring-daemon"),
]

ROW = "Protect credentials with"
PROTECTED_ROW = "Credentials are protected with"
TOKENS_ROW = "Keep tokens in the encrypted store"
STORED_ROW = "Tokens are in the encrypted store"
TOKENS = ("authToken", "apiKey")


class Keyring:
    """The keyring daemon of one desktop."""

    def __init__(self, desktop: Desktop) -> None:
        self._desktop = desktop
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, unlocked: bool = True) -> None:
        bus = self._desktop.bus
        end_keyring_daemon(bus)
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        process = self.process = subprocess.Popen(
            [*command, *(["--unlock"] if unlocked else [])],
            env=self._desktop.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        process.stdin.write(b"desktop password" if unlocked else b"")
        process.stdin.close()
        until("the keyring to be there", lambda: is_keyring_daemon(bus, process.pid))

    def end(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    with Desktop() as made:
        yield made


@pytest.fixture
def keyring(desktop: Desktop) -> Iterator[Keyring]:
    made = Keyring(desktop)
    yield made
    made.end()


@pytest.fixture
def tray(desktop: Desktop, keyring: Keyring, tmp_path: Path, title: str) -> Iterator[RunningTray]:
    made = RunningTray(desktop, str(tmp_path), title)
    made.make_home()
    yield made
    made.end()


def _is_marked(tray: RunningTray) -> bool:
    return tray.row_beginning(PROTECTED_ROW) is not None


def _level(tray: RunningTray) -> Level:
    return CredentialStore(Home(tray.home)).protection().level


def test_a_click_protects_credentials_and_another_undoes_it(tray: RunningTray, keyring: Keyring) -> None:
    keyring.start()
    tray.start()
    until("the keyring's name", lambda: tray.row_beginning(f"{ROW} GNOME Keyring"))
    until("the row of today", lambda: tray.row_beginning("Today"))  # an open menu would change
    tray.open_menu()
    tray.photograph("unprotected")
    tray.choose(ROW)
    until("the store to be protected", lambda: _level(tray) is Level.KEYRING)
    until("the row to be marked", lambda: _is_marked(tray))
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("notification")
    (note,) = tray.desktop.notifications.seen()
    assert note.title == "Protected with GNOME Keyring"
    assert "codemie-tray credentials recovery" in note.text
    tray.open_menu()
    tray.photograph("protected")
    tray.choose(PROTECTED_ROW, "Stop protecting credentials")
    until("the store to be unprotected", lambda: _level(tray) is Level.MACHINE)
    until("the mark to go", lambda: not _is_marked(tray))


def test_profiles_can_be_switched_while_the_keyring_hangs(tray: RunningTray, keyring: Keyring) -> None:
    keyring.start()
    tray.start()
    until("the keyring's name", lambda: tray.row_beginning(f"{ROW} GNOME Keyring"))
    until("the row of today", lambda: tray.row_beginning("Today"))  # an open menu would change
    assert keyring.process is not None
    os.kill(keyring.process.pid, signal.SIGSTOP)
    tray.open_menu()
    tray.choose(ROW)
    until("the tray to say that it waits", lambda: tray.row_beginning("Waiting for GNOME Keyring"))
    tray.open_menu()
    tray.photograph("waiting")
    tray.choose("personal")
    until("the file to change", lambda: tray.active() == "personal")
    assert tray.row_beginning("Waiting for GNOME Keyring"), "the switch waited for the keyring"
    os.kill(keyring.process.pid, signal.SIGCONT)
    until("the store to be protected", lambda: _level(tray) is Level.KEYRING)


def _tokens(tray: RunningTray) -> list[str]:
    profiles = ConfigLoader(Home(tray.home)).load().profiles
    return [str(profile.fields[name]) for profile in profiles for name in TOKENS if profile.fields.get(name)]


def _give_tokens(tray: RunningTray, name: str, path: Path) -> list[str]:
    """Write a configuration with two tokens, in the field `name`, and return them."""
    config = json.loads(Path(tray.config).read_bytes())
    tokens = ["sk-planted-1", "sk-planted-2"]
    for profile, token in zip(("work", "personal"), tokens, strict=True):
        config["profiles"][profile][name] = token
    path.write_text(json.dumps(config, indent=2, ensure_ascii=False), encoding="utf-8")
    return tokens


def _tokens_row(tray: RunningTray) -> Row:
    row = tray.row_beginning(TOKENS_ROW)
    assert row is not None
    return row


def test_a_click_moves_the_tokens_into_the_store_and_another_moves_them_back(
    tray: RunningTray, keyring: Keyring
) -> None:
    keyring.start()
    tokens = _give_tokens(tray, "authToken", Path(tray.config))
    before = Path(tray.config).read_bytes()
    tray.start()
    tray.open_menu()
    tray.photograph("tokens-in-clear")
    tray.choose(TOKENS_ROW)
    until("references in the file", lambda: all(text.startswith("credential:") for text in _tokens(tray)))
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("tokens-moved")
    until("the row to say so", lambda: tray.row_beginning(STORED_ROW))
    stored = CredentialStore(Home(tray.home)).get_all()
    assert [stored[text.removeprefix("credential:")].reveal() for text in _tokens(tray)] == tokens
    assert not any(token.encode() in Path(tray.home, ".credentials").read_bytes() for token in tokens)
    tray.open_menu()
    tray.photograph("tokens-stored")
    tray.choose(STORED_ROW, "Move 2 tokens back to config.json")
    until("the tokens to be back", lambda: Path(tray.config).read_bytes() == before)
    until("the mark to go", lambda: tray.row_beginning(TOKENS_ROW))
    until("nothing to be left in the store", lambda: not CredentialStore(Home(tray.home)).list())


def test_the_consequences_are_shown_before_tokens_that_the_cli_reads_are_moved(
    tray: RunningTray, keyring: Keyring
) -> None:
    keyring.start()
    tokens = _give_tokens(tray, "apiKey", Path(tray.home, "codemie-cli.config.json"))
    tray.start()
    tray.open_menu()
    tray.choose_up_to(TOKENS_ROW)
    tray.photograph("explanation")
    assert _tokens(tray) == tokens
    tray.desktop.close_menus()
    tray.open_menu()
    tray.choose(TOKENS_ROW, "Move")
    until("references in the file", lambda: all(text.startswith("credential:") for text in _tokens(tray)))
    until("the row to say so", lambda: tray.row_beginning(STORED_ROW))


def test_with_a_locked_store_the_tokens_stay_and_the_menu_explains_why(
    tray: RunningTray, keyring: Keyring
) -> None:
    keyring.start()
    store = CredentialStore(Home(tray.home))
    _give_tokens(tray, "authToken", Path(tray.config))
    tray.start()
    tray.open_menu()
    tray.choose(ROW)  # something to protect: an empty store
    until("the store to be protected", lambda: store.protection().level is Level.KEYRING)
    keyring.end()
    before = Path(tray.config).read_bytes()
    tray.desktop.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    try:
        tray.end()
        tray.start()
        tray.open_menu()
        tray.choose(TOKENS_ROW)
        until("the trouble", lambda: tray.row_beginning("No keyring is in use"))
        assert Path(tray.config).read_bytes() == before
        assert not _tokens_row(tray).checked
    finally:
        del tray.desktop.environ["PYTHON_KEYRING_BACKEND"]


def test_without_a_keyring_the_menu_says_what_to_do(tray: RunningTray, keyring: Keyring) -> None:
    tray.desktop.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    try:
        tray.start()
        until("the row of today", lambda: tray.row_beginning("Today"))  # an open menu would change
        tray.open_menu()
        tray.choose(ROW)
        until(
            "the trouble",
            lambda: tray.row_beginning("No keyring is in use. That was chosen by PYTHON_KEYRING_BACKEND"),
        )
        tray.open_menu()
        tray.photograph("no-keyring")
        tray.close_menu()
        assert _level(tray) is Level.NONE
    finally:
        del tray.desktop.environ["PYTHON_KEYRING_BACKEND"]

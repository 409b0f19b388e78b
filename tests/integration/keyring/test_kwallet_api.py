"""KDE's wallet over its own D-Bus interface, which the library uses if dbus-python is installed."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest
from tests.integration.desktop.rig.system_packages import missing
from tests.integration.keyring.session import Session
from tests.integration.keyring.test_gnome_keyring import Said, ask
from tests.integration.keyring.test_kwallet import CLOSE, SETTINGS, start_wallet
from tests.support.waiting import until

_DBUS_PYTHON = Path("/usr/lib/python3/dist-packages")
_BINDINGS = f"_dbus_bindings.cpython-{sys.version_info.major}{sys.version_info.minor}-*.so"
_ABSENT = [part.package for part in missing(("kwallet", "x11"))]
if not list(_DBUS_PYTHON.glob(_BINDINGS)):
    _ABSENT.append("python3-dbus for this Python")
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(_ABSENT), reason=f"not installed: {', '.join(_ABSENT)}"),
]
LONG_SECONDS = 60


@pytest.fixture
def over_its_api(session: Session, tmp_path: Path) -> Session:
    """A session whose programs find Debian's dbus-python (it has no wheels) and choose KDE's wallet."""
    folder = tmp_path / "dbus-python"
    folder.mkdir()
    for path in (_DBUS_PYTHON / "dbus", *_DBUS_PYTHON.glob("_dbus*.so")):
        (folder / path.name).symlink_to(path)
    session.environ["PYTHONPATH"] += os.pathsep + str(folder)
    session.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.kwallet.DBusKeyring"
    session.environ["XDG_CURRENT_DESKTOP"] = "KDE"
    return session


def questions(session: Session) -> list[str]:
    """Return the numbers of the wallet's windows on the screen."""
    return session.run("xdotool", "search", "--onlyvisible", "--class", "kwalletd5").stdout.split()


def refused_by_hand(session: Session, *actions: str) -> list[Said]:
    """Do `actions`, and press Escape on the window that asks."""
    said: list[Said] = []

    def act() -> None:
        said.extend(ask(session, *actions, asking=True, limit=LONG_SECONDS))

    thread = threading.Thread(target=act)
    thread.start()
    try:
        until(lambda: questions(session))
    finally:
        while thread.is_alive():
            session.run("xdotool", "key", "Escape")
            thread.join(0.5)
    return said


def test_an_open_wallet_keeps_the_master_key(over_its_api: Session) -> None:
    over_its_api.start_bus()
    start_wallet(over_its_api, opened=True)
    said = ask(over_its_api, "name", "set", "protect", "get", "rekey", "unprotect", "get", asking=True)
    assert [one.error for one in said] == [""] * 7, said
    assert [one.result for one in said] == ["KDE Wallet", None, True, "1", True, True, "1"]


def test_a_wallet_that_was_closed_is_locked_at_once_in_the_background(over_its_api: Session) -> None:
    over_its_api.start_bus()
    start_wallet(over_its_api, opened=True)
    assert [one.error for one in ask(over_its_api, "set", "protect", "get", asking=True)] == ["", "", ""]
    assert [one.result for one in ask(over_its_api, "get")] == ["1"]  # open: asks nothing
    done = over_its_api.python(CLOSE)
    assert done.returncode == 0, done.stderr
    until(lambda: [one.error for one in ask(over_its_api, "get", "set")] == ["KeyringLocked"] * 2)


def test_a_wallet_that_was_never_made_is_locked_at_once_in_the_background(over_its_api: Session) -> None:
    over_its_api.start_bus()
    start_wallet(over_its_api, opened=False)
    said = ask(over_its_api, "set", "protect", "get")
    assert [one.error for one in said] == ["", "KeyringLocked", ""], said


@pytest.mark.parametrize("first_use", [False, True], ids=["password", "wizard"])
def test_a_question_that_is_refused_changes_nothing(over_its_api: Session, *, first_use: bool) -> None:
    over_its_api.start_screen()
    over_its_api.environ["QT_QPA_PLATFORM"] = "xcb"
    over_its_api.start_bus()
    settings = SETTINGS.replace("First Use=false", "First Use=true") if first_use else SETTINGS
    with open(
        os.path.join(over_its_api.environ["XDG_CONFIG_HOME"], "kwalletrc"), "w", encoding="utf-8"
    ) as file:
        file.write(settings)
    over_its_api.start("kwalletd5")
    until(over_its_api.has_secret_service)
    said = refused_by_hand(over_its_api, "set", "protect", "get")
    assert [one.error for one in said] == ["", "KeyringLocked", ""], said
    assert not questions(over_its_api)


def test_a_bus_without_the_daemon_has_no_keyring(over_its_api: Session) -> None:
    del over_its_api.environ["PYTHON_KEYRING_BACKEND"]
    over_its_api.start_bus(activating=False)
    said = ask(over_its_api, "set", "protect", "get", asking=True)
    assert [one.error for one in said] == ["", "KeyringAbsent", ""], said

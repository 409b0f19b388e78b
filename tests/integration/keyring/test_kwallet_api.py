"""KDE's wallet over its own D-Bus interface, which the library uses if dbus-python is installed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from tests.integration.desktop.rig.system_packages import missing
from tests.integration.keyring.kde_wallet import KWALLETD5, PASSWORD, SETTINGS, Daemon, KdeWallet
from tests.integration.keyring.session import Session
from tests.integration.keyring.test_gnome_keyring import LIMIT_SECONDS, SLACK_SECONDS, ask
from tests.support.waiting import until

_DBUS_PYTHON = Path("/usr/lib/python3/dist-packages")
_BINDINGS = f"_dbus_bindings.cpython-{sys.version_info.major}{sys.version_info.minor}-*.so"
ABSENT_LIBRARY = [] if list(_DBUS_PYTHON.glob(_BINDINGS)) else ["python3-dbus for this Python"]
"""What the library needs for this interface, if it is not installed."""
_ABSENT = [part.package for part in missing(("kwallet", "x11"))] + ABSENT_LIBRARY
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(_ABSENT), reason=f"not installed: {', '.join(_ABSENT)}"),
]


def protect(wallet: KdeWallet) -> None:
    said = ask(wallet.session, "set", "protect", "get", asking=True)
    assert [one.error for one in said] == ["", "", ""], said


class ApiContract:
    """What must hold with every version of KDE's wallet; a subclass has a fixture `daemon`."""

    @pytest.fixture
    def wallet(self, session: Session, daemon: Daemon, tmp_path: Path) -> KdeWallet:
        """The wallet in a session whose programs use Debian's dbus-python, which has no wheels."""
        folder = tmp_path / "dbus-python"
        folder.mkdir()
        for path in (_DBUS_PYTHON / "dbus", *_DBUS_PYTHON.glob("_dbus*.so")):
            (folder / path.name).symlink_to(path)
        session.environ["PYTHONPATH"] += os.pathsep + str(folder)
        session.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.kwallet.DBusKeyring"
        session.environ["XDG_CURRENT_DESKTOP"] = "KDE"
        return KdeWallet(session, daemon)

    @pytest.fixture
    def protected(self, wallet: KdeWallet) -> KdeWallet:
        """An open wallet that has the key."""
        # The library uses only a daemon that runs, and that the bus could start as well.
        wallet.session.start_bus()
        wallet.start(opened=True)
        protect(wallet)
        return wallet

    @pytest.fixture
    def asking(self, wallet: KdeWallet) -> KdeWallet:
        """A wallet that was closed after it got the key, on a screen."""
        wallet.on_screen()
        wallet.session.start_bus()
        wallet.start(opened=True)
        protect(wallet)
        wallet.close()
        return wallet

    def test_an_open_wallet_keeps_the_master_key(self, wallet: KdeWallet) -> None:
        wallet.session.start_bus()
        wallet.start(opened=True)
        said = ask(wallet.session, "name", "set", "protect", "get", "rekey", "unprotect", "get", asking=True)
        assert [one.error for one in said] == [""] * 7, said
        assert [one.result for one in said] == ["KDE Wallet", None, True, "1", True, True, "1"]

    def test_a_wallet_that_was_closed_is_locked_at_once_in_the_background(self, asking: KdeWallet) -> None:
        until(lambda: [one.error for one in ask(asking.session, "get", "set")] == ["KeyringLocked"] * 2)
        assert asking.questions() == []

    def test_a_wallet_that_was_never_made_is_locked_at_once_in_the_background(
        self, wallet: KdeWallet
    ) -> None:
        wallet.session.start_bus()
        wallet.start(opened=False)
        said = ask(wallet.session, "set", "protect", "get")
        assert [one.error for one in said] == ["", "KeyringLocked", ""], said

    @pytest.mark.parametrize("first_use", [False, True], ids=["password", "wizard"])
    def test_a_question_that_is_refused_changes_nothing(self, wallet: KdeWallet, *, first_use: bool) -> None:
        wallet.on_screen()
        wallet.session.start_bus()
        if first_use:
            wallet.configure(SETTINGS.replace("First Use=false", "First Use=true"))
        wallet.start(opened=False)
        said = wallet.answered("set", "protect", "get", keys=("Escape",))
        assert [one.error for one in said] == ["", "KeyringLocked", ""], said
        assert not wallet.questions()

    def test_the_password_opens_a_closed_wallet(self, asking: KdeWallet) -> None:
        said = asking.answered("get", typed=PASSWORD, keys=("Return",))
        assert [one.result for one in said] == ["1"], said
        assert asking.questions() == []

    def test_an_unanswered_question_ends_at_the_time_limit(self, asking: KdeWallet) -> None:
        said = ask(asking.session, "get", asking=True, limit=LIMIT_SECONDS)
        assert [one.error for one in said] == ["KeyringHung"], said
        assert len(asking.questions()) == 1

    def test_a_hung_daemon_ends_at_the_time_limit(self, wallet: KdeWallet) -> None:
        wallet.session.start_bus()
        daemon = wallet.start(opened=True)
        protect(wallet)
        daemon.send_signal(signal.SIGSTOP)
        try:
            said = ask(wallet.session, "get", "unprotect", limit=2)
        finally:
            daemon.send_signal(signal.SIGCONT)
        assert [one.error for one in said] == ["KeyringHung"] * 2
        assert all(2 <= one.seconds < 2 + SLACK_SECONDS for one in said)
        assert ask(wallet.session, "get")[0].result == "1"

    def test_a_lost_bus_is_reported_as_absent_and_nothing_changes(self, protected: KdeWallet) -> None:
        protected.session.stop_bus()
        del protected.session.environ["PYTHON_KEYRING_BACKEND"]  # the library can't load it without a bus
        assert [one.error for one in ask(protected.session, "get", "unprotect")] == ["KeyringAbsent"] * 2

    def test_a_bus_without_the_daemon_has_no_keyring(self, wallet: KdeWallet) -> None:
        del wallet.session.environ["PYTHON_KEYRING_BACKEND"]
        wallet.session.start_bus(activating=False)
        said = ask(wallet.session, "set", "protect", "get", asking=True)
        assert [one.error for one in said] == ["", "KeyringAbsent", ""], said


class TestKwalletd5(ApiContract):
    @pytest.fixture
    def daemon(self) -> Daemon:
        return KWALLETD5

"""What must hold with every version of KDE's wallet as the system's keyring, in each state of its daemon."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest
from tests.integration.keyring.kde_wallet import PASSWORD, SETTINGS, Daemon, KdeWallet
from tests.integration.keyring.session import Session
from tests.integration.keyring.test_gnome_keyring import LIMIT_SECONDS, SLACK_SECONDS, Said, ask
from tests.support.scale import rounds
from tests.support.waiting import until

_TAKE_KEYS = """
import json, os, sys
import secretstorage
keys = json.loads(sys.argv[1])
take = os.urandom
secretstorage.dhcrypto.os.urandom = lambda size: (
    keys.pop(0).to_bytes(size, "big") if size == 128 and keys else take(size)
)
"""
_STORE = f"""{_TAKE_KEYS}
from jeepney import DBusErrorResponse
from codemie_core.credentials.os_keyring.unambiguous_session import open_session
bus = secretstorage.dbus_init()
wallet = secretstorage.get_default_collection(bus)
wallet.unlock()
for number in range(int(sys.argv[3])):
    wallet.session = open_session(bus) if sys.argv[2] == "ours" else None
    secret = b"secret %d" % number
    try:
        wallet.create_item("one", {{"service": "of a test"}}, secret, replace=True)
        read = next(wallet.search_items({{"service": "of a test"}})).get_secret()
    except DBusErrorResponse as error:
        read = error.name.encode()
    print("equal" if read == secret else read.decode(errors="replace"))
"""
_HELPER = f"""{_TAKE_KEYS}
from codemie_core.credentials.os_keyring.helper import _answer
print(_answer({{"call": "put", "items": ["one"], "secret": "its secret", "interactive": True}}))
print(len(keys), "keys left")
"""
_SIGNED_KEY = 2183
"""A private key whose public key, read as a signed number, begins with more than its sign."""


class WalletContract:
    """A subclass has a fixture `daemon`."""

    @pytest.fixture
    def wallet(self, session: Session, daemon: Daemon) -> KdeWallet:
        """The wallet of a user whose session has a bus, but no daemon yet."""
        session.start_bus(activating=False)
        return KdeWallet(session, daemon)

    @pytest.fixture
    def opened(self, wallet: KdeWallet) -> KdeWallet:
        wallet.start(opened=True)
        return wallet

    @pytest.fixture
    def protected(self, opened: KdeWallet) -> KdeWallet:
        protect(opened)
        return opened

    @pytest.fixture
    def asking(self, wallet: KdeWallet) -> KdeWallet:
        """A wallet that was closed after it got the key, on a screen."""
        wallet.on_screen()
        wallet.start(opened=True)
        protect(wallet)
        wallet.close()
        return wallet

    def test_set_get_protect_and_unprotect_work_and_the_wallet_is_named(self, opened: KdeWallet) -> None:
        # The wallet that the login opened counts as locked for the Secret Service until a program unlocks it,
        # which asks the person nothing.
        said = ask(opened.session, "name", "set", "protect", "get", "rekey", "get", asking=True)
        assert [one.error for one in said] == [""] * 6, said
        assert [one.result for one in said] == ["KDE Wallet", None, True, "1", True, "1"]
        said = ask(opened.session, "get", "unprotect", "get")
        assert [one.result for one in said] == ["1", True, "1"], said

    def test_a_wallet_that_was_never_created_is_reported_as_locked_in_the_background(
        self, wallet: KdeWallet
    ) -> None:
        wallet.start(opened=False)
        said = ask(wallet.session, "set", "protect", "get")
        assert [one.error for one in said] == ["", "KeyringLocked", ""], said

    def test_a_closed_wallet_is_reported_as_locked_in_the_background(self, asking: KdeWallet) -> None:
        until(lambda: [one.error for one in ask(asking.session, "get", "set")] == ["KeyringLocked"] * 2)
        assert asking.questions() == []

    def test_the_password_opens_a_closed_wallet(self, asking: KdeWallet) -> None:
        said = asking.answered("get", typed=PASSWORD, keys=("Return",))
        assert [one.result for one in said] == ["1"], said
        assert asking.questions() == []

    def test_a_refused_question_is_reported_as_locked_and_changes_nothing(self, asking: KdeWallet) -> None:
        said = asking.answered("get", "unprotect", keys=("Escape",))
        assert [one.error for one in said] == ["KeyringLocked"] * 2, said
        assert asking.questions() == []
        assert asking.answered("get", typed=PASSWORD, keys=("Return",))[0].result == "1"

    def test_an_unanswered_question_ends_at_the_time_limit(self, asking: KdeWallet) -> None:
        said = ask(asking.session, "get", asking=True, limit=LIMIT_SECONDS)
        assert [one.error for one in said] == ["KeyringHung"], said
        assert len(asking.questions()) == 1

    def test_a_daemon_without_a_screen_cannot_start_and_the_keyring_is_absent(
        self, session: Session, daemon: Daemon
    ) -> None:
        wallet = KdeWallet(session, daemon)
        del session.environ["QT_QPA_PLATFORM"]
        folder = os.path.join(session.environ["XDG_DATA_HOME"], "dbus-1", "services")
        os.makedirs(folder)
        program = " ".join([*daemon.prefix, f"/usr/bin/{daemon.name}"])
        with open(os.path.join(folder, "org.freedesktop.secrets.service"), "w", encoding="utf-8") as file:
            file.write(f"[D-BUS Service]\nName=org.freedesktop.secrets\nExec={program}\n")
        session.start_bus()
        said = ask(session, "name", "set", "protect", "get", asking=True)
        assert [one.error for one in said] == ["", "", "KeyringAbsent", ""], said
        assert not os.path.exists(wallet.file)

    def test_a_disabled_wallet_is_absent(self, wallet: KdeWallet) -> None:
        wallet.configure(SETTINGS.replace("Enabled=true", "Enabled=false"))
        daemon = wallet.session.start(*wallet.daemon.prefix, wallet.daemon.name)
        daemon.wait(timeout=100)  # it ends at once
        said = ask(wallet.session, "set", "protect", "get", asking=True)
        assert [one.error for one in said] == ["", "KeyringAbsent", ""], said

    def test_a_hung_daemon_ends_at_the_time_limit(self, wallet: KdeWallet) -> None:
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

    def test_a_daemon_killed_during_a_call_is_absent(self, wallet: KdeWallet) -> None:
        daemon = wallet.start(opened=True)
        protect(wallet)
        daemon.send_signal(signal.SIGSTOP)
        said: list[Said] = []
        limit = 4 * LIMIT_SECONDS
        asking = threading.Thread(target=lambda: said.extend(ask(wallet.session, "get", limit=limit)))
        asking.start()
        until(lambda: helpers(wallet.session))
        daemon.kill()
        asking.join()
        assert [one.error for one in said] == ["KeyringAbsent"], said
        assert said[0].seconds < limit

    def test_a_daemon_killed_between_calls_is_absent_and_its_next_start_opens_the_store(
        self, wallet: KdeWallet
    ) -> None:
        daemon = wallet.start(opened=True)
        before = os.stat(wallet.file).st_mtime_ns
        protect(wallet)
        # It answers some seconds before it writes its file; what is not written by then is lost.
        until(lambda: os.stat(wallet.file).st_mtime_ns != before)
        daemon.kill()
        daemon.wait()
        until(lambda: not wallet.session.has_secret_service())
        assert [one.error for one in ask(wallet.session, "get", "unprotect")] == ["KeyringAbsent"] * 2
        wallet.start(opened=True)
        assert ask(wallet.session, "get", asking=True)[0].result == "1"

    def test_a_lost_bus_is_reported_as_absent_and_nothing_changes(self, protected: KdeWallet) -> None:
        protected.session.stop_bus()
        assert [one.error for one in ask(protected.session, "get", "unprotect")] == ["KeyringAbsent"] * 2

    def test_what_is_stored_is_read_with_keys_that_this_daemon_misreads(self, opened: KdeWallet) -> None:
        session = opened.session
        assert stored(session, "ours", _SIGNED_KEY) == ["equal"]
        (by_the_library,) = stored(session, "library", _SIGNED_KEY)
        assert by_the_library.endswith(".InvalidObjectPath")  # the control: the daemon could not decrypt it
        done = session.python(_HELPER, json.dumps([_SIGNED_KEY]))
        answer = "{'store': 'KDE Wallet', 'values': ['its secret']}"
        assert done.stdout == f"{answer}\n0 keys left\n", done.stderr

    def test_hundreds_of_sessions_return_what_was_stored_in_them(self, opened: KdeWallet) -> None:
        number = rounds(100, 2000)
        assert stored(opened.session, "ours", times=number) == ["equal"] * number


def protect(wallet: KdeWallet) -> None:
    said = ask(wallet.session, "set", "protect", "get", asking=True)
    assert [one.error for one in said] == ["", "", ""], said


def helpers(session: Session) -> list[int]:
    """Return the keyring's helpers that run in the session."""
    found = []
    for number in session._activated():
        try:
            with open(f"/proc/{number}/cmdline", "rb") as file:
                if b"os_keyring.helper" in file.read():
                    found.append(number)
        except OSError:
            continue
    return found


def stored(session: Session, opening: str, *keys: int, times: int = 1) -> list[str]:
    """Store and read in sessions opened by the library or, with "ours", by `open_session`.

    `keys` are the first private keys.
    """
    done = session.python(_STORE, json.dumps(keys), opening, str(times), timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()

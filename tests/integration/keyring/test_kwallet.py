"""KDE's wallet as the system's keyring: kwalletd5 offers the Secret Service since KDE Frameworks 5.97."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess

import pytest
from tests.integration.desktop.rig.system_packages import missing
from tests.integration.keyring.session import Session
from tests.integration.keyring.test_gnome_keyring import SLACK_SECONDS, ask
from tests.support.scale import rounds
from tests.support.waiting import until

_ABSENT = [part.package for part in missing(("kwallet",))]
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(_ABSENT), reason=f"not installed: {', '.join(_ABSENT)}"),
]

SETTINGS = """\
[Wallet]
Enabled=true
First Use=false
Default Wallet=kdewallet
Use One Wallet=true
[org.freedesktop.secrets]
apiEnabled=true
"""
_OPEN = """
import sys
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
wallets = DBusAddress("/modules/kwalletd5", "org.kde.kwalletd5", "org.kde.KWallet")
key = bytes.fromhex(sys.argv[1])
connection = open_dbus_connection("SESSION")
print(connection.send_and_get_reply(new_method_call(wallets, "pamOpen", "sayi", ("kdewallet", key, 0))).body)
"""
CLOSE = """
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
wallets = DBusAddress("/modules/kwalletd5", "org.kde.kwalletd5", "org.kde.KWallet")
call = new_method_call(wallets, "close", "sb", ("kdewallet", True))
open_dbus_connection("SESSION").send_and_get_reply(call)
"""
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
_FILE = "kwalletd/kdewallet.kwl"
KEY = hashlib.sha512(b"login password").digest()[:56].hex()
"""As long as the one that KDE's PAM module derives from the login password."""


def start_wallet(session: Session, *, opened: bool) -> subprocess.Popen[bytes]:
    """Start the daemon as a login does, and return it; `opened` passes it the key derived at login."""
    session.environ["QT_QPA_PLATFORM"] = "offscreen"
    with open(os.path.join(session.environ["XDG_CONFIG_HOME"], "kwalletrc"), "w", encoding="utf-8") as file:
        file.write(SETTINGS)
    # The first login creates the wallet; the daemon offers it to the Secret Service from its next start.
    for first in (True, False) if opened else (False,):
        daemon = session.start("kwalletd5")
        until(session.has_secret_service)
        if opened:
            done = session.python(_OPEN, KEY)
            assert done.stdout.strip() == "()", (done.stdout, done.stderr)
        if first:
            until(lambda: os.path.exists(os.path.join(session.environ["XDG_DATA_HOME"], _FILE)))
            daemon.terminate()
            daemon.wait()
            until(lambda: not session.has_secret_service())
    return daemon


@pytest.fixture
def kwallet(session: Session) -> Session:
    session.start_bus(activating=False)
    start_wallet(session, opened=True)
    return session


def test_set_get_protect_and_unprotect_work_and_the_wallet_is_named(kwallet: Session) -> None:
    # The wallet that the login opened counts as locked for the Secret Service until a program unlocks it,
    # which asks the person nothing.
    said = ask(kwallet, "name", "set", "protect", "get", "rekey", "get", asking=True)
    assert [one.error for one in said] == [""] * 6, said
    assert [one.result for one in said] == ["KDE Wallet", None, True, "1", True, "1"]
    said = ask(kwallet, "get", "unprotect", "get")
    assert [one.result for one in said] == ["1", True, "1"], said


def test_a_wallet_that_was_never_created_is_reported_as_locked_in_the_background(session: Session) -> None:
    session.start_bus(activating=False)
    start_wallet(session, opened=False)
    said = ask(session, "set", "protect", "get")
    assert [one.error for one in said] == ["", "KeyringLocked", ""], said


def test_a_closed_wallet_is_reported_as_locked_in_the_background(kwallet: Session) -> None:
    assert [one.error for one in ask(kwallet, "set", "protect", "get", asking=True)] == ["", "", ""]
    done = kwallet.python(CLOSE)
    assert done.returncode == 0, done.stderr
    until(lambda: [one.error for one in ask(kwallet, "get", "set")] == ["KeyringLocked"] * 2)


def test_a_hung_daemon_ends_at_the_time_limit(session: Session) -> None:
    session.start_bus(activating=False)
    daemon = start_wallet(session, opened=True)
    assert [one.error for one in ask(session, "set", "protect", "get", asking=True)] == ["", "", ""]
    daemon.send_signal(signal.SIGSTOP)
    try:
        said = ask(session, "get", "unprotect", limit=2)
    finally:
        daemon.send_signal(signal.SIGCONT)
    assert [one.error for one in said] == ["KeyringHung"] * 2
    assert all(2 <= one.seconds < 2 + SLACK_SECONDS for one in said)
    assert ask(session, "get")[0].result == "1"


def test_a_daemon_killed_between_calls_is_absent_and_its_next_start_opens_the_store(session: Session) -> None:
    session.start_bus(activating=False)
    daemon = start_wallet(session, opened=True)
    file = os.path.join(session.environ["XDG_DATA_HOME"], _FILE)
    before = os.stat(file).st_mtime_ns
    assert [one.error for one in ask(session, "set", "protect", "get", asking=True)] == ["", "", ""]
    # It answers some seconds before it writes its file; what is not written by then is lost.
    until(lambda: os.stat(file).st_mtime_ns != before)
    daemon.kill()
    daemon.wait()
    until(lambda: not session.has_secret_service())
    assert [one.error for one in ask(session, "get", "unprotect")] == ["KeyringAbsent"] * 2
    start_wallet(session, opened=True)
    assert ask(session, "get", asking=True)[0].result == "1"


def test_a_lost_bus_is_reported_as_absent_and_nothing_changes(kwallet: Session) -> None:
    assert [one.error for one in ask(kwallet, "set", "protect", "get", asking=True)] == ["", "", ""]
    kwallet.stop_bus()
    assert [one.error for one in ask(kwallet, "get", "unprotect")] == ["KeyringAbsent"] * 2


def stored(session: Session, opening: str, *keys: int, times: int = 1) -> list[str]:
    """Store and read in sessions opened by the library or, with "ours", by `open_session`.

    `keys` are the first private keys.
    """
    done = session.python(_STORE, json.dumps(keys), opening, str(times), timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_what_is_stored_is_read_with_keys_that_this_daemon_misreads(kwallet: Session) -> None:
    assert stored(kwallet, "ours", _SIGNED_KEY) == ["equal"]
    (by_the_library,) = stored(kwallet, "library", _SIGNED_KEY)
    assert by_the_library.endswith(".InvalidObjectPath")  # the control: the daemon could not decrypt it
    done = kwallet.python(_HELPER, json.dumps([_SIGNED_KEY]))
    assert done.stdout == "{'store': 'KDE Wallet', 'values': ['its secret']}\n0 keys left\n", done.stderr


def test_hundreds_of_sessions_return_what_was_stored_in_them(kwallet: Session) -> None:
    number = rounds(100, 2000)
    assert stored(kwallet, "ours", times=number) == ["equal"] * number

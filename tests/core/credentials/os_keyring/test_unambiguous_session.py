"""Sessions of the Secret Service, with a daemon in Python that chooses its keys; KDE's is in integration."""

from __future__ import annotations

import sys
from typing import Any

import pytest

if sys.platform != "linux":
    pytest.skip("the Secret Service is Linux's", allow_module_level=True)

from jeepney import DBusErrorResponse, HeaderFields, Message, new_error, new_method_return
from secretstorage import dhcrypto
from secretstorage.util import format_secret

from codemie_core.credentials.os_keyring.unambiguous_session import open_session, use_unambiguous_sessions

PRIME = dhcrypto.DH_PRIME_1024


class Daemon:
    """Answers like a daemon's connection; the key of its first session makes the shared number short."""

    def __init__(self) -> None:
        self.public: list[bytes] = []
        self.sessions: dict[str, int] = {}
        self.error = ""

    def send_and_get_reply(self, message: Message) -> Message:
        message.header.serial = 1
        assert message.header.fields[HeaderFields.member] == "OpenSession"
        if self.error:
            return new_error(message, self.error)
        _, (_, public) = message.body
        self.public.append(public)
        theirs = int.from_bytes(public, "big")
        own = next(n for n in range(3, 100_000) if self._is_short(theirs, n) == (len(self.public) == 1))
        path = f"/session/{len(self.public)}"
        self.sessions[path] = pow(theirs, own, PRIME)
        answer = (("ay", pow(2, own, PRIME).to_bytes(128, "big")), path)
        return new_method_return(message, "vo", answer)

    def _is_short(self, theirs: int, own: int) -> bool:
        return pow(theirs, own, PRIME).bit_length() <= 127 * 8


def keys_from(monkeypatch: pytest.MonkeyPatch, *private: int) -> None:
    """Let the library take these private keys, in this order."""
    left = list(private)
    monkeypatch.setattr("secretstorage.dhcrypto.os.urandom", lambda size: left.pop(0).to_bytes(size, "big"))


def test_an_exchange_that_ends_in_a_short_number_is_repeated() -> None:
    daemon = Daemon()
    session = open_session(daemon)
    assert len(daemon.public) == 2
    assert session.object_path == "/session/2"
    assert daemon.sessions["/session/1"].bit_length() <= 127 * 8 < daemon.sessions["/session/2"].bit_length()
    path, _, _, _ = format_secret(session, b"secret", "text/plain")
    assert path == "/session/2"


def private_key(*, begins: tuple[int, int]) -> int:
    """Return a private key whose public key begins with a byte in this range, then with a set bit."""
    low, high = begins
    for number in range(2048, 1_000_000):
        public = pow(2, number, PRIME).to_bytes(128, "big")
        if low <= public[0] <= high and public[1] & 0x80:
            return number
    raise AssertionError("there is none")


def test_a_public_key_that_can_be_read_in_two_ways_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    signed, short, usual = (private_key(begins=one) for one in ((0xFF, 0xFF), (0, 0), (0x01, 0xFE)))
    daemon = Daemon()
    keys_from(monkeypatch, signed, usual, short, usual)
    open_session(daemon)
    assert daemon.public == [pow(2, usual, PRIME).to_bytes(128, "big")] * 2


def test_a_service_without_encryption_is_left_to_the_library() -> None:
    daemon = Daemon()
    daemon.error = "org.freedesktop.DBus.Error.NotSupported"
    assert open_session(daemon) is None


def test_a_refusal_is_passed_on() -> None:
    daemon = Daemon()
    daemon.error = "org.freedesktop.DBus.Error.AccessDenied"
    with pytest.raises(DBusErrorResponse):
        open_session(daemon)


def test_the_backend_gives_each_collection_such_a_session() -> None:
    class Collection:
        connection = Daemon()
        session: Any = None

    class Backend:
        def get_preferred_collection(self) -> Collection:
            return Collection()

    backend = Backend()
    use_unambiguous_sessions(backend)
    assert backend.get_preferred_collection().session.object_path == "/session/2"

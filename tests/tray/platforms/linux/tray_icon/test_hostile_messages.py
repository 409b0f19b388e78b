"""Whatever bytes the bus delivers: an answer, an error or silence, but never an exception."""

from __future__ import annotations

import logging
import os
import random
import socket
from typing import Any

import pytest
from tests.tray.tray_icon.views import a_view

from codemie_tray.tray_icon.linux.dbus import wire
from codemie_tray.tray_icon.linux.dbus.bus import Bus
from codemie_tray.tray_icon.linux.dbus.connection import Connection, ConnectionLost
from codemie_tray.tray_icon.linux.dbus.dispatch import Dispatcher
from codemie_tray.tray_icon.linux.dbus.outage import Patience
from codemie_tray.tray_icon.linux.item import Item
from codemie_tray.tray_icon.linux.menu.menu_object import MenuObject
from codemie_tray.tray_icon.linux.notifications import Asked, Notifications
from codemie_tray.tray_icon.linux.registration import WATCHER, Registration

MUTATIONS = int(os.environ.get("CODEMIE_MUTATIONS", "20000"))
"""Number of mutated messages; in full, 100,000."""

_ITEM, _MENU = "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_VALID: list[tuple[Any, ...]] = [
    ("/StatusNotifierItem", _ITEM, "Activate", "ii", (1, 2)),
    ("/StatusNotifierItem", _ITEM, "Scroll", "is", (1, "vertical")),
    ("/StatusNotifierItem", _PROPERTIES, "GetAll", "s", (_ITEM,)),
    ("/StatusNotifierItem", _PROPERTIES, "Get", "ss", (_ITEM, "ToolTip")),
    ("/StatusNotifierItem", _PROPERTIES, "Set", "ssv", (_ITEM, "Title", ("s", "x"))),
    ("/MenuBar", _MENU, "GetLayout", "iias", (0, -1, ["label"])),
    ("/MenuBar", _MENU, "GetGroupProperties", "aias", ([1, 2], ["label", "enabled"])),
    ("/MenuBar", _MENU, "GetProperty", "is", (1, "label")),
    ("/MenuBar", _MENU, "Event", "isvu", (1, "clicked", ("i", 0), 7)),
    ("/MenuBar", _MENU, "EventGroup", "a(isvu)", ([(1, "clicked", ("a{sv}", {"a": ("s", "b")}), 7)],)),
    ("/MenuBar", _MENU, "AboutToShowGroup", "ai", ([1, 2, 3],)),
    ("/", "org.freedesktop.DBus.Introspectable", "Introspect", "", ()),
]


def _valid_messages() -> list[bytes]:
    calls = [wire.encode_call(5, "org.example.Us", *call) for call in _VALID]
    signals = [
        wire.encode_signal(
            6,
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus",
            "NameOwnerChanged",
            "sss",
            (WATCHER, "", ":1.5"),
        )
    ]
    asked = wire.Call(3, ":1.9", "/", "", "x", "", (), True)
    replies = [
        wire.encode_return(7, asked, "u", (1,)),
        wire.encode_return(8, asked, "as", (["body"],)),
        wire.encode_error(9, asked, "org.freedesktop.DBus.Error.ServiceUnknown", "no"),
    ]
    return calls + signals + replies


def _mutated(message: bytes, chance: random.Random) -> bytes:
    data = bytearray(message)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        what = chance.randrange(6)
        if what == 0:
            data[at] = chance.randrange(256)
        elif what == 1:
            data[at] ^= 1 << chance.randrange(8)
        elif what == 2:
            del data[at : at + chance.randint(1, 9)]
        elif what == 3:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 9)))
        elif what == 4:
            data[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\x00\x00\x00\x00"))
        else:
            data[at : at + 1] = chance.choice((b"v", b"(", b"{", b"a", b"h", b"\x00", b"\xed\xa0\x80"))
        if not data:
            return b"l"
    return bytes(data)


class Tray:
    """The tray without its loop and socket; counts what it would send."""

    def __init__(self) -> None:
        self.bus = Bus(on_connected=_nothing, on_call=_nothing, on_signal=_nothing, patience=Patience())
        view = a_view()
        self.clicks: list[object] = []
        menu = MenuObject(self.bus, self.clicks.append)
        menu.set_menu(view.menu)
        item = Item(
            self.bus,
            name="x",
            design=view.icon,
            title="t",
            text="x",
            menu_path="/MenuBar",
            on_click=_nothing,
            on_token=_nothing,
        )
        self.dispatcher = Dispatcher({"/StatusNotifierItem": item, "/MenuBar": menu})
        self.registration = Registration(self.bus, "/StatusNotifierItem", _nothing, host_seconds=3.0)
        self.notifications = Notifications(self.bus, "x", lambda: item.pixmaps()[-1])
        self.answers = self.refusals = self.unreadable = 0

    def take(self, message: wire.Incoming | None) -> None:
        if isinstance(message, wire.Call):
            self.registration.take_call(message)
            self.dispatcher.answer(message, self._answer, self._refuse)
        elif isinstance(message, wire.Signal):
            self.registration.take_signal(message)
        elif isinstance(message, wire.Reply):
            self.registration._got_name(message)
            self.registration._registered(message)
            self.registration._offer_again(message)
            self.notifications._notify(Asked("title"), "text", message, None)
        else:
            self.unreadable += 1

    def _answer(self, call: wire.Call, signature: str, body: tuple[Any, ...]) -> None:
        self.answers += 1
        wire.encode_return(1, call, signature, body)

    def _refuse(self, call: wire.Call, name: str, text: str) -> None:
        self.refusals += 1
        assert name != "org.freedesktop.DBus.Error.Failed", (call, text)
        wire.encode_error(1, call, name, text)


def _nothing(*_: object) -> None:
    pass


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "codemie_tray")


def test_every_valid_message_is_understood() -> None:
    tray = Tray()
    for message in _valid_messages():
        assert wire.size_of(message) == len(message)
        tray.take(wire.decode(message))
    assert (tray.answers, tray.refusals, tray.unreadable) == (10, 2, 0)  # `Set` and `Activate` are refused


def test_mutated_messages_are_answered_rejected_or_ignored() -> None:
    tray, chance, valid = Tray(), random.Random(2026), _valid_messages()  # noqa: S311 - the same every time
    for _ in range(MUTATIONS):
        tray.take(wire.decode(_mutated(chance.choice(valid), chance)))
    # All three outcomes were frequent, so the mutations reach beyond the first check.
    assert min(tray.answers, tray.refusals, tray.unreadable) > MUTATIONS / 50


def test_a_stream_of_mutated_messages_is_read_or_abandoned() -> None:
    chance, valid = random.Random(7), _valid_messages()  # noqa: S311 - the same every time
    lost = followed = 0
    for _ in range(MUTATIONS // 20):
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            connection = Connection(ours)
            theirs.sendall(b"".join(_mutated(chance.choice(valid), chance) for _ in range(5)))
            try:
                for _ in connection.receive():
                    followed += 1
            except ConnectionLost:
                lost += 1
            connection.close()
    assert lost > 0
    assert followed > 0


def test_the_message_after_an_unreadable_or_huge_one_is_read_however_it_is_split() -> None:
    good = wire.encode_call(5, "org.example.Us", *_VALID[0])
    huge = wire.encode_call(4, "org.example.Us", "/", "a.b", "M", "s", ("x" * 300_000,))
    bad = bytearray(good)
    bad[-8:] = b""  # its body is missing ...
    bad[4:8] = b"\x00\x00\x00\x00"  # ... and its header knows
    for piece in (1, 7, 4096):
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setblocking(False)
            connection = Connection(ours)
            stream = good + huge + good + bytes(bad) + good
            read: list[wire.Incoming] = []
            step = piece if piece > 1 else 997
            for at in range(0, len(stream), step):
                theirs.sendall(stream[at : at + step])
                read.extend(connection.receive())
            connection.close()
        kinds = [type(message).__name__ for message in read]
        assert kinds == ["Call", "UnreadableCall", "Call", "UnreadableCall", "Call"]
        assert [getattr(message, "too_long", None) for message in read] == [None, True, None, False, None]
        assert len(connection._received) == 0


def test_an_empty_structure_is_never_parsed() -> None:
    """It has size zero, so an array of them never ends for a naive reader."""
    plain = wire.encode_call(5, "org.example.Us", "/", "a.b", "M", "vay", (("as", ["xxxxxxx"]), b"\x00" * 8))
    in_a_variant = plain.replace(b"\x02as\x00", b"\x03a()\x00")
    assert in_a_variant != plain
    in_the_header = plain.replace(b"vay\x00", b"a()\x00")
    assert in_the_header != plain
    assert isinstance(wire.decode(in_a_variant), wire.UnreadableCall)
    assert wire.decode(in_the_header) is None
    asked = wire.Call(3, ":1.9", "/", "", "x", "", (), True)
    reported = wire.decode(wire.encode_error(9, asked, "org.example.Error", "in call()"))
    assert reported == wire.Reply(3, "", (), "org.example.Error")


def test_a_bus_that_closes_or_sends_nonsense_is_lost_and_not_an_error() -> None:
    for data in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        connection = Connection(ours)
        theirs.sendall(data)
        theirs.close()
        with pytest.raises(ConnectionLost):
            list(connection.receive())
        connection.close()


def test_a_bus_that_reads_nothing_is_abandoned_without_waiting() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        ours.setblocking(False)
        connection = Connection(ours)
        for _ in range(40):
            connection.emit("/", "a.b", "M", "s", ("x" * 1_000_000,))
        with pytest.raises(ConnectionLost, match="does not read"):
            connection.flush()
        connection.close()

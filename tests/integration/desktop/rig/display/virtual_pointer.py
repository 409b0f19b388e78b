"""A mouse for a Wayland screen that has none: a client of wlr-virtual-pointer-unstable-v1.

The wire format is that of the Wayland protocol's specification: each message an object's id, a word of length
and opcode, and arguments padded to 32 bits, all in the machine's byte order.
"""

from __future__ import annotations

import socket
import struct
import time

from tests.integration.desktop.rig.desktops.session import Hand
from tests.integration.desktop.rig.display.pointer import LEFT, RIGHT
from tests.integration.desktop.rig.processes.waiting import RigError

_BUTTONS = {LEFT: 0x110, RIGHT: 0x111}  # linux/input-event-codes.h
_DISPLAY, _REGISTRY, _CALLBACK, _MANAGER, _POINTER = 1, 2, 3, 4, 5
_MANAGER_INTERFACE = "zwlr_virtual_pointer_manager_v1"


class VirtualPointer(Hand):
    """One mouse, present from `plug_in` to `unplug`."""

    def __init__(self, path: str, width: int, height: int) -> None:
        """Prepare.

        Args:
            path: the compositor's socket.
            width: of the screen, in the pixels that places are given in.
            height: of the screen, in the pixels that places are given in.
        """
        self._path = path
        self._extent = (width, height)
        self._socket = socket.socket(socket.AF_UNIX)

    def plug_in(self) -> None:
        """Make the mouse known to the compositor."""
        self._socket.settimeout(5)
        self._socket.connect(self._path)
        self._send(_DISPLAY, 1, struct.pack("=I", _REGISTRY))
        self._send(_DISPLAY, 0, struct.pack("=I", _CALLBACK))
        name = self._manager_name()
        self._send(_REGISTRY, 0, _bound(name))
        self._send(_MANAGER, 0, struct.pack("=II", 0, _POINTER))

    def unplug(self) -> None:
        """Remove the mouse."""
        self._socket.close()

    def move(self, x: int, y: int) -> None:
        """Move to a place."""
        self._send(_POINTER, 1, struct.pack("=IIIII", _now(), x, y, *self._extent))
        self._frame()

    def click(self, x: int, y: int, button: int = LEFT) -> None:
        """Move to a place and click."""
        self.move(x, y)
        for pressed in (1, 0):
            time.sleep(0.05)
            self._send(_POINTER, 2, struct.pack("=III", _now(), _BUTTONS[button], pressed))
            self._frame()

    def _frame(self) -> None:
        self._send(_POINTER, 4, b"")

    def _send(self, thing: int, opcode: int, arguments: bytes) -> None:
        self._socket.sendall(struct.pack("=II", thing, (8 + len(arguments)) << 16 | opcode) + arguments)

    def _manager_name(self) -> int:
        """Read the compositor's globals, up to its answer to our sync."""
        found = None
        data = b""
        while True:
            while len(data) < 8 or len(data) < struct.unpack_from("=I", data, 4)[0] >> 16:
                data += self._received()
            thing, word = struct.unpack_from("=II", data)
            body, data = data[8 : word >> 16], data[word >> 16 :]
            if thing == _REGISTRY:
                name, length = struct.unpack_from("=II", body)
                if body[8 : 8 + length - 1].decode() == _MANAGER_INTERFACE:
                    found = name
            elif thing == _CALLBACK:
                break
        if found is None:
            raise RigError(f"the compositor offers no {_MANAGER_INTERFACE}")
        return int(found)

    def _received(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise RigError("the compositor hung up")
        return data


def _bound(name: int) -> bytes:
    """Return the arguments that bind the manager, as version 1 of it."""
    text = _MANAGER_INTERFACE.encode() + b"\0"
    padded = text + b"\0" * (-len(text) % 4)
    return struct.pack("=II", name, len(text)) + padded + struct.pack("=II", 1, _MANAGER)


def _now() -> int:
    return int(time.monotonic() * 1000) & 0xFFFFFFFF

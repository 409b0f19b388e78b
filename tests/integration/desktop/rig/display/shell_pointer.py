"""The mouse and the keyboard of a Wayland session of GNOME: virtual devices, made inside the shell."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tests.integration.desktop.rig.desktops.session import Hand
from tests.integration.desktop.rig.display.pointer import LEFT

_DEVICES = (
    "const {Clutter}=imports.gi;const seat=Clutter.get_default_backend().get_default_seat();"
    "global.rigPointer??=seat.create_virtual_device(Clutter.InputDeviceType.POINTER_DEVICE);"
    "global.rigKeyboard??=seat.create_virtual_device(Clutter.InputDeviceType.KEYBOARD_DEVICE);"
    "const now=()=>imports.gi.GLib.get_monotonic_time();"
)


class ShellPointer(Hand):
    """Creates events where mutter receives those of real devices."""

    def __init__(self, evaluate: Callable[[str], Any]) -> None:
        self._evaluate = evaluate

    def move(self, x: int, y: int) -> None:
        """Move to a place. By way of its neighbour, so that what is there notices a movement."""
        self._do(f"for(const at of [{x - 1},{x}])global.rigPointer.notify_absolute_motion(now(),at,{y});")

    def click(self, x: int, y: int, button: int = LEFT) -> None:
        """Move to a place and click."""
        self.move(x, y)
        time.sleep(0.05)
        for state in ("PRESSED", "RELEASED"):
            self._do(f"global.rigPointer.notify_button(now(),{button},Clutter.ButtonState.{state});")

    def scroll(self, x: int, y: int, *, down: bool) -> None:
        """Scroll one step at a place."""
        self.move(x, y)
        direction = "DOWN" if down else "UP"
        self._do(
            f"global.rigPointer.notify_discrete_scroll(now(),Clutter.ScrollDirection.{direction},"
            "Clutter.ScrollSource.WHEEL);"
        )

    def press(self, *keys: str) -> None:
        """Press keys by their X names, one after the other."""
        for key in keys:
            for state in ("PRESSED", "RELEASED"):
                self._do(
                    f"global.rigKeyboard.notify_keyval(now(),Clutter.KEY_{key},Clutter.KeyState.{state});"
                )
            time.sleep(0.03)

    def _do(self, script: str) -> None:
        self._evaluate(f"{_DEVICES}{script}true")

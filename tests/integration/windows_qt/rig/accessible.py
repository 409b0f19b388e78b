"""A window as a screen reader sees it: through AT-SPI, on the desktop's accessibility bus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.integration.desktop.rig.processes.bus import Bus, BusError, HeldBus
from tests.integration.desktop.rig.processes.waiting import until

_REGISTRY = "org.a11y.atspi.Registry"
_ROOT = "/org/a11y/atspi/accessible/root"
_ACCESSIBLE = "org.a11y.atspi.Accessible"
_SCREEN = 0
"""Coordinates relative to the screen's corner."""
ENABLED, FOCUSABLE, FOCUSED, SHOWING, CHECKED = 8, 11, 12, 25, 4
"""Bits of a state, as at-spi2-core's `atspi-constants.h` numbers them."""


_LABELLED_BY = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A box on the screen."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Where a user would click."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Node:
    """One widget."""

    bus: Bus
    owner: str
    path: str

    def _get(self, name: str, interface: str = _ACCESSIBLE) -> Any:
        return self.bus.property(self.owner, self.path, interface, name)

    def _call(self, interface: str, member: str, *arguments: Any, signature: str | None = None) -> Any:
        return self.bus.call(self.owner, self.path, interface, member, *arguments, signature=signature)

    @property
    def name(self) -> str:
        """Its accessible name."""
        return str(self._get("Name"))

    @property
    def description(self) -> str:
        """Its accessible description."""
        return str(self._get("Description"))

    @property
    def role(self) -> str:
        """`text`, `push button`, `combo box`, ..."""
        return str(self._call(_ACCESSIBLE, "GetRoleName")[0])

    def has(self, state: int) -> bool:
        """Return whether a state is set."""
        words = self._call(_ACCESSIBLE, "GetState")[0]
        return bool(words[state // 32] >> state % 32 & 1)

    @property
    def text(self) -> str:
        """Its text; a password's characters are bullets."""
        return str(self._call("org.a11y.atspi.Text", "GetText", 0, -1, signature="ii")[0])

    @property
    def place(self) -> Place:
        """Its place on the screen."""
        box = self._call("org.a11y.atspi.Component", "GetExtents", _SCREEN, signature="u")[0]
        return Place(*box)

    @property
    def spoken_name(self) -> str:
        """What a screen reader says first: its label, otherwise its own name."""
        for kind, targets in self._call(_ACCESSIBLE, "GetRelationSet")[0]:
            if kind == _LABELLED_BY and targets:
                return Node(self.bus, *targets[0]).name
        return self.name

    def children(self) -> list[Node]:
        """Return what is in it."""
        found = self._call(_ACCESSIBLE, "GetChildren")[0]
        return [Node(self.bus, owner, path) for owner, path in found]

    def walk(self) -> Iterator[Node]:
        """Yield it and all its visible descendants."""
        yield self
        for child in self.children():
            try:
                if child.role == "application" or child.has(SHOWING):
                    yield from child.walk()
            except BusError:
                continue  # it disappeared in the meantime


class Accessible:
    """All windows of one program on a desktop.

    Args:
        address: of the desktop's accessibility bus.
        process_id: the program's.
    """

    def __init__(self, address: str, process_id: int) -> None:
        self._bus = HeldBus(address)
        self._process_id = process_id

    def close(self) -> None:
        """End the connection."""
        self._bus.close()

    def application(self) -> Node | None:
        """Return the program; None if it is not there yet."""
        try:
            for child in Node(self._bus, _REGISTRY, _ROOT).children():
                if self._bus.process_of(child.owner) == self._process_id:
                    return child
        except BusError:
            pass
        return None

    def nodes(self) -> list[Node]:
        """Return every widget on the screen."""
        application = self.application()
        try:
            return list(application.walk()) if application else []
        except BusError:
            return []

    def look(self, role: str, name: str) -> Node | None:
        """Return a widget by role and name; None if there is none on the screen."""
        for node in self.nodes():
            try:
                if node.role == role and node.name == name:
                    return node
            except BusError:
                continue
        return None

    def find(self, role: str, name: str, limit_seconds: float = 60.0) -> Node:
        """Wait for a widget.

        Raises:
            RigError: it did not come; the message lists what is there.
        """
        return until(
            f"a {role} {name!r}", lambda: self.look(role, name), limit_seconds, on_failure=self.listing
        )

    def says(self, sentence: str) -> bool:
        """Return whether a label on the screen contains a sentence."""
        for node in self.nodes():
            try:
                if node.role == "label" and sentence in node.name:
                    return True
            except BusError:
                continue
        return False

    def listing(self) -> str:
        """Return one line per widget."""
        lines = []
        for node in self.nodes():
            try:
                lines.append(f"{node.role}: {node.name!r}")
            except BusError:
                continue
        return "\n".join(lines)

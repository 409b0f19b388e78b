"""The contents of the tray, read from the bus: the registered items, their pixels and menus."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.integration.desktop.rig.processes.bus import Bus, BusError

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One visible entry of a menu."""

    label: str
    """Without the underscores that mark shortcuts."""
    id: int
    separator: bool = False
    enabled: bool = True
    checked: bool | None = None
    """None: not checkable."""
    radio: bool = False
    rows: tuple[Row, ...] = ()


class TrayItem:
    """A registered item."""

    def __init__(self, bus: Bus, service: str, path: str) -> None:
        self.bus = bus
        self.service = service
        self.path = path

    def property(self, name: str) -> Any:
        """Return one property of the item."""
        return self.bus.property(self.service, self.path, ITEM, name)

    def colour(self) -> Colour:
        """Return the most frequent opaque colour of its largest picture."""
        _, _, argb = max(self.property("IconPixmap"), key=lambda picture: int(picture[0]))
        pixels = Counter(
            (argb[i + 1], argb[i + 2], argb[i + 3]) for i in range(0, len(argb), 4) if argb[i] == 255
        )
        return pixels.most_common(1)[0][0]

    def rows(self) -> tuple[Row, ...]:
        """Return its current menu."""
        path = str(self.property("Menu"))
        _, root = self.bus.call(self.service, path, MENU, "GetLayout", 0, -1, [], signature="iias")
        return _rows(root)

    def row(self, label: str) -> Row:
        """Return the row that begins with `label`, at any depth.

        Raises:
            LookupError: there is none.
        """
        rows = list(self.rows())
        for row in rows:
            if row.label.startswith(label):
                return row
            rows.extend(row.rows)
        raise LookupError(f"no row {label!r} in {[row.label for row in rows]}")

    def checked(self) -> list[str]:
        """Return the labels of the marked radio rows of the top level."""
        return [row.label for row in self.rows() if row.radio and row.checked]


def watcher_is_ready(bus: Bus) -> bool:
    """Return whether a panel runs and takes icons."""
    try:
        ready = bus.property(WATCHER, "/StatusNotifierWatcher", WATCHER, "IsStatusNotifierHostRegistered")
    except BusError:
        return False
    return bool(ready)


def tray_items(bus: Bus) -> list[TrayItem]:
    """Return the items the watcher knows; none when there is no watcher."""
    try:
        names = bus.property(WATCHER, "/StatusNotifierWatcher", WATCHER, "RegisteredStatusNotifierItems")
    except BusError:
        return []
    found = []
    for name in names:
        # Each watcher has its own format: "name/path", "name@/path", or a bare name.
        service, slash, path = name.partition("/")
        found.append(TrayItem(bus, service.rstrip("@"), slash + path or "/StatusNotifierItem"))
    return found


def _rows(node: Any) -> tuple[Row, ...]:
    rows = []
    for _, child in node[2]:
        number, properties, _ = child
        values = {name: value for name, (_, value) in properties.items()}
        if values.get("visible", True):
            kind = values.get("toggle-type", "")
            rows.append(
                Row(
                    label=_plain(values.get("label", "")),
                    id=number,
                    separator=values.get("type") == "separator",
                    enabled=values.get("enabled", True),
                    checked=values.get("toggle-state") == 1 if kind else None,
                    radio=kind == "radio",
                    rows=_rows(child),
                )
            )
    return tuple(rows)


def _plain(label: str) -> str:
    return "_".join(part.replace("_", "") for part in label.split("__"))

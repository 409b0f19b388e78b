"""What we offer on the bus, as data: calls are checked against it, and introspection XML is made from it.

Sources: the StatusNotifierItem page of freedesktop.org and KDE's and Ayatana's additions to it; libdbusmenu's
`dbus-menu.xml`; the D-Bus specification.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Arguments = tuple[tuple[str, str], ...]
"""(type, name) each."""


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its arguments and results."""

    name: str
    takes: Arguments = ()
    gives: Arguments = ()

    @property
    def signature(self) -> str:
        """The signature a call must have."""
        return "".join(kind for kind, _ in self.takes)

    @property
    def reply_signature(self) -> str:
        """The signature its answer has."""
        return "".join(kind for kind, _ in self.gives)


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface."""

    name: str
    methods: tuple[Method, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    """Name to type; all are read-only."""
    signals: dict[str, Arguments] = field(default_factory=dict)

    def method(self, name: str) -> Method | None:
        """Return the method called `name`."""
        return next((method for method in self.methods if method.name == name), None)


INTROSPECTABLE = Interface(
    "org.freedesktop.DBus.Introspectable", (Method("Introspect", (), (("s", "xml_data"),)),)
)
PEER = Interface(
    "org.freedesktop.DBus.Peer", (Method("Ping"), Method("GetMachineId", (), (("s", "machine_uuid"),)))
)
PROPERTIES = Interface(
    "org.freedesktop.DBus.Properties",
    (
        Method("Get", (("s", "interface_name"), ("s", "property_name")), (("v", "value"),)),
        Method("GetAll", (("s", "interface_name"),), (("a{sv}", "properties"),)),
        Method("Set", (("s", "interface_name"), ("s", "property_name"), ("v", "value"))),
    ),
)
_POINT = (("i", "x"), ("i", "y"))
ITEM = Interface(
    "org.kde.StatusNotifierItem",
    (
        Method("Activate", _POINT),
        Method("SecondaryActivate", _POINT),
        Method("ContextMenu", _POINT),
        Method("Scroll", (("i", "delta"), ("s", "orientation"))),
        Method("ProvideXdgActivationToken", (("s", "token"),)),
    ),
    {
        "Category": "s",
        "Id": "s",
        "Title": "s",
        "Status": "s",
        "WindowId": "i",
        "IconThemePath": "s",
        "IconName": "s",
        "IconPixmap": "a(iiay)",
        "IconAccessibleDesc": "s",
        "OverlayIconName": "s",
        "OverlayIconPixmap": "a(iiay)",
        "AttentionIconName": "s",
        "AttentionIconPixmap": "a(iiay)",
        "AttentionMovieName": "s",
        "AttentionAccessibleDesc": "s",
        "ToolTip": "(sa(iiay)ss)",
        "ItemIsMenu": "b",
        "Menu": "o",
    },
    {"NewTitle": (), "NewIcon": (), "NewToolTip": (), "NewStatus": (("s", "status"),)},
)
MENU = Interface(
    "com.canonical.dbusmenu",
    (
        Method(
            "GetLayout",
            (("i", "parentId"), ("i", "recursionDepth"), ("as", "propertyNames")),
            (("u", "revision"), ("(ia{sv}av)", "layout")),
        ),
        Method(
            "GetGroupProperties",
            (("ai", "ids"), ("as", "propertyNames")),
            (("a(ia{sv})", "properties"),),
        ),
        Method("GetProperty", (("i", "id"), ("s", "name")), (("v", "value"),)),
        Method("Event", (("i", "id"), ("s", "eventId"), ("v", "data"), ("u", "timestamp"))),
        Method("EventGroup", (("a(isvu)", "events"),), (("ai", "idErrors"),)),
        Method("AboutToShow", (("i", "id"),), (("b", "needUpdate"),)),
        Method("AboutToShowGroup", (("ai", "ids"),), (("ai", "updatesNeeded"), ("ai", "idErrors"))),
    ),
    {"Version": "u", "TextDirection": "s", "Status": "s", "IconThemePath": "as"},
    {
        "ItemsPropertiesUpdated": (("a(ia{sv})", "updatedProps"), ("a(ias)", "removedProps")),
        "LayoutUpdated": (("u", "revision"), ("i", "parent")),
        "ItemActivationRequested": (("i", "id"), ("u", "timestamp")),
    },
)

_DOCTYPE = (
    '<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"\n'
    ' "http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">\n'
)


def introspection(interfaces: Iterable[Interface], children: Iterable[str] = ()) -> str:
    """Return the introspection XML of an object that has `interfaces` and `children` (names of nodes).

    Every name in it is one of ours, of letters, digits and dots, so nothing needs escaping (the standard
    library's function for that would load its whole HTTP client).
    """
    rows = [row for interface in interfaces for row in _interface_rows(interface)]
    rows += [f'  <node name="{child}"/>' for child in children]
    return _DOCTYPE + "<node>\n" + "\n".join(rows) + "\n</node>\n"


def _interface_rows(interface: Interface) -> Iterable[str]:
    yield f'  <interface name="{interface.name}">'
    for method in interface.methods:
        yield f'    <method name="{method.name}">'
        yield from _argument_rows(method.takes, ' direction="in"')
        yield from _argument_rows(method.gives, ' direction="out"')
        yield "    </method>"
    for name, kind in interface.properties.items():
        yield f'    <property name="{name}" type="{kind}" access="read"/>'
    for name, arguments in interface.signals.items():
        yield f'    <signal name="{name}">'
        yield from _argument_rows(arguments, "")
        yield "    </signal>"
    yield "  </interface>"


def _argument_rows(arguments: Arguments, direction: str) -> Iterable[str]:
    for kind, name in arguments:
        yield f'      <arg type="{kind}" name="{name}"{direction}/>'

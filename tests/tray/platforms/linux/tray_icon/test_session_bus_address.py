"""The sockets in a session bus address; an unusable one does not affect the others."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("D-Bus is for Linux", allow_module_level=True)

from tests.tray.platforms.linux.private_bus import PrivateBus

from codemie_tray.tray_icon.linux.dbus.session_bus import BusUnreachable, addresses, connect


@pytest.mark.parametrize(
    ("address", "sockets"),
    [
        ("unix:path=/a", ["/a"]),
        ("unix:abstract=/b,guid=00", ["\0/b"]),
        ("autolaunch:;unix:path=/a", ["/run/me/bus", "/a"]),
        ("unix:path=/a;autolaunch:", ["/a", "/run/me/bus"]),
        ("tcp:host=localhost,port=1;unix:path=/a", ["/a"]),
        ("unixexec:path=/bin/true;launchd:env=X;nonce-tcp:port=1;unix:path=/a;unix:path=/c", ["/a", "/c"]),
        ("nonsense;;unix:;unix:path;unix:path=/a", ["/a"]),
        ("unix:path=/with%20blank", ["/with blank"]),
        ("unix:runtime=yes", ["/run/me/bus"]),
        ("autolaunch:", ["/run/me/bus"]),
        ("", ["/run/me/bus"]),
    ],
)
def test_usable_addresses_are_tried_in_turn(address: str, sockets: list[str]) -> None:
    environ = {"DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": "/run/me"}
    assert addresses(environ) == sockets


@pytest.mark.parametrize("address", ["autolaunch:", "tcp:host=x,port=1", "nonsense", ";", "unix:path", ""])
@pytest.mark.parametrize("runtime", ["", "run/me", "."])
def test_an_address_without_a_usable_part_is_reported(address: str, runtime: str) -> None:
    with pytest.raises(BusUnreachable, match="session bus"):
        addresses({"DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": runtime})


def test_a_real_bus_is_reached_after_unusable_addresses(bus: PrivateBus) -> None:
    behind = f"autolaunch:;tcp:host=localhost,port=1;unix:path=/nowhere/at/all;{bus.address}"
    connect({"DBUS_SESSION_BUS_ADDRESS": behind}).close()

"""The tray against a host: what a panel reads, clicks and hears."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.support.waiting import until
from tests.tray.platforms.linux.conftest import StartTray
from tests.tray.platforms.linux.stub_host import (
    ITEM,
    ITEM_PATH,
    MENU,
    MENU_PATH,
    NOTIFICATIONS,
    PROPERTIES,
    WATCHER,
    BusError,
    StubHost,
)
from tests.tray.tray_icon.views import a_view

from codemie_tray.tray_icon.linux.icon import MENU_HINT
from codemie_tray.view.actions import Action, Do, SwitchProfile
from codemie_tray.view.menu import Item


def test_the_item_offers_its_icon_title_tooltip_and_menu(host: StubHost, start_tray: StartTray) -> None:
    start_tray(a_view(tooltip_text="a <b> & c\nsecond line"))
    reported = host.properties()
    assert reported["Id"] == "codemie-tray"
    assert reported["Category"] == "ApplicationStatus"
    assert reported["Status"] == "Active"
    assert reported["Title"] == reported["IconAccessibleDesc"] == "CodeMie: work"
    assert reported["ToolTip"] == ("", [], "CodeMie: work", "a &lt;b&gt; &amp; c\nsecond line")
    assert reported["ItemIsMenu"] is True
    assert reported["Menu"] == MENU_PATH
    assert [(width, height) for width, height, _ in reported["IconPixmap"]] == [
        (size, size) for size in (16, 22, 24, 32, 48, 64)
    ]


def test_pixels_are_alpha_red_green_blue(host: StubHost, start_tray: StartTray) -> None:
    start_tray()
    for size, _, pixels in host.properties()["IconPixmap"]:
        assert len(pixels) == size * size * 4
        assert pixels[0] < 64  # the corner is (nearly) clear
        left_of_the_letter = (size // 2 * size + size // 8) * 4
        assert pixels[left_of_the_letter : left_of_the_letter + 4] == b"\xff\x1d\x6f\xd1"


def test_every_property_can_be_read_alone_and_none_can_be_set(host: StubHost, start_tray: StartTray) -> None:
    start_tray()
    for path, interface in ((ITEM_PATH, ITEM), (MENU_PATH, MENU)):
        values = host.properties(path, interface)
        assert values
        for name, value in values.items():
            assert host.call(path, PROPERTIES, "Get", "ss", (interface, name))[0][1] == value
            with pytest.raises(BusError, match="PropertyReadOnly"):
                host.call(path, PROPERTIES, "Set", "ssv", (interface, name, ("s", "x")))
        with pytest.raises(BusError, match="UnknownProperty"):
            host.call(path, PROPERTIES, "Get", "ss", (interface, "Nothing"))
    with pytest.raises(BusError, match="UnknownInterface"):
        host.call(ITEM_PATH, PROPERTIES, "GetAll", "s", ("org.example.Nothing",))


def test_introspection_names_every_object_and_what_it_answers(host: StubHost, start_tray: StartTray) -> None:
    start_tray()

    def introspect(path: str) -> ElementTree.Element:
        xml = host.call(path, "org.freedesktop.DBus.Introspectable", "Introspect")[0]
        return ElementTree.fromstring(xml)  # noqa: S314 - our own

    assert [node.get("name") for node in introspect("/").iter("node")][1:] == [
        "StatusNotifierItem",
        "MenuBar",
    ]
    for path, interface in ((ITEM_PATH, ITEM), (MENU_PATH, MENU)):
        (own,) = [node for node in introspect(path) if node.get("name") == interface]
        assert {node.get("name") for node in own.iter("property")} == set(host.properties(path, interface))
        for method in own.iter("method"):
            # Known by name but refused for its arguments, unlike an unknown one.
            with pytest.raises(BusError, match="InvalidArgs"):
                host.call(path, interface, str(method.get("name")), "d", (1.0,))
    machine = host.call("/", "org.freedesktop.DBus.Peer", "GetMachineId")[0]
    assert len(machine) == 32
    host.call(MENU_PATH, None, "Ping")  # the interface may be omitted


def test_the_menu_is_laid_out_as_described(host: StubHost, start_tray: StartTray) -> None:
    start_tray()
    root = host.menu()
    assert root.number == 0
    assert root.properties == {"children-display": "submenu"}
    assert [row.label or row.properties["type"] for row in root.rows] == [
        "work", "personal", "proxy", "More", "separator", "Logs are clean", "Open the CodeMie folder",
        "separator", "Quit",
    ]  # fmt: skip
    work, personal, _, more, _, logs, *_ = root.rows
    assert work.properties == {"label": "work", "enabled": True, "toggle-type": "radio", "toggle-state": 1}
    assert personal.properties["toggle-state"] == 0
    assert more.properties["children-display"] == "submenu"
    assert [row.properties["label"] for row in more.rows] == ["spare__1", "spare__2"]
    assert logs.properties["enabled"] is False
    assert len({row.number for row in root.all()}) == len(root.all())


def test_layouts_and_properties_can_be_requested_in_part(host: StubHost, start_tray: StartTray) -> None:
    start_tray()
    more = host.row("More")
    _, (number, properties, children) = host.call(
        MENU_PATH, MENU, "GetLayout", "iias", (more.number, 0, ["label"])
    )
    assert (number, properties, children) == (more.number, {"label": ("s", "More")}, [])
    _, (_, _, children) = host.call(MENU_PATH, MENU, "GetLayout", "iias", (0, 1, []))
    assert all(child[1][2] == [] for child in children)
    reported = host.call(
        MENU_PATH, MENU, "GetGroupProperties", "aias", ([more.number, 9999, more.number], [])
    )[0]
    assert [row for row, _ in reported] == [more.number]
    assert len(host.call(MENU_PATH, MENU, "GetGroupProperties", "aias", ([], ["label"]))[0]) == 12
    assert host.call(MENU_PATH, MENU, "GetProperty", "is", (more.number, "label"))[0] == ("s", "More")


def test_a_host_that_reads_level_by_level_is_offered_each_submenu_a_few_times(
    host: StubHost, start_tray: StartTray
) -> None:
    tray = start_tray()
    more = host.row("More").number

    def read_levels(active: str, *profiles: str) -> list[tuple[Any, ...]]:
        """Read one level again and again; return what was signalled up to the change made then."""
        host.signals.clear()
        revision = 0
        for _ in range(5):
            revision = host.call(MENU_PATH, MENU, "GetLayout", "iias", (0, 1, []))[0]
        tray.icon.show(replace(a_view(active, profiles=profiles), icon=a_view().icon))
        until(lambda: any(name == "ItemsPropertiesUpdated" for name, _ in host.signals))
        return [body for name, body in host.signals if body == (revision, more)]

    three = ("work", "personal", "proxy")
    assert len(read_levels("personal", *three)) == 3  # a host that reads the whole menu for it must not spin
    assert read_levels("work", *three, "new") == []  # but then there are other rows
    assert len(read_levels("new", *three, "new")) == 3


def test_a_click_reports_the_rows_action_once(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    host.click(host.row("personal").number)
    host.click(host.row("spare_2").number)
    host.click(host.row("Open the CodeMie folder").number)
    events = [(host.row("Quit").number, "clicked", ("s", ""), 0), (9999, "clicked", ("s", ""), 0)]
    assert host.call(MENU_PATH, MENU, "EventGroup", "a(isvu)", (events,))[0] == [9999]
    expected = [SwitchProfile("personal"), SwitchProfile("spare_2"), Do.OPEN_FOLDER, Do.QUIT]
    assert until(lambda: tray.actions == expected)


def test_only_a_click_on_an_enabled_row_has_an_effect(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    menu = host.menu()
    host.click(host.row("Logs are clean").number)
    host.click(host.row("More").number)
    for row in menu.all():
        for event in ("opened", "closed", "hovered", "x-unheard-of"):
            host.call(MENU_PATH, MENU, "Event", "isvu", (row.number, event, ("i", 0), 0))
    host.click(host.row("Quit").number)
    assert until(lambda: tray.actions) == [Do.QUIT]


def test_an_error_in_an_action_is_logged_and_the_next_one_is_reported(
    host: StubHost, start_tray: StartTray, caplog: pytest.LogCaptureFixture
) -> None:
    tray = start_tray()
    broken = [ZeroDivisionError("seen")]

    def fail_once(action: Action) -> None:
        if broken:
            raise broken.pop()
        tray.actions.append(action)

    tray.on_action = fail_once
    with pytest.raises(BusError, match="internal error of the tray"):
        host.click(host.row("personal").number)
    host.click(host.row("Quit").number)
    assert until(lambda: tray.actions) == [Do.QUIT]
    assert "seen" in caplog.text


def test_a_changed_mark_is_sent_in_place_and_every_row_keeps_its_id(
    host: StubHost, start_tray: StartTray
) -> None:
    tray = start_tray()
    before = host.menu()
    work, personal = host.row("work").number, host.row("personal").number
    tray.icon.show(replace(a_view("personal"), icon=a_view().icon, tooltip_title="CodeMie: work"))
    until(lambda: host.signals)
    assert host.signals == [
        (
            "ItemsPropertiesUpdated",
            ([(work, {"toggle-state": ("i", 0)}), (personal, {"toggle-state": ("i", 1)})], []),
        )
    ]
    assert [row.number for row in host.menu().all()] == [row.number for row in before.all()]


def test_a_row_with_a_check_box_and_one_without_never_share_an_id(
    host: StubHost, start_tray: StartTray
) -> None:
    """GTK keeps the box of an id once it drew one, so a row of words would get it."""
    protect = Item("Protect", Do.OPEN_FOLDER, checked=False)
    waiting = Item("Waiting for GNOME Keyring...", enabled=False, checked=False)
    trouble = Item("No keyring answers", enabled=False)
    tray = start_tray(replace(a_view(), menu=(protect, waiting)))
    boxes = [host.row("Protect").number, host.row("Waiting for GNOME Keyring...").number]
    tray.icon.show(replace(a_view(), menu=(trouble, Item("Protect", Do.OPEN_FOLDER))))
    until(lambda: host.signals)
    assert [name for name, _ in host.signals] == ["LayoutUpdated"]
    for row in host.menu().all():
        assert row.number not in boxes
        assert "toggle-type" not in row.properties


@pytest.mark.parametrize(("desktop", "in_words"), [("LXQt", True), ("X-Mine:LXQt", True), ("XFCE", False)])
def test_where_a_theme_hides_boxes_and_greying_the_words_say_them(
    host: StubHost, start_tray: StartTray, monkeypatch: pytest.MonkeyPatch, desktop: str, in_words: bool
) -> None:
    monkeypatch.setenv("XDG_CURRENT_DESKTOP", desktop)
    menu = (
        Item("Start at login", Do.OPEN_FOLDER, checked=False),
        Item("Start at login", Do.OPEN_FOLDER, checked=True),
        Item("Protect", Do.OPEN_FOLDER, enabled=False, checked=False),
        Item("work", Do.OPEN_FOLDER, checked=True, radio=True),
        Item("broken", Do.OPEN_FOLDER, enabled=False, checked=False, radio=True),
        Item("Logs are clean", enabled=False),
    )
    start_tray(replace(a_view(), menu=menu))
    assert [row.label for row in host.menu().all()] == (
        [
            "Start at login: off",
            "Start at login: on",
            "Protect: off (unavailable)",
            "work",
            "broken (unavailable)",
            "Logs are clean",
        ]
        if in_words
        else [item.label for item in menu]
    )


def test_a_new_row_changes_the_layout_and_the_others_keep_their_ids(
    host: StubHost, start_tray: StartTray
) -> None:
    tray = start_tray()
    before = {row.label: row.number for row in host.menu().all() if row.label}
    revision = host.call(MENU_PATH, MENU, "GetLayout", "iias", (0, 0, []))[0]
    tray.icon.show(a_view(profiles=("work", "new", "personal", "proxy")))
    until(lambda: host.signals)
    assert host.signals == [("LayoutUpdated", (revision + 1, 0))]
    after = {row.label: row.number for row in host.menu().all() if row.label}
    new = after.pop("new")
    assert after == before
    assert new not in before.values()
    tray.icon.show(a_view(profiles=("work", "new", "personal", "proxy"), more=("spare_1",)))
    until(lambda: len(host.signals) == 2)
    assert host.signals[1] == ("LayoutUpdated", (revision + 2, before["More"]))


def test_a_late_click_on_a_removed_row_has_no_effect(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    gone = host.row("personal").number
    tray.icon.show(a_view(profiles=("work", "other", "proxy")))
    until(lambda: host.signals)
    with pytest.raises(BusError, match="UnknownId"):
        host.click(gone)
    tray.icon.show(a_view())
    until(lambda: len(host.signals) == 2)
    assert host.row("personal").number != gone  # an id is never reused for another row
    host.click(host.row("Quit").number)
    assert until(lambda: tray.actions) == [Do.QUIT]


def test_nothing_is_sent_when_nothing_changed(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    host.menu()
    for _ in range(5):
        tray.icon.show(a_view())
    host.ping()
    tray.icon.show(replace(a_view(), tooltip_text="changed"))
    until(lambda: host.signals)
    assert host.signals == [("NewToolTip", ())]


def test_only_differences_are_sent(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    before = host.properties()["IconPixmap"]
    tray.icon.show(a_view(attention=True))
    until(lambda: host.signals)
    assert host.signals == [("NewIcon", ())]
    assert host.properties()["IconPixmap"] != before
    tray.icon.show(replace(a_view(attention=True), tooltip_title="Another"))
    until(lambda: len(host.signals) == 3)
    assert host.signals[1:] == [("NewTitle", ()), ("NewToolTip", ())]
    assert host.properties()["Title"] == "Another"


def test_about_to_show_knows_the_rows_and_never_needs_an_update(
    host: StubHost, start_tray: StartTray
) -> None:
    start_tray()
    more = host.row("More").number
    assert host.call(MENU_PATH, MENU, "AboutToShow", "i", (more,)) == (False,)
    assert host.call(MENU_PATH, MENU, "AboutToShowGroup", "ai", ([0, more, 9999],)) == ([], [9999])


@pytest.mark.parametrize(
    ("path", "interface", "member", "signature", "body", "error"),
    [
        ("/Nowhere", ITEM, "Activate", "ii", (0, 0), "UnknownObject"),
        (ITEM_PATH, "org.example.Other", "Activate", "ii", (0, 0), "UnknownInterface"),
        (ITEM_PATH, MENU, "GetLayout", "iias", (0, 0, []), "UnknownInterface"),
        (ITEM_PATH, ITEM, "Explode", "", (), "UnknownMethod"),
        (ITEM_PATH, ITEM, "Activate", "s", ("x",), "InvalidArgs"),
        (ITEM_PATH, ITEM, "Activate", "", (), "InvalidArgs"),
        (MENU_PATH, MENU, "GetLayout", "iias", (777, -1, []), "UnknownId"),
        (MENU_PATH, MENU, "GetProperty", "is", (777, "label"), "UnknownId"),
        (MENU_PATH, MENU, "GetProperty", "is", (0, "label"), "UnknownProperty"),
        (MENU_PATH, MENU, "Event", "isvu", (-1, "clicked", ("i", 0), 0), "UnknownId"),
        (MENU_PATH, MENU, "EventGroup", "a(isvu)", ([(777, "clicked", ("i", 0), 0)],), "UnknownId"),
        (MENU_PATH, MENU, "AboutToShow", "i", (777,), "UnknownId"),
        (MENU_PATH, MENU, "AboutToShowGroup", "ai", ([777],), "UnknownId"),
        (MENU_PATH, MENU, "GetGroupProperties", "aias", (list(range(20_000)), []), "LimitsExceeded"),
        (ITEM_PATH, ITEM, "ProvideXdgActivationToken", "s", ("x" * 3_000_000,), "LimitsExceeded"),
    ],
)
def test_a_wrong_call_is_answered_with_an_error_and_the_tray_keeps_running(
    host: StubHost,
    start_tray: StartTray,
    path: str,
    interface: str,
    member: str,
    signature: str,
    body: tuple[object, ...],
    error: str,
) -> None:
    start_tray()
    with pytest.raises(BusError, match=error):
        host.call(path, interface, member, signature, body)
    assert host.row("work").properties["toggle-state"] == 1


def test_texts_that_a_bus_cannot_carry_are_shown_as_well_as_possible(
    host: StubHost, start_tray: StartTray
) -> None:
    names = ("a\x00b", "half \ud800 pair", "two\nlines", "__proto__", "", "\U0001f680" * 1000)
    tray = start_tray(a_view("work", profiles=names))
    tray.icon.notify("a\x00\ud800", "b\x00\ud800")
    labels = [row.label for row in host.menu().rows[: len(names)]]
    assert labels == ["a\ufffdb", "half ? pair", "two lines", "__proto__", "", "\U0001f680" * 1000]
    until(lambda: host.notifications)
    host.click(host.menu().rows[1].number)
    assert until(lambda: tray.actions) == [SwitchProfile("half \ud800 pair")]


def test_a_host_that_passes_on_the_middle_button_gets_a_hint_to_the_menu(
    host: StubHost, start_tray: StartTray
) -> None:
    start_tray()
    assert host.call(ITEM_PATH, ITEM, "SecondaryActivate", "ii", (10, 10)) == ()
    _, _, _, summary, body, _, _, _ = until(lambda: host.notifications)[0]
    assert summary == "CodeMie: work"
    assert body == f"sso · claude-4-5-sonnet\n{MENU_HINT}"


def test_activating_is_refused_and_a_host_that_then_opens_nothing_gets_a_hint_to_the_menu(
    host: StubHost, start_tray: StartTray
) -> None:
    start_tray()
    with pytest.raises(BusError, match="UnknownMethod"):
        host.call(ITEM_PATH, ITEM, "Activate", "ii", (10, 10))
    assert host.notifications == []
    _, _, _, summary, body, _, _, _ = until(lambda: host.notifications)[0]
    assert (summary, body) == ("CodeMie: work", f"sso · claude-4-5-sonnet\n{MENU_HINT}")


def test_a_host_that_opens_the_menu_when_activating_is_refused_needs_no_hint(
    host: StubHost, start_tray: StartTray
) -> None:
    start_tray()
    with pytest.raises(BusError, match="UnknownMethod"):
        host.call(ITEM_PATH, ITEM, "Activate", "ii", (10, 10))
    host.call(MENU_PATH, MENU, "AboutToShow", "i", (0,))
    time.sleep(1.0)  # longer than the delay of the hint
    host.ping()
    assert host.notifications == []


def test_an_activation_token_is_passed_to_the_next_program_only(
    host: StubHost, start_tray: StartTray
) -> None:
    tray = start_tray()

    def handed(token: str) -> str | None:
        host.call(ITEM_PATH, ITEM, "ProvideXdgActivationToken", "s", (token,))
        return tray.icon.session_environment().get("XDG_ACTIVATION_TOKEN")

    assert handed("first") == "first"
    assert "XDG_ACTIVATION_TOKEN" not in tray.icon.session_environment()
    assert handed("one that can be no variable\nX=1") is None
    assert handed("x" * 5000) is None


def test_a_token_and_the_wheel_are_accepted_without_effect(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    assert host.call(ITEM_PATH, ITEM, "ProvideXdgActivationToken", "s", ("token",)) == ()
    assert host.call(ITEM_PATH, ITEM, "Scroll", "is", (120, "vertical")) == ()
    assert host.call(ITEM_PATH, ITEM, "ContextMenu", "ii", (0, 0)) == ()
    until(lambda: host.notifications)
    assert MENU_HINT not in host.notifications[0][4]
    assert (tray.actions, host.signals) == ([], [])


def test_a_notification_shows_the_icon_and_replaces_the_last_one(
    host: StubHost, start_tray: StartTray
) -> None:
    tray = start_tray()
    tray.icon.notify("Switched", "a < b & c")
    until(lambda: host.notifications)
    program, replaced, _, summary, body, _, hints, _ = host.notifications[0]
    assert (program, replaced, summary, body) == ("CodeMie Tray", 0, "Switched", "a &lt; b &amp; c")
    assert hints["desktop-entry"] == ("s", "codemie-tray")
    _, (width, height, stride, alpha, bits, bands, pixels) = hints["image-data"]
    assert (width, height, stride, alpha, bits, bands) == (64, 64, 256, True, 8, 4)
    left_of_the_letter = (32 * 64 + 8) * 4
    assert pixels[left_of_the_letter : left_of_the_letter + 4] == b"\x1d\x6f\xd1\xff"
    host.ping()
    tray.icon.notify("Again", "")
    until(lambda: len(host.notifications) == 2)
    assert host.notifications[1][1] == 41
    host.capabilities = ["body"]
    tray.icon.notify("Plain", "a < b")
    until(lambda: len(host.notifications) == 3)
    assert host.notifications[2][4] == "a < b"
    host.capabilities = []
    tray.icon.notify("No body", "text")
    until(lambda: len(host.notifications) == 4)
    assert host.notifications[3][3] == "No body: text"


def test_a_notification_waits_for_a_server_that_starts_after_the_tray(
    bare_host: StubHost, start_tray: StartTray, caplog: pytest.LogCaptureFixture
) -> None:
    bare_host.take(WATCHER)
    tray = start_tray()
    with caplog.at_level(logging.WARNING):
        for title in ("An earlier one", "Old logs were removed"):
            tray.icon.notify(title, "text")
            until(lambda title=title: title in caplog.text)  # type: ignore[misc]
    bare_host.take(NOTIFICATIONS)
    until(lambda: bare_host.notifications)
    assert [shown[3] for shown in bare_host.notifications] == ["Old logs were removed"]
    bare_host.give_up(NOTIFICATIONS)
    bare_host.take(NOTIFICATIONS)
    bare_host.ping()
    assert len(bare_host.notifications) == 1


def test_without_a_notification_server_the_log_has_the_text(
    bare_host: StubHost, start_tray: StartTray, caplog: pytest.LogCaptureFixture
) -> None:
    bare_host.take(WATCHER)
    tray = start_tray()
    with caplog.at_level(logging.WARNING):
        tray.icon.notify("Switched to personal.", "text")
        until(lambda: "Switched to personal." in caplog.text)
    assert all(record.exc_info is None for record in caplog.records)
    bare_host.take(NOTIFICATIONS)
    tray.icon.notify("Later", "there is one now")
    until(lambda: bare_host.notifications)

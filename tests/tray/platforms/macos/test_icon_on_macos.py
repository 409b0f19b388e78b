"""What is specific to the tray on macOS, with a faked AppKit: not run on macOS."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from tests.integration.desktop.rig.processes.waiting import until
from tests.tray.platforms.macos.appkit import OffTheMainThread, World
from tests.tray.platforms.macos.menu_bar import MenuBarStage
from tests.tray.tray_icon.views import a_view

from codemie_tray.tray_icon.picture.drawing import draw_template
from codemie_tray.view.actions import Do, SwitchProfile


def test_the_fake_detects_a_native_call_off_the_main_thread(stage: MenuBarStage) -> None:
    stage.begin()
    with pytest.raises(OffTheMainThread):
        stage.item.button().setToolTip_("from a worker")
    assert stage.world.faults == ["NSStatusItem.button"]
    stage.world.faults.clear()


def test_every_native_call_is_made_on_the_main_thread(stage: MenuBarStage) -> None:
    icon = stage.begin()
    before = len(stage.world.calls)

    def all_of_it(name: str) -> None:
        icon.show(a_view(name, attention=True))
        icon.notify("title", name)
        icon.show_itself("CodeMie Tray is running", name)

    threads = [threading.Thread(target=all_of_it, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until("the notifications", lambda: len(stage.notifications()) == 3)
    until("the alert", lambda: stage.world.alerts)
    icon.stop()
    assert stage.ended()
    assert len(stage.world.calls) > before + 20
    assert stage.world.faults == []


def test_pystray_starts_no_thread(stage: MenuBarStage) -> None:
    before = set(threading.enumerate())
    stage.begin()
    assert set(threading.enumerate()) == before


def test_the_icon_is_a_template_for_an_ordinary_and_a_retina_screen(stage: MenuBarStage) -> None:
    stage.begin(a_view("work", attention=True))
    image = stage.item._button.image
    assert image.template is True
    assert image.size == (18, 18)
    assert [representation.size for representation in image.representations] == [(18, 18), (18, 18)]
    pictures = stage.images()
    assert [picture.size for picture in pictures] == [(18, 18), (36, 36)]
    for picture in pictures:
        drawn = draw_template(a_view("work", attention=True).icon, picture.width)
        assert picture.convert("RGBA").tobytes() == drawn.tobytes()


def test_a_template_is_black_and_shows_profile_and_problem_by_transparency() -> None:
    designs = [
        a_view(name, attention=trouble).icon for name in ("work", "personal") for trouble in (True, False)
    ]
    pictures = [draw_template(design, 36) for design in designs]
    for picture in pictures:
        red, green, blue, alpha = picture.split()
        assert not any(band.getextrema()[1] for band in (red, green, blue))
        assert alpha.getextrema() == (0, 255)
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_a_menu_that_changes_while_open_is_replaced_after_it_closes(stage: MenuBarStage) -> None:
    icon = stage.begin()
    stage.open_menu()
    shown = stage.item.menu
    icon.show(a_view("personal"))
    until("the tooltip", lambda: stage.tooltip().startswith("CodeMie: personal"))
    assert stage.item.menu is shown
    stage.close_menu()
    until("the menu", lambda: stage.item.menu is not shown)
    assert stage.menu()[1].checked
    assert stage.actions == []


def test_a_row_of_the_previous_menu_keeps_its_action(stage: MenuBarStage) -> None:
    icon = stage.begin(a_view("work", profiles=("work", "personal")))
    old = stage.item.menu.rows[1]
    icon.show(a_view("work", profiles=("zero", "one", "work", "personal")))
    until("the menu", lambda: len(stage.menu()) == 10)
    stage.world.events.put(old.send_action)
    until("the action", lambda: stage.actions == [SwitchProfile("personal")])


@pytest.mark.parametrize("name", ["woke", "in front again"])
def test_the_files_are_read_again_after_sleep_or_a_user_switch(stage: MenuBarStage, name: str) -> None:
    icon = stage.begin()
    stage.world.events.put(lambda: stage.world.observers[name](None))
    until("the action", lambda: stage.actions == [Do.LOOK_AGAIN])
    icon.stop()
    assert stage.ended()
    assert stage.world.observers == {}


def test_opening_the_app_again_asks_it_to_show_itself(stage: MenuBarStage) -> None:
    stage.begin()
    delegate = stage.tray._app.delegate
    stage.world.events.put(
        lambda: delegate.applicationShouldHandleReopen_hasVisibleWindows_(stage.tray._app, False)
    )
    until("the action", lambda: stage.actions == [Do.SHOW_ITSELF])


def test_a_logout_is_posted_before_macos_ends_the_process(stage: MenuBarStage) -> None:
    stage.begin()
    stage.world.events.put(lambda: stage.tray._app.delegate.applicationWillTerminate_(None))
    until("the action", lambda: stage.actions == [Do.SESSION_ENDS])


def test_a_second_start_is_answered_by_a_window_that_names_where_icons_are_allowed(
    stage: MenuBarStage,
) -> None:
    icon = stage.begin()
    icon.show_itself("CodeMie Tray is running", "Active profile: work.")
    icon.show_itself("CodeMie Tray is running", "Active profile: work.")
    until("the alert", lambda: stage.world.alerts)
    icon.show(a_view("personal"))  # the loop continues behind it
    until("the view", lambda: stage.tooltip().startswith("CodeMie: personal"))
    ((title, text),) = stage.world.alerts
    assert title == "CodeMie Tray is running"
    assert text.startswith("Active profile: work.")
    assert "System Settings" in text
    stage.world.events.put(lambda: setattr(stage.world, "alert_is_closed", True))
    icon.show_itself("again", "")
    until("the second", lambda: len(stage.world.alerts) == 2)
    icon.stop()  # ends it although the second window is still open
    assert stage.ended()


def test_system_signals_end_the_tray(stage: MenuBarStage) -> None:
    stage.begin()
    stage.world.events.put(lambda: stage.world.signals[signal.SIGTERM](signal.SIGTERM))
    assert stage.ended()
    assert stage.world.items == []


def test_a_notification_without_a_title_uses_the_trays(stage: MenuBarStage) -> None:
    icon = stage.begin(a_view("work"))
    icon.notify("", "text")
    until("the notification", lambda: stage.notifications() == [("CodeMie: work", "text")])


class Centre:
    """The system's notification centre, which asks the user for permission."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.allow: list[Callable[[bool, object], None]] = []

    def currentNotificationCenter(self) -> Centre:  # noqa: N802  macOS's name
        return self

    def requestWithIdentifier_content_trigger_(self, identifier: str, *_rest: object) -> str:  # noqa: N802
        return identifier

    def requestAuthorizationWithOptions_completionHandler_(  # noqa: N802
        self, _options: int, handler: Callable[[bool, object], None]
    ) -> None:
        self.allow.append(handler)

    def addNotificationRequest_withCompletionHandler_(self, request: str, _handler: object) -> None:  # noqa: N802
        self.shown.append(request)

    def removeDeliveredNotificationsWithIdentifiers_(self, identifiers: list[str]) -> None:  # noqa: N802
        self.shown = [one for one in self.shown if one not in identifiers]

    def removePendingNotificationRequestsWithIdentifiers_(self, _identifiers: list[str]) -> None:  # noqa: N802
        pass


class Content:
    def alloc(self) -> Content:
        return self

    init = alloc

    def setTitle_(self, _text: str) -> None:  # noqa: N802
        pass

    setBody_ = setTitle_  # noqa: N815


@pytest.mark.parametrize("allowed_before", [True, False], ids=["shown", "not yet allowed"])
def test_a_withdrawn_notification_leaves_the_notification_centre(
    backend: Any, monkeypatch: pytest.MonkeyPatch, allowed_before: bool
) -> None:
    module = sys.modules[backend.Notifications.__module__]
    centre = Centre()
    system = SimpleNamespace(
        UNMutableNotificationContent=Content(),
        UNNotificationRequest=centre,
        UNUserNotificationCenter=centre,
    )
    monkeypatch.setattr(module, "_centre_module", lambda: system)
    monkeypatch.setattr(module.macos_api, "call_on_main", lambda work: work())
    notifications = backend.Notifications()
    notifications.show("No profile yet", "add one")
    if allowed_before:
        centre.allow[0](True, None)
        assert centre.shown == ["codemie-tray-1"]
    notifications.withdraw("another one")
    notifications.withdraw("No profile yet")
    if not allowed_before:
        centre.allow[0](True, None)
    notifications.show("Switched", "after it")
    notifications.withdraw("No profile yet")
    centre.allow[1](True, None)
    assert centre.shown == ["codemie-tray-2"]


def test_the_script_gets_its_texts_as_arguments_and_does_not_block(
    backend: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.main = threading.current_thread()
    ran: list[tuple[list[str], threading.Thread]] = []
    done = threading.Event()

    def run(command: list[str], **_: Any) -> Any:
        ran.append((command, threading.current_thread()))
        done.set()
        raise FileNotFoundError(2, "not a Mac")

    monkeypatch.setattr(subprocess, "run", run)
    backend.Notifications().show('a "title"', '" & do shell script "boom')
    assert done.wait(60)
    ((command, thread),) = ran
    assert command[0] == "/usr/bin/osascript"
    assert command[-2:] == ['a "title"', '" & do shell script "boom']
    assert not any("boom" in word for word in command[:-1])
    assert thread is not threading.current_thread()

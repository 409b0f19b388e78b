"""A notification with a button, on a notification server."""

from __future__ import annotations

import time

import pytest
from tests.support.waiting import until
from tests.tray.platforms.linux.conftest import StartTray
from tests.tray.platforms.linux.stub_host import StubHost

from codemie_tray.view.actions import RestoreVersion
from codemie_tray.view.menu import Item

BUTTON = Item("Restore", RestoreVersion("413ab049"))


@pytest.fixture
def host(host: StubHost) -> StubHost:
    host.capabilities = ["body", "actions"]
    return host


@pytest.mark.parametrize("key", ["default", "button"], ids=["the notification", "its button"])
def test_a_click_performs_the_buttons_action_once(host: StubHost, start_tray: StartTray, key: str) -> None:
    tray = start_tray()
    tray.icon.notify("Lost", "two profiles", BUTTON)
    until(lambda: host.notifications)
    assert host.notifications[0][5] == ["default", "Restore", "button", "Restore"]
    until(lambda: tray.icon._notifications._last[1])
    host.press(41, key)
    until(lambda: tray.actions)
    host.press(41, key)
    host.ping()
    time.sleep(0.1)
    assert tray.actions == [BUTTON.action]


def test_other_buttons_of_other_notifications_do_nothing(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    tray.icon.notify("Lost", "two profiles", BUTTON)
    until(lambda: tray.icon._notifications._last[1])
    host.press(99, "default")
    host.press(41, "else")
    tray.icon.notify("Switched", "in its place, and without a button")
    until(lambda: len(host.notifications) == 2)
    assert host.notifications[1][5] == []
    host.press(41, "default")
    host.ping()
    time.sleep(0.1)
    assert tray.actions == []


def test_a_server_without_actions_gets_no_button(host: StubHost, start_tray: StartTray) -> None:
    host.capabilities = ["body"]
    start_tray().icon.notify("Lost", "two profiles", BUTTON)
    until(lambda: host.notifications)
    assert host.notifications[0][5] == []


def test_a_withdrawn_notification_is_closed_once(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    tray.icon.notify("No profile yet", "add one", BUTTON)
    until(lambda: tray.icon._notifications._last[1])
    tray.icon.withdraw("another one")
    tray.icon.withdraw("No profile yet")
    tray.icon.withdraw("No profile yet")
    tray.icon.notify("Switched", "after it")
    until(lambda: len(host.notifications) == 2)
    assert host.closed == [41]
    assert host.notifications[1][1] == 0  # it does not replace what is gone
    host.press(41, "default")
    host.ping()
    assert tray.actions == []


def test_a_notification_withdrawn_before_the_server_answers_does_not_stay(
    host: StubHost, start_tray: StartTray
) -> None:
    tray = start_tray()

    def notify_and_withdraw() -> None:
        tray.icon._notifications.show("No profile yet", "add one")
        tray.icon._notifications.withdraw("No profile yet")

    tray.icon._bus.post(notify_and_withdraw)
    tray.icon.notify("Switched", "after it")
    until(lambda: host.notifications)
    assert [words[3] for words in host.notifications] == ["Switched"]


def test_what_replaced_a_notification_is_not_withdrawn(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    tray.icon.notify("No profile yet", "add one")
    until(lambda: tray.icon._notifications._last[1])
    tray.icon.notify("Switched", "in its place")
    tray.icon.withdraw("No profile yet")
    tray.icon.notify("Saved", "in its place")
    until(lambda: len(host.notifications) == 3)
    assert host.closed == []

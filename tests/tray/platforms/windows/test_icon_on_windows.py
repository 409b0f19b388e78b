"""What is specific to the tray on Windows: faults of pystray's backend that ours must not have."""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"

import ctypes
import gc
import threading
import time
import winreg
from collections.abc import Callable, Iterator
from ctypes import wintypes

import pytest
from tests.integration.desktop.rig.processes.waiting import until
from tests.tray.platforms.windows.desktop import DesktopStage, user32
from tests.tray.tray_icon.views import a_view

from codemie_tray import WINDOW_TITLE
from codemie_tray.tray_icon.picture.drawing import draw
from codemie_tray.tray_icon.windows import api as windows_api
from codemie_tray.tray_icon.windows.icon import TrayIcon
from codemie_tray.tray_icon.windows.notify_icon import cut_to_units
from codemie_tray.view.actions import Do, SwitchProfile

from pystray._util import win32  # isort: skip


THEME_KEY = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
GDI_OBJECTS, USER_OBJECTS = 0, 1


@pytest.mark.parametrize("button_up", [win32.WM_LBUTTONUP, win32.WM_RBUTTONUP])
def test_both_buttons_open_the_menu(stage: DesktopStage, button_up: int) -> None:
    stage.begin()
    assert stage.open_menu(button_up) == stage.menu_handle
    stage.click(button_up)
    stage.close_menu()
    assert stage.actions == []


def close_all_windows(stage: DesktopStage) -> None:
    """Do as `taskkill` does."""
    user32.PostMessageW(stage.tray._menu_hwnd, windows_api.WM_CLOSE, 0, 0)
    user32.PostMessageW(stage.window, windows_api.WM_CLOSE, 0, 0)


@pytest.fixture(
    params=[
        lambda stage: stage.icon.stop(),
        lambda stage: stage.send(windows_api.WM_ENDSESSION, wparam=1),
        close_all_windows,
    ],
    ids=["stopped", "signed out", "windows closed"],
)
def ending(request: pytest.FixtureRequest) -> Callable[[DesktopStage], object]:
    """One of the ways in which it is asked to end."""
    chosen: Callable[[DesktopStage], object] = request.param
    return chosen


def test_the_menu_is_replaced_after_it_closes_and_the_rest_immediately(stage: DesktopStage) -> None:
    icon = stage.begin()
    opened = stage.open_menu()
    icon.show(a_view("personal", attention=True))
    icon.show(a_view("proxy", attention=True))
    until("the tooltip", lambda: stage.tooltip().startswith("CodeMie: proxy"))
    assert user32.IsMenu(opened)
    assert stage.changes().menu == 0
    stage.close_menu()
    until("the menu", lambda: stage.menu()[2].checked)
    assert stage.changes().menu == 1
    assert not user32.IsMenu(opened)


def test_a_choice_alone_does_not_rebuild_the_menu(stage: DesktopStage) -> None:
    stage.begin()
    stage.choose("personal")
    until("the action", lambda: stage.actions == [SwitchProfile("personal")])
    assert stage.changes().menu == 0


def test_only_one_thread_talks_to_the_taskbar(stage: DesktopStage) -> None:
    icon = stage.begin()

    def both(name: str) -> None:
        icon.show(a_view(name))
        icon.notify(name, "text")

    threads = [threading.Thread(target=both, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until("the notifications", lambda: len(stage.notifications()) == 3)
    icon.stop()
    assert stage.ended()
    assert len({message.thread for message in stage.taskbar.messages}) == 1
    assert threading.get_ident() not in {message.thread for message in stage.taskbar.messages}


def test_a_withdrawn_notification_is_replaced_by_nothing(stage: DesktopStage) -> None:
    icon = stage.begin()
    icon.notify("No profile yet", "add one")
    icon.withdraw("another one")
    icon.withdraw("No profile yet")
    icon.withdraw("No profile yet")
    icon.notify("Switched", "after it")
    until("the notifications", lambda: len(stage.notifications()) == 3)
    assert stage.notifications() == [("No profile yet", "add one"), ("", ""), ("Switched", "after it")]


def test_a_failed_add_is_retried_until_the_taskbar_accepts_it(stage: DesktopStage) -> None:
    stage.taskbar.refusals = 2
    started = time.monotonic()
    icon = stage.begin()
    assert time.monotonic() - started > 1.4  # half a second, then a whole one
    icon.show(a_view("personal"))
    until("the tooltip", lambda: stage.tooltip().startswith("CodeMie: personal"))


def test_a_view_shown_without_a_taskbar_is_added_later(stage: DesktopStage) -> None:
    stage.taskbar.refusals = 1
    stage.icon = icon = stage.make(a_view("work"), stage.actions.append)
    stage.run(icon, stage.ready.release)
    assert stage.ready.acquire(timeout=60)
    icon.show(a_view("personal", attention=True))
    until("the icon", stage.is_shown)
    assert stage.tooltip().startswith("CodeMie: personal")
    assert stage.picture() == _drawn(a_view("personal", attention=True).icon, 16)


def test_the_icon_returns_when_the_taskbar_restarts(stage: DesktopStage) -> None:
    stage.begin()
    added = [message.code for message in stage.taskbar.messages].count(win32.NIM_ADD)
    stage.send(win32.WM_TASKBARCREATED)
    assert [message.code for message in stage.taskbar.messages].count(win32.NIM_ADD) == added + 1
    assert stage.is_shown()


def test_signing_out_is_never_blocked_and_ends_the_tray(stage: DesktopStage) -> None:
    stage.begin()
    assert stage.send(windows_api.WM_QUERYENDSESSION) == 1
    stage.send(windows_api.WM_ENDSESSION, wparam=0)  # another program refused
    assert stage.tray._running
    assert stage.actions == []
    stage.send(windows_api.WM_ENDSESSION, wparam=1)
    assert stage.actions == [
        Do.SESSION_ENDS
    ]  # before the answer, because Windows may end the process after it
    assert stage.ended()


@pytest.mark.parametrize(
    ("event", "last"), [(0, []), (1, []), (2, ["last"]), (5, ["last"]), (6, ["last"])]
)  # Ctrl-C, Ctrl-Break; the window closed, signed out, shut down
def test_a_final_console_event_posts_the_end_first(event: int, last: list[str]) -> None:
    heard: list[str] = []
    with windows_api.ConsoleEvents(lambda: heard.append("stop"), lambda: heard.append("last")) as events:
        assert events._handler(event)
    assert heard == [*last, "stop"]


def test_a_program_that_closes_its_windows_ends_the_tray(stage: DesktopStage) -> None:
    stage.begin()
    window = user32.FindWindowW(None, WINDOW_TITLE)
    assert window == stage.window
    close_all_windows(stage)
    assert stage.ended()
    assert not user32.FindWindowW(None, WINDOW_TITLE)


@pytest.mark.parametrize("submenu", [False, True], ids=["menu", "submenu"])
def test_the_tray_ends_while_its_menu_is_open(
    stage: DesktopStage, ending: Callable[[DesktopStage], object], submenu: bool
) -> None:
    stage.begin()
    stage.open_menu()
    if submenu:
        stage.open_submenu("More")
    ending(stage)
    assert stage.ended()
    assert not stage.menu_is_open()
    assert [action for action in stage.actions if action != Do.SESSION_ENDS] == []


def test_however_a_tray_ended_the_next_one_can_start(
    stage: DesktopStage, ending: Callable[[DesktopStage], object]
) -> None:
    stage.begin()
    assert has_class(stage.tray)
    ending(stage)
    assert stage.ended()
    assert not has_class(stage.tray)


def test_a_tray_stopped_before_it_ran_leaves_nothing_either(stage: DesktopStage) -> None:
    icon = stage.make(a_view(), stage.actions.append)
    assert has_class(stage.tray)
    icon.stop()
    icon.run(lambda: None)
    assert not has_class(stage.tray)


def has_class(tray: TrayIcon) -> bool:
    """Whether its window class is registered; pystray names it after the object's address."""
    user32.GetClassInfoExW.argtypes = (wintypes.HINSTANCE, wintypes.LPCWSTR, ctypes.c_void_p)
    found = win32.WNDCLASSEX(cbSize=ctypes.sizeof(win32.WNDCLASSEX))
    name = f"codemie-tray{id(tray)}SystemTrayIcon"
    return bool(user32.GetClassInfoExW(win32.GetModuleHandle(None), name, ctypes.byref(found)))


def test_a_click_after_the_stop_opens_no_menu(stage: DesktopStage) -> None:
    icon = stage.begin()

    def both() -> None:
        icon.stop()
        stage.click(win32.WM_LBUTTONUP)  # Windows delivers it before the WM_QUIT

    stage.tray._post(both)
    assert stage.ended()


@pytest.mark.parametrize("pause_seconds", [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05])
def test_a_tray_stopped_while_its_menu_opens_ends(stage: DesktopStage, pause_seconds: float) -> None:
    icon = stage.begin()
    stage.click(win32.WM_RBUTTONUP)
    time.sleep(pause_seconds)
    icon.stop()
    assert stage.ended()


@pytest.mark.parametrize(
    ("message", "wparam"),
    [
        (windows_api.WM_POWERBROADCAST, windows_api.PBT_APMRESUMEAUTOMATIC),
        (windows_api.WM_WTSSESSION_CHANGE, windows_api.WTS_SESSION_UNLOCK),
        (windows_api.WM_WTSSESSION_CHANGE, windows_api.WTS_CONSOLE_CONNECT),
    ],
)
def test_the_files_are_read_again_after_sleep_or_a_user_switch(
    stage: DesktopStage, message: int, wparam: int
) -> None:
    stage.begin()
    stage.taskbar.messages.clear()
    stage.send(message, wparam)
    assert stage.actions == [Do.LOOK_AGAIN]
    # Already present: the add is refused and the change accepted, or the icon is added again.
    assert stage.taskbar.messages[0].code == win32.NIM_ADD
    stage.send(message, 0x4)  # suspend, disconnect: nothing to do
    assert stage.actions == [Do.LOOK_AGAIN]


@pytest.fixture
def theme() -> Iterator[winreg.HKEYType]:
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, THEME_KEY) as key:
        yield key
        winreg.DeleteValue(key, "SystemUsesLightTheme")


def test_the_icon_follows_the_theme_of_the_taskbar(stage: DesktopStage, theme: winreg.HKEYType) -> None:
    stage.begin(a_view("work"))
    design = a_view("work").icon
    assert stage.picture() == _drawn(design, 16)
    for light in (1, 0):
        winreg.SetValueEx(theme, "SystemUsesLightTheme", 0, winreg.REG_DWORD, light)
        before = len(stage.taskbar.messages)
        stage.send(windows_api.WM_SETTINGCHANGE)
        assert stage.picture() == _drawn(design, 16, on_light=bool(light))
        stage.send(windows_api.WM_SETTINGCHANGE)  # of something else
        assert len(stage.taskbar.messages) == before + 1
    assert _drawn(design, 16) != _drawn(design, 16, on_light=True)


def test_the_icon_is_drawn_for_the_density_of_the_taskbar(
    stage: DesktopStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.begin(a_view("work"))
    assert stage.picture() == _drawn(a_view("work").icon, windows_api.small_icon_px())
    for size in (20, 24, 32, 48):
        monkeypatch.setattr(windows_api, "small_icon_px", lambda size=size: size)
        stage.send(windows_api.WM_DPICHANGED)
        assert stage.picture() == _drawn(a_view("work").icon, size)


@pytest.mark.parametrize("text", ["x" * 1000, "\U0001f680" * 1000, "a" + "\U0001f680" * 1000, "\ud800" * 300])
def test_texts_are_cut_to_windows_limits_and_never_inside_a_character(text: str) -> None:
    for units in (63, 127, 255):
        cut = cut_to_units(text, units)
        assert units - 1 <= len(cut.encode("utf-16-le")) // 2 <= units
    assert cut_to_units("short", 63) == "short"


def test_hundreds_of_changes_leave_no_menus_icons_or_bitmaps_behind(stage: DesktopStage) -> None:
    icon = stage.begin()
    counts = []
    for _ in range(3):
        for number in range(60):
            icon.show(a_view(f"profile{number}", profiles=(f"profile{number}",), attention=bool(number % 2)))
        icon.show(a_view("work"))
        until("the last view", lambda: stage.tooltip().startswith("CodeMie: work"))
        gc.collect()
        process = ctypes.windll.kernel32.GetCurrentProcess()
        user32.GetGuiResources.argtypes = (ctypes.c_void_p, ctypes.c_uint)
        counts.append([user32.GetGuiResources(process, kind) for kind in (GDI_OBJECTS, USER_OBJECTS)])
    assert counts[1] == counts[2]


def _drawn(design: object, size_px: int, *, on_light: bool = False) -> tuple[int, bytes]:
    """Return the expected `pixels` of a correctly drawn icon."""
    image = draw(design, size_px, on_light=on_light)  # type: ignore[arg-type]
    red, green, blue, alpha = image.split()
    from PIL import Image

    return size_px, Image.merge("RGBA", (blue, green, red, alpha)).tobytes()

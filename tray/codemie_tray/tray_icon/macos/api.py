"""The calls to macOS that pystray does not make. All except `call_on_main` belong on the main thread.

AppKit may be used only there; recent releases of macOS kill a program that does otherwise. Written from the
documentation and pystray's source; not run on macOS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import AppKit  # type: ignore[import-not-found]  # these are there on macOS only
import Foundation  # type: ignore[import-not-found]
from PyObjCTools import AppHelper, MachSignals  # type: ignore[import-not-found]


class MenuWatcher(Foundation.NSObject):  # type: ignore[misc]  # no types upstream
    """Delegate of a menu: reports when it opens and closes."""

    on_open: Callable[[], None]
    on_close: Callable[[], None]

    def menuWillOpen_(self, _menu: Any) -> None:  # noqa: N802 - the selector's name
        """Called by AppKit."""
        self.on_open()

    def menuDidClose_(self, _menu: Any) -> None:  # noqa: N802
        """Called by AppKit, before the chosen row's action."""
        self.on_close()


class ApplicationWatcher(Foundation.NSObject):  # type: ignore[misc]
    """Delegate of the application: reports that it is opened a second time, and that macOS ends it."""

    on_reopen: Callable[[], None]
    on_end: Callable[[], None]

    def applicationShouldHandleReopen_hasVisibleWindows_(self, _app: Any, _visible: bool) -> bool:  # noqa: N802
        """Called by AppKit: macOS starts no second process of an app but calls the first."""
        self.on_reopen()
        return False

    def applicationWillTerminate_(self, _note: Any) -> None:  # noqa: N802
        """Called by AppKit at log-out or restart; the process ends here, and `run` does not return."""
        self.on_end()


def call_on_main(function: Callable[..., None], *arguments: object) -> None:
    """Make the main loop call `function`, soon and in order; from any thread."""
    AppHelper.callAfter(function, *arguments)


def prepare_application(app: Any, *, on_reopen: Callable[[], None], on_end: Callable[[], None]) -> object:
    """Keep the program out of the Dock, and report a second start and the end; keep the returned object."""
    app.setActivationPolicy_(AppKit.NSApplicationActivationPolicyAccessory)
    watcher = ApplicationWatcher.alloc().init()
    watcher.on_reopen, watcher.on_end = on_reopen, on_end
    app.setDelegate_(watcher)
    return watcher


def watch_menu(menu: Any, on_open: Callable[[], None], on_close: Callable[[], None]) -> object:
    """Report a menu's opening and closing; keep the returned object: a menu does not keep its delegate."""
    watcher = MenuWatcher.alloc().init()
    watcher.on_open, watcher.on_close = on_open, on_close
    menu.setDelegate_(watcher)
    return watcher


def on_waking_up(wake: Callable[[], None]) -> list[object]:
    """Call `wake` after sleep and when the user's session is in front again; keep the returned object."""
    centre = AppKit.NSWorkspace.sharedWorkspace().notificationCenter()
    queue = Foundation.NSOperationQueue.mainQueue()
    names = (AppKit.NSWorkspaceDidWakeNotification, AppKit.NSWorkspaceSessionDidBecomeActiveNotification)
    return [
        centre.addObserverForName_object_queue_usingBlock_(name, None, queue, lambda _note: wake())
        for name in names
    ]


def stop_hearing(observers: Sequence[object]) -> None:
    """Undo `on_waking_up`."""
    centre = AppKit.NSWorkspace.sharedWorkspace().notificationCenter()
    for observer in observers:
        centre.removeObserver_(observer)


def on_signal(number: int, handler: Callable[[], None]) -> None:
    """Make the main loop call `handler` at a signal: Python's own handlers wait until AppKit returns."""
    MachSignals.signal(number, lambda _number: handler())


def template_image(pngs: Sequence[bytes], size_points: int) -> Any:
    """Return one image in several densities that macOS colours for light, dark and selected.

    Args:
        pngs: the same picture at different numbers of pixels.
        size_points: width and height of each on the screen.
    """
    image = AppKit.NSImage.alloc().initWithSize_((size_points, size_points))
    for png in pngs:
        data = Foundation.NSData.dataWithBytes_length_(png, len(png))
        representation = AppKit.NSBitmapImageRep.imageRepWithData_(data)
        # In points: that there are more pixels than points is how macOS recognizes the one for Retina
        # screens.
        representation.setSize_((size_points, size_points))
        image.addRepresentation_(representation)
    image.setTemplate_(True)
    return image


def show_alert(app: Any, title: str, text: str) -> None:
    """Show a window with one button, and wait until it is pressed (the main loop runs inside)."""
    alert = AppKit.NSAlert.alloc().init()
    alert.setMessageText_(title)
    alert.setInformativeText_(text)
    app.activateIgnoringOtherApps_(True)
    alert.runModal()


def bundle_identifier() -> str | None:
    """Return the name by which the system knows this app; None if it runs outside of one."""
    identifier = Foundation.NSBundle.mainBundle().bundleIdentifier()
    return str(identifier) if identifier else None

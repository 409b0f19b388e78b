"""The parts of AppKit that the tray uses, faked: they enforce the one rule whose violation ends programs.

Every call of a native object is recorded, and is an error off the main thread. The main loop and the tracking
of an open menu serve what other threads ask for, as the real ones do. Our code and pystray's run as they are.
"""

from __future__ import annotations

import functools
import queue
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any


class OffTheMainThread(AssertionError):
    """macOS would end the program here."""


class World:
    """A macOS: its main thread, main loop, and screen."""

    def __init__(self) -> None:
        self.main: threading.Thread | None = None
        """Set by the test that plays the main thread."""
        self.calls: list[str] = []
        """`Class.method` of every native call."""
        self.faults: list[str] = []
        """Calls off the main thread."""
        self.events: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self.items: list[Any] = []
        """What the menu bar shows."""
        self.alerts: list[tuple[str, str]] = []
        self.scripts: list[tuple[str, str]] = []
        self.signals: dict[int, Callable[[int], None]] = {}
        self.observers: dict[str, Callable[[Any], None]] = {}
        self.tracked: Any = None
        """The menu that is open."""
        self.chosen: str | None = None
        self.tracking_is_cancelled = False
        self.alert_is_closed = False

    def note(self, name: str) -> None:
        self.calls.append(name)
        if threading.current_thread() is not self.main:
            self.faults.append(name)
            raise OffTheMainThread(name)

    def serve_until(self, done: Callable[[], bool]) -> None:
        """Run what is asked for, until `done`."""
        while not done():
            self.events.get(timeout=60)()

    def track(self, item: Any) -> None:
        """Open an item's menu, run the loop in it, and send the chosen row's action after it has closed."""
        menu = item.menu
        self.chosen, self.tracking_is_cancelled = None, False
        self.tracked = menu
        menu.delegate.menuWillOpen_(menu)
        self.serve_until(lambda: self.chosen is not None or self.tracking_is_cancelled)
        menu.delegate.menuDidClose_(menu)
        self.tracked = None
        if self.chosen is not None and not self.tracking_is_cancelled:
            row = next(row for row in menu.all_rows() if row.title == self.chosen)
            row.send_action()


class Native:
    """What a call on it goes through `World.note`; `alloc().init()` as in Objective-C."""

    world: World

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, function in list(vars(cls).items()):
            if callable(function) and not name.startswith("__") and not isinstance(function, type):
                setattr(cls, name, _noted(cls.__name__, name, function))

    @classmethod
    def alloc(cls) -> Any:
        return cls.__new__(cls)

    def init(self) -> Any:
        return self


def _noted(owner: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def noted(self: Native, *arguments: Any) -> Any:
        self.world.note(f"{owner}.{name}")
        return function(self, *arguments)

    return noted


def modules(world: World) -> dict[str, ModuleType]:
    """Return the modules that pystray's backend and ours import, by name, on one world."""
    # ruff: noqa: N802 - the names are Apple's

    class InWorld(Native):
        pass

    InWorld.world = world

    class NSObject:
        """The base of our classes: AppKit calls them, and such calls are not recorded."""

        @classmethod
        def alloc(cls) -> Any:
            return cls()

        def init(self) -> Any:
            return self

    class Button(InWorld):
        hidden, tooltip, label = False, "", ""
        image: Any = None

        def setTarget_(self, _target: Any) -> None: ...

        def setAction_(self, _selector: bytes) -> None: ...

        def setHidden_(self, hidden: bool) -> None:
            self.hidden = hidden

        def setToolTip_(self, text: str) -> None:
            self.tooltip = text

        def setAccessibilityLabel_(self, text: str) -> None:
            self.label = text

        def setImage_(self, image: Any) -> None:
            self.image = image

    class NSStatusItem(InWorld):
        def __init__(self) -> None:
            self._button = Button()
            self.menu: Any = None

        def button(self) -> Button:
            return self._button

        def setMenu_(self, menu: Any) -> None:
            self.menu = menu

    class StatusBar(InWorld):
        def statusItemWithLength_(self, _length: float) -> NSStatusItem:
            world.items.append(NSStatusItem())
            return world.items[-1]  # type: ignore[no-any-return]

        def removeStatusItem_(self, item: Any) -> None:
            world.items.remove(item)

        def thickness(self) -> float:
            return 22.0

    class NSMenu(InWorld):
        def initWithTitle_(self, _title: str) -> Any:
            self.rows: list[Any] = []
            self.delegate: Any = None
            return self

        def setAutoenablesItems_(self, _on: bool) -> None: ...

        def addItem_(self, row: Any) -> None:
            self.rows.append(row)

        def setDelegate_(self, delegate: Any) -> None:
            self.delegate = delegate

        def cancelTracking(self) -> None:
            world.tracking_is_cancelled = True

        def __iter__(self) -> Any:
            return iter(self.rows)

    def all_rows(menu: Any) -> list[Any]:
        return [each for row in menu.rows for each in (row, *(all_rows(row.submenu) if row.submenu else ()))]

    NSMenu.all_rows = all_rows  # type: ignore[attr-defined]

    class NSMenuItem(InWorld):
        title = ""
        submenu: Any = None
        state, enabled, is_separator, number = 0, True, False, -1
        target: Any = None
        selector = b""

        def initWithTitle_action_keyEquivalent_(self, title: str, selector: bytes, _key: str) -> Any:
            self.title, self.selector = title, selector
            return self

        def setSubmenu_(self, menu: Any) -> None:
            self.submenu = menu

        def setAction_(self, selector: bytes) -> None:
            self.selector = selector

        def setTarget_(self, target: Any) -> None:
            self.target = target

        def setTag_(self, number: int) -> None:
            self.number = number

        def tag(self) -> int:
            return self.number

        def setState_(self, state: int) -> None:
            self.state = state

        def setEnabled_(self, enabled: bool) -> None:
            self.enabled = enabled

        def send_action(self) -> None:
            for member in vars(type(self.target)).values():
                if getattr(member, "selector", None) == self.selector:
                    member(self.target, self)

    def separatorItem() -> Any:
        item = NSMenuItem.alloc()
        item.is_separator = True
        return item

    NSMenuItem.separatorItem = staticmethod(separatorItem)  # type: ignore[attr-defined]

    class NSImage(InWorld):
        def initWithSize_(self, size: tuple[float, float]) -> Any:
            self.size, self.template = size, False
            self.representations: list[Any] = []
            return self

        def addRepresentation_(self, representation: Any) -> None:
            self.representations.append(representation)

        def setTemplate_(self, on: bool) -> None:
            self.template = on

    class NSBitmapImageRep(InWorld):
        def setSize_(self, size: tuple[float, float]) -> None:
            self.size = size

    def imageRepWithData_(data: bytes) -> Any:
        world.note("NSBitmapImageRep.imageRepWithData_")
        representation = NSBitmapImageRep()
        representation.data = data  # type: ignore[attr-defined]
        return representation

    NSBitmapImageRep.imageRepWithData_ = staticmethod(imageRepWithData_)  # type: ignore[attr-defined]

    class NSApplication(InWorld):
        stopped = False
        delegate: Any = None
        policy: Any = None

        def run(self) -> None:
            self.stopped = False
            world.serve_until(lambda: self.stopped)

        def stop_(self, _sender: Any) -> None:
            self.stopped = True

        def postEvent_atStart_(self, _event: Any, _at_start: bool) -> None:
            world.events.put(lambda: None)

        def setDelegate_(self, delegate: Any) -> None:
            self.delegate = delegate

        def setActivationPolicy_(self, policy: Any) -> None:
            self.policy = policy

        def activateIgnoringOtherApps_(self, _on: bool) -> None: ...

        def abortModal(self) -> None:
            world.alert_is_closed = True

        def terminate_(self, _sender: Any) -> None:
            raise SystemExit

    class NSAlert(InWorld):
        message = text = ""

        def setMessageText_(self, text: str) -> None:
            self.message = text

        def setInformativeText_(self, text: str) -> None:
            self.text = text

        def runModal(self) -> None:
            world.alert_is_closed = False
            world.alerts.append((self.message, self.text))
            world.serve_until(lambda: world.alert_is_closed)

    class NotificationCenter(InWorld):
        def addObserverForName_object_queue_usingBlock_(
            self, name: str, _object: Any, _queue: Any, block: Callable[[Any], None]
        ) -> str:
            world.observers[name] = block
            return name

        def removeObserver_(self, observer: str) -> None:
            del world.observers[observer]

    class Workspace(InWorld):
        def notificationCenter(self) -> NotificationCenter:
            return NotificationCenter()

    class MainBundle(InWorld):
        def bundleIdentifier(self) -> None:
            return None

    app, bar = NSApplication(), StatusBar()
    appkit = _module(
        "AppKit",
        NSApplication=_Shared("sharedApplication", app),
        NSStatusBar=_Shared("systemStatusBar", bar),
        NSWorkspace=_Shared("sharedWorkspace", Workspace()),
        NSMenu=NSMenu,
        NSMenuItem=NSMenuItem,
        NSImage=NSImage,
        NSBitmapImageRep=NSBitmapImageRep,
        NSAlert=NSAlert,
        NSEvent=_AnyEvent(),
        NSPoint=lambda x, y: (x, y),
        NSApplicationDefined=15,
        NSVariableStatusItemLength=-1.0,
        NSOnState=1,
        NSOffState=0,
        NSApplicationActivationPolicyAccessory=1,
        NSWorkspaceDidWakeNotification="woke",
        NSWorkspaceSessionDidBecomeActiveNotification="in front again",
    )
    foundation = _module(
        "Foundation",
        NSObject=NSObject,
        NSData=_Shared("dataWithBytes_length_", None, lambda data, _length: data),
        NSBundle=_Shared("mainBundle", MainBundle()),
        NSOperationQueue=_Shared("mainQueue", object()),
    )
    tools = _module("PyObjCTools")
    helper = _module("PyObjCTools.AppHelper", callAfter=_call_after(world))
    signals = _module(
        "PyObjCTools.MachSignals", signal=world.signals.__setitem__, getsignal=world.signals.get
    )
    tools.__dict__.update(AppHelper=helper, MachSignals=signals)
    objc = _module("objc", namedSelector=_named_selector)
    every = (appkit, foundation, tools, helper, signals, objc)
    return {module.__name__: module for module in every}


class _Shared:
    """A class of which only one method, that returns a shared object, is used."""

    def __init__(self, method: str, shared: Any, function: Callable[..., Any] | None = None) -> None:
        setattr(self, method, function or (lambda: shared))


class _AnyEvent:
    def __getattr__(self, _constructor: str) -> Callable[..., object]:
        return lambda *_: object()


def _call_after(world: World) -> Callable[..., None]:
    def call_after(function: Callable[..., None], *arguments: Any) -> None:
        world.events.put(lambda: function(*arguments))

    return call_after


def _named_selector(name: bytes) -> Callable[[Any], Any]:
    def mark(function: Any) -> Any:
        function.selector = name
        return function

    return mark


def _module(name: str, **members: Any) -> ModuleType:
    module = ModuleType(name)
    module.__dict__.update(members)
    return module

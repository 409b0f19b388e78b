"""Windows and macOS: pystray's code and ours over faked native calls. Neither has been run on its system."""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from tests.tray.fake_win32 import FakeWin32
from tests.tray.views import a_view

from codemie_tray import tray_icon
from codemie_tray.actions import Action, SwitchProfile
from codemie_tray.tray_icon.seam import TrayIconSeam

_FOLDER = os.path.dirname(tray_icon.__file__)


@pytest.mark.parametrize("file", ["windows.py", "macos.py", os.path.join("linux", "icon.py")])
def test_every_backend_has_the_methods_of_the_seam(file: str) -> None:
    with open(os.path.join(_FOLDER, file), encoding="utf-8") as source:
        tree = ast.parse(source.read())
    (icon,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "TrayIcon"]
    methods = {node.name: node for node in icon.body if isinstance(node, ast.FunctionDef)}
    for name in ("__init__", "run", "stop", "show", "notify"):
        expected = list(inspect.signature(getattr(TrayIconSeam, name)).parameters)
        assert [argument.arg for argument in methods[name].args.args] == expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the other systems load their own")
def test_linux_loads_neither_the_other_backends_nor_pystrays() -> None:
    program = (
        "import sys, os; os.environ['PYSTRAY_BACKEND'] = 'gtk'; import codemie_tray.tray_icon;"
        "print(sorted(m for m in sys.modules if m.startswith(('pystray', 'codemie_tray.tray_icon.')) "
        "and m.count('.') < 3), os.environ['PYSTRAY_BACKEND'])"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    own = ["linux", "pystray_base", "pystray_menu", "seam", "shown_view"]
    expected = [f"codemie_tray.tray_icon.{name}" for name in own] + [
        "pystray",
        "pystray._base",
        "pystray._dummy",
    ]
    assert ran.stdout == f"{expected} gtk\n"  # and what the person chose is as it was


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ModuleType]]:
    loaded: list[str] = []

    def loading(name: str, pystray_backend: str, fakes: dict[str, ModuleType]) -> ModuleType:
        for module, fake in fakes.items():
            monkeypatch.setitem(sys.modules, module, fake)
            package, _, attribute = module.rpartition(".")
            if package:
                monkeypatch.setattr(sys.modules[package], attribute, fake, raising=False)
        loaded.extend((f"codemie_tray.tray_icon.{name}", f"pystray.{pystray_backend}"))
        return importlib.import_module(loaded[0])

    importlib.import_module("pystray._util")
    yield loading
    for name in loaded:
        package, _, attribute = name.rpartition(".")
        sys.modules.pop(name, None)
        if hasattr(sys.modules[package], attribute):
            delattr(sys.modules[package], attribute)


def _drive(icon: Any, steps: Callable[[], None]) -> None:
    """Run `icon` on this thread and `steps` on another, as the program does."""
    ready = threading.Event()
    failed: list[BaseException] = []

    def drive() -> None:
        try:
            assert ready.wait(5)
            steps()
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failed.append(error)
        finally:
            icon.stop()

    thread = threading.Thread(target=drive)
    thread.start()
    icon.run(ready.set)
    thread.join()
    assert not failed, failed


def test_windows_keeps_an_open_menu_and_the_limits_of_its_texts(load: Callable[..., ModuleType]) -> None:
    win32 = FakeWin32()
    module = load("windows", "_win32", {"pystray._util.win32": win32})
    actions: list[Action] = []
    chosen = threading.Event()

    def on_action(action: Action) -> None:
        actions.append(action)
        chosen.set()

    icon = module.TrayIcon("codemie-tray", a_view(tooltip_text="\U0001f680" * 300), on_action)

    def steps() -> None:
        # Shown while the menu is open: pystray would destroy the menu under the person's hand.
        win32.during_menu.append(lambda: icon.show(a_view("personal")))
        win32.PostMessage(win32.HWND, win32.WM_NOTIFY, 0, win32.WM_LBUTTONUP)
        assert chosen.wait(5)
        win32.during_menu.clear()
        chosen.clear()
        win32.PostMessage(win32.HWND, win32.WM_NOTIFY, 0, win32.WM_RBUTTONUP)
        assert chosen.wait(5)
        icon.notify("t" * 500, "x" * 500)

    _drive(icon, steps)
    assert actions == [SwitchProfile("work"), SwitchProfile("work")]
    assert len(win32.opened) == 2
    assert win32.opened[0] != win32.opened[1]  # the view shown meanwhile came afterwards
    assert [code for code, _ in win32.shell].count(win32.NIM_ADD) == 1
    assert [code for code, _ in win32.shell][-1] == win32.NIM_DELETE
    assert {len(data.szInfo) for _, data in win32.shell} >= {0, 255}
    assert max(len(data.szTip) for _, data in win32.shell) > 60
    icon.stop()


def test_windows_stops_before_it_started(load: Callable[..., ModuleType]) -> None:
    module = load("windows", "_win32", {"pystray._util.win32": FakeWin32()})
    icon = module.TrayIcon("codemie-tray", a_view(), print)
    icon.stop()
    icon.run(lambda: None)


class _AppKit(ModuleType):
    """Every call into AppKit: noted, and a fault on any but the main thread."""

    def __init__(self, name: str, calls: list[str]) -> None:
        super().__init__(name)
        self.__dict__["calls"] = calls

    def __getattr__(self, name: str) -> Any:
        return _Native(name, self.__dict__["calls"])


class _Native:
    def __init__(self, name: str, calls: list[str]) -> None:
        self._name, self._calls = name, calls

    def __getattr__(self, name: str) -> Any:
        return _Native(name, self._calls)

    def __call__(self, *_: Any, **__: Any) -> _Native:
        assert threading.current_thread() is threading.main_thread(), f"{self._name} off the main thread"
        self._calls.append(self._name)
        return self

    def __int__(self) -> int:
        return 22


class _Delegate:
    @classmethod
    def alloc(cls) -> _Delegate:
        return cls()

    def init(self) -> _Delegate:
        return self


def test_macos_touches_the_menu_bar_on_the_main_thread_only(load: Callable[..., ModuleType]) -> None:
    calls: list[str] = []
    waiting: queue.SimpleQueue[tuple[Any, ...] | None] = queue.SimpleQueue()
    appkit, foundation = _AppKit("AppKit", calls), _AppKit("Foundation", calls)
    foundation.__dict__["NSObject"] = _Delegate
    objc = ModuleType("objc")
    objc.__dict__["namedSelector"] = lambda _: lambda function: function
    tools, helper, signals = (ModuleType(f"PyObjCTools{part}") for part in ("", ".AppHelper", ".MachSignals"))
    helper.__dict__["callAfter"] = lambda *call: waiting.put(call)
    signals.__dict__.update(signal=lambda *_: None, getsignal=lambda *_: None)
    fakes = {"AppKit": appkit, "Foundation": foundation, "objc": objc, "PyObjCTools": tools}
    fakes |= {"PyObjCTools.AppHelper": helper, "PyObjCTools.MachSignals": signals}
    module = load("macos", "_darwin", fakes)
    icon = module.TrayIcon("codemie-tray", a_view(), print)

    class Application:
        def run(self) -> None:
            while (call := waiting.get(timeout=10)) is not None:
                call[0](*call[1:])

        def stop_(self, _: Any) -> None:
            waiting.put(None)

        def postEvent_atStart_(self, *_: Any) -> None:  # noqa: N802
            pass

    icon._app = Application()
    before = len(calls)

    def steps() -> None:
        icon.show(a_view("personal", attention=True))
        icon.show(a_view("personal", attention=True))

    _drive(icon, steps)
    assert len(calls) > before
    assert calls.count("setMenu_") == 2  # the first menu and the changed one, not the one that did not change
    assert calls.count("setToolTip_") == 2
    icon._visible = False

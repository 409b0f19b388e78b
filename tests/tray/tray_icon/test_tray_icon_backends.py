"""One interface, three backends, and none loads another's."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys

import pytest

from codemie_tray import tray_icon
from codemie_tray.tray_icon.backend import TrayIconBackend

_FOLDER = os.path.dirname(tray_icon.__file__)


@pytest.mark.parametrize("system", ["windows", "macos", "linux"])
def test_every_backend_implements_the_interface(system: str) -> None:
    with open(os.path.join(_FOLDER, system, "icon.py"), encoding="utf-8") as source:
        tree = ast.parse(source.read())
    (icon,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "TrayIcon"]
    methods = {node.name: node for node in icon.body if isinstance(node, ast.FunctionDef)}
    for name in ("__init__", "run", "stop", "show", "notify"):
        expected = list(inspect.signature(getattr(TrayIconBackend, name)).parameters)
        assert [argument.arg for argument in methods[name].args.args] == expected


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the other systems load their own")
def test_linux_loads_neither_the_other_backends_nor_pystray() -> None:
    program = (
        "import sys, os; os.environ['PYSTRAY_BACKEND'] = 'gtk'; import codemie_tray.tray_icon;"
        "print(sorted(m for m in sys.modules if m.startswith(('pystray', 'codemie_tray.tray_icon.')) "
        "and m.count('.') < 3), os.environ['PYSTRAY_BACKEND'])"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True
    )
    expected = ["codemie_tray.tray_icon.backend", "codemie_tray.tray_icon.linux"]
    assert ran.stdout == f"{expected} gtk\n"  # and the user's choice is unchanged

"""The one place that imports pystray's shared classes.

`import pystray` picks a backend for the system it detects and loads it, which on Linux may raise anything (an
X display that does not exist, GTK without its type files). Its `dummy` backend loads nothing, so that one is
selected during the import; our own backends subclass what they need by name.
"""

from __future__ import annotations

import os

_VARIABLE = "PYSTRAY_BACKEND"
_chosen_before = os.environ.get(_VARIABLE)
os.environ[_VARIABLE] = "dummy"
try:
    from pystray import _base
finally:
    if _chosen_before is None:
        del os.environ[_VARIABLE]
    else:
        os.environ[_VARIABLE] = _chosen_before

Icon = _base.Icon
Menu = _base.Menu
MenuItem = _base.MenuItem

__all__ = ["Icon", "Menu", "MenuItem"]

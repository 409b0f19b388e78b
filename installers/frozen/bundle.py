"""What is included in the frozen program and what is excluded (what that saves: docs/installers.md)."""

from __future__ import annotations

import glob
import importlib.util
import os
import sys

LEFT_OUT = (
    # Formats that are useless for a tray icon; each brings its library.
    "PIL._avif",
    "PIL._webp",
    "PIL._imagingcms",
    "PIL._imagingmath",
    "PIL._imagingmorph",
    "PIL._imagingtk",
    "PIL.ImageQt",
    "PIL.ImageTk",
    # Nothing here uses a network; the hash functions have their own implementations besides OpenSSL's.
    "_ssl",
    "_hashlib",
    # (`urllib.request` and `http.client` stay: keyring's jaraco.context imports them at its top.)
    "ftplib",
    "ssl",
    # For developers.
    "doctest",
    "pdb",
    "pydoc",
    "unittest",
    "lib2to3",
    "setuptools",
    "_distutils_hack",
    "pkg_resources",
    # Imported if available, by modules that can do without.
    "asyncio",
    "curses",
    "multiprocessing",
    "numpy",
    "readline",
    "tkinter",
    "_tkinter",
    # The slow version of `_decimal`; imported by `random`.
    "_pydecimal",
    "statistics",
)
"""Modules that no system needs. None of our packages may import them (a test checks that)."""

LEFT_OUT_ON_LINUX = (
    # Our own backend speaks D-Bus itself; pystray's need GTK or the old X tray.
    "pystray._appindicator",
    "pystray._gtk",
    "pystray._util.gtk",
    "pystray._util.notify_dbus",
    "pystray._xorg",
    "Xlib",
    "gi",
)

KEPT_IMAGE_PLUGINS = ("PIL.BmpImagePlugin", "PIL.IcoImagePlugin", "PIL.PngImagePlugin")
"""The formats in which pystray saves an icon on Windows (ICO) and macOS (PNG)."""


def left_out(platform: str = sys.platform) -> list[str]:
    """Return the modules to leave out of a bundle for `platform`."""
    plugins = [name for name in _image_plugins() if name not in KEPT_IMAGE_PLUGINS]
    return [*LEFT_OUT, *plugins, *(LEFT_OUT_ON_LINUX if platform == "linux" else ())]


def brought_in() -> list[str]:
    """Return modules that are loaded by name, so no import statement shows them."""
    # keyring finds its stores through the entry points of its distribution; PyInstaller's hook adds both.
    # What the stores themselves import by name is listed here, if installed.
    wanted = ("keyring.backends.SecretService", "keyring.backends.macOS", "keyring.backends.Windows")
    return [name for name in wanted if _is_installed("keyring") and importlib.util.find_spec(name)]


def prices() -> tuple[str, str]:
    """Return where the table of model prices belongs in the bundle, and where it is in the package."""
    folder = ("codemie_core", "sessions", "usage", "prices")
    spec = importlib.util.find_spec(".".join(folder))
    path = os.path.join(os.path.dirname(spec.origin), "prices.json") if spec and spec.origin else ""
    if not os.path.isfile(path):
        raise RuntimeError("codemie_core is not installed here, or without its table of prices")
    return os.path.join(*folder, "prices.json"), path


def translations() -> list[tuple[str, str]]:
    """Return where each compiled catalogue belongs in the bundle, and where it is in the package."""
    spec = importlib.util.find_spec("codemie_tray")
    package = os.path.dirname(spec.origin) if spec and spec.origin else ""
    found = sorted(glob.glob(os.path.join("locale", "*", "LC_MESSAGES", "*.mo"), root_dir=package))
    if not found:
        raise RuntimeError("codemie_tray is not installed here, or without its translations")
    return [(os.path.join("codemie_tray", name), os.path.join(package, name)) for name in found]


def entry_script() -> str:
    """Return the path of the program's main module, as installed."""
    spec = importlib.util.find_spec("codemie_tray.__main__")
    if spec is None or spec.origin is None:
        raise RuntimeError("codemie_tray is not installed here")
    return spec.origin


def _image_plugins() -> list[str]:
    from PIL import _plugins

    return [f"PIL.{name}" for name in _plugins]


def _is_installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None

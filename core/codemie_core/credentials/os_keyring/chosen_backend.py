"""The backend that Python's keyring library chose, if it is one that keeps secrets safe.

This is the only file that imports `keyring`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from codemie_core.credentials.os_keyring.errors import CallFailed

KWALLET = "keyring.backends.kwallet"
SECRET_SERVICE = "keyring.backends.SecretService"  # noqa: S105 - a module's name
FREEDESKTOP = "the system's keyring"
"""What offers the Secret Service, if its name is unknown; users don't know the name of the interface."""
KNOWN = {
    SECRET_SERVICE: (("Keyring",), FREEDESKTOP),
    "keyring.backends.libsecret": (("Keyring",), FREEDESKTOP),
    KWALLET: (("DBusKeyring", "DBusKeyringKWallet4"), "KDE Wallet"),
    "keyring.backends.macOS": (("Keyring",), "the macOS Keychain"),
    "keyring.backends.Windows": (("WinVaultKeyring",), "the Windows Credential Manager"),
}
"""The library's modules, their classes that encrypt secrets under the user's login, and the display name of
each store. All others are refused."""

CHOICE = "PYTHON_KEYRING_BACKEND"
"""The library's environment variable that names the class to use."""


class Refused(Exception):
    """A backend that is not in `KNOWN`; its argument is the name of its class."""


def chosen_backend() -> tuple[Any, str]:
    """Return the backend that the library chose, and its module, one of `KNOWN`.

    Raises:
        CallFailed: there is none, or the one that was asked for can't be loaded.
        Refused: it is not in `KNOWN`.
    """
    try:
        import keyring

        chosen = keyring.get_keyring()
    except Exception as error:
        if chosen_by():
            raise CallFailed("misconfigured", type(error).__name__) from error
        raise
    for backend in [chosen, *_chained(chosen)]:
        module = _known_module(backend)
        if module is not None:
            return backend, module
    if _is(chosen, "keyring.backends.fail", "Keyring"):
        raise CallFailed("absent")
    raise Refused(_place(type(chosen)))


def _chained(chosen: Any) -> list[Any]:
    return list(chosen.backends) if _is(chosen, "keyring.backends.chainer", "ChainerBackend") else []


def _known_module(backend: Any) -> str | None:
    return next(
        (module for module, (names, _) in KNOWN.items() if any(_is(backend, module, name) for name in names)),
        None,
    )


def _is(backend: Any, module_name: str, class_name: str) -> bool:
    """Return whether the backend has the library's own class; anyone can give a module that name."""
    import keyring

    module = sys.modules.get(module_name)  # a backend of this class has imported it
    folder = os.path.join(os.path.dirname(keyring.__file__ or ""), "")
    origin = getattr(getattr(module, "__spec__", None), "origin", None) or ""
    return origin.startswith(folder) and type(backend) is getattr(module, class_name, None)


def _place(kind: type) -> str:
    """Return a class's name to show to users, with its file if it only claims to be a known class."""
    name = f"{kind.__module__}.{kind.__name__}"
    code = getattr(getattr(kind, "get_password", None), "__code__", None)
    return f"{name} ({code.co_filename})" if kind.__module__ in KNOWN and code else name


def chosen_by() -> str:
    """Return the variable or file that chose the backend; empty if the library did."""
    if os.environ.get(CHOICE):
        return f"{CHOICE}={os.environ[CHOICE]}"
    with contextlib.suppress(Exception):  # only informative, for the answer to a failed call
        # The library loads the configured backend while it is imported, unless this is set.
        os.environ[CHOICE] = "keyring.backends.fail.Keyring"
        from configparser import RawConfigParser

        from keyring.core import _config_path

        path = str(_config_path())  # type: ignore[no-untyped-call]  # the library's own
        settings = RawConfigParser()
        settings.read(path, encoding="utf-8")
        if settings.has_option("backend", "default-keyring"):
            return path
    return ""

"""A keyring in a folder, for what the real one can't be used for: a fault at every system call.

It behaves like the worst real one: macOS's library replaces an item by removing it and adding it
again, so a kill in between leaves none.
"""

from __future__ import annotations

import hashlib
import os

from codemie_core.credentials.secret import Secret
from codemie_core.errors import KeyringBroken, KeyringError


class FileKeyring:
    """One file per item; every call raises `broken`."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.broken: KeyringError | None = None
        self.calls: list[str] = []

    def name(self) -> str:
        self._called("name")
        return "Test Keyring"

    def get(self, item: str) -> Secret | None:
        self._called("get")
        return self._secret(item)

    def get_several(self, *items: str) -> tuple[Secret | None, ...]:
        return tuple(self.get(item) for item in items)

    def peek(self, item: str) -> Secret | None:
        self.calls.append("peek")
        if self.broken is not None:
            raise self.broken
        return self._secret(item)

    def _secret(self, item: str) -> Secret | None:
        try:
            return Secret(self._read(item))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyringBroken(str(error.strerror)) from error

    def put(self, item: str, secret: Secret, *, quietly: bool = False) -> str:  # noqa: ARG002
        self._called("put")
        try:
            if not os.path.isdir(self.folder):
                os.mkdir(self.folder)
            if os.path.exists(self._path(item)):
                os.unlink(self._path(item))
            fd = os.open(self._path(item), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                os.write(fd, secret.reveal().encode())
            finally:
                os.close(fd)
            if self._read(item) != secret.reveal():
                raise KeyringBroken("it did not return what was stored")
        except OSError as error:
            raise KeyringBroken(str(error.strerror)) from error
        return "Test Keyring"

    def delete(self, *items: str, quietly: bool = False) -> None:  # noqa: ARG002
        self._called("delete")
        for item in items:
            try:
                os.unlink(self._path(item))
            except FileNotFoundError:
                pass
            except OSError as error:
                raise KeyringBroken(str(error.strerror)) from error

    def items(self) -> list[str]:
        """Return the files of the keys."""
        return [name for name in self._names() if not name.startswith("pin-")]

    def pins(self) -> list[str]:
        """Return the files of the pins."""
        return [name for name in self._names() if name.startswith("pin-")]

    def _names(self) -> list[str]:
        return sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if self.broken is not None:
            raise self.broken

    def _read(self, item: str) -> str:
        fd = os.open(self._path(item), os.O_RDONLY)
        try:
            return os.read(fd, 4096).decode()
        finally:
            os.close(fd)

    def _path(self, item: str) -> str:
        kind = "pin-" if item.startswith("codemie-tray/pin/") else ""
        return os.path.join(self.folder, kind + hashlib.sha256(item.encode()).hexdigest()[:16])

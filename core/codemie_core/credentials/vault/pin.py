"""Pins: the newest state of a store, recorded outside its file, to detect that an older file was put back.

A file authenticates its content but not its age: a copy from before `protect` opens on this machine without
the keyring, and the next secret would be encrypted under a key that any old copy reveals. So each write
increments a generation, and generation and level are recorded in two pins. The home's own
(`tray/credentials.pin`) is read at each opening. The keyring's is written while the store is protected, and
detects a home that was put back as a whole, with its own pin. For an unprotected store, the keyring is
asked at most once per boot, without a prompt.

A pin is written after its file: after a kill in between, the file is ahead of its pin, never behind it.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field, replace

from codemie_core.credentials.file.format import CredentialsFile
from codemie_core.credentials.os_keyring.client import Keyring
from codemie_core.credentials.secret import Secret
from codemie_core.errors import (
    CredentialsUnreadable,
    KeyringError,
    StoreError,
    StoreRolledBack,
    StoreUnsafe,
)
from codemie_core.files.atomic_file import sweep_temporaries
from codemie_core.files.private.file import read_private, replace_private
from codemie_core.home import Home
from codemie_core.system.clock import Clock
from codemie_core.system.sha256 import sha256

FILE_NAME = "credentials.pin"
ASK_AGAIN_SECONDS = 3600.0
"""How long to wait before asking again a keyring that did not answer."""
_LIMIT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Pin:
    """A state of the store; no earlier state is accepted."""

    store_id: bytes = field(repr=False)
    protected: bool
    """Whether the keyring held the key."""
    generation: int

    @classmethod
    def of(cls, file: CredentialsFile) -> Pin:
        """Return the pin of a file's state."""
        return cls(file.store_id, file.machine is None, file.generation)

    def is_newer_than(self, file: CredentialsFile) -> bool:
        """Whether `file` is an earlier state of this pin's store."""
        return self.store_id == file.store_id and file.generation < self.generation


@dataclass(frozen=True, slots=True)
class _Asked:
    """When the keyring was last asked for a store that it does not protect."""

    boot: str
    seconds: float
    answered: bool

    def holds(self, clock: Clock) -> bool:
        if self.boot != clock.boot_id():
            return False
        return self.answered or clock.running_seconds() - self.seconds < ASK_AGAIN_SECONDS


@dataclass(frozen=True, slots=True)
class HomePin:
    """The content of the home's pin file."""

    pin: Pin
    asked: _Asked | None = None


class Pins:
    """The two pins of one home.

    Args:
        home: the home.
        keyring: the OS keyring.
        clock: the machine's clocks.
    """

    def __init__(self, home: Home, keyring: Keyring, clock: Clock) -> None:
        self._home = home
        self._path = os.path.join(home.tray, FILE_NAME)
        self._keyring = keyring
        self._clock = clock
        self._asked: _Asked | None = None

    @property
    def item(self) -> str:
        """Name of the keyring's item, one per path of a home: a copy of a home has its own states."""
        place = os.path.normcase(os.path.realpath(self._home.path))
        digest = sha256(place.encode("utf-8", "surrogatepass")).hexdigest()
        return f"codemie-tray/pin/{digest[:32]}"

    def in_home(self) -> HomePin | None:
        """Return the home's own pin; None if there is no readable one.

        Raises:
            CredentialsUnreadable: something else, such as a link, is in its place.
        """
        try:
            data, _ = read_private(self._path, limit_bytes=_LIMIT_BYTES)
            plain = json.loads(data)
            pin = Pin(
                bytes.fromhex(plain["store"]), bool(plain["protected"]), _generation(plain["generation"])
            )
            asked = plain.get("keyringAsked")
            return HomePin(pin, _Asked(asked[0], float(asked[1]), bool(asked[2])) if asked else None)
        except StoreUnsafe as error:
            raise CredentialsUnreadable(self._path, error.reason) from error
        except (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
            return None

    def in_keyring(self, text: Secret | None) -> Pin | None:
        """Parse the text of the keyring's item; None if there is none, or it is not ours."""
        if text is None:
            return None
        try:
            plain = json.loads(text.reveal())
            return Pin(bytes.fromhex(plain["store"]), True, _generation(plain["generation"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    def ask_keyring(self, home_pin: HomePin | None) -> Pin | None:
        """Return the keyring's pin for a store that it does not protect, without prompting the user.

        Also None if no keyring answers: most of these stores are on machines without one.
        """
        if home_pin is not None and home_pin.asked is not None and home_pin.asked.holds(self._clock):
            return None
        text, answered = None, True
        try:
            text = self._keyring.peek(self.item)
        except KeyringError:
            answered = False
        self._asked = _Asked(self._clock.boot_id(), self._clock.running_seconds(), answered)
        return self.in_keyring(text)

    def note(self, pin: Pin) -> None:
        """Write the home's own pin; the caller holds the lock.

        A failure is ignored: the store itself has already been written.
        """
        with contextlib.suppress(StoreError, CredentialsUnreadable, OSError):
            present = self.in_home()
            asked = self._asked or (present.asked if present else None)
            if present == HomePin(pin, asked):
                return
            plain: dict[str, object] = {
                "store": pin.store_id.hex(),
                "protected": pin.protected,
                "generation": pin.generation,
            }
            if asked is not None:
                plain["keyringAsked"] = [asked.boot, asked.seconds, asked.answered]
            self.sweep()
            replace_private(self._path, json.dumps(plain).encode())
            self._asked = None

    def sweep(self) -> int:
        """Remove the files that killed writers left beside the home's pin; returns how many."""
        return sweep_temporaries(self._path)

    def is_behind(self, home_pin: HomePin | None, file: CredentialsFile) -> bool:
        """Whether the home's pin is out of date."""
        return home_pin is None or home_pin.pin != Pin.of(file) or self._asked is not None

    def put_in_keyring(self, pin: Pin) -> None:
        """Write the keyring's pin without prompting. It may fail; the next write stores a newer one."""
        text = json.dumps({"store": pin.store_id.hex(), "generation": pin.generation})
        with contextlib.suppress(KeyringError):
            self._keyring.put(self.item, Secret(text), quietly=True)


def check_not_rolled_back(
    path: str, file: CredentialsFile, home_pin: Pin | None, keyring_pin: Pin | None
) -> None:
    """Refuse a file that is older or less protected than a pin.

    With a keyring's pin, a machine-level file is valid only if it is newer: a recovery code created it
    while the keyring was unavailable.

    Raises:
        StoreRolledBack: it is.
    """
    machine_level = file.machine is not None
    for pin in (home_pin, keyring_pin):
        if pin is not None and pin.is_newer_than(file):
            raise StoreRolledBack(path, downgraded=machine_level and pin.protected)
    foreign = keyring_pin is not None and keyring_pin.store_id != file.store_id
    if machine_level and ((home_pin is not None and home_pin.protected) or foreign):
        raise StoreRolledBack(path, downgraded=True)


def advanced(pin: Pin | None, file: CredentialsFile | None, other: Pin | None) -> int:
    """Return the generation of the next write, above those of the file and both pins."""
    known = [file.generation if file else 0, *(one.generation for one in (pin, other) if one is not None)]
    return max(known) + 1


def lowered(pin: Pin) -> Pin:
    """Return a pin that permits a machine-level file of a later generation; write it before that file."""
    return replace(pin, protected=False)


def _generation(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 1 << 63:
        raise ValueError("not a generation")
    return value

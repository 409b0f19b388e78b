"""Linux: an entry following the Desktop Application Autostart Specification.

A file in the user's own folder overrides the one of the same name that a package put into a system folder. So
turning off the system's entry means writing `Hidden=true` there; deleting the file would bring the entry
back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from codemie_core import StoreError
from codemie_core.errors import HomeUnknown
from codemie_core.files.atomic_file import TargetChanged, read_whole, replace_whole, version_of
from codemie_core.system.user_folders import home_folder, xdg_folder, xdg_folders
from codemie_tray import PRODUCT, PROGRAM, __version__
from codemie_tray.desktop.autostart.backend import AutostartFailed, LoginEntry, LoginState, remove_entry
from codemie_tray.desktop.autostart.desktop_entry import changed, command_of, escape, exec_line, pairs
from codemie_tray.desktop.autostart.desktop_rules import DesktopRules
from codemie_tray.desktop.autostart.program import same_command

FILE_NAME = f"{PROGRAM}.desktop"

_VERSION = "X-CodeMie-Version"
_LIMIT_BYTES = 64 * 1024


_ATTEMPTS = 10


class XdgEntry:
    """See `autostart.backend.Autostart`."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        home = xdg_folder(environ, "XDG_CONFIG_HOME")
        self._homeless: HomeUnknown | None = None
        if home is None:
            try:
                home = os.path.join(home_folder(environ), ".config")
            except HomeUnknown as error:
                self._homeless, home = error, os.devnull  # nothing can exist below it
        systems = xdg_folders(environ, "XDG_CONFIG_DIRS", "/etc/xdg")
        self._rules = DesktopRules(environ, home)
        self.path = os.path.join(home, "autostart", FILE_NAME)
        self._system_paths = [os.path.join(folder, "autostart", FILE_NAME) for folder in systems]

    def read(self) -> LoginEntry:
        """Return the entry in effect: the user's own, or else the first of the system's."""
        for path in (self.path, *self._system_paths):
            keys = self._keys(path)
            if keys is not None:
                return self._entry(path, keys)
        return LoginEntry(LoginState.OFF, self.path)

    def turn_on(self, command: tuple[str, ...]) -> None:
        """Start `command` at login; if the system's own entry does that, ours is not needed."""
        system = self._system()
        self._unmask()
        if system is not None and system.state is LoginState.ON and same_command(system.command, command):
            self._remove()
        else:
            self._write(
                {
                    "Type": "Application",
                    "Name": PRODUCT,
                    "Comment": "The profile of your AI coding CLI, one click away",
                    "Icon": PROGRAM,
                    "Terminal": "false",
                    **dict.fromkeys(self._rules.keys_in_the_way(self._keys(self.path) or {})),
                    **_start(command),
                }
            )

    def turn_off(self) -> None:
        """Start nothing at login."""
        if self._system() is not None:
            self._write({"Type": "Application", "Name": PRODUCT, "Hidden": "true"})
        else:
            self._remove()

    def fix(self, command: tuple[str, ...]) -> None:
        """Make the entry start `command`; what the user added to it stays."""
        if self._keys(self.path) is None:
            self.turn_on(command)
        else:
            self._write(_start(command))

    def watched(self) -> tuple[str, ...]:
        """Return the entries, and where systemd's unit of them can be masked."""
        return () if self._homeless else (self.path, *self._system_paths, *self._rules.masks)

    def _unmask(self) -> None:
        try:
            self._rules.unmask()
        except OSError as error:
            raise AutostartFailed(
                f"{error.filename}: masks the entry and can't be removed: {error.strerror}"
            ) from error

    def _system(self) -> LoginEntry | None:
        for path in self._system_paths:
            keys = self._keys(path)
            if keys is not None:
                return self._entry(path, keys)
        return None

    def _entry(self, path: str, keys: Mapping[str, str]) -> LoginEntry:
        command = command_of(keys.get("Exec", ""))
        if keys.get("Hidden", "false").lower() == "true" or not command:
            return LoginEntry(LoginState.OFF, path)
        # A missing program is another matter: such an entry is fixed.
        reason = self._rules.why_not(keys) if os.path.exists(command[0]) else self._switched_off(keys)
        state = LoginState.DISABLED if reason else LoginState.ON
        return LoginEntry(state, path, command, keys.get(_VERSION, ""), reason or "")

    def _switched_off(self, keys: Mapping[str, str]) -> str | None:
        return self._rules.why_not({key: value for key, value in keys.items() if key != "TryExec"})

    def _keys(self, path: str) -> dict[str, str] | None:
        """Return the keys of an entry; None if there is no file."""
        if self._homeless and path == self.path:
            return None
        lines = _read_lines(path)
        return None if lines is None else dict(pairs(lines))

    def _write(self, changes: Mapping[str, str | None]) -> None:
        """Set keys of the user's entry, or remove those that are None; other lines stay as they are."""
        if self._homeless:
            raise AutostartFailed(f"no folder for login entries: {self._homeless.reason}. Set HOME")
        lines = _read_lines(self.path) or []
        data = ("\n".join(changed(lines, changes)) + "\n").encode("utf-8", "surrogateescape")
        target = os.path.realpath(self.path)  # the user may keep settings elsewhere, through a link
        try:
            os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
            for _ in range(_ATTEMPTS):
                try:
                    replace_whole(target, data, mode=0o644, expected=version_of(target))
                except TargetChanged:
                    continue
                return
        except StoreError as error:
            raise AutostartFailed(str(error)) from error
        except OSError as error:
            raise AutostartFailed(f"{self.path}: can't be written: {error.strerror}") from error
        raise AutostartFailed(f"{self.path}: another program keeps writing it")

    def _remove(self) -> None:
        if not self._homeless:
            remove_entry(self.path)


def _start(command: Sequence[str]) -> dict[str, str | None]:
    # TryExec: a desktop ignores the entry once the program is gone, instead of complaining at each login.
    program = command[0]
    return {"Exec": exec_line(command), "TryExec": escape(program), _VERSION: __version__}


def _read_lines(path: str) -> list[str] | None:
    try:
        data, _ = read_whole(path, limit_bytes=_LIMIT_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AutostartFailed(f"{path}: can't be read: {error.strerror}") from error
    return data.decode("utf-8", "surrogateescape").splitlines()

"""Why a desktop ignores an existing autostart entry: the specification's keys, and each desktop's own.

Seen: `Hidden`, `OnlyShowIn`, `NotShowIn`, `TryExec` and `X-systemd-skip` in systemd's generator 252, `Hidden`
and `OnlyShowIn` in dex. The switches of GNOME, Cinnamon and Budgie (`X-GNOME-Autostart-enabled`) and of MATE
are set by their own settings programs; they express what the user wants, even if another desktop ignores
them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

_SWITCH = re.compile(r"X-[A-Za-z]+-Autostart-enabled")
_UNIT = "app-codemie\\x2dtray@autostart.service"
"""How systemd's generator treats the entry (systemd-xdg-autostart-generator(8)); GNOME and Plasma start the
result."""
_KEYS_IN_THE_WAY = (
    "Hidden",
    "OnlyShowIn",
    "NotShowIn",
    "X-systemd-skip",
    "AutostartCondition",
    "X-KDE-autostart-condition",
)


class DesktopRules:
    """How this session's desktop treats entries.

    Args:
        environ: the session's environment.
        config: the user's folder of settings, `~/.config`.
    """

    def __init__(self, environ: Mapping[str, str], config: str) -> None:
        self._config = config
        self._desktops = frozenset(filter(None, environ.get("XDG_CURRENT_DESKTOP", "").split(":")))
        runtime = environ.get("XDG_RUNTIME_DIR", "")
        self._path = environ.get("PATH")
        units = [config, *([runtime] if os.path.isabs(runtime) else []), "/etc", "/run"]
        self.masks = tuple(os.path.join(folder, "systemd", "user", _UNIT) for folder in units)
        """Where systemd's unit of the entry can be masked, the user's own folder first."""

    def why_not(self, keys: Mapping[str, str]) -> str | None:
        """Say why an entry with these keys is not started, in words for people; None if it is started."""
        for key, value in keys.items():
            if _SWITCH.fullmatch(key) and _is(value, "false"):
                return f"it is turned off in the desktop's settings ({key}=false)"
        if reason := self._by_desktop(keys) or self._by_condition(keys):
            return reason
        if _is(keys.get("X-systemd-skip", ""), "true"):
            return "systemd is set to skip it (X-systemd-skip=true)"
        program = keys.get("TryExec", "")
        if program and not _can_be_run(program, self._path):
            return f"its TryExec names {program}, which does not exist"
        for mask in self.masks:
            if _is_mask(mask):
                return f"its systemd unit is masked ({mask})"
        return None

    def keys_in_the_way(self, keys: Mapping[str, str]) -> list[str]:
        """Return the keys to remove so that an entry is started."""
        return [key for key in keys if key in _KEYS_IN_THE_WAY or _SWITCH.fullmatch(key)]

    def unmask(self) -> None:
        """Remove the user's own mask of the unit.

        Raises:
            OSError: it can't be removed, or is the administrator's.
        """
        for mask in self.masks:
            if _is_mask(mask):
                os.unlink(mask)

    def _by_desktop(self, keys: Mapping[str, str]) -> str | None:
        if not self._desktops:
            return None  # no session to judge
        here = ":".join(sorted(self._desktops))
        only, never = _list(keys.get("OnlyShowIn", "")), _list(keys.get("NotShowIn", ""))
        if only and not only & self._desktops:
            return f"it is limited to desktops other than {here} (OnlyShowIn)"
        if never & self._desktops:
            return f"it is not for {here} (NotShowIn)"
        return None

    def _by_condition(self, keys: Mapping[str, str]) -> str | None:
        kind, _, name = keys.get("AutostartCondition", "").partition(" ")
        if kind in ("if-exists", "unless-exists") and name:
            there = os.path.exists(os.path.join(self._config, name.strip()))
            if there != (kind == "if-exists"):
                return f"its condition is not met (AutostartCondition={kind} {name})"
        condition = keys.get("X-KDE-autostart-condition", "")
        parts = condition.split(":")
        if "KDE" in self._desktops and len(parts) == 4:
            file, group, key, default = parts
            if not _is(_kde_value(os.path.join(self._config, file), group, key) or default, "true"):
                return f"its condition is not met (X-KDE-autostart-condition={condition})"
        return None


def _is(value: str, wanted: str) -> bool:
    return value.strip().lower() == wanted


def _list(value: str) -> frozenset[str]:
    return frozenset(part.strip() for part in value.split(";") if part.strip())


def _is_mask(path: str) -> bool:
    """Return whether systemd treats a unit file as a mask: a link to nothing, or an empty file."""
    try:
        return os.readlink(path) == os.devnull if os.path.islink(path) else os.stat(path).st_size == 0
    except OSError:
        return False


def _kde_value(path: str, group: str, key: str) -> str:
    inside = False
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("["):
                    inside = line.strip() == f"[{group}]"
                elif inside and line.partition("=")[0].strip() == key:
                    return line.partition("=")[2].strip()
    except OSError:
        pass
    return ""


def _can_be_run(program: str, path: str | None) -> bool:
    if os.path.isabs(program):
        return os.path.isfile(program) and os.access(program, os.X_OK)
    import shutil  # here: it loads compression libraries, and our own entry names an absolute path

    return shutil.which(program, path=path) is not None

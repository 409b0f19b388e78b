"""Whether a program will still be in its place at the next login."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence

from codemie_core.system.process.appimage import appimage_variables
from codemie_tray import PROGRAM
from codemie_tray.text.language import Message, _

_SNAP_REVISION = re.compile(r"^(?P<snap>/(?:var/lib/snapd/)?snap/[^/]+)/x?\d+/")
_TEMPORARY = ("/tmp", "/var/tmp", "/dev/shm", "/run/user", "/private/tmp", "/private/var/folders")  # noqa: S108


def lasting_program(program: str, environ: Mapping[str, str]) -> str:
    """Return a path by which a program can still be started later, if it has one.

    Args:
        program: its present path.
        environ: its environment.
    """
    if image := appimage_variables(environ, program).get("APPIMAGE"):
        return image
    revision = _SNAP_REVISION.match(program)
    if revision:
        current = f"{revision['snap']}/current/{program[revision.end() :]}"
        return current if os.path.exists(current) else program
    return program


def why_it_will_not_last(command: Sequence[str], environ: Mapping[str, str] | None = None) -> Message | None:
    """Say why what a command names may be gone at the next login, and what helps; None if it should last.

    Args:
        command: the program, and its arguments.
        environ: the environment; default: that of this process.
    """
    environ = os.environ if environ is None else environ
    for part in command:
        if os.path.isabs(part) and (reason := _why(part, environ)):
            return reason.format(path=part, program=PROGRAM)
    return None


def _why(path: str, environ: Mapping[str, str]) -> Message | None:
    temporary = (*_TEMPORARY, *_named(environ, "TMPDIR", "TEMP", "TMP"))
    if sys.platform == "win32":
        import tempfile  # it knows more places there; elsewhere it would load libraries needlessly

        temporary = (*temporary, tempfile.gettempdir())
    for applies, reason in (
        (
            "/.mount_" in path,
            _("{path} is an AppImage's mount, which ends with the program; start the AppImage"),
        ),
        (
            path == environ.get("APPIMAGE") and not os.path.exists(path),
            _("{path} was moved or removed while it ran; end it, and start it from its new place"),
        ),
        (
            _SNAP_REVISION.match(path),
            _("{path} is one revision of a snap, which an update removes; use /snap/bin"),
        ),
        (
            "/AppTranslocation/" in path,
            _(
                "{path} is a temporary place where macOS runs apps that were never moved; "
                "move the app to Applications"
            ),
        ),
        (
            path.startswith("/nix/store/"),
            _("{path} is removed from the Nix store once nothing refers to it; add it to your profile"),
        ),
        (
            _below(path, _caches(environ)),
            _(
                "{path} is in a cache that may be emptied at any time (uvx and `pipx run` use one); "
                "install it to keep it: `uv tool install {program}`, `pipx install {program}` or a package"
            ),
        ),
        (
            _below(path, temporary),
            _(
                "{path} is in a temporary folder; "
                "install it to keep it: `uv tool install {program}`, `pipx install {program}` or a package"
            ),
        ),
        (
            sys.platform == "darwin" and path.startswith("/Volumes/"),
            _("{path} is on a disk image; copy the app to Applications"),
        ),
    ):
        if applies:
            return reason
    return None


def _caches(environ: Mapping[str, str]) -> tuple[str, ...]:
    home = os.path.expanduser("~")
    data = environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    found = [
        *_named(environ, "UV_CACHE_DIR", "XDG_CACHE_HOME"),
        os.path.join(home, ".cache"),
        os.path.join(home, "Library", "Caches"),
        *(os.path.join(folder, "pipx", ".cache") for folder in (data, os.path.join(home, ".local"))),
    ]
    if pipx := environ.get("PIPX_HOME"):
        found.append(os.path.join(pipx, ".cache"))
    if local := environ.get("LOCALAPPDATA"):
        found += [os.path.join(local, "uv", "cache"), os.path.join(local, "pipx", ".cache")]
    return tuple(found)


def _named(environ: Mapping[str, str], *names: str) -> list[str]:
    return [value for name in names if os.path.isabs(value := environ.get(name, ""))]


def _below(path: str, folders: Sequence[str]) -> bool:
    path = os.path.normcase(os.path.abspath(path))
    return any(path.startswith(os.path.normcase(os.path.abspath(folder)) + os.sep) for folder in folders)

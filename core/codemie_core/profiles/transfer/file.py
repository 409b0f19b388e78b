"""The file in which profiles travel.

{"format": "codemie-tray-profiles", "version": 1, "profiles": {NAME: {...}}}
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterable

from codemie_core.config.model.profile import check_name
from codemie_core.errors import ConfigCorrupt, ConfigUnreadable, StoreError, store_error, store_read_error
from codemie_core.files.atomic_file import FileVersion, TargetChanged, read_whole, replace_whole
from codemie_core.profiles.transfer.portable import Portable, portable

FORMAT = "codemie-tray-profiles"
VERSION = 1
LIMIT_BYTES = 1 << 20
_HOW_TO_WRITE_ONE = "`codemie-tray profile export --out FILE` writes one."


def text_of(profiles: Iterable[Portable]) -> str:
    """Return the text of the file."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "profiles": {one.name: dict(one.fields) for one in profiles},
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_portable(data: bytes, path: str) -> tuple[Portable, ...]:
    """Read such a file.

    Args:
        data: its bytes.
        path: its path, for errors.

    Raises:
        ConfigCorrupt: it is not such a file, or is from a later version.
        ProfileInvalid: it contains a name that a profile can't have.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ConfigCorrupt(
            path, error.msg, line=error.lineno, column=error.colno, advice=_HOW_TO_WRITE_ONE
        ) from None
    except (ValueError, RecursionError):
        raise ConfigCorrupt(path, "is not JSON in UTF-8", advice=_HOW_TO_WRITE_ONE) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ConfigCorrupt(
            path,
            "was not made by `codemie-tray profile export`",
            advice=f'Such a file has "format": "{FORMAT}".',
        )
    if content.get("version") != VERSION:
        raise ConfigCorrupt(path, "was made by a newer CodeMie Tray", advice="Update CodeMie Tray.")
    profiles = content.get("profiles")
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise ConfigCorrupt(path, "its profiles are not JSON objects", advice=_HOW_TO_WRITE_ONE)
    for name in profiles:
        check_name(name)
    return tuple(portable(name, fields) for name, fields in profiles.items())


def write_portable(path: str, text: str) -> None:
    """Write such a file, atomically.

    Raises:
        StoreError: it can't be written, or there is a file of another kind; it is unchanged.
    """
    try:
        status: os.stat_result | None = None
        with contextlib.suppress(FileNotFoundError):
            data, status = read_whole(path, limit_bytes=LIMIT_BYTES)
            if data.strip() and FORMAT.encode() not in data:
                raise StoreError(
                    path,
                    "is not an export of profiles, and was not overwritten",
                    advice="Choose another name, or remove that file.",
                )
        expected = None if status is None else FileVersion.of(status)
        replace_whole(path, text.encode(), mode=0o644, expected=expected, like=status)
    except TargetChanged:
        raise StoreError(
            path, "another program is writing it; nothing was changed", advice="Try again."
        ) from None
    except OSError as error:
        raise store_error(path, error) from error


def portable_file(path: str) -> bytes:
    """Return the bytes of such a file.

    Raises:
        ConfigUnreadable: it can't be read, or does not exist.
    """
    try:
        return read_whole(path, limit_bytes=LIMIT_BYTES)[0]
    except FileNotFoundError:
        raise ConfigUnreadable(path, "there is no such file", advice=_HOW_TO_WRITE_ONE) from None
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EISDIR):
            raise ConfigUnreadable(
                path, "is not a regular file", advice="Name a file, or pipe it to `profile import -`."
            ) from None
        reason = store_read_error(path, error).reason
        raise ConfigUnreadable(
            path, reason, advice="Check who may read it, or choose another file."
        ) from error

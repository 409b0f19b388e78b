"""Computes a change of the configuration: the new content of the file, and its permission bits."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace

from codemie_core.config.migrations.schema import check_writable
from codemie_core.config.model.config import Config, config_after
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES, size_text
from codemie_core.config.reader import Read
from codemie_core.errors import StoreDenied, StoreFull
from codemie_core.files.json.document import JsonDocument, JsonValue

_ANY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

Edit = Callable[[Config], JsonDocument]
"""From a state to the wanted document; pure and idempotent."""
Precondition = Callable[[Config], None]
"""Raises if an edit must not be made."""


def unconditional(_config: Config) -> None:
    """The precondition of an edit that has none."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A change computed from what was read."""

    read: Read
    config: Config
    data: bytes
    mode: int


def plan(edit: Edit, precondition: Precondition, read: Read) -> Planned | Config:
    """Compute a change without making it.

    Args:
        edit: pure.
        precondition: checked before the edit; what it raises is raised.
        read: the present state.

    Returns:
        The change, or the present state if there is nothing to change.

    Raises:
        StoreDenied: the file is read-only.
        StoreFull: the new configuration would be too large to be read again.
        SchemaTooNew: a newer version of this program wrote the file.
    """
    check_writable(read.config)
    precondition(read.config)
    document = edit(read.config)
    if document is read.config.document and read.status is not None and not read.broken:
        return read.config
    if read.status is not None and not read.status.st_mode & _ANY_WRITE:
        raise _read_only(read)
    data = document.text.encode("utf-8")
    if len(data) > SIZE_LIMIT_BYTES:
        raise StoreFull(
            read.config.path,
            f"would be {size_text(len(data))}; CodeMie Tray reads up to {size_text(SIZE_LIMIT_BYTES)}; "
            "nothing was changed",
            advice="Remove profiles that you don't use.",
        )
    config = config_after(document, read.config)
    mode = _mode(read.config, config)
    return Planned(read, replace(config, mode=mode if os.name == "posix" else None), data, mode)


def _mode(old: Config, new: Config) -> int:
    """Return the permission bits of the new file: the old ones, or 0600 if it gains a secret."""
    # A switch adds no secret, so it need not search the whole file.
    if _beside_active(new) != _beside_active(old) and _gains_a_secret(old, new):
        return 0o600
    return 0o644 if old.mode is None else old.mode


def _gains_a_secret(old: Config, new: Config) -> bool:
    return any(secret not in old.secrets for secret in new.each_secret())


def _beside_active(config: Config) -> dict[str, JsonValue]:
    root = config.document.decoded
    members = root.items() if isinstance(root, dict) else ()
    return {key: value for key, value in members if key != "activeProfile"}


def _read_only(read: Read) -> StoreDenied:
    # The bits would not prevent replacing it, but the user set them on purpose.
    path = read.config.path
    leads = f"links to {read.target}, which " if os.path.islink(path) else ""
    return StoreDenied(
        path,
        f"{leads}is read-only; nothing was changed",
        advice=f"To allow changes: chmod u+w '{read.target}'",
    )

"""Suggested names for profiles."""

from __future__ import annotations

from collections.abc import Collection

from codemie_core.config.model.typed_name import meant_by


def free_name(wanted: str, names: Collection[str]) -> str:
    """Return `wanted`, with a number appended if another profile has that name."""
    number, name = 1, wanted
    while meant_by(name, names) is not None or name in names:
        number += 1
        name = f"{wanted} {number}"
    return name


def copy_name(of: str, names: Collection[str]) -> str:
    """Return the name of a copy: `work copy`, `work copy 2`."""
    return free_name(f"{of[:180]} copy", names)

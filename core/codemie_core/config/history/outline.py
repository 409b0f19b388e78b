"""Reads the profiles of a version without decoding all of it.

`history list`, `status` and `doctor` may read a whole history of large versions. msgspec splits a version in
a tenth of the time that `json` needs and keeps the text of each profile, so a profile with the same text in
many versions is decoded only once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from codemie_core.config.model.config import Config
from codemie_core.files.json.document import JsonValue

TYPE_CHECKING = False  # defined here because importing `typing` would slow down every command
if TYPE_CHECKING:
    from typing import Any

LARGE_BYTES = 16 << 10
"""Below this size, `json` is as fast as importing msgspec."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The profiles of a version, each as its JSON text in UTF-8."""

    active: str | None
    profiles: Mapping[str, bytes]
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """The other top-level values; empty if the version was decoded completely."""


def outline_of(data: bytes) -> Outline | None:
    """Return the outline of a large version; None if it must be decoded: it is small or has another form."""
    if len(data) < LARGE_BYTES:
        return None
    import msgspec

    try:
        root = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        profiles = msgspec.json.decode(root.pop("profiles"), type=dict[str, msgspec.Raw])
        active = msgspec.json.decode(root.get("activeProfile", b"null"), type=str | None)
    except (msgspec.MsgspecError, KeyError, ValueError, RecursionError):
        return None  # for example, a byte order mark or a lone surrogate: rare, and `json` can read it
    return Outline(active, _texts(profiles), _texts(root))


def _texts(raws: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: bytes(raw) for name, raw in raws.items()}


def outline_from(config: Config) -> Outline:
    """Return the outline of a version that was decoded completely."""
    texts = {p.name: json.dumps(p.fields, sort_keys=True).encode("ascii") for p in config.profiles}
    return Outline(config.active, texts)


def fields_of(text: bytes) -> dict[str, JsonValue]:
    """Decode a profile; if it is not an object, it has no fields."""
    fields: JsonValue = json.loads(text)
    return fields if isinstance(fields, dict) else {}

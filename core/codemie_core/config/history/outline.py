"""What a kept version says about its profiles, without decoding all of it.

`history list`, `status` and `doctor` may read a whole history of large versions. msgspec takes one apart in
a tenth of the time that `json` needs and leaves each profile as it is spelled; profiles that are spelled the
same in many versions are then decoded once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from codemie_core.config.model.config import Config
from codemie_core.files.json.document import JsonValue

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from typing import Any

LARGE_BYTES = 16 << 10
"""Below this `json` is as quick as the import of msgspec."""


@dataclass(frozen=True, slots=True)
class Outline:
    """The profiles of a version, each as its JSON text in UTF-8."""

    active: str | None
    profiles: Mapping[str, bytes]
    beside: Mapping[str, bytes] = field(default_factory=dict)
    """What else stands at the top; empty where the version was read whole."""


def outline_of(data: bytes) -> Outline | None:
    """Return the outline of a large version; None: it is small, or of another form: read it whole."""
    if len(data) < LARGE_BYTES:
        return None
    import msgspec

    try:
        root = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        profiles = msgspec.json.decode(root.pop("profiles"), type=dict[str, msgspec.Raw])
        active = msgspec.json.decode(root.get("activeProfile", b"null"), type=str | None)
    except (msgspec.MsgspecError, KeyError, ValueError, RecursionError):
        return None  # a byte order mark, half a surrogate: rare, and `json` reads it
    return Outline(active, _texts(profiles), _texts(root))


def _texts(raws: Mapping[str, Any]) -> dict[str, bytes]:
    return {name: bytes(raw) for name, raw in raws.items()}


def outline_from(config: Config) -> Outline:
    """Return the outline of a version that was read whole."""
    texts = {p.name: json.dumps(p.fields, sort_keys=True).encode("ascii") for p in config.profiles}
    return Outline(config.active, texts)


def fields_of(text: bytes) -> dict[str, JsonValue]:
    """Decode a profile; one that is no object has no fields."""
    fields: JsonValue = json.loads(text)
    return fields if isinstance(fields, dict) else {}

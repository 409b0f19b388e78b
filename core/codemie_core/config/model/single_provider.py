"""The CLI's old form of a configuration: one provider, its fields at the top, no profiles.

The CLI still accepts it, in either file, and calls its one profile `default`.
"""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.files.json.document import JsonValue

NAME = "default"

_SIGNS = ("provider", "baseUrl", "apiKey", "authToken")
_NOT_FIELDS = ("activeProfile", "traySchema")


def single_provider(root: Mapping[str, JsonValue]) -> dict[str, JsonValue] | None:
    """Return the fields of the one profile of such a configuration; None: it has another form."""
    if "profiles" in root or root.get("version") is not None or not any(root.get(sign) for sign in _SIGNS):
        return None
    return {key: value for key, value in root.items() if key not in _NOT_FIELDS}

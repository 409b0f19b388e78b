"""Fields of a profile that its form does not show: they are listed, and kept unchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codemie_core.config.model.profile import FieldPath
from codemie_core.config.secret_detection.classifier import HIDDEN, is_harmless, shown
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.provider import Provider
from codemie_tray.text.plain_text import plain

_LONGEST = 200


def other_fields(fields: Mapping[str, JsonValue], provider: Provider) -> tuple[tuple[str, str], ...]:
    """Return name and value of every field outside the form, with possible secrets hidden.

    Args:
        fields: the profile's.
        provider: whose fields the form shows.
    """
    in_form = {("name",), ("provider",), *(field.path for field in provider.fields)}
    token = {("authToken",), ("apiKey",)} | ({provider.token.path} if provider.token else set())
    return tuple(
        (".".join(path), plain(text, _LONGEST))
        for path, text in _leaves(fields)
        if path not in in_form and path not in token
    )


def _leaves(fields: Mapping[str, JsonValue], above: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    for name, value in fields.items():
        path = (*above, name)
        if isinstance(value, dict) and value:
            yield from _leaves(value, path)
        elif isinstance(value, str):
            yield path, shown(path, value)
        elif isinstance(value, list):
            yield path, ", ".join(str(one) if is_harmless(path, one) else HIDDEN for one in value)
        elif isinstance(value, bool):
            yield path, "true" if value else "false"
        else:
            yield path, ("" if value in (None, {}) else str(value)) if is_harmless(path, value) else HIDDEN

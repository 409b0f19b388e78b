"""Where a profile's token is, in words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from codemie_core.config.model.profile import is_placeholder
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.checks import token_of
from codemie_core.profiles.providers import provider_of
from codemie_tray.text.language import _


class TokenPlace(Enum):
    """Where it is."""

    NONE = "none"
    STORE = "store"
    CONFIG = "config"
    """In the configuration itself, as plain text."""


def token_place(fields: Mapping[str, JsonValue]) -> TokenPlace:
    """Return where the token of a profile is."""
    text = token_of(provider_of(fields), fields)
    if text.startswith(REFERENCE_PREFIX):
        return TokenPlace.STORE
    return TokenPlace.NONE if not text or is_placeholder(text) else TokenPlace.CONFIG


def placeholder_text(place: TokenPlace) -> str:
    """Return the placeholder of the empty field."""
    if place is TokenPlace.NONE:
        return _("No token yet")
    return _("Leave empty to keep the saved token")


def hint(place: TokenPlace, *, config_name: str, typed: bool, in_store: bool, cli_reads_config: bool) -> str:
    """Return the line below the field.

    Args:
        place: where the token is now.
        config_name: the name of the configuration's file.
        typed: whether a new token was typed.
        in_store: whether the new one goes into the store.
        cli_reads_config: whether a plain `codemie` takes its token from that file.
    """
    if typed and in_store:
        if cli_reads_config:
            text = _("Will be encrypted on this computer. Start the CLI with: {command}")
            return text.format(command="codemie-tray run -- codemie")
        return _("Will be encrypted on this computer.")
    if typed:
        return _("Will be written into {file}, where any program can read it.").format(file=config_name)
    if place is TokenPlace.STORE:
        return _("A token is stored, encrypted. It is never shown again.")
    if place is TokenPlace.CONFIG:
        text = _("A token is in {file}, where any program can read it. It is never shown here.")
        return text.format(file=config_name)
    return _("A saved token is never shown again.")

"""The field of a profile that holds its token. It differs between the layouts, and readers know only one.

The CLI takes over a `config.json` with `"version": 2` unchanged. Its tokens are then in `authToken`, where
the CLI, which reads `apiKey`, does not find them.
"""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC, CLI, Layout
from codemie_core.config.model.profile import Profile
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.files.json.document import JsonDocument, JsonValue, Splice, removing, renaming


def profiles_without_a_token_for_the_cli(config: Config) -> tuple[str, ...]:
    """Return the profiles of the CLI's file whose token is only in a field that the CLI does not read.

    A reference to the credential store is no such token: `codemie-tray run` finds it in either place, and the
    CLI alone could use it in neither.
    """
    if config.layout is not CLI:
        return ()
    return tuple(profile.name for profile in config.profiles if _is_overlooked(profile))


def with_tokens_for_the_cli(config: Config) -> JsonDocument:
    """Return the document with each of those tokens in the CLI's own field; unchanged where there is none."""
    nodes = config.nodes()
    splices: list[Splice] = []
    for name in profiles_without_a_token_for_the_cli(config):
        splices += removing(nodes[name], {CLI.token_field})  # an empty field of the CLI's gives way
        splices += renaming(nodes[name], CLASSIC.token_field, CLI.token_field)
    return config.document.spliced(splices)


def in_the_words_of(layout: Layout, fields: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return a profile's fields with its token under the name that `layout` has for it, where it stood.

    A field that holds no token gives way to one that does; where neither holds one, both stay.
    """
    ours = layout.token_field
    foreign = (CLASSIC if layout is CLI else CLI).token_field
    if foreign not in fields or (
        ours in fields and (fields[ours] not in _NO_TOKEN or fields[foreign] in _NO_TOKEN)
    ):
        return dict(fields)
    return {ours if key == foreign else key: value for key, value in fields.items() if key != ours}


_NO_TOKEN = (None, "")


def _is_overlooked(profile: Profile) -> bool:
    token = profile.fields.get(CLASSIC.token_field)
    if not isinstance(token, str) or not token or token.startswith(REFERENCE_PREFIX):
        return False
    return profile.fields.get(CLI.token_field) in _NO_TOKEN

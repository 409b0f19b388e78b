"""The field of a profile that holds its token: another one in each layout, and each reader knows its own.

The CLI takes over a `config.json` that says `"version": 2` as it is. Its tokens then stand in `authToken`,
where the CLI, which reads `apiKey`, does not find them.
"""

from __future__ import annotations

from codemie_core.config.layout import CLASSIC, CLI, Layout
from codemie_core.config.model import Config
from codemie_core.config.profile import REFERENCE_PREFIX, Profile
from codemie_core.files.json_document import JsonDocument, Node


def profiles_without_a_token_for_the_cli(config: Config) -> tuple[str, ...]:
    """Return the profiles of the CLI's file whose token stands only where the CLI does not look.

    A reference to the credential store is no such token: `codemie-tray run` finds it in either place, and the
    CLI alone could use it in neither.
    """
    if config.layout is not CLI:
        return ()
    return tuple(profile.name for profile in config.profiles if _is_overlooked(profile))


def with_tokens_for_the_cli(config: Config) -> JsonDocument:
    """Return the document with each of those tokens in the CLI's own field; unchanged where there is none."""
    document = config.document
    for name in profiles_without_a_token_for_the_cli(config):
        document = in_the_field_of(document, name, CLI)
    return document


def in_the_field_of(document: JsonDocument, name: str, layout: Layout) -> JsonDocument:
    """Return the document with a profile's token in the field of `layout`, unless one stands there already.

    A field that holds none gives way to one that does; where neither holds one, both stay.

    Args:
        document: one with a profile of that name, which is an object.
        name: the profile's.
        layout: whose field.
    """
    foreign = (CLASSIC if layout is CLI else CLI).token_field
    profile = profile_in(document, name)
    found, taken = profile.find(foreign), profile.find(layout.token_field)
    if found is None:
        return document
    if taken is not None:
        if document.value(taken.value) not in _NO_TOKEN or document.value(found.value) in _NO_TOKEN:
            return document
        document = document.remove_key(profile, layout.token_field)
    return document.rename_key(profile_in(document, name), foreign, layout.token_field)


def profile_in(document: JsonDocument, name: str) -> Node:
    """Return the profile of a name that is there, opened."""
    profiles = document.root.find("profiles")
    member = profiles.value.find(name) if profiles else None
    assert member is not None  # noqa: S101 - for the type checker: the caller has seen it
    return document.opened(member.value)


_NO_TOKEN = (None, "")


def _is_overlooked(profile: Profile) -> bool:
    token = profile.fields.get(CLASSIC.token_field)
    if not isinstance(token, str) or not token or token.startswith(REFERENCE_PREFIX):
        return False
    return profile.fields.get(CLI.token_field) in _NO_TOKEN

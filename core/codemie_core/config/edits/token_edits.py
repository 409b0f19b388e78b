"""The edit that replaces tokens by references to the credential store, or the reverse."""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.config.edits.document_profiles import profiles_of
from codemie_core.config.model.config import Config
from codemie_core.config.model.single_provider import NAME as SINGLE
from codemie_core.files.json.document import JsonDocument, Node, Splice, encode_string

TokenChanges = Mapping[tuple[str, tuple[str, ...]], tuple[str, str]]
"""(profile, path of the field) to (old text, new text)."""


def set_tokens(config: Config, changes: TokenChanges) -> JsonDocument:
    """Replace tokens by references or the reverse, each only if its field still holds the old text.

    Pure and idempotent, as the edits of profiles (`edits.py`). If a key occurs twice, both are changed: a
    token that no reader sees must not remain either.
    """
    document = config.document
    standing: dict[str, list[Node]] = {SINGLE: [document.root]} if config.single_provider else {}
    if profiles := profiles_of(document):
        for member in profiles.members:
            standing.setdefault(member.key, []).append(member.value)
    splices: list[Splice] = []
    for (profile, field_path), (old, new) in changes.items():
        nodes = standing.get(profile, [])
        for key in field_path:
            nodes = [member.value for node in nodes for member in node.members if member.key == key]
        raw = encode_string(new)
        splices += [(node.start, node.end, raw) for node in nodes if document.value(node) == old]
    return document.spliced(splices)

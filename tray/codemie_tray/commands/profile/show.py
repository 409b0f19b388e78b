"""`codemie-tray profile show`: prints one profile, but never a token."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from codemie_core import ConfigLoader, Home, Profile
from codemie_core.config.model.profile import FieldPath, is_placeholder
from codemie_core.config.secret_detection.classifier import HIDDEN, is_harmless, shown
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.checks import problems_of, shown_origins, token_of
from codemie_core.profiles.folder import profile_in, working_folder
from codemie_core.profiles.providers import is_known, provider_of
from codemie_tray.commands.console.output import Bold, print_json, print_line, print_table
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain

_LONGEST = 120
_LONGEST_NOTE = 200


def run(home: Home, options: argparse.Namespace) -> ExitCode:
    """Print a profile: the named one, or the one in effect here."""
    config = ConfigLoader(home).load_and_keep()
    if options.name is None:
        found = profile_in(working_folder(), home, config).profile
        profile = found or config.profile(config.active or "")
    else:
        profile = config.profile(resolve(config, options.name))
    state, credential = token_state(profile)
    rows = list(_rows(profile.fields))
    note = ArrangementStore(home).load().note_on(profile.name)
    if options.json:
        print_json(
            {
                "name": profile.name,
                "note": note,
                "active": profile.name == config.active,
                "fields": {".".join(path): value for path, value in rows},
                "token": state,
                "credential": credential,
                "addresses": list(shown_origins(profile)),
                "problems": [
                    {"severity": one.severity.value, "field": one.field, "message": one.sentence}
                    for one in problems_of(profile)
                ],
            }
        )
        return ExitCode.OK
    provider = provider_of(profile.fields)
    print_line(Bold(plain(profile.name)), "  (active)" if profile.name == config.active else "")
    print_table(
        [
            *((".".join(path), plain(_text(value), _LONGEST)) for path, value in rows if path != ("name",)),
            ("token", _token_words(state, credential)),
            *([("set up as", provider.title)] if is_known(provider.key) else []),
            *([("note", plain(note, _LONGEST_NOTE))] if note else []),
        ]
    )
    for problem in problems_of(profile):
        print_line(f"{problem.severity.value}: {problem.sentence}")
    return ExitCode.OK


def token_state(profile: Profile) -> tuple[str, str | None]:
    """Return where a profile's token is (`store`, `config`, `none`), and its credential's name."""
    text = token_of(provider_of(profile.fields), profile.fields)
    if text.startswith(REFERENCE_PREFIX):
        return "store", text.removeprefix(REFERENCE_PREFIX)
    if (text and not is_placeholder(text)) or profile.has_secret:
        return "config", None
    return "none", None


def _token_words(state: str, credential: str | None) -> str:
    if state == "store":
        return f"in the encrypted store, as {plain(credential or '', 80)}"
    return "in the configuration, in the clear" if state == "config" else "none"


def _rows(fields: Mapping[str, JsonValue], above: FieldPath = ()) -> Iterator[tuple[FieldPath, JsonValue]]:
    for name, value in fields.items():
        path = (*above, name)
        if isinstance(value, dict):
            yield from _rows(value, path)
        elif isinstance(value, str):
            yield path, shown(path, value)
        elif isinstance(value, list):
            yield path, [one if is_harmless(path, one) else HIDDEN for one in value]
        else:
            yield path, value if is_harmless(path, value) else HIDDEN


def _text(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

"""`codemie-tray profiles`: lists the profiles and which one is active. Never shows a token."""

from __future__ import annotations

from codemie_core import ConfigLoader, Home
from codemie_core.config.secret_detection.classifier import shown
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_tray.commands.console.output import Bold, print_json, print_line, print_table
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.labels import labels
from codemie_tray.text.plain_text import plain


def run(home: Home, *, as_json: bool, names: bool) -> ExitCode:
    """Print the profiles in the user's own order."""
    config = ConfigLoader(home).load_and_keep()
    arrangement = ArrangementStore(home).load()
    ordered = arrangement.sorted(config.profiles)
    if names:
        for profile in ordered:
            # One line each, for a shell; spaces are kept.
            if "".join(plain(profile.name, len(profile.name)).split()) == "".join(profile.name.split(" ")):
                print_line(profile.name)
    elif as_json:
        print_json(
            {
                "active": config.active,
                "profiles": [
                    {
                        "name": profile.name,
                        "active": profile.name == config.active,
                        "provider": shown(("provider",), profile.provider),
                        "model": shown(("model",), profile.model),
                        "baseUrl": shown(("baseUrl",), profile.base_url),
                        "hasToken": profile.has_secret,
                        "problem": profile.problem,
                        "note": arrangement.note_on(profile.name),
                    }
                    for profile in ordered
                ],
            }
        )
    elif not config.profiles:
        print_line(f"{config.path} has no profiles yet. To create one, run `codemie-tray profile add`.")
    else:
        label_of = labels([profile.name for profile in config.profiles])
        has_notes = any(arrangement.note_on(profile.name) for profile in ordered)
        print_table(
            [
                (
                    "*" if profile.name == config.active else " ",
                    Bold(label_of[profile.name]) if profile.name == config.active else label_of[profile.name],
                    plain(profile.problem or shown(("provider",), profile.provider)),
                    plain(shown(("model",), profile.model)),
                    plain(shown(("baseUrl",), profile.base_url), 80),
                    *([plain(arrangement.note_on(profile.name), 80)] if has_notes else []),
                )
                for profile in ordered
            ]
        )
    return ExitCode.OK

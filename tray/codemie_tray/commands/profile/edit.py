"""`codemie-tray profile edit`, `rename` and `duplicate`."""

from __future__ import annotations

import argparse

from codemie_core import Config, ConfigLoader, Home, Profile
from codemie_core.config.model.profile import SECRET_FIELDS, FieldPath, field_at
from codemie_core.config.store.arrangement_store import ArrangementStore, checked_note
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.checks import problems_of, shown_origins
from codemie_core.profiles.making import change_profile
from codemie_core.profiles.provider import Provider
from codemie_core.profiles.providers import is_known, provider_named, provider_of
from codemie_core.system.command_word import command_word
from codemie_tray import PROGRAM
from codemie_tray.commands.console.output import print_error, print_json, print_line, warn_if_not_kept
from codemie_tray.commands.console.prompt_line import can_ask
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.commands.profile.questions import ask_fields, given, unknown_provider
from codemie_tray.commands.switching.names import resolve
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import whole


def edit(home: Home, options: argparse.Namespace) -> ExitCode:
    """Change fields of a profile, by options or by asking at the terminal."""
    loader = ConfigLoader(home)
    before = loader.load_and_keep(to_change=True)
    profile = before.profile(resolve(before, options.name))
    note = None if options.note is None else checked_note(profile.name, options.note)
    changes = _changes(profile, options)
    config = change_profile(loader, profile.name, changes) if changes else before
    after = config.profile(profile.name)
    changed = [
        ".".join(path) for path in changes if field_at(profile.fields, path) != field_at(after.fields, path)
    ]
    if note is not None and _set_note(home, config, profile.name, note):
        changed.append("note")
    if options.json:
        print_json({"profile": profile.name, "config": config.path, "changed": [*changed]})
    elif changed:
        uses = " New sessions use it." if changed != ["note"] else ""
        print_line(f"Changed {', '.join(changed)} of {whole(profile.name)}.{uses}")
    else:
        print_line(f"{whole(profile.name)} already has these values. Nothing was changed.")
    _say_what_follows(profile, after)
    if not is_known(provider_of(after.fields).key):
        print_error(
            f"{PROGRAM}: {unknown_provider(provider_of(after.fields).key)} Its fields were not checked."
        )
    warn_if_not_kept(loader)
    return ExitCode.OK


def rename(home: Home, options: argparse.Namespace) -> ExitCode:
    """Give a profile another name."""
    loader = ConfigLoader(home)
    old = resolve(loader.load_and_keep(to_change=True), options.name)
    config = loader.rename_profile(old, options.new)
    done = f"Renamed {whole(old)} to {whole(options.new)}."
    if old == options.new:
        done = f"{whole(old)} already has that name. Nothing was changed."
    _print_done(config, options, options.new, done)
    warn_if_not_kept(loader)
    return ExitCode.OK


def duplicate(home: Home, options: argparse.Namespace) -> ExitCode:
    """Add a copy of a profile."""
    loader = ConfigLoader(home)
    source = resolve(loader.load_and_keep(to_change=True), options.name)
    config = loader.duplicate_profile(source, options.copy)
    _print_done(config, options, options.copy, f"Copied {whole(source)} to {whole(options.copy)}.")
    if config.profile(options.copy).references and not options.json:
        print_line(
            "Both use the same stored token. To give the copy its own: "
            f"{PROGRAM} profile set-token {command_word(options.copy)}"
        )
    warn_if_not_kept(loader)
    return ExitCode.OK


def _print_done(config: Config, options: argparse.Namespace, name: str, sentence: str) -> None:
    if options.json:
        print_json({"profile": name, "config": config.path, "active": config.active})
    else:
        print_line(sentence)


def _set_note(home: Home, config: Config, name: str, note: str) -> bool:
    """Set a checked note; return whether that changed anything."""
    store = ArrangementStore(home)
    before = store.load().note_on(name)
    return store.set_note([one.name for one in config.profiles], name, note).note_on(name) != before


def _changes(profile: Profile, options: argparse.Namespace) -> dict[FieldPath, JsonValue]:
    before = provider_of(profile.fields)
    provider = provider_named(options.provider) if options.provider else before
    changes = given(options, provider)
    if options.provider:
        changes = _without(before, provider, profile) | changes
        changes[("provider",)] = provider.name
        changes |= {(name,): text for name, text in provider.fixed.items()}
    for name in options.unset:
        path = tuple(name.split("."))
        if path in SECRET_FIELDS and path != ("apiKey",):
            raise WrongUsage(
                f"{name} holds a token",
                advice=f"To replace it: {PROGRAM} profile set-token {command_word(profile.name)}",
            )
        changes[path] = None
    if changes or options.note is not None:
        return changes
    if options.json or not can_ask():
        raise WrongUsage(
            "no changes given",
            prog=f"{PROGRAM} profile edit",
            advice=f"For example: {PROGRAM} profile edit {command_word(profile.name)} --model gpt-5",
        )
    present = {field.name: field_at(profile.fields, field.path) for field in provider.fields}
    answers = ask_fields(provider, {}, present={name: str(value) for name, value in present.items() if value})
    asked: dict[FieldPath, JsonValue] = {field.path: answers.get(field.name) for field in provider.fields}
    return {path: value for path, value in asked.items() if value != field_at(profile.fields, path)}


def _without(old: Provider, new: Provider, profile: Profile) -> dict[FieldPath, JsonValue]:
    """Return what is removed with a provider: its own fields, as in the window."""
    paths = [(name,) for name in old.fixed] + [field.path for field in old.fields]
    kept = [field.path for field in new.fields] + ([new.token.path] if new.token else [])
    gone = [path for path in paths if path not in kept and field_at(profile.fields, path) is not None]
    return dict.fromkeys(gone)


def _say_what_follows(before: Profile, after: Profile) -> None:
    """Warn about the effects of the new fields: a token that is held back, or is now sent elsewhere."""
    new = sorted(set(shown_origins(after)) - set(shown_origins(before)))
    if new and after.references:
        print_error(
            f"{PROGRAM}: its stored token is held back from {', '.join(new)} until you allow that address: "
            f"{PROGRAM} run {' '.join(f'--allow-address {origin}' for origin in new)} "
            f"--profile {command_word(after.name)} -- CMD"
        )
    elif new and after.has_secret:
        print_error(f"{PROGRAM}: its token, which is in the configuration, now goes to {', '.join(new)}")
    for problem in problems_of(after):
        if problem.field == "provider" and not is_known(provider_of(after.fields).key):
            continue  # said with what was probably meant
        print_error(f"{PROGRAM}: {problem.severity.value}: {problem.sentence}")

"""Builds the view of a state: a pure function, so every possible menu can be tested without a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codemie_tray import PRODUCT
from codemie_tray.text.amounts import amount, files, sessions, tokens_or_turns
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import initial, plain
from codemie_tray.view.actions import Do, StartAtLogin
from codemie_tray.view.colour import colour_of
from codemie_tray.view.menu import SEPARATOR, Item, Menu, Separator
from codemie_tray.view.problems import problems_of, rows_of
from codemie_tray.view.rows.credential_rows import protection_row, tokens_rows, warns_about_tokens
from codemie_tray.view.rows.profile_rows import details, managing_rows, profile_rows
from codemie_tray.view.state import (
    LogsCleaning,
    Missing,
    Ready,
    State,
    UsageToday,
    Windows,
)
from codemie_tray.view.view import IconDesign, View

_MODELS = 5
_NOTE_LIMIT = 60
"""Windows cuts a tooltip at 127 characters, title included."""


def view_of(state: State) -> View:
    """Return icon, tooltip and menu for a state."""
    return View(_icon(state), _title(state), _text(state), _menu(state))


def _icon(state: State) -> IconDesign:
    attention = bool(problems_of(state))
    active = state.config.active_row if isinstance(state.config, Ready) else None
    if active is None:
        return IconDesign("", colour_of(""), attention)
    return IconDesign(initial(active.name), colour_of(active.name), attention)


def _title(state: State) -> str:
    active = state.config.active_row if isinstance(state.config, Ready) else None
    return PRODUCT if active is None else f"CodeMie: {plain(active.name)}"


def _text(state: State) -> str:
    if problems := problems_of(state):
        return problems[0].says.label
    if isinstance(state.config, Missing):
        return _("No profile yet")
    active = state.config.active_row if isinstance(state.config, Ready) else None
    if active is None:
        return _("No profile is active")
    note = plain(state.arrangement.note_on(active.name), _NOTE_LIMIT)
    return "\n".join(line for line in (details(active), note) if line)


def _menu(state: State) -> Menu:
    groups: list[Sequence[Item]] = [
        rows_of(state),
        (*profile_rows(state), *managing_rows(state)),
        (*_today(state), *_usage(state), *_logs(state)),
        (
            protection_row(state.credentials),
            *(() if warns_about_tokens(state) else tokens_rows(state)),
            *_login(state),
            *_settings(state),
            Item(_("Open the CodeMie folder"), Do.OPEN_FOLDER),
            Item(_("About / Help"), Do.SHOW_ABOUT),
            Item(_("Quit"), Do.QUIT),
        ),
    ]
    entries: list[Item | Separator] = []
    for group in groups:
        if group:
            entries += [SEPARATOR, *group] if entries else group
    return tuple(entries)


def _today(state: State) -> tuple[Item, ...]:
    # This row and those of the logs and the login exist from the start, with the same action: a row that
    # appeared later would close an open menu.
    # Where there is a window of the usage, it opens that, whatever was used today.
    opens = state.windows is Windows.READY
    if state.today is None:
        return (Item(_("Today: counting..."), Do.SHOW_USAGE, enabled=opens),)
    if state.today.problem:
        return (Item(_("Today: could not count usage"), Do.SHOW_USAGE),)
    if not state.today.sessions and not state.today.turns:
        return (Item(_("Today: no usage"), Do.SHOW_USAGE, enabled=opens),)
    return (Item(_("Today: {usage}").format(usage=used(state.today)), Do.SHOW_USAGE),)


def _usage(state: State) -> Iterator[Item]:
    if state.windows is Windows.READY:
        yield Item(_("Usage..."), Do.OPEN_USAGE)


def used(today: UsageToday) -> str:
    """Return a short summary of today's usage."""
    return f"{tokens_or_turns(today)}, {sessions(today.sessions)}"


def usage_in_words(today: UsageToday) -> tuple[str, str]:
    """Return the title and the text of a notification of today's usage."""
    if today.problem:
        return (
            _("Could not count today's usage"),
            _("{problem}. CodeMie Tray tries again after the next turn.").format(problem=today.problem),
        )
    return _("Today: {usage}").format(usage=used(today)), used_by_model(today)


def used_by_model(today: UsageToday) -> str:
    """Return which model used how much, one line per model."""
    shown = [
        _("{model}: {usage}").format(
            model=plain(model.name) or _("unknown model"), usage=tokens_or_turns(model)
        )
        for model in today.models[:_MODELS]
    ]
    if (more := len(today.models) - _MODELS) > 0:
        shown.append(ngettext("and {count} other model", "and {count} other models", more).format(count=more))
    return "\n".join(shown)


def _logs(state: State) -> Iterator[Item]:
    logs = state.logs
    if isinstance(logs, LogsCleaning):
        label = _("Cleaning up: {done} of {total} - click to stop")
        yield Item(label.format(done=number(logs.done), total=number(logs.total)), Do.STOP_CLEANING)
    elif logs is None:
        yield Item(_("Old logs: counting..."), Do.CLEAN_LOGS, enabled=False)
    elif logs.files:
        label = _("Clean up logs now ({files}, {size})")
        yield Item(label.format(files=files(logs.files), size=amount(logs.size_bytes)), Do.CLEAN_LOGS)
    else:
        yield Item(_("Logs are clean"), Do.CLEAN_LOGS, enabled=False)


def _login(state: State) -> Iterator[Item]:
    on = state.starts_at_login
    yield Item(_("Start at login"), StartAtLogin(on=not on), enabled=on is not None, checked=bool(on))


def _settings(state: State) -> Iterator[Item]:
    if state.windows is Windows.READY:
        yield Item(_("Settings..."), Do.OPEN_SETTINGS)

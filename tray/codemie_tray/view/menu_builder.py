"""Builds the view of a state: a pure function, so every possible menu can be tested without a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codemie_tray import PRODUCT, PROGRAM
from codemie_tray.text.amounts import amount, counted, plural, tokens_or_turns
from codemie_tray.text.labels import labels
from codemie_tray.text.plain_text import initial, isolated, plain
from codemie_tray.view.actions import Do, KeepTokensInStore, StartAtLogin, SwitchProfile
from codemie_tray.view.colour import colour_of
from codemie_tray.view.menu import SEPARATOR, Item, Menu, Separator
from codemie_tray.view.problems import problems_of, rows_of
from codemie_tray.view.state import (
    Broken,
    Credentials,
    LogsCleaning,
    Missing,
    ProfileRow,
    Ready,
    State,
    UsageToday,
    Windows,
    config_name,
)
from codemie_tray.view.view import IconDesign, View

MENU_LIMIT = 500
"""Profiles that the menu shows; `codemie-tray switch` reaches the others."""
TOP_ROWS = 8
"""Profiles beyond this are in one submenu. GNOME Shell unfolds it inside the menu, whose rows are 36 pixels
high, so a menu that fills the screen leaves no room for it; eight leave room for about eleven rows."""
_WITHOUT_SUBMENU = 10
"""Up to this many profiles need no submenu."""
_DETAIL_LIMIT = 40
_MODELS = 5


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
        return "No profile yet"
    active = state.config.active_row if isinstance(state.config, Ready) else None
    return "No profile is active" if active is None else _details(active)


def _menu(state: State) -> Menu:
    groups: list[Sequence[Item]] = [
        rows_of(state),
        (*_profiles(state), *_managing(state)),
        (*_today(state), *_usage(state), *_logs(state)),
        tuple(_marking(state)),
        (
            _protection(state.credentials),
            *_tokens(state),
            *_login(state),
            *_settings(state),
            Item("Open the CodeMie folder", Do.OPEN_FOLDER),
            Item("About / Help", Do.SHOW_ABOUT),
            Item("Quit", Do.QUIT),
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
        return (Item("Today: counting...", Do.SHOW_USAGE, enabled=opens),)
    if state.today.problem:
        return (Item("Today: could not count usage", Do.SHOW_USAGE),)
    if not state.today.sessions and not state.today.turns:
        return (Item("Today: no usage", Do.SHOW_USAGE, enabled=opens),)
    return (Item(f"Today: {used(state.today)}", Do.SHOW_USAGE),)


def _usage(state: State) -> Iterator[Item]:
    if state.windows is Windows.READY:
        yield Item("Usage...", Do.OPEN_USAGE)


def used(today: UsageToday) -> str:
    """Return a short summary of today's usage."""
    return f"{tokens_or_turns(today)}, {plural(today.sessions, 'session')}"


def usage_in_words(today: UsageToday) -> tuple[str, str]:
    """Return the title and the text of a notification of today's usage."""
    if today.problem:
        return (
            "Could not count today's usage",
            f"{today.problem}. CodeMie Tray tries again after the next turn.",
        )
    return f"Today: {used(today)}", used_by_model(today)


def used_by_model(today: UsageToday) -> str:
    """Return which model used how much, one line per model."""
    shown = [
        f"{plain(model.name) or 'unknown model'}: {tokens_or_turns(model)}"
        for model in today.models[:_MODELS]
    ]
    more = len(today.models) - _MODELS
    return "\n".join([*shown, *([f"and {plural(more, 'other model')}"] if more > 0 else [])])


def _marking(state: State) -> Iterator[Item]:
    config = state.config
    if isinstance(config, Ready) and config.in_danger and not config.read_only:
        yield Item(f"Keep {config_name(config.path)} safe from the CLI", Do.MIGRATE_CONFIG)


def _protection(credentials: Credentials) -> Item:
    keyring = plain(credentials.keyring_name) or "the system's keyring"
    if credentials.busy:
        return Item(f"Waiting for {keyring}...", enabled=False, checked=credentials.protected)
    usable = credentials.problem is None
    if not credentials.protected:
        return Item(
            f"Protect credentials with {keyring}", Do.PROTECT_CREDENTIALS, enabled=usable, checked=False
        )
    return _way_down(
        f"Credentials are protected with {keyring}",
        "Without it, any program you run can read them.",
        Item("Stop protecting credentials", Do.UNPROTECT_CREDENTIALS, enabled=usable),
    )


def _way_down(label: str, what_then: str, item: Item) -> Item:
    """Return the row of an active protection. One click must not end it, so it opens an explanation."""
    return Item(label, items=(Item(what_then, enabled=False), SEPARATOR, item))


def _tokens(state: State) -> Iterator[Item]:
    tokens = state.config.tokens if isinstance(state.config, Ready) and not state.config.read_only else None
    if tokens is None or not (tokens.in_clear or tokens.stored):
        return
    label = "Keep tokens in the encrypted store"
    usable = state.credentials.problem is None and not state.credentials.busy
    if not tokens.in_clear:
        name = config_name(state.config.path) if isinstance(state.config, Ready) else ""
        put_back = f"Move {plural(tokens.stored, 'token')} back to {name}"
        yield _way_down(
            "Tokens are in the encrypted store",
            "Outside it, any program and any copy of the file exposes them.",
            Item(put_back, KeepTokensInStore(on=False), enabled=usable),
        )
        return
    if not tokens.read_by_cli:
        yield Item(label, KeepTokensInStore(on=True), enabled=usable, checked=False)
        return
    what_then = (
        Item("The CLI then gets no token by itself. Start it with:", enabled=False),
        Item(f"{PROGRAM} run -- codemie", enabled=False),
    )
    move = f"Move {plural(tokens.in_clear, 'token')} into the store"
    yield Item(label, items=(*what_then, SEPARATOR, Item(move, KeepTokensInStore(on=True), enabled=usable)))


def _logs(state: State) -> Iterator[Item]:
    logs = state.logs
    if isinstance(logs, LogsCleaning):
        yield Item(f"Cleaning up: {logs.done:,} of {logs.total:,} - click to stop", Do.STOP_CLEANING)
    elif logs is None:
        yield Item("Old logs: counting...", Do.CLEAN_LOGS, enabled=False)
    elif logs.files:
        label = f"Clean up logs now ({counted(logs.files, 'file')}, {amount(logs.size_bytes)})"
        yield Item(label, Do.CLEAN_LOGS)
    else:
        yield Item("Logs are clean", Do.CLEAN_LOGS, enabled=False)


def _login(state: State) -> Iterator[Item]:
    on = state.starts_at_login
    yield Item("Start at login", StartAtLogin(on=not on), enabled=on is not None, checked=bool(on))


def _settings(state: State) -> Iterator[Item]:
    if state.windows is Windows.READY:
        yield Item("Settings...", Do.OPEN_SETTINGS)


def _profiles(state: State) -> Iterator[Item]:
    config = state.config
    if isinstance(config, Broken):
        return
    if isinstance(config, Missing) or not config.profiles:
        if state.windows is Windows.READY:
            yield Item("Add your first profile...", Do.ADD_PROFILE)
        else:
            yield Item("Create your first profile...", Do.CREATE_FIRST_PROFILE)
        return
    top, rest = _split(config)
    label_of = labels([row.name for row in config.profiles])
    for row in top:
        yield _profile(row, config, label_of[row.name])
    if rest:
        yield Item(f"More ({len(rest)})", items=tuple(_more(rest, config, label_of)))


def _managing(state: State) -> Iterator[Item]:
    config = state.config
    if isinstance(config, Missing) or (isinstance(config, Ready) and not config.profiles):
        return  # its row opens the same window
    if state.windows is Windows.READY:
        yield Item("Manage profiles...", Do.MANAGE_PROFILES)
    elif state.windows is Windows.SYSTEM_TOO_OLD:
        yield Item("Manage profiles: needs Debian 12, Ubuntu 22.04 or newer", enabled=False)


def _more(rows: Sequence[ProfileRow], config: Ready, label_of: Mapping[str, str]) -> Iterator[Item]:
    shown = MENU_LIMIT - TOP_ROWS
    for row in rows[:shown]:
        yield _profile(row, config, label_of[row.name])
    if len(rows) > shown:
        yield Item(f"{len(rows) - shown:,} more: {PROGRAM} switch NAME", enabled=False)


def _split(config: Ready) -> tuple[list[ProfileRow], list[ProfileRow]]:
    """Return the rows of the menu and those of the submenu; the active one is always in the menu."""
    rows = list(config.profiles)
    if len(rows) <= _WITHOUT_SUBMENU:
        return rows, []
    top, rest = rows[:TOP_ROWS], rows[TOP_ROWS:]
    active = config.active_row
    if active in rest:
        rest.remove(active)
        rest.insert(0, top.pop())
        top.append(active)
    return top, rest


def _profile(row: ProfileRow, config: Ready, label: str) -> Item:
    label = isolated(label) or "(no name)"
    details = _details(row)
    return Item(
        f"{label} — {details}" if details else label,
        SwitchProfile(row.name),
        enabled=row.problem is None and not config.read_only,
        checked=row.name == config.active,
        radio=True,
    )


def _details(row: ProfileRow) -> str:
    if row.problem:
        return plain(row.problem, _DETAIL_LIMIT)
    return " · ".join(plain(part, _DETAIL_LIMIT) for part in (row.provider, row.model) if part)

"""The menu's rows of the profiles: which are in the menu, which in its submenu, and how each reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from codemie_tray import PROGRAM
from codemie_tray.text.labels import labels
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import isolated, plain
from codemie_tray.view.actions import Do, SwitchProfile
from codemie_tray.view.menu import Item
from codemie_tray.view.state import Broken, Missing, ProfileRow, Ready, State, Windows

MENU_LIMIT = 500
"""Profiles that the menu shows; `codemie-tray switch` reaches the others."""
TOP_ROWS = 5
"""If there are many profiles, those beyond this are in one submenu. The menu then fits a screen of 480 pixels
on GTK's panels, whose rows are 25 pixels high. GNOME Shell unfolds the submenu inside the menu, and needs the
room that is left."""
_WITHOUT_SUBMENU = 10
"""Up to this many profiles need no submenu."""
_DETAIL_LIMIT = 40


def profile_rows(state: State) -> Iterator[Item]:
    """Yield a row per profile, the last ones in a submenu; without profiles, the row that adds the first."""
    config = state.config
    if isinstance(config, Broken):
        return
    if isinstance(config, Missing) or not config.profiles:
        if state.windows is Windows.READY:
            yield Item(_("Add your first profile..."), Do.ADD_PROFILE)
        else:
            yield Item(_("Create your first profile..."), Do.CREATE_FIRST_PROFILE)
        return
    label_of = labels([row.name for row in config.profiles])
    rows = state.arrangement.sorted(config.profiles)
    # In the user's order, whichever is active: nobody has to look for a row that changed its place.
    split = len(rows) if len(rows) <= _WITHOUT_SUBMENU else TOP_ROWS
    for row in rows[:split]:
        yield _profile(row, config, label_of[row.name])
    if rest := rows[split:]:
        label = _("More ({count})").format(count=number(len(rest)))
        if (active := config.active_row) is not None and active in rest:
            label = _("More ({count}), active: {name}").format(
                count=number(len(rest)), name=isolated(label_of[active.name])
            )
        yield Item(label, items=tuple(_more(rest, config, label_of)))


def managing_rows(state: State) -> Iterator[Item]:
    """Yield the row that opens the Profiles window, or what it would need."""
    config = state.config
    if isinstance(config, Missing) or (isinstance(config, Ready) and not config.profiles):
        return  # its row opens the same window
    if state.windows is Windows.READY:
        yield Item(_("Manage profiles..."), Do.MANAGE_PROFILES)
    elif state.windows is Windows.GLIBC_TOO_OLD:
        yield Item(_("Manage profiles: needs Debian 12, Ubuntu 22.04 or newer"), enabled=False)
    elif state.windows is Windows.MACOS_TOO_OLD:
        yield Item(_("Manage profiles: needs macOS 14 or newer"), enabled=False)


def _more(rows: Sequence[ProfileRow], config: Ready, label_of: Mapping[str, str]) -> Iterator[Item]:
    shown = MENU_LIMIT - TOP_ROWS
    for row in rows[:shown]:
        yield _profile(row, config, label_of[row.name])
    if len(rows) > shown:
        more = len(rows) - shown
        label = ngettext("{count} more: {command}", "{count} more: {command}", more)
        yield Item(label.format(count=number(more), command=f"{PROGRAM} switch NAME"), enabled=False)


def _profile(row: ProfileRow, config: Ready, label: str) -> Item:
    label = isolated(label) or _("(no name)")
    more = details(row)
    return Item(
        f"{label} — {more}" if more else label,
        SwitchProfile(row.name),
        enabled=row.problem is None and not config.read_only,
        checked=row.name == config.active,
        radio=True,
    )


def details(row: ProfileRow) -> str:
    """Return what is wrong with a profile; otherwise its provider and model."""
    if row.problem:
        return plain(from_core(row.problem), _DETAIL_LIMIT)
    return " · ".join(plain(part, _DETAIL_LIMIT) for part in (row.provider, row.model) if part)

"""Keeps what other programs write into the configuration, reports what they removed, and restores it."""

from __future__ import annotations

import logging
from typing import Literal, Protocol, assert_never

from codemie_core import Config, ConfigError, ConfigLoader
from codemie_core.config.model.token_field import with_tokens_for_the_cli
from codemie_core.config.store import KEEP_TIMEOUT_SECONDS
from codemie_tray.text.errors import not_kept
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.plain_text import names
from codemie_tray.view.actions import Do, RestoreVersion
from codemie_tray.view.menu import Item
from codemie_tray.view.problems import overlooked_words, restore_label
from codemie_tray.view.state import Missing, Ready, State, config_name

LOG = logging.getLogger(__name__)

GuardAction = RestoreVersion | Literal[Do.ACCEPT_LOSS, Do.MIGRATE_CONFIG, Do.MOVE_TOKENS_FOR_CLI]
"""Clicks that concern what other programs did to the configuration."""


class Notify(Protocol):
    """Shows a notification; see `tray_icon.backend`."""

    def __call__(self, title: str, text: str, button: Item | None = None) -> None:
        """Show it."""


class ConfigGuard:
    """Used on the worker's thread."""

    def __init__(self, loader: ConfigLoader, notify: Notify) -> None:
        self._loader = loader
        self._notify = notify
        self._logged = ""
        self._began = False
        self.trouble: str | None = None
        """Why the last state is not in the history, for the menu; None if it is."""

    def read(self) -> Config | ConfigError:
        """Read the configuration, and add it to the history before anything else happens to it.

        Returns:
            The configuration, or why it can't be used.
        """
        present: Config | ConfigError
        try:
            present = self._loader.load_and_keep(lock_timeout_seconds=KEEP_TIMEOUT_SECONDS)
        except ConfigError as error:
            present = error
        # If another process holds the lock, all is well: it is about to record the state.
        trouble = self._loader.trouble
        if trouble and str(trouble) != self._logged:  # once, not at every change of the file
            LOG.warning("A change by another program was not saved to the history: %s", trouble)
        self._logged = str(trouble) if trouble else ""
        self.trouble = not_kept(trouble) if trouble else None
        return present

    def take_note(self) -> None:
        """Note whether our own change was added to the history; if not, the next read tries again."""
        if self._loader.trouble:
            self.trouble = not_kept(self._loader.trouble)

    def tell(self, before: State, after: State) -> None:
        """Notify the user of what another program did to the profiles between two states.

        What happened before the first read only shows as a badge and in the menu: nobody wants a notification
        at login.
        """
        first, self._began = not self._began, True
        if first:
            return
        if not (self._report_unusable(before, after) or self._report_loss(before, after)):
            self._report_overlooked(before, after)

    def _report_unusable(self, before: State, after: State) -> bool:
        """Notify of a file that was fine before, and is now gone or can't be read."""
        offered = after.restorable
        if not isinstance(before.config, Ready) or isinstance(after.config, Ready) or offered is None:
            return False
        name = config_name(after.config.path)
        if isinstance(after.config, Missing):
            title = _("{file} is gone")
            text = _("Another program removed it. To get your profiles back, choose “{row}” in the menu.")
        else:
            title = _("{file} can't be read")
            text = _("Another program changed it. To get your profiles back, choose “{row}” in the menu.")
        self._notify(
            title.format(file=name),
            text.format(row=restore_label(offered)),
            button=Item(_("Restore"), RestoreVersion(offered.version)),
        )
        return True

    def _report_loss(self, before: State, after: State) -> bool:
        offered = after.restorable
        known = before.restorable.lost if before.restorable else ()
        if offered is None or not set(offered.lost) - set(known):
            return False
        count = len(offered.lost)
        title = ngettext(
            "Another program removed {count} profile", "Another program removed {count} profiles", count
        )
        text = ngettext(
            "{names} is missing from {file}. To get it back, choose “{row}” in the menu.",
            "{names} are missing from {file}. To get them back, choose “{row}” in the menu.",
            count,
        )
        file = config_name(after.config.path)
        self._notify(
            title.format(count=count),
            text.format(names=names(offered.lost), file=file, row=restore_label(offered)),
            button=Item(_("Restore"), RestoreVersion(offered.version)),
        )
        return True

    def _report_overlooked(self, before: State, after: State) -> None:
        overlooked = _overlooked(after)
        if isinstance(after.config, Ready) and set(overlooked) - set(_overlooked(before)):
            title, text, _row = overlooked_words(after.config)
            move = ngettext("Move it", "Move them", len(overlooked))
            self._notify(title, text, button=Item(move, Do.MOVE_TOKENS_FOR_CLI))

    def carry_out(self, action: GuardAction) -> tuple[str, str] | None:
        """Carry out a click; returns the title and text of a notification, or None if the menu shows it.

        Raises:
            CodeMieError: it could not be done; nothing was changed.
        """
        match action:
            case RestoreVersion(version):
                return self._restore(version)
            case Do.ACCEPT_LOSS:
                self._loader.accept()
                return None
            case Do.MIGRATE_CONFIG:
                return self._migrate()
            case Do.MOVE_TOKENS_FOR_CLI:
                return self._move_tokens()
            case _:
                assert_never(action)

    def _restore(self, version: str) -> tuple[str, str]:
        config = self._loader.restore(self._loader.history.find(version))
        shown = names([profile.name for profile in config.profiles])
        text = _("Profiles in {file}: {names}. The previous version is in the history.")
        if not shown:
            text = _("{file} has no profiles now. The previous version is in the history.")
        return _("Restored"), text.format(file=config_name(config.path), names=shown)

    def _migrate(self) -> tuple[str, str]:
        from codemie_core.config.migrations.runner import MigrationRunner

        plan = MigrationRunner(self._loader).run()
        return (
            _("{file} is safe now").format(file=config_name(plan.after.path)),
            _("The CLI will keep its profiles. The previous version is in the history."),
        )

    def _move_tokens(self) -> tuple[str, str]:
        config = self._loader.rewrite(with_tokens_for_the_cli)
        text = _("In {file} they are now in the field that it reads. The previous version is in the history.")
        return _("The CLI can find its tokens now"), text.format(file=config_name(config.path))


def _overlooked(state: State) -> tuple[str, ...]:
    return state.config.overlooked if isinstance(state.config, Ready) else ()

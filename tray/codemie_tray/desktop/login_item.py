"""The menu's "Start at login", with whatever mechanism this system has."""

from __future__ import annotations

import logging

from codemie_tray import __version__
from codemie_tray.desktop.autostart import Autostart
from codemie_tray.desktop.autostart.backend import AutostartFailed, LoginState, fix_if_wrong
from codemie_tray.desktop.autostart.lasting import why_it_will_not_last
from codemie_tray.desktop.autostart.program import login_command
from codemie_tray.text.language import Message

LOG = logging.getLogger(__name__)


class LoginItem:
    """Used on the worker's thread."""

    def __init__(self) -> None:
        self._autostart = Autostart()
        self._reported = False

    def is_on(self) -> bool | None:
        """Return whether the tray starts at login; None if that can't be determined."""
        try:
            return self._autostart.read().state is LoginState.ON
        except AutostartFailed as error:
            if not self._reported:
                self._reported = True
                LOG.warning("%s", error)
            return None

    def turn(self, *, on: bool) -> Message | None:
        """Turn it on or off.

        Returns:
            Why the entry will not last, in words for people; None if it should.

        Raises:
            AutostartFailed: the system refused.
        """
        if not on:
            self._autostart.turn_off()
            return None
        command = login_command()
        self._autostart.turn_on(command)
        return why_it_will_not_last(command)

    def fix(self) -> None:
        """Make an entry for a moved or outdated program start this one."""
        try:
            wrong = fix_if_wrong(self._autostart, login_command(), __version__)
        except AutostartFailed as error:
            LOG.warning("The login entry is outdated and could not be fixed: %s", error)
        else:
            if wrong:
                LOG.info("Fixed the login entry: %s", wrong)

    def watched(self) -> tuple[str, ...]:
        """Return the files whose change means that `is_on` may return something else."""
        return self._autostart.watched()

"""From the start of the program to its end: one tray per session; the next start reports a crash."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from codemie_core import CodeMieError, Home, StoreError
from codemie_core.system.clock import Clock
from codemie_tray import PRODUCT
from codemie_tray.app.app import App
from codemie_tray.app.lifecycle.crash_record import LastStart
from codemie_tray.app.lifecycle.single_instance import SingleInstance
from codemie_tray.app.services.window_support import windows_here
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.language import english
from codemie_tray.text.language.choice import choose, chosen
from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.view.read_state import Learn, read_state

LOG = logging.getLogger(__name__)


def run_tray(
    home: Home,
    say: Callable[[str], None],
    *,
    background: bool = False,
    learn: Learn = lambda _secrets: None,
) -> ExitCode:
    """Run the tray of a home until it is quit.

    Args:
        home: the home.
        say: prints a line for people on a terminal.
        background: see `App`.
        learn: see `App`.

    Raises:
        TrayUnavailable: no tray can be reached.
    """
    instance = SingleInstance(home)
    try:
        first = instance.claim()
    except StoreError as error:
        LOG.warning("%s; a second start can't be detected", error)
        first = True
    if not first:
        if background:
            return ExitCode.OK  # a login found a running tray: nothing to show or to say
        try:
            answered = instance.ask_to_show()
        except StoreError as error:
            say(f"{PRODUCT} is already running, but could not be asked to show itself: {error}")
            return ExitCode.OK
        # An instance that could not show itself made way, so it is our turn.
        if not (answered and instance.claim()):
            say(f"{PRODUCT} is already running" + ("; it was asked to show itself." if answered else "."))
            return ExitCode.OK
    last = LastStart(instance.record, Clock())
    try:
        instance.answer()  # a request that nobody answered
        choose()  # the setting is read once the icon is shown
        crashes = _crashes(instance, last)
        for crash in crashes:
            LOG.warning("%s", english(crash))
        read = read_state(home, credentials=False, learn=learn)
        state = replace(read, notes=crashes, windows=windows_here(), language=chosen())
        app = App(home, instance, state, background=background, learn=learn, on_session_end=last.end)
        app.run()
    except (CodeMieError, TrayUnavailable) as error:
        LOG.info("ended: %s", error)  # a tray started at login has no terminal
        last.end()
        raise
    except Exception as error:
        LOG.exception("The tray crashed")
        last.crashed(type(error).__name__)
        raise
    else:
        LOG.info("ended normally")
        last.end()
    finally:
        instance.release()
        instance.answer()  # only now: whoever asked us to show ourselves may take over
    if app.exec_self is not None:
        app.exec_self()
    return ExitCode.OK


def _crashes(instance: SingleInstance, last: LastStart) -> tuple[str, ...]:
    """Record that we run. Return the crashes of the last run here and of runs in sessions that have ended."""
    crashes = [last.begin()]
    for other in instance.others():
        if other.is_over():
            crashes.append(LastStart(other.record, Clock()).take())
            other.forget_if_old()
    return tuple(crash for crash in crashes if crash)

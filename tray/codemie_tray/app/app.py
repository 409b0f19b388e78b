"""The running tray: wires files, state, view and toolkit, and runs until it is told to end.

Every thread posts what happened to one mailbox, and one worker handles it (`handlers`): reads what changed,
replaces a part of the state, and shows it (`presenter`).
"""

from __future__ import annotations

import signal
from collections.abc import Callable

from codemie_core import Home
from codemie_tray import PRODUCT, PROGRAM
from codemie_tray.app.handlers import Handlers
from codemie_tray.app.lifecycle.single_instance import SingleInstance
from codemie_tray.app.lifecycle.tray_retry import TrayRetry
from codemie_tray.app.messages import Message, TrayEvent
from codemie_tray.app.services import Services
from codemie_tray.background.mailbox import Mailbox
from codemie_tray.tray_icon import TrayIcon
from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.view.actions import Action, Do
from codemie_tray.view.menu_builder import view_of
from codemie_tray.view.read_state import Learn
from codemie_tray.view.state import State


class App:
    """One tray for one home.

    Args:
        home: which home.
        instance: the claim to be its one tray.
        state: what to show first.
        background: started by the login, not by the person: silent, and waits for a tray however long.
        learn: takes the tokens of the configuration, to keep them out of the log.
        on_session_end: called where the system may kill the process at any moment from then on; quick.
    """

    def __init__(
        self,
        home: Home,
        instance: SingleInstance,
        state: State,
        *,
        background: bool = False,
        learn: Learn = lambda _secrets: None,
        on_session_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._background = background
        self._mailbox: Mailbox[Message] = Mailbox("worker", self._handle, self._on_fault)
        self._retry = TrayRetry(instance)
        self._icon = TrayIcon(PROGRAM, view_of(state), self._on_action)
        self._services = Services(
            home,
            instance,
            post=self._mailbox.post,
            post_once=self._mailbox.post_once,
            on_fault=self._on_fault,
        )
        self._handlers = Handlers(
            home,
            state,
            self._icon,
            self._services,
            instance=instance,
            retry=self._retry,
            background=background,
            learn=learn,
            post_again=self._mailbox.post_once,
            on_quit=self._stop,
            on_session_end=on_session_end,
        )
        self.exec_self: Callable[[], None] | None = None
        """What to do at the very end, where the files of the program were replaced."""

    def run(self) -> None:
        """Serve until quit, a signal, or the end of the session.

        Raises:
            TrayUnavailable: no tray can be reached.
        """
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            # nohup has SIGHUP ignored, and means it; what else is ignored is not ours to keep.
            ignored = hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_IGN
            if hasattr(signal, name) and not (ignored and name == "SIGHUP"):
                signal.signal(getattr(signal, name), lambda *_: self._stop())
        if hasattr(signal, "SIGUSR1"):  # a package has replaced our files, see `lifecycle.restart`
            signal.signal(signal.SIGUSR1, lambda *_: self._restart())
        try:
            if self._background:
                self._services.start_without_an_icon()
            self._run_icon()
        finally:
            self._services.stop(self._mailbox.stop)

    def _run_icon(self) -> None:
        while True:
            try:
                self._icon.run(self._on_ready)
            except TrayUnavailable as error:
                if self._retry.served or not self._background:
                    raise  # a tray that was there is lost: the session is over
                self._serve()
                if not self._retry.wait(error):
                    return
            else:
                return

    def _restart(self) -> None:
        from codemie_tray.app.lifecycle import restart

        self.exec_self = restart.exec_self
        self._stop()

    def _stop(self) -> None:
        self._retry.stop()
        self._icon.stop()

    # ---- threads of the toolkit --------------------------------------------------------------------

    def _on_ready(self) -> None:
        self._retry.over()
        self._serve()

    def _serve(self) -> None:
        if self._mailbox.started:
            self._mailbox.post_once(Do.LOOK_AGAIN)
        else:
            self._mailbox.post(TrayEvent.STARTED)
            self._mailbox.start()

    def _on_action(self, action: Action) -> None:
        if action is Do.QUIT or action is Do.SESSION_ENDS:
            # At once, on this thread: the system may kill the process as soon as this returns, and a worker
            # that waits for a disk must not keep anybody from quitting.
            self._handlers.handle(action)
        elif action is Do.LOOK_AGAIN:
            self._mailbox.post_once(action)
        else:
            self._mailbox.post(action)

    # ---- the worker's thread -----------------------------------------------------------------------

    def _handle(self, message: Message) -> None:
        self._handlers.handle(message)

    def _on_fault(self, error: Exception) -> None:
        # Nothing a person asked for may fail in silence, whatever it was.
        self._icon.notify("Something went wrong", f"{PRODUCT} hit an internal error: {type(error).__name__}.")

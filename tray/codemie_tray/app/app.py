"""The running tray: connects files, state, view and toolkit, and runs until it is asked to end.

Every thread posts events to one mailbox. One worker handles them (`handlers`): it reads what changed,
replaces part of the state, and shows it (`presenter`).
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from codemie_core import Home
from codemie_tray import PROGRAM
from codemie_tray.app.lifecycle.events import TrayEvent
from codemie_tray.app.lifecycle.single_instance import SingleInstance
from codemie_tray.app.lifecycle.tray_retry import TrayRetry
from codemie_tray.background.mailbox import Mailbox
from codemie_tray.text.language import _
from codemie_tray.tray_icon import TrayIcon
from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.view.actions import Action, Do
from codemie_tray.view.menu_builder import view_of
from codemie_tray.view.read_state import Learn
from codemie_tray.view.state import State

if TYPE_CHECKING:
    from codemie_tray.app.handlers import Handlers, Message
    from codemie_tray.app.services.services import Services


class App:
    """One tray for one home.

    Args:
        home: the home.
        instance: the claim to be its only tray.
        state: what to show first.
        background: started by the login, not by the user: silent, and waits for a tray indefinitely.
        learn: receives the configuration's tokens, to keep them out of the log.
        on_session_end: called when the system may kill the process at any moment; must be quick.
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
        self._home = home
        self._instance = instance
        self._state = state
        self._background = background
        self._learn = learn
        self._on_session_end = on_session_end
        self._mailbox: Mailbox[Message] = Mailbox("worker", self._handle, self._on_fault)
        self._retry = TrayRetry(instance)
        self._icon = TrayIcon(PROGRAM, view_of(state), self._on_action)
        if sys.platform != "win32" and sys.platform != "darwin":
            self._icon.keep_pixels_in(os.path.join(home.tray, "icons"))
        self._services: Services | None = None
        self._handlers: Handlers | None = None
        self.exec_self: Callable[[], None] | None = None
        """Called at the very end, if the program's files were replaced."""

    def run(self) -> None:
        """Serve until quit, a signal, or the end of the session.

        Raises:
            TrayUnavailable: no tray can be reached.
        """
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            # nohup ignores SIGHUP on purpose; any other ignored signal is not meant for us.
            ignored = hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_IGN
            if hasattr(signal, name) and not (ignored and name == "SIGHUP"):
                signal.signal(getattr(signal, name), lambda *_: self._stop())
        if hasattr(signal, "SIGUSR1"):  # a package has replaced our files, see `lifecycle.restart`
            signal.signal(signal.SIGUSR1, lambda *_: self._restart())
        try:
            if self._background:
                self._made_services().start_without_an_icon()
            self._run_icon()
        finally:
            if self._services is None:
                self._mailbox.stop()  # which may be about to create them
            if self._services is not None:
                self._services.stop(self._mailbox.stop)

    def _run_icon(self) -> None:
        while True:
            try:
                self._icon.run(self._on_ready)
            except TrayUnavailable as error:
                if self._retry.served or not self._background:
                    raise  # a working tray was lost: the session is over
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
        # The first two at once, on this thread: the system may kill the process as soon as this returns, and
        # a worker that waits for a disk must not keep the user from quitting.
        if action is Do.QUIT:
            self._stop()
        elif action is Do.SESSION_ENDS:
            self._on_session_end()
        elif action is Do.LOOK_AGAIN:
            self._mailbox.post_once(action)
        else:
            self._mailbox.post(action)

    # ---- the worker's thread -----------------------------------------------------------------------

    def _handle(self, message: Message) -> None:
        if self._handlers is None:
            self._handlers = self._made_handlers()
            gc.enable()  # see `__main__`
        self._handlers.handle(message)

    def _made_handlers(self) -> Handlers:
        # Imported when the icon is shown, which need not wait for everything a click may use.
        from codemie_tray.app.handlers import Handlers

        return Handlers(
            self._home,
            self._state,
            self._icon,
            self._made_services(),
            instance=self._instance,
            retry=self._retry,
            background=self._background,
            learn=self._learn,
            post_once=self._mailbox.post_once,
        )

    def _made_services(self) -> Services:
        """Return the state as read before the worker started, or as read by it."""
        from codemie_tray.app.services.services import Services

        if self._services is None:
            self._services = Services(
                self._home,
                self._instance,
                post=self._mailbox.post,
                post_once=self._mailbox.post_once,
                on_fault=self._on_fault,
            )
        return self._services

    def _on_fault(self, error: Exception) -> None:
        # Nothing the user asked for may fail silently.
        text = _("CodeMie Tray hit an internal error: {name}.").format(name=type(error).__name__)
        self._icon.notify(_("Something went wrong"), text)

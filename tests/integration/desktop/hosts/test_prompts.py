"""GNOME Keyring and KDE Wallet prompt on their own desktop, and a "no" is respected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.gnome import GnomeDesktop
from tests.integration.desktop.rig.desktops.kde.plasma import PlasmaDesktop
from tests.integration.desktop.rig.desktops.session import Session
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.running_tray import RunningTray

from codemie_core import Home
from codemie_core.credentials import CredentialStore, Level

pytestmark = [
    *needs("x11", "gnome", "plasma", "keyring", "kwallet"),
    pytest.mark.skipif("CODEMIE_TEST_DESKTOPS" not in os.environ, reason="run by make test-desktops"),
]

ROW = "Protect credentials with"
_GNOME_PROMPTS = (
    "Main.layoutManager.modalDialogGroup.get_children()"
    ".filter(dialog=>dialog.constructor.name==='KeyringDialog'&&dialog.visible).length"
)


class PromptContract:
    """A subclass has a fixture `desktop`, with a keyring daemon that has no keyring yet."""

    daemon: tuple[str, ...]
    name: str

    @pytest.fixture
    def tray(self, desktop: Session, tmp_path: Path, title: str) -> Iterator[RunningTray]:
        daemon = desktop.run("keyring", self.daemon)
        daemon.until_ready("the keyring", lambda: desktop.bus.has_owner("org.freedesktop.secrets"))
        tray = RunningTray(desktop, str(tmp_path), title)
        tray.make_home()
        yield tray
        tray.end()
        daemon.end()

    def prompts(self, desktop: Session) -> int:
        """Return how many of the keyring's prompts are on the screen."""
        raise NotImplementedError

    def test_its_prompt_is_visible_does_not_block_the_tray_and_escape_changes_nothing(
        self, tray: RunningTray
    ) -> None:
        tray.start()
        until("the keyring's name", lambda: tray.row_beginning(f"{ROW} {self.name}"))
        tray.open_menu()
        tray.choose(ROW)
        until("the question", lambda: self.prompts(tray.desktop))
        tray.photograph("question")
        assert tray.row_beginning(f"Waiting for {self.name}") is not None
        tray.set_active("personal")
        until("the tray to follow meanwhile", lambda: tray.marked().startswith("personal"))
        tray.desktop.pointer.press("Escape")
        until("the question to go", lambda: not self.prompts(tray.desktop))
        row = until("the row", lambda: tray.row_beginning(ROW))
        assert row.checked is False
        until("the notification", tray.desktop.notifications.displayed)
        tray.photograph("refused")
        (notification,) = tray.desktop.notifications.seen()
        assert notification.text.startswith(f"{self.name} is locked")
        assert CredentialStore(Home(tray.home)).protection().level is not Level.KEYRING
        assert self.prompts(tray.desktop) == 0  # no second prompt


class TestGnomeKeyring(PromptContract):
    daemon = ("gnome-keyring-daemon", "--foreground", "--components=secrets")
    name = "GNOME Keyring"

    @pytest.fixture(scope="class")
    @classmethod
    def desktop(cls) -> Iterator[GnomeDesktop]:
        with GnomeDesktop(Look(height=768)) as desktop:
            yield desktop

    def prompts(self, desktop: Session) -> int:
        assert isinstance(desktop, GnomeDesktop)
        return int(desktop.evaluate(_GNOME_PROMPTS))


class TestKdeWallet(PromptContract):
    daemon = ("kwalletd5",)
    name = "KDE Wallet"

    @pytest.fixture(scope="class")
    @classmethod
    def desktop(cls) -> Iterator[PlasmaDesktop]:
        with PlasmaDesktop(Look(height=768)) as desktop:
            yield desktop

    def prompts(self, desktop: Session) -> int:
        assert isinstance(desktop, PlasmaDesktop)
        return sum(window.name == "kwalletd5" for window in desktop.windows())

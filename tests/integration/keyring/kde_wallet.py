"""KDE's wallet daemon in a session, its wallet, and its questions to the person."""

from __future__ import annotations

import hashlib
import os
import subprocess
import threading
from dataclasses import dataclass

from tests.integration.desktop.rig.display.screenshot import x_picture
from tests.integration.keyring.session import REPOSITORY, Session
from tests.integration.keyring.test_gnome_keyring import Said, ask
from tests.support.waiting import until

SETTINGS = """\
[Wallet]
Enabled=true
First Use=false
Default Wallet=kdewallet
Use One Wallet=true
[org.freedesktop.secrets]
apiEnabled=true
"""
PASSWORD = "login password"  # noqa: S105 - for a wallet that exists during one test
_SALT = b"of a test".ljust(56, b".")
KEY = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), _SALT, 50_000, 56).hex()
"""What KDE's PAM module derives from the password at login."""
ASKED_SECONDS = 200.0
"""How long a call waits for somebody who answers; a busy machine draws and types slowly."""
_CALL = """
import sys
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
wallets = DBusAddress(f"/modules/{sys.argv[1]}", f"org.kde.{sys.argv[1]}", "org.kde.KWallet")
call = {
    "open": lambda: ("pamOpen", "sayi", ("kdewallet", bytes.fromhex(sys.argv[3]), 0)),
    "close": lambda: ("close", "sb", ("kdewallet", True)),
}[sys.argv[2]]()
print(open_dbus_connection("SESSION").send_and_get_reply(new_method_call(wallets, *call)).body)
"""


@dataclass(frozen=True, slots=True)
class Daemon:
    """Which wallet daemon, and how it is started."""

    name: str
    """Its name, on the bus as well."""
    prefix: tuple[str, ...] = ()
    """Starts a program elsewhere, such as in another system."""


KWALLETD5 = Daemon("kwalletd5")


class KdeWallet:
    """One user's wallet, before a first login.

    Args:
        session: where it is.
        daemon: which daemon keeps it.
    """

    def __init__(self, session: Session, daemon: Daemon = KWALLETD5) -> None:
        self.session, self.daemon = session, daemon
        session.environ["QT_QPA_PLATFORM"] = "offscreen"
        self.configure(SETTINGS)

    @property
    def file(self) -> str:
        """Path of the wallet."""
        return os.path.join(self.session.environ["XDG_DATA_HOME"], "kwalletd", "kdewallet.kwl")

    def configure(self, settings: str) -> None:
        """Write the user's settings of KDE's wallets."""
        path = os.path.join(self.session.environ["XDG_CONFIG_HOME"], "kwalletrc")
        with open(path, "w", encoding="utf-8") as file:
            file.write(settings)

    def on_screen(self) -> None:
        """Give the session a screen, on which the daemon asks."""
        self.session.start_screen()
        self.session.environ["QT_QPA_PLATFORM"] = "xcb"

    def start(self, *, opened: bool) -> subprocess.Popen[bytes]:
        """Start the daemon as a login does, and return it; `opened` passes it the key derived at login."""
        if opened and not os.path.exists(self.file):
            # The first login creates the wallet; the Secret Service has it from the daemon's next start.
            os.makedirs(os.path.dirname(self.file), 0o700)
            with open(self.file.removesuffix(".kwl") + ".salt", "wb") as file:
                file.write(_SALT)
            daemon = self._started()
            self._open()
            until(lambda: os.path.exists(self.file))
            daemon.terminate()
            daemon.wait()
            until(lambda: not self.session.has_secret_service())
        daemon = self._started()
        if opened:
            self._open()
        return daemon

    def close(self) -> None:
        """Close the wallet, as the desktop does when it locks the screen."""
        done = self.session.python(_CALL, self.daemon.name, "close")
        assert done.returncode == 0, done.stderr

    def questions(self) -> list[str]:
        """Return the numbers of the daemon's windows on the screen."""
        search = ("xdotool", "search", "--onlyvisible", "--class", self.daemon.name)
        return self.session.run(*search).stdout.split()

    def answered(self, *actions: str, keys: tuple[str, ...] = (), typed: str = "") -> list[Said]:
        """Do `actions`, and answer what the daemon asks: press `keys` again and again, after `typed`."""
        said: list[Said] = []

        def act() -> None:
            said.extend(ask(self.session, *actions, asking=True, limit=ASKED_SECONDS))

        thread = threading.Thread(target=act)
        thread.start()
        try:
            until(self.questions)
            self._photograph("-".join([self.daemon.name, *actions, *keys]))
        finally:
            while thread.is_alive():
                if typed:
                    self.session.run("xdotool", "key", "ctrl+a")
                    self.session.run("xdotool", "type", "--delay", "20", typed)
                self.session.run("xdotool", "key", *keys)
                thread.join(2 if typed else 0.5)
        return said

    def _photograph(self, name: str) -> None:
        """Save a picture of the screen."""
        path = os.path.join(REPOSITORY, "artifacts", "keyring", f"{name}.png")
        x_picture(self.session.environ["DISPLAY"]).save(path)

    def _started(self) -> subprocess.Popen[bytes]:
        daemon = self.session.start(*self.daemon.prefix, self.daemon.name)
        until(self.session.has_secret_service)
        return daemon

    def _open(self) -> None:
        done = self.session.python(_CALL, self.daemon.name, "open", KEY)
        assert done.stdout.strip() == "()", (done.stdout, done.stderr)

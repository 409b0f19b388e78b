"""kwalletd6 as the system's keyring, in a Debian 13 beside this system; ours talks to it over the bus."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.installers.linux.bare_system import BareSystem
from tests.integration.desktop.rig.system_packages import missing
from tests.integration.keyring.kde_wallet import Daemon
from tests.integration.keyring.kde_wallet_contract import WalletContract
from tests.integration.keyring.session import Session
from tests.integration.keyring.test_kwallet_api import ABSENT_LIBRARY, ApiContract

_PACKAGES = ("kwallet6", "libqca-qt6-plugins", "fonts-dejavu-core")
_ABSENT = [part.package for part in missing(("keyring", "x11", "systems"))]
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.timeout(1800),  # the first test installs Debian
    pytest.mark.skipif(bool(_ABSENT), reason=f"not installed: {', '.join(_ABSENT)}"),
    pytest.mark.skipif("CODEMIE_TEST_DESKTOPS" not in os.environ, reason="run by make test-desktops"),
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root to enter another system"),
]


class _InDebian13:
    @pytest.fixture
    def daemon(self, session: Session, tmp_path: Path) -> Iterator[Daemon]:
        with BareSystem("trixie", str(tmp_path), session.folder, _PACKAGES) as system:
            enter, *more = system.command()
            yield Daemon("kwalletd6", (shutil.which(enter) or enter, *more))  # the bus looks into no PATH


class TestKwalletd6(_InDebian13, WalletContract):
    pass


@pytest.mark.skipif(bool(ABSENT_LIBRARY), reason=f"not installed: {', '.join(ABSENT_LIBRARY)}")
class TestKwalletd6ByItsOwnInterface(_InDebian13, ApiContract):
    """It has the bus name and the object of kwalletd5, too, and the library knows those."""

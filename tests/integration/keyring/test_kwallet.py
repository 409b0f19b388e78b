"""KDE's wallet as the system's keyring: kwalletd5 offers the Secret Service since KDE Frameworks 5.97."""

from __future__ import annotations

import pytest
from tests.integration.desktop.rig.system_packages import missing
from tests.integration.keyring.kde_wallet import KWALLETD5, Daemon
from tests.integration.keyring.kde_wallet_contract import WalletContract

_ABSENT = [part.package for part in missing(("kwallet", "x11"))]
pytestmark = [
    pytest.mark.desktop,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(_ABSENT), reason=f"not installed: {', '.join(_ABSENT)}"),
]


class TestKwalletd5(WalletContract):
    @pytest.fixture
    def daemon(self) -> Daemon:
        return KWALLETD5

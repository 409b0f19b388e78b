"""The id of a boot of the machine."""

from __future__ import annotations

import subprocess
import sys

from codemie_core.system.boot_id import boot_id

TELL = "from codemie_core.system.boot_id import boot_id; print(boot_id())"


def test_every_process_between_two_reboots_sees_the_same_id() -> None:
    result = subprocess.run([sys.executable, "-c", TELL], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == boot_id()
    assert not boot_id().startswith("process ")  # which is the fallback

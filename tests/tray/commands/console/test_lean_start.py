"""What a command and the icon do not load: each of these took milliseconds of every start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFIG = {
    "activeProfile": "work",
    "profiles": {name: {"provider": "sso", "model": "claude-4-5-sonnet"} for name in ("work", "home")},
}


def loaded(home: Path, code: str) -> set[str]:
    """Run code in a new Python, and return the modules that it loaded."""
    (home / "config.json").write_text(json.dumps(CONFIG), encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CODEMIE_HOME": str(home)}
    done = subprocess.run(
        [
            sys.executable,
            "-S",
            "-c",
            f"import sys, codemie_tray.__main__ as program\n{code}\nprint(*sys.modules)",
        ],
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_switch_loads_no_inspect_and_no_typing(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "program.main(['switch', 'home'])")
    assert "codemie_core.config.store.loader" in modules  # it did switch
    unwanted = {"typing", "codemie_core.credentials.store", "logging"}
    if sys.version_info < (3, 13):  # from then on, dataclasses needs it for every class
        unwanted |= {"inspect", "ast", "dis"}
    assert not modules & unwanted


def test_the_first_state_is_read_without_the_store_and_without_what_changes_files(tmp_path: Path) -> None:
    modules = loaded(
        tmp_path,
        "from codemie_core import Home\n"
        "from codemie_tray.view.read_state import read_state\n"
        "read_state(Home.from_environ(), credentials=False)",
    )
    assert "codemie_core.config.store.live_config" in modules
    assert not modules & {"codemie_core.credentials.store", "codemie_core.config.store.loader"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere, pystray draws the icon")
def test_on_linux_the_tray_loads_no_pystray_and_no_inspect(tmp_path: Path) -> None:
    modules = loaded(tmp_path, "import codemie_tray.app.start, codemie_tray.log.daily_file")
    assert "codemie_tray.tray_icon.linux.icon" in modules
    assert not modules & {"pystray", "six"}
    if sys.version_info < (3, 13):
        assert "inspect" not in modules

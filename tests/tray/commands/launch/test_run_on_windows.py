"""`codemie-tray run` on Windows waits, and makes a private home of junctions if the drive supports them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home
from codemie_core.credentials import CredentialStore
from codemie_core.errors import HandoverRefused
from codemie_core.profiles.tokens.move import move_in
from codemie_tray.commands.launch import run as launch

if sys.platform != "win32":
    pytest.skip("Windows alone; elsewhere: test_run_command.py", allow_module_level=True)

LOOK = (
    "import json, os, sys\n"
    "home = os.environ['CODEMIE_HOME']\n"
    "names = [n for n in os.listdir(home) if n.startswith('codemie-cli.config')]\n"
    "open(os.path.join(home, 'sessions', 's.json'), 'w').write('s')\n"
    "text = open(os.path.join(home, names[0])).read()\n"
    "open(sys.argv[1], 'w').write(json.dumps([home, text, dict(os.environ)]))\n"
    "sys.exit(7)\n"
)


def junctions_work(folder: Path) -> bool:
    import _winapi

    (folder / "target").mkdir()
    try:
        _winapi.CreateJunction(str(folder / "target"), str(folder / "junction"))
        return os.path.samefile(folder / "target", folder / "junction")
    except OSError:
        return False


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(str(tmp_path / "home"))
    os.makedirs(home.sessions)
    profiles = {
        name: {"provider": "litellm", "apiKey": f"key-of-{name}", "baseUrl": f"https://{name}.example"}
        for name in ("a", "b")
    }
    Path(home.join("codemie-cli.config.json")).write_text(
        json.dumps({"version": 2, "activeProfile": "a", "profiles": profiles})
    )
    (tmp_path / "look.py").write_text(LOOK)
    monkeypatch.chdir(tmp_path)
    return home


def look(home: Home, folder: Path, profile: str) -> tuple[str, str, dict[str, str]]:
    seen = folder / "seen"
    assert launch.run(home, profile, ["--", sys.executable, str(folder / "look.py"), str(seen)]) == 7
    path, text, environment = json.loads(seen.read_text())
    assert Path(home.join("sessions", "s.json")).read_text() == "s"
    assert not [name for name in os.listdir(home.tray) if name == "run"] or not [
        name for name in os.listdir(os.path.join(home.tray, "run")) if name.startswith("run-")
    ]
    return path, text, environment


def test_the_active_profile_is_the_only_one_a_program_sees(home: Home, tmp_path: Path) -> None:
    move_in(ConfigLoader(home), CredentialStore(home))
    path, text, environment = look(home, tmp_path, "a")
    assert environment["CODEMIE_API_KEY"] == "key-of-a"
    assert environment["CODEMIE_BASE_URL"] == "https://a.example"
    assert environment.get("CODEMIE_URL", "") == ""
    assert "key-of-b" not in json.dumps(environment)
    if path != home.path:
        assert '"b"' not in text


def test_another_profile_is_passed_in_a_private_home_or_not_at_all(home: Home, tmp_path: Path) -> None:
    if junctions_work(tmp_path):
        path, text, environment = look(home, tmp_path, "b")
        assert path != home.path
        assert "https://a.example" not in text
        assert environment["CODEMIE_API_KEY"] == "key-of-b"
    else:
        with pytest.raises(HandoverRefused, match="codemie-tray switch b"):
            look(home, tmp_path, "b")
        assert not (tmp_path / "seen").exists()

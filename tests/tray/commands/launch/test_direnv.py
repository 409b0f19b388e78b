"""`env` and `profile use-here` with the real direnv, whose users keep such things in a folder's .envrc."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, CredentialStore, Home, Secret
from codemie_core.profiles.making import add_profile

if sys.platform == "win32":
    pytest.skip("direnv runs .envrc with bash", allow_module_level=True)

TOKEN = "sk-made-up"  # noqa: S105
ENVRC = 'eval "$(codemie-tray env --shell bash)"\n'
"""The line of docs/commands.md."""


def test_direnv_sets_the_folders_profile_and_removes_it_outside(home: Home, tmp_path: Path) -> None:
    if not shutil.which("direnv"):
        pytest.skip("no direnv here")
    loader, store = ConfigLoader(home), CredentialStore(home)
    for name in ("mine", "other"):
        fields = {"provider": "openai", "model": f"{name}-model", "baseUrl": f"https://{name}.example"}
        add_profile(loader, store, name, fields, Secret(f"{TOKEN}-{name}"))
    programs, folder = tmp_path / "bin", tmp_path / "project"
    programs.mkdir()
    folder.mkdir()
    program = programs / "codemie-tray"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m codemie_tray "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    (folder / ".envrc").write_text(ENVRC, encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CODEMIE")} | {
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "CODEMIE_HOME": home.path,
    }

    def run(*command: str, at: Path = folder) -> str:
        ran = subprocess.run(
            command, cwd=at, env=environ, capture_output=True, text=True, check=False, timeout=120
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    run("direnv", "allow")
    inside = run("direnv", "exec", str(folder), "env").splitlines()
    assert {f"CODEMIE_API_KEY={TOKEN}-mine", "CODEMIE_BASE_URL=https://mine.example"} <= set(inside)

    ConfigLoader(home).switch_profile("other")
    inside = run("direnv", "exec", str(folder), "env").splitlines()
    assert f"CODEMIE_API_KEY={TOKEN}-other" in inside, "it follows the active profile"

    hook = 'eval "$(direnv export bash)"; env; cd ..; eval "$(direnv export bash)"; echo outside; env'
    before, _, after = run("bash", "--norc", "-c", hook).partition("outside\n")
    assert f"{TOKEN}-other" in before
    assert TOKEN not in after

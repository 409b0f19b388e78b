"""The prompts of docs/commands.md in the real shells, to which the name of a profile is only text."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("shells of POSIX", allow_module_level=True)

PAGE = Path(__file__).parents[4] / "docs" / "commands.md"
SHELLS = {
    "bash": (["bash", "--norc", "-c"], '\nprintf %s "${PS1@P}"'),
    "zsh": (["zsh", "-f", "-c"], '\nprint -Pn -- "$PROMPT"'),
    "fish": (["fish", "--no-config", "-c"], "\nfish_prompt"),
}
NAMES = ["work", "50% \\w \\u", "$(touch MARK) `touch MARK`", 'it\'s "mine"', "büro 测试", "%F{red}%n"]


def prompt_of(shell: str) -> str:
    """Return the line of the manual for a shell."""
    page = PAGE.read_text(encoding="utf-8").partition("## In a prompt")[2]
    found = re.search(rf"^    (.*?) +# {shell}$", page, re.MULTILINE)
    assert found
    return found[1]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shell", SHELLS)
def test_the_prompt_shows_the_name_and_runs_nothing_from_it(shell: str, name: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    home, folder, programs = tmp_path / "home", tmp_path / "folder", tmp_path / "bin"
    for each in (home, folder, programs):
        each.mkdir(mode=0o700)
    profiles = {name: {"provider": "ollama", "model": "m"}}
    content = {"version": 2, "activeProfile": name, "profiles": profiles}
    (home / "config.json").write_text(json.dumps(content), encoding="utf-8")
    program = programs / "codemie-tray"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m codemie_tray "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    words, shows = SHELLS[shell]
    ran = subprocess.run(
        [*words, prompt_of(shell) + shows],
        cwd=folder,
        env={
            "HOME": str(tmp_path),
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "CODEMIE_HOME": str(home),
            "LC_ALL": "C.UTF-8",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert name in ran.stdout, ran.stderr
    assert not list(folder.iterdir())

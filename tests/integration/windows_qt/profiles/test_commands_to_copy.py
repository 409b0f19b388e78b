"""The commands that the Profiles window copies, typed into real shells: any name arrives as it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_tray.windows.pure.run_command import Command, commands_for, run_command

NAMES = (
    "work",
    "it's $HOME",
    'a "b" `c`',
    "back\\slash\\",
    "ünï \u2018quoted\u2019",
    "-x; exit 1",
    "日本",
    "*",
    "%PATH% ^&",
)
SHELLS = {"bash or zsh": ("bash", "zsh"), "fish": ("fish",)}


def command(name: str, caption: str, *, windows: bool = False) -> str:
    starting, setting = commands_for(name, windows=windows)
    return next(one.text for one in (*starting, *setting) if one.caption == caption)


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH with a `codemie-tray` that writes the arguments it was given, and prints a line for a shell."""
    program = tmp_path / "codemie-tray"
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"open({str(tmp_path / 'arguments')!r}, 'w').write(json.dumps(sys.argv[1:]))\nprint('true')\n"
    )
    program.chmod(0o755)
    return f"{tmp_path}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("kind", "shell"), [(kind, one) for kind, all_ in SHELLS.items() for one in all_])
def test_a_real_shell_passes_on_the_name_unchanged(
    tmp_path: Path, path: str, kind: str, shell: str, name: str
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    for caption, expected in (
        (f"Start the CLI from {kind}", ["run", "--profile", name, "--", "codemie-claude"]),
        (
            f"Set up a {kind} terminal",
            ["env", "--profile", name, "--shell", "fish" if shell == "fish" else "sh"],
        ),
    ):
        quick = ["--no-config"] if shell == "fish" else []
        subprocess.run(
            [shell, *quick, "-c", command(name, caption)],
            env={"PATH": path, "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"},
            check=True,
            capture_output=True,
        )
        assert json.loads((tmp_path / "arguments").read_text()) == expected


def test_a_simple_name_is_not_quoted() -> None:
    starting, setting = commands_for("work", windows=False)
    assert [one.text for one in starting] == ["codemie-tray run --profile work -- codemie-claude"] * 3
    assert [one.text for one in setting] == [
        'eval "$(codemie-tray env --profile work --shell sh)"',
        "codemie-tray env --profile work --shell fish | source",
        "codemie-tray env --profile work --shell powershell | Out-String | Invoke-Expression",
    ]


def test_powershell_s_quotes_are_doubled() -> None:
    text = command("it's \u2018here\u2019", "Start the CLI from PowerShell")
    quoted = "it''s \u2018\u2018here\u2019\u2019"
    assert text == f"codemie-tray run --profile '{quoted}' -- codemie-claude"


def test_on_windows_its_own_terminals_come_first() -> None:
    starting, setting = commands_for("a b", windows=True)
    assert starting[0] == Command("Start the CLI from Command Prompt", run_command("a b", windows=True))
    assert starting[1].caption.endswith("PowerShell")
    assert setting[0].caption == "Set up a PowerShell terminal"
    assert len({one.caption for one in (*starting, *setting)}) == 7

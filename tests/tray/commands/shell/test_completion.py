"""Completion of profile names: real shells on a real terminal, and names that could run as commands."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemie_core import Home

if sys.platform == "win32":
    pytest.skip("shells of POSIX, on a terminal of POSIX", allow_module_level=True)

PAUSE_SECONDS = 60.0
BENIGN = [
    "work",
    "personal",
    "büro",
    "two words",
    "it's",
    'say "hi"',
    "a:b",
    "a:c d",
    "x=1",
    "user@host",
    "tab&co",
]


def hostile(marker: Path) -> list[str]:
    """Return names that create `marker` if a shell expands them."""
    run = f"touch {marker}"
    return [
        f"$({run})",
        f"`{run}`",
        f"${{x:=$({run})}}",
        f"; {run} #",
        f"'; {run} #",
        f'"; {run} #',
        f"| {run}",
        f"& {run} &",
        f"\\$({run})",
        f"a$({run})",
        f"$'\\x24({run})'",
        f"<({run})",
        f"x[$({run})]",
        f"-$({run})",
        "*",
        "~root",
        "!!",
        "{a,b}",
        "$HOME",
        "%s%n",
    ]


class Shell:
    """An interactive shell on its own terminal."""

    def __init__(self, name: str, folder: Path, environ: dict[str, str], script: str) -> None:
        completion = folder / f"completion.{name}"
        completion.write_text(script, encoding="utf-8")
        environ = {**environ, "TERM": "dumb", "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "2000"}
        environ.pop("INPUTRC", None)
        self.name = name
        starts = {
            "bash": ["bash", "--norc", "--noprofile", "-i"],
            "zsh": ["zsh", "-f", "-i"],
            "fish": ["fish", "--no-config", "-i"],
        }
        import pty  # not on Windows

        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(starts[name][0], starts[name], environ)  # noqa: S606 - a shell is what is tested
        self.said = ""
        prepare = {
            "bash": f"PS1=; bind 'set show-all-if-ambiguous on'; source {completion}",
            "zsh": f"PS1=; autoload -U compinit; compinit -u -D; source {completion}; "
            "compdef _shtab_codemie_tray codemie-tray",
            "fish": f"source {completion}",
        }
        self.line(prepare[name])
        self.line("echo rea''dy")
        self.until("ready")

    def send(self, text: str) -> None:
        os.write(self.terminal, text.encode())

    def line(self, text: str) -> None:
        self.send(text + "\n")

    def until(self, text: str) -> str:
        deadline = time.monotonic() + PAUSE_SECONDS
        while text not in self.said:
            assert time.monotonic() < deadline, f"{self.name} never said {text!r}: {self.said!r}"
            self.read(0.2)
        seen, self.said = self.said, ""
        return seen

    def interrupt(self) -> None:
        """Press Ctrl-C until the shell runs lines again.

        Ctrl-C also ends bash's question whether to show all commands, which would read further input as its
        answer. A shell interrupted while it completes may drop what was typed meanwhile, so nothing may be
        typed ahead.
        """
        deadline = time.monotonic() + PAUSE_SECONDS
        while "interrupted" not in self.said:
            assert time.monotonic() < deadline, f"{self.name} didn't react to Ctrl-C: {self.said!r}"
            self.send("\x03")
            self.read(0.5)
            self.line("echo inter''rupted")
            self.read(2)
        self.said = ""

    def read(self, seconds: float) -> str:
        ready, _, _ = select.select([self.terminal], [], [], seconds)
        if ready:
            self.said += os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
        return self.said

    def status(self) -> str:
        """Submit the line, and return the shell's output up to the command's exit code."""
        # No pause between keys: a shell completes before it reads the next.
        self.line("; echo sta''tus=$status." if self.name == "fish" else "; echo sta''tus=$?.")
        return self.until("status=")

    def close(self) -> None:
        os.close(self.terminal)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


def completion_script(shell: str) -> str:
    from codemie_tray.commands.parser import build_parser
    from codemie_tray.commands.shell import completion

    return completion.script(shell, build_parser())


def write_profiles(home: Home, names: list[str]) -> None:
    profiles = {name: {"provider": "litellm", "model": "m"} for name in names}
    value = {"version": 2, "activeProfile": "nothing", "profiles": profiles}
    Path(home.path, "config.json").write_text(json.dumps(value), encoding="utf-8")


def active(home: Home) -> str:
    value = json.loads(Path(home.path, "config.json").read_text(encoding="utf-8"))
    assert isinstance(value["activeProfile"], str)
    return value["activeProfile"]


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, home: Home, tmp_path: Path) -> Iterator[Shell]:
    name = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is missing")
    folder = tmp_path / "person"
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "codemie-tray"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m codemie_tray "$@"\n')
    program.chmod(0o755)
    environ = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "CODEMIE_HOME": home.path,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    shell = Shell(name, folder, environ, completion_script(name))
    yield shell
    shell.close()


def test_tab_never_executes_part_of_a_profile_name(shell: Shell, home: Home, tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    write_profiles(home, [*hostile(marker), "work"])
    for typed in ("", "$", "w", "a", "'", '"', "-", ";", "x["):
        shell.send(f"codemie-tray switch {typed}\t\t")
        if typed.endswith(("'", '"', ";")):
            shell.interrupt()
        else:
            shell.send("\x15")
        shell.send("true")
        shell.status()
        assert not marker.exists(), f"TAB after {typed!r} ran a command out of a name"


def test_a_completed_name_activates_that_profile(shell: Shell, home: Home, tmp_path: Path) -> None:
    marker = tmp_path / "was-run"
    dangerous = [
        f"Q$(touch {marker})",
        f"R`touch {marker}`",
        f"S;touch {marker};",
        "T*",
        "U~x",
        "V$HOME {a,b}",
    ]
    names = [*BENIGN, *dangerous]
    write_profiles(home, names)
    done = []
    for name, typed in [
        ("work", "wo"),
        ("personal", "pers"),
        ("two words", "tw"),
        ("it's", "it"),
        ('say "hi"', "sa"),
        ("a:b", "a:b"),
        ("a:c d", "a:c"),
        ("user@host", "us"),
        ("tab&co", "ta"),
        *((name, name[0]) for name in dangerous),
    ]:
        shell.send(f"codemie-tray switch {typed}\t")
        said = shell.status()
        done.append((name, active(home), said))
        assert active(home) == name, said
        assert not marker.exists(), name
    assert len(done) == 15


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
@pytest.mark.parametrize(
    ("typed", "name"), [("'two", "two words"), ('"two', "two words"), ('"say', 'say "hi"')]
)
def test_bash_completes_inside_quotes(home: Home, tmp_path: Path, typed: str, name: str) -> None:
    write_profiles(home, BENIGN)
    assert compreply(home, tmp_path, f"codemie-tray switch {typed}") == [
        name.replace('"', '\\"') if typed[0] == '"' else name
    ]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is missing")
def test_bash_still_completes_commands_and_options(home: Home, tmp_path: Path) -> None:
    write_profiles(home, BENIGN)
    assert "switch" in compreply(home, tmp_path, "codemie-tray sw")
    assert "--dry-run" in compreply(home, tmp_path, "codemie-tray clean --d")
    assert compreply(home, tmp_path, "codemie-tray run --profile pers") == ["personal"]


def test_the_control_that_expands_names_is_detected(tmp_path: Path) -> None:
    """The control: `compgen -W`, which the script used before, runs the same names."""
    marker = tmp_path / "was-run"
    names = "\n".join(hostile(marker))
    code = "IFS=$'\\n'; compgen -W \"$NAMES\" -- ''"
    if shutil.which("bash") is None:
        pytest.skip("bash is missing")
    subprocess.run(["bash", "-c", code], env={**os.environ, "NAMES": names}, check=False, capture_output=True)
    assert marker.exists()


def compreply(home: Home, tmp_path: Path, line: str) -> list[str]:
    """Return what bash offers at the end of a line."""
    folder = tmp_path / "bin"
    folder.mkdir(exist_ok=True)
    program = folder / "codemie-tray"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m codemie_tray "$@"\n')
    program.chmod(0o755)
    script = tmp_path / "completion.bash"
    script.write_text(completion_script("bash"), encoding="utf-8")
    code = (
        f'source "{script}"; COMP_LINE=$1; COMP_POINT=${{#COMP_LINE}}; COMP_WORDS=(x); COMP_CWORD=0; '
        "_codemie_tray_complete codemie-tray '' ''; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    result = subprocess.run(
        ["bash", "-c", code, "bash", line],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
            "CODEMIE_HOME": home.path,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "LC_ALL": "C.UTF-8",
        },
    )
    return [line for line in result.stdout.splitlines() if not re.fullmatch(r"\s*", line)]

"""How long each command of docs/commands.md takes on a typical home, exec to exit, beside bare Python.

From source, and as users have it: frozen, if `make installer` has built that program.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.program.command_start import environment
from benchmarks.program.frozen import FROZEN_PROGRAM
from benchmarks.report.table import Row, at_most
from benchmarks.sessions.session_data import write_metrics
from benchmarks.store.config_save import config_text
from codemie_core.config.history import History
from codemie_core.home import Home

BAR_SECONDS = 0.15
BARE = "python -c pass"
METRICS_BYTES = 4 << 20
CLI_HOME = Path(__file__).parents[2] / "tests" / "golden" / "cli-home"
NEW = "--provider anthropic --model claude-4-5-sonnet --base-url https://api.example.com --token-stdin"
COMMANDS = (
    "status",
    "profiles",
    "current",
    "current --format {name}",
    "switch b",
    "switch -",
    "history restore VERSION",
    f"profile add new {NEW}",
    "profile duplicate new copy",
    "profile rename copy other",
    "profile edit other --set timeout=60",
    "profile set-token new",
    "profile show new",
    "profile test new",
    "run --profile new -- true",
    "env --shell sh",
    "profile use-here new",
    "profile use-here --undo",
    "profile delete other --yes",
    "profile delete new --yes",
    "profile export --out profiles.json",
    "profile import profiles.json --dry-run",
    "profile import profiles.json",
    "usage",
    "usage --since 365d --by model",
    "usage --since 365d --by session",
    "usage export --out exported",
    "history list",
    "history show VERSION",
    "history diff VERSION",
    "history restore VERSION --dry-run",
    "history forget-tokens --dry-run",
    "migrate status",
    "credentials set extra",
    "credentials get extra",
    "credentials list",
    "credentials remove extra",
    "credentials restore extra",
    "credentials rekey",
    "credentials move-in --yes",
    "credentials move-out --yes",
    "doctor",
    "clean --dry-run",
    "clean",
    "autostart status",
    "completion bash",
    "help profile add",
    "-V",
)
"""In this order, so that each finds what it needs; without those that ask an OS keyring or derive a key."""


@dataclass
class Program:
    """One way to run the commands, in a home of its own."""

    command: list[str]
    home: Home
    folder: str
    wall: dict[str, list[float]] = field(default_factory=lambda: {one: [] for one in (BARE, *COMMANDS)})
    """Command -> its times, in seconds."""
    processor: dict[str, list[float]] = field(default_factory=lambda: {one: [] for one in (BARE, *COMMANDS)})
    """Command -> the processor's times, in seconds."""


def run(*, quick: bool = False) -> list[Row]:
    """Measure all of them in each round; skip the first round, which writes bytecode and the index."""
    rounds = 1 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        programs = [_program(folder, "source", [sys.executable, "-m", "codemie_tray"])]
        if os.access(FROZEN_PROGRAM, os.X_OK):
            programs.append(_program(folder, "frozen", [FROZEN_PROGRAM]))
        for number in range(rounds + 1):
            for command in (BARE, *COMMANDS):
                for program in programs:
                    _measure(program, command, keep=bool(number))
    return [_row(command, *programs) for command in (BARE, *COMMANDS)]


def _program(folder: str, name: str, command: list[str]) -> Program:
    below = os.path.join(folder, name)
    os.mkdir(below)
    return Program(command, _usual_home(Path(below, "home")), below)


def _row(command: str, source: Program, frozen: Program | None = None) -> Row:
    took = statistics.median(source.wall[command]) * 1000
    used = statistics.median(source.processor[command]) * 1000
    if command == BARE:
        return Row(command, f"{took:.0f} ms, CPU {used:.0f} ms")
    ratio = statistics.median(source.processor[command]) / statistics.median(source.processor[BARE])
    value = f"{took:.0f} ms, CPU {used:.0f} ms, {ratio:.1f}x of bare Python's"
    if frozen is not None:
        its_took = statistics.median(frozen.wall[command]) * 1000
        value += f"; frozen {its_took:.0f} ms"
        took = max(took, its_took)
    return Row(command.replace(NEW, "..."), value, at_most(took, BAR_SECONDS * 1000, " ms"))


def _usual_home(path: Path) -> Home:
    path.mkdir(mode=0o700)
    config = path / "codemie-cli.config.json"
    config.touch(mode=0o600)
    config.write_text(config_text(), encoding="utf-8")
    for name in ("credentials", "sessions"):
        shutil.copytree(CLI_HOME / name, path / name)
    (path / ".session-claude").mkdir()
    write_metrics(str(path / ".session-claude" / "metrics.jsonl"), METRICS_BYTES)
    (path / "logs").mkdir()
    for day in range(10, 20):
        (path / "logs" / f"debug-2026-01-{day}.log").write_text("a line\n" * 1000, encoding="ascii")
    return Home(str(path))


def _measure(program: Program, command: str, *, keep: bool) -> None:
    """Run a command once, and add what it took if it is to be kept."""
    home, folder = program.home, program.folder
    versions = History(home).entries()
    line = command.replace("VERSION", versions[min(1, len(versions) - 1)].id if versions else "")
    words = [sys.executable, "-c", "pass"] if command == BARE else [*program.command, *line.split()]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        words,
        input=b"sk-made-up-for-this-benchmark\n",
        env=environment(home.path) | {"XDG_CONFIG_HOME": os.path.join(folder, "xdg")},
        cwd=folder,
        capture_output=True,
        check=False,
    )
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    # `doctor` reports its findings in its exit code.
    if done.returncode not in ((0, 11, 13) if command == "doctor" else (0,)):
        raise RuntimeError(f"{line}: exit code {done.returncode}: {done.stderr.decode()}")
    if keep:
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        program.wall[command].append(seconds)
        program.processor[command].append(used)

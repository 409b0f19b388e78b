"""How long each command of docs/commands.md takes on a typical home, exec to exit, beside bare Python."""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.program.command_start import environment
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


def run(*, quick: bool = False) -> list[Row]:
    """Measure all of them in each round; skip the first round, which writes bytecode and the index."""
    rounds = 1 if quick else 9
    with tempfile.TemporaryDirectory() as folder:
        home = _usual_home(Path(folder, "home"))
        wall: dict[str, list[float]] = {command: [] for command in (BARE, *COMMANDS)}
        processor: dict[str, list[float]] = {command: [] for command in wall}
        for number in range(rounds + 1):
            for command, times in wall.items():
                seconds, used = _took(command, home, folder)
                if number:
                    times.append(seconds)
                    processor[command].append(used)
    return [_row(command, wall, processor) for command in wall]


def _row(command: str, wall: dict[str, list[float]], processor: dict[str, list[float]]) -> Row:
    took, used = statistics.median(wall[command]) * 1000, statistics.median(processor[command]) * 1000
    if command == BARE:
        return Row(command, f"{took:.0f} ms, CPU {used:.0f} ms")
    ratio = statistics.median(processor[command]) / statistics.median(processor[BARE])
    shown = command.replace(NEW, "...")
    return Row(
        shown,
        f"{took:.0f} ms, CPU {used:.0f} ms, {ratio:.1f}x of bare Python's",
        at_most(took, BAR_SECONDS * 1000, " ms"),
    )


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


def _took(command: str, home: Home, folder: str) -> tuple[float, float]:
    """Return the seconds from exec to exit, and those of CPU time."""
    versions = History(home).entries()
    line = command.replace("VERSION", versions[min(1, len(versions) - 1)].id if versions else "")
    arguments = ["-c", "pass"] if command == BARE else ["-m", "codemie_tray", *line.split()]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
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
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

"""How long each command takes on the largest configurations (`codemie_core/config/model/limits.py`)."""

from __future__ import annotations

import json
import os
import random
import statistics
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.report.table import Row, at_most
from codemie_core import ConfigLoader, Home
from codemie_core.config.history import History, Origin
from codemie_core.config.model.layout import CLI
from codemie_core.config.model.limits import (
    FIELD_NAMES_LIMIT,
    PROFILES_LIMIT,
    SIZE_LIMIT_BYTES,
    VALUES_LIMIT,
    field_names_in,
    values_in,
)

BAR_SECONDS = 0.3
COMMANDS = (
    "status",
    "profiles",
    "switch NAME",
    "usage",
    "doctor",
    "run -- true",
    "credentials list",
    "history list",
    "history show VERSION",
    "history diff VERSION",
    "history restore --dry-run VERSION",
    "clean --dry-run",
)
COMPARING_COMMANDS = (
    "status",
    "switch NAME",
    "doctor",
    "history list",
    "history show VERSION",
    "history diff VERSION",
    "history restore --dry-run VERSION",
)
_PROFILE = {
    "provider": "litellm",
    "model": "claude-4-5-sonnet",
    "haikuModel": "claude-4-5-haiku",
    "baseUrl": "https://litellm.example.com/v1",
    "apiKey": "sk-0123456789abcdefghijklmnopqrstuvwxyz",
    "timeout": 300,
    "debug": False,
    "codeMieIntegration": {"id": "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f", "alias": "litellm"},
    "allowedDirs": [f"/home/dev/projects/example/services/demo-{number}/source" for number in range(8)],
    "ignorePatterns": ["node_modules", ".git", "dist", "build", "*.log"],
}


def configurations() -> dict[str, str]:
    """Return the texts to measure, each at a limit."""
    text = json.dumps({"p0000": _PROFILE}, indent=2)
    each = len(text) + 110
    whole = {
        f"p{number:04}": _PROFILE
        for number in range(min(SIZE_LIMIT_BYTES // each, VALUES_LIMIT // values_in(text)))
    }
    small = {f"p{number:04}": {"provider": "x", "model": "m"} for number in range(PROFILES_LIMIT)}
    few = {"p0000": {"provider": "x"}, "p0001": {}}
    count = VALUES_LIMIT - 10
    word = "x" * (SIZE_LIMIT_BYTES // VALUES_LIMIT - 5)
    return {
        f"{len(whole):,} full profiles": _text(whole),
        f"{PROFILES_LIMIT:,} profiles": _text(small),
        f"{count:,} numbers": _text(few, numbers=[0] * count),
        f"{count:,} lists": _text(few, lists=[[]] * count),
        f"{count:,} objects and numbers": _text(few, objects=[{"a": 1}] * (count // 2)),
        f"{count:,} short texts": _text(few, texts=[word] * count),
        "one long text": _text(few, text="some words, " * ((SIZE_LIMIT_BYTES - 300) // 12)),
    }


def pairs() -> dict[str, tuple[str, str]]:
    """Return pairs of a configuration and an earlier version, both at a limit, with no text in common."""
    few = {"p0000": _PROFILE, "p0001": {}}
    chance = random.Random(12)  # noqa: S311  the same texts each time, and nobody's
    made: dict[str, Callable[[], str]] = {
        "keys of 22 letters and digits": lambda: _random_text(chance, 22),
        "keys of 44 letters and digits": lambda: _random_text(chance, 44),
        "keys of 44 characters in base64": lambda: _random_text(chance, 44, "+/"),
        "keys of 90 letters and digits": lambda: _random_text(chance, 90),
        "keys of 90 characters in base64": lambda: _random_text(chance, 90, "+/"),
        "addresses of 98 characters": lambda: (
            f"https://{_random_text(chance, 20)}.example.com/{_random_text(chance, 57, '/')}"
        ),
        "texts of 12 words": lambda: "-".join(_word(chance) for _ in range(12)),
    }
    found = {}
    for name, make in made.items():
        count = min(VALUES_LIMIT - 40, (SIZE_LIMIT_BYTES - 1000) // (len(make()) + 4))
        old, new = (_text(few, texts=[make() for _ in range(count)]) for _ in range(2))
        found[f"{count:,} {name}"] = new, old
    names = FIELD_NAMES_LIMIT - field_names_in(json.loads(_text(few))) - 1
    length = (SIZE_LIMIT_BYTES - 1000) // names - 50
    old, new = (
        _text(
            few, fields={_random_text(chance, 40): _random_text(chance, length, "+/") for _ in range(names)}
        )
        for _ in range(2)
    )
    found[f"{names:,} fields with random names"] = new, old
    return found


def _word(chance: random.Random) -> str:
    return "".join(chance.choices(string.ascii_lowercase, k=7))


def _random_text(chance: random.Random, length: int, more: str = "") -> str:
    return "".join(chance.choices(string.ascii_letters + string.digits + more, k=length))


def _text(profiles: Mapping[str, object], *, indent: int | None = 2, **more: object) -> str:
    whole = {"version": 2, "activeProfile": "p0000", "profiles": profiles, **more}
    text = json.dumps(whole, indent=None if more else indent)
    assert len(text) <= SIZE_LIMIT_BYTES, len(text)
    assert values_in(text) <= VALUES_LIMIT, values_in(text)
    assert (names := field_names_in(json.loads(text))) <= FIELD_NAMES_LIMIT, names
    return text


def run(*, quick: bool = False) -> list[Row]:
    """Measure every command on each of them, with its history as full as it gets in 30 days."""
    rounds, most = (1, 1) if quick else (7, None)
    whole = {name: (text, None) for name, text in list(configurations().items())[:most]}
    rows = [row for name, texts in whole.items() for row in _rows(name, *texts, COMMANDS, rounds)]
    for name, (text, version) in list(pairs().items())[:most]:
        rows += _rows(f"{name}, beside a version with others", text, version, COMPARING_COMMANDS, rounds)
    return rows


def _rows(name: str, text: str, earlier: str | None, commands: Sequence[str], rounds: int) -> Iterator[Row]:
    """Yield what each command takes.

    Args:
        name: what is special about the configuration.
        text: the configuration.
        earlier: the version to compare it with; None for one that differs in a number.
        commands: those to measure.
        rounds: how often.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Home(folder)
        path = Path(home.join(CLI.config_name))
        path.touch(mode=0o600)  # as we create it if it contains tokens
        path.write_text(text, encoding="utf-8")
        other = _fill_history(home, text, earlier)
        for command in commands:
            version = other or History(home).entries()[1].id  # the existing ones change with each switch
            seconds = statistics.median(_seconds(home, command, version, turn) for turn in range(rounds))
            yield Row(
                f"{name}: {command}",
                f"{seconds * 1000:.0f} ms",
                at_most(seconds * 1000, BAR_SECONDS * 1000, " ms"),
            )


def _fill_history(home: Home, text: str, earlier: str | None) -> str | None:
    """Add a state for each of 30 days, and 20 of today, the last of them `earlier`; return that one's id."""
    day = 86_400_000_000
    now = time.time_ns() // 1000
    moments = [now - age * day for age in range(29, 0, -1)] + [now - 21_000_000 + turn for turn in range(20)]
    os.makedirs(home.tray, mode=0o700)
    clock = [0]
    history = History(home, now=lambda: clock[0])
    data = text.encode("utf-8")
    profiles = len(json.loads(text)["profiles"])

    def keep(state: bytes) -> str:
        kept = history.keep(state, layout=CLI, profiles=profiles, origin=Origin.OTHER, durable=False)
        return kept.id

    for number, moment in enumerate(moments):
        clock[0] = moment
        keep(data.replace(b'"version": 2', b'"version": 2.' + b"0" * number + b"0", 1)[:SIZE_LIMIT_BYTES])
    clock[0] = now - 20_000_000
    other = keep(earlier.encode("utf-8")) if earlier is not None else None
    ConfigLoader(home).load_and_keep()
    return other


def _seconds(home: Home, command: str, version: str, turn: int) -> float:
    words = command.replace("NAME", f"p000{(turn + 1) % 2}").replace("VERSION", version).split()
    environ = {key: value for key, value in os.environ.items() if not key.startswith("CODEMIE")}
    environ |= {"CODEMIE_HOME": home.path, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    # Bytecode is cached, as in an installed program.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "codemie_tray", *words],
        env=environ,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - began
    # `doctor` reports its findings in its exit code.
    if done.returncode not in ((0, 11, 13) if command == "doctor" else (0,)):
        raise RuntimeError(f"{command}: exit code {done.returncode}: what it took says nothing")
    return seconds

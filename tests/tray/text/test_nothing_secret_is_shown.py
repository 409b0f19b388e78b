"""No command, menu, notification or log shows a secret; each shows harmless values.

Real processes on one home with every known shape of secret in each shown field, and in others.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.core.config.secret_detection.secret_corpus import Shape, harmless_values, secret_shapes
from tests.support.processes.program import run_program

from codemie_core import ConfigLoader, Home
from codemie_tray.app.config_guard import ConfigGuard
from codemie_tray.log.daily_file import LogLine
from codemie_tray.log.redaction import Redactor
from codemie_tray.view.menu import Item
from codemie_tray.view.menu_builder import view_of
from codemie_tray.view.read_state import read_state

SHAPES = secret_shapes()
RECOGNISED = [shape for shape in SHAPES if shape.by_shape]


def run(home: Path, *arguments: str) -> str:
    """Return all output of a command."""
    result = run_program(home, *arguments)
    return result.stdout + result.stderr


def secrets_in(text: str) -> list[str]:
    return [f"{shape.issuer}: {shape.field}" for shape in SHAPES if shape.is_in(text)]


def profile_with(shape: Shape, number: int) -> dict[str, Any]:
    fields: dict[str, Any] = {
        shape.field: shape.value,
        "env": {shape.field: shape.value, "list": [[{shape.field: shape.value}]]},
    }
    if shape.by_shape:
        everywhere = ("provider", "model", "baseUrl", "codeMieUrl", "userEmail", "note")
        some = everywhere[number % 3 :: 3]  # in all of them, the configuration would be too large
        fields |= {**dict.fromkeys(some, shape.value), "hooks": {shape.value: 1}}
        fields["haikuModel"] = f"the model {shape.value} of mine"
    return fields


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which another program then removed the profiles, so that there is something to restore."""
    folder = tmp_path_factory.mktemp("secrets")
    config = {
        "activeProfile": "p7",
        "profiles": {f"p{number}": profile_with(shape, number) for number, shape in enumerate(SHAPES)},
    }
    (folder / "config.json").write_text(json.dumps(config, separators=(",", ":")), encoding="utf-8")
    (folder / ".session-x").mkdir()
    lines = [
        {"timestamp": "2026-03-28T12:00:00.000Z", "sessionId": f"s{number}", "type": "metric", "duration": 9}
        | dict.fromkeys(("agent", "provider", "model", "profile"), shape.value)
        | {"tokensUsed": 5}
        for number, shape in enumerate(RECOGNISED)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / ".session-x" / "metrics.jsonl").write_text(text)
    return folder


COMMANDS = [
    *(("profiles",), ("profiles", "--json"), ("profiles", "--names"), ("status",)),
    *(("status", "--json"), ("history", "list"), ("history", "list", "--json")),
    *(("history", "show", "{}"), ("doctor",), ("history", "show", "{}", "--json")),
    *(("history", "diff", "{}"), ("history", "diff", "{}", "{}", "--json")),
    *(("history", "restore", "{}", "--dry-run"), ("history", "forget-tokens", "--dry-run")),
    *(("doctor", "--json"), ("migrate", "status"), ("migrate", "up", "--dry-run")),
    *(("migrate", "up", "--dry-run", "--json"), ("usage",), ("usage", "--by", "model")),
    *(("usage", "--by", "agent", "--json"), ("usage", "--by", "profile")),
    *(("usage", "--by", "model", "--csv"), ("usage", "--by", "model", "--json")),
    *(("credentials", "list"), ("switch", "nobody"), ("switch", "p3", "--json")),
    *(("credentials", "list", "--json"), ("clean", "--dry-run")),
    *(("run", "--profile", "nobody", "--", "true"), ("credentials", "move-in", "--yes")),
    *(("profiles",), ("history", "restore", "{}", "--json"), ("migrate", "up")),
    *(("credentials", "list"), ("doctor",)),
]


def test_no_command_shows_a_secret(home: Path) -> None:
    assert len(SHAPES) >= 300
    run(home, "switch", "p2")
    versions = json.loads(run(home, "history", "list", "--json"))["versions"]
    for command in COMMANDS:
        said = run(home, *(argument.format(versions[-1]["id"]) for argument in command))
        assert said.strip(), command
        assert "larger than" not in said, command
        assert "No usage" not in said, command
        assert secrets_in(said) == [], command
    assert secrets_in((home / "config.json").read_text()), "the control: the file itself has them"


def test_every_secret_makes_the_file_private(home: Path, tmp_path: Path) -> None:
    for shape in SHAPES:
        path = tmp_path / "config.json"
        path.unlink(missing_ok=True)
        path.write_text('{"version": 2, "profiles": {"a": {"provider": "sso"}}}')
        path.chmod(0o644)
        loader = ConfigLoader(Home(str(tmp_path)), settle_seconds=0)
        loader.save_profile("a", {"model": "m"})
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == 0o644
        loader.save_profile("a", {"mine": {shape.field: shape.value}})
        assert loader.load().profile("a").has_secret
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == 0o600, shape


def test_neither_the_menu_nor_a_notification_shows_a_secret(home: Path) -> None:
    loader = ConfigLoader(Home(str(home)), settle_seconds=0)
    said: list[str] = []

    def notify(title: str, text: str, button: Item | None = None) -> None:
        said.append(f"{title}\n{text}\n{button}")

    guard = ConfigGuard(loader, notify)
    before = read_state(Home(str(home)), loader=loader)
    guard.tell(before, before)
    seen = 0
    for number in range(0, len(SHAPES), 9):
        loader.switch_profile(f"p{number}")
        state = read_state(Home(str(home)), loader=loader)
        view = repr(view_of(state))
        assert secrets_in(view) == []
        guard.tell(before, state)
        before, seen = state, seen + view.count("p1")
    assert seen, "the control: the profiles are in the menu"
    assert secrets_in("\n".join(said)) == []


def lines_of(redactor: Redactor, texts: Iterator[str]) -> str:
    formatter = LogLine(redactor)
    records = [logging.LogRecord("codemie_tray.x", 20, "", 0, "%s", (text,), None) for text in texts]
    return "\n".join(map(formatter.format, records))


def test_the_log_has_no_secret(home: Path) -> None:
    around = ("{}", "the token {} was refused", '"authToken": "{}",', "GET /x?key={}&y=1", "[{}]")
    texts = (form.replace("{}", shape.value) for shape in RECOGNISED for form in around)
    assert secrets_in(lines_of(Redactor(), texts)) == []
    config = ConfigLoader(Home(str(home))).load()
    knows = Redactor()
    knows.learn(config.each_secret())
    left = secrets_in(lines_of(knows, (f"it is {shape.value} again" for shape in SHAPES)))
    short = [f"{shape.issuer}: {shape.field}" for shape in SHAPES if len(shape.secret) < 6]
    assert set(left) <= set(short)


def test_harmless_values_are_shown(tmp_path: Path) -> None:
    profiles: dict[str, Any] = {}
    values = harmless_values()
    assert len(values) >= 300
    for number, (path, value) in enumerate(values):
        inner: Any = value
        for name in reversed(path):
            inner = {name: inner}
        profiles[f"h{number}"] = inner
    config = {"version": 2, "activeProfile": "h0", "profiles": profiles}
    (tmp_path / "config.json").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")
    run(tmp_path, "switch", "h1")
    version = json.loads(run(tmp_path, "history", "list", "--json"))["versions"][-1]["id"]
    assert json.loads(run(tmp_path, "history", "show", version)) == config
    listed = json.loads(run(tmp_path, "profiles", "--json"))["profiles"]
    for profile in listed:
        fields = profiles[profile["name"]]
        for field in ("provider", "model", "baseUrl"):
            assert profile[field] == fields.get(field, "")
    assert "(hidden)" not in run(tmp_path, "profiles")


def test_profile_names_are_shown_whatever_they_look_like(tmp_path: Path) -> None:
    """Users choose by them, and a name must not contain a secret; SECURITY.md says so."""
    name = RECOGNISED[0].value
    config = {"activeProfile": name, "profiles": {name: {"model": "m", "name": name}, "b": {}}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert name in run(tmp_path, "profiles")
    assert name in run(tmp_path, "status")
    run(tmp_path, "switch", "b")
    version = json.loads(run(tmp_path, "history", "list", "--json"))["versions"][-1]["id"]
    assert run(tmp_path, "history", "show", version).count(name) == 3

"""What users of the package expect, using only its public names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from codemie_core import (
    Config,
    ConfigLoader,
    ConversationMessage,
    ConversationRecord,
    CredentialStore,
    Home,
    JSONLReader,
    JSONLWriter,
    MetricRecord,
    Migration,
    MigrationRunner,
    Profile,
    ProfileInvalid,
    ProfileNotFound,
    Registry,
    Secret,
    cleanup_old_logs,
)
from codemie_core.testing import isolated_home

PROFILE = {"provider": "sso", "model": "claude-4-5-sonnet", "baseUrl": "https://company.example.com"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


# ---- the operations of the storage patterns ---------------------------------------------------------


def test_profiles_are_saved_loaded_switched_and_deleted(home: Home) -> None:
    loader = ConfigLoader(home)
    loader.save_profile("work", PROFILE)
    loader.save_profile(
        "personal", {"provider": "anthropic", "model": "claude-4-5-sonnet", "authToken": "sk-ant-..."}
    )
    assert loader.load().profiles["work"].fields == PROFILE
    loader.switch_profile("personal")
    assert loader.load().active == "personal"
    loader.delete_profile("personal")
    assert [profile.name for profile in loader.load().profiles] == ["work"]


def test_a_test_has_a_home_of_its_own() -> None:
    with isolated_home() as home:
        ConfigLoader(home).save_profile("test", PROFILE)
        assert ConfigLoader(Home.from_environ()).load().profiles["test"].fields == PROFILE


def test_sessions_are_appended_and_read_line_by_line(home: Home) -> None:
    folder = Path(home.path) / ".session-claude"
    folder.mkdir()
    writer, reader = JSONLWriter(), JSONLReader()
    conversation = ConversationRecord(
        id="abc123",
        timestamp="2026-01-16T10:00:00Z",
        messages=(ConversationMessage(role="user", content="hello", timestamp="2026-01-16T10:00:00Z"),),
    )
    metric = MetricRecord(
        timestamp="2026-01-16T10:00:00Z",
        session_id="abc123",
        agent="claude",
        provider="sso",
        model="claude-4-5-sonnet",
        tokens_used=12,
    )
    writer.append_line(folder / "conversations.jsonl", conversation.to_json())
    writer.append_batch(folder / "metrics.jsonl", [metric.to_json(), metric.to_json()])
    assert [record["id"] for record in reader.read_lines(folder / "conversations.jsonl")] == ["abc123"]
    assert [record["tokensUsed"] for record in reader.read_lines(folder / "metrics.jsonl")] == [12, 12]


def test_credentials_are_stored_encrypted(home: Home) -> None:
    CredentialStore(home).set("work/apiKey", Secret("made-up-secret"))
    assert CredentialStore(home).get("work/apiKey").reveal() == "made-up-secret"
    assert b"made-up-secret" not in Path(home.credentials).read_bytes()


def up(config: Any) -> Any:
    if config.get("apiKey"):
        config["authToken"] = config["apiKey"]
        del config["apiKey"]
    return config


def down(config: Any) -> Any:
    if config.get("authToken"):
        config["apiKey"] = config["authToken"]
        del config["authToken"]
    return config


MIGRATION = Migration(version=1, description="Rename apiKey to authToken", up=up, down=down)


def test_a_migration_may_be_two_plain_functions(home: Home) -> None:
    path = Path(home.path) / "config.json"
    text = '{"apiKey": "sk-x",\n  "n": 1.50, "profiles": {"a": {"model" : "m"}}, "theme": "dark"}'
    path.write_text(text)
    runner = MigrationRunner(ConfigLoader(home), Registry([MIGRATION]))
    assert runner.run().steps == (MIGRATION,)
    changed = path.read_text()
    assert json.loads(changed)["authToken"] == "sk-x"
    assert "apiKey" not in changed
    assert '"n": 1.50, "profiles": {"a": {"model" : "m"}}, "theme": "dark"' in changed
    assert runner.version() == 1
    runner.run(0)
    assert json.loads(path.read_text()) == json.loads(text)


def test_logs_older_than_five_days_are_removed(home: Home) -> None:
    ConfigLoader(home).save_profile("work", PROFILE)  # a folder without evidence of the CLI is left alone
    logs = Path(home.logs)
    logs.mkdir()
    now = time.time()
    for name, age_days in (("debug-2026-01-10.log", 6), ("debug-2026-01-16.log", 4)):
        (logs / name).touch()
        os.utime(logs / name, (now - age_days * 86400,) * 2)
    cleanup_old_logs(home)
    assert os.listdir(logs) == ["debug-2026-01-16.log"]


# ---- steps ------------------------------------------------------------------------------------------


def test_a_plain_step_changes_nested_fields_and_keeps_the_spelling_of_others(home: Home) -> None:
    def deeper(config: dict[str, Any]) -> dict[str, Any]:
        del config["profiles"]["a"]["old"]
        config["profiles"]["a"]["list"].append(2)
        config["profiles"]["b"] = {"model": "new"}
        config["n"] = 1
        return config

    path = Path(home.path) / "config.json"
    path.write_text('{\n  "n": 1.0,\n  "profiles": {"a": {"x": 1e3, "old": 1, "list": [1]}}\n}')
    MigrationRunner(ConfigLoader(home), Registry([Migration(1, "deeper", deeper, dict)])).run()
    text = path.read_text()
    assert json.loads(text)["profiles"] == {"a": {"x": 1e3, "list": [1, 2]}, "b": {"model": "new"}}
    assert '"x": 1e3' in text
    assert '"n": 1,' in text


def test_a_step_that_forgets_to_return_the_configuration_changes_nothing(home: Home) -> None:
    path = Path(home.path) / "config.json"
    path.write_text('{"profiles": {}}')
    forgetful: Any = dict.clear
    with pytest.raises(TypeError, match="must return the configuration, but this one returned NoneType"):
        MigrationRunner(ConfigLoader(home), Registry([Migration(1, "x", forgetful, dict)])).run()
    assert path.read_text() == '{"profiles": {}}'


# ---- what one expects of the values -----------------------------------------------------------------


def test_profiles_are_found_by_name_and_by_position(home: Home) -> None:
    loader = ConfigLoader(home)
    loader.save_profile("a", PROFILE)
    config: Config = loader.save_profile("b", {"provider": "x"})
    assert "a" in config.profiles
    assert "c" not in config.profiles
    assert config.profiles["b"] is config.profiles[1] is config.profile("b")
    assert config.profiles["b"] in config.profiles
    assert Profile("c", {}) not in config.profiles
    assert config.profiles[:1] == (config.profiles["a"],)
    for error in (ProfileNotFound, KeyError):
        with pytest.raises(error) as caught:
            config.profiles["c"]
        assert str(caught.value) == "There is no profile named 'c'."


def test_a_value_that_is_not_a_secret_is_refused_with_the_expected_type(home: Home) -> None:
    store: Any = CredentialStore(home)
    for name, secret in (("a", "planted"), ("a", b"planted"), (1, Secret("planted"))):
        with pytest.raises(TypeError, match=r"set\(name, Secret\(text\)\)") as caught:
            store.set(name, secret)
        assert "planted" not in str(caught.value)
    assert not os.path.exists(home.credentials)


def test_any_mapping_and_sequence_is_saved_as_json(home: Home) -> None:
    fields: Mapping[str, Any] = MappingProxyType(
        {"allowedDirs": ("/a", "/b"), "env": MappingProxyType({"A": "1"})}
    )
    config = ConfigLoader(home).save_profile("a", fields)
    assert config.profiles["a"].fields == {"allowedDirs": ["/a", "/b"], "env": {"A": "1"}}
    wrong: Any = {"a": b"bytes"}
    with pytest.raises(ProfileInvalid, match="can't be written as JSON"):
        ConfigLoader(home).save_profile("a", wrong)


def test_a_path_may_be_a_path_object(tmp_path: Path) -> None:
    assert Home(tmp_path) == Home(str(tmp_path))
    assert Home(tmp_path).join(Path("a"), "b") == os.path.join(str(tmp_path), "a", "b")
    assert isinstance(Home(tmp_path).path, str)


# ---- for a type checker -----------------------------------------------------------------------------

TYPED = """
from pathlib import Path
from codemie_core import ConfigLoader, Home, JSONLReader, JSONLWriter, Migration, Registry

fields: dict[str, str] = {"provider": "sso"}
nested: dict[str, list[str]] = {"allowedDirs": ["/a"]}
rows: list[dict[str, int]] = [{"n": 1}]
loader = ConfigLoader(Home(Path("x")))
loader.save_profile("a", fields)
loader.save_profile("a", nested)
loader.save_profile("a", {"provider": "sso", "timeout": 5, "jwtConfig": {"token": "t"}, "dirs": ("a",)})
JSONLWriter().append_batch(Path("x"), rows)
JSONLReader().read_lines(Path("x"))

def up(config: dict[str, object]) -> dict[str, object]:
    return config

Registry([Migration(1, "nothing", up, up)])
profiles = loader.load().profiles
reveal_type(profiles["a"])
reveal_type(profiles[0])
assert "a" in profiles
reveal_type([profile.name for profile in profiles])
loader.save_profile("a", {"b": object()})
"""


def test_plain_values_satisfy_a_type_checker(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is not installed here")
    (tmp_path / "user.py").write_text(TYPED)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--no-error-summary",
            "--cache-dir",
            str(tmp_path / "cache"),
            "user.py",
        ],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(Path(__file__).parents[3] / "core")},
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line.split(": ", 1)[1].strip() for line in done.stdout.splitlines() if "user.py" in line]
    profile = 'note: Revealed type is "codemie_core.config.model.profile.Profile"'
    assert said[:2] == [profile, profile], done.stdout
    assert "list[" in said[2]
    assert len(said) == 4, done.stdout
    assert '"object"' in said[3], "the check would not notice a wrong type"

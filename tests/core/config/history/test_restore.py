"""Restoring: to both layouts, over any file, and back again."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codemie_core import (
    ConfigLoader,
    ConfigUnreadable,
    Home,
    SchemaTooNew,
    VersionNotFound,
)
from codemie_core.config.history import Origin, Version
from codemie_core.config.history.restore import restored
from codemie_core.config.model.config import parse_config
from codemie_core.config.model.layout import CLASSIC, CLI, Layout

RECORDED = Path(__file__).parents[3] / "golden" / "wiped-by-migration"
BEFORE = (RECORDED / "before-config.json").read_bytes()
AFTER = (RECORDED / "after-codemie-cli.config.json").read_bytes()


def loader_of(folder: Path) -> ConfigLoader:
    return ConfigLoader(Home(str(folder)), settle_seconds=0)


def kept(loader: ConfigLoader) -> Version:
    entry = loader.keep_seen()
    assert entry is not None
    return entry


@pytest.fixture
def wiped(tmp_path: Path) -> ConfigLoader:
    """A home after the CLI's first start, with the previous version in the history."""
    loader = loader_of(tmp_path)
    (tmp_path / "config.json").write_bytes(BEFORE)
    kept(loader)
    (tmp_path / "config.json").unlink()
    (tmp_path / "codemie-cli.config.json").write_bytes(AFTER)
    (tmp_path / "migrations.json").write_text("{}")
    kept(loader)
    return loader


def test_profiles_wiped_by_the_cli_are_offered_and_restored_in_the_layout_it_reads(
    wiped: ConfigLoader, tmp_path: Path
) -> None:
    offer = wiped.offer(wiped.load())
    assert offer is not None
    assert offer.lost == ("work", "personal")
    config = wiped.restore(offer.version)
    assert config.layout is CLI
    written = json.loads((tmp_path / "codemie-cli.config.json").read_bytes())
    assert written == {
        **json.loads(AFTER),
        "version": 2,
        "activeProfile": "work",
        "profiles": {
            "work": {
                "provider": "sso",
                "model": "claude-4-5-sonnet",
                "baseUrl": "https://company.api.com",
                "name": "work",
            },
            "personal": {
                "provider": "anthropic",
                "model": "claude-4-5-sonnet",
                "apiKey": "sk-ant-sample-not-a-real-key",
                "name": "personal",
            },
        },
    }
    assert not (tmp_path / "config.json").exists()
    assert os.name != "posix" or (tmp_path / "codemie-cli.config.json").stat().st_mode & 0o777 == 0o600
    assert wiped.offer(wiped.load()) is None


def test_restoring_can_be_undone(wiped: ConfigLoader, tmp_path: Path) -> None:
    offer = wiped.offer(wiped.load())
    assert offer is not None
    wiped.restore(offer.version)
    _, emptied, _ = wiped.history.entries()
    wiped.restore(emptied)
    assert (tmp_path / "codemie-cli.config.json").read_bytes() == AFTER
    assert len(wiped.history.entries()) == 3


def test_what_the_cli_added_since_is_kept(wiped: ConfigLoader, tmp_path: Path) -> None:
    since: dict[str, Any] = {
        **json.loads(AFTER),
        "codemieSkills": [{"id": "1", "slug": "mine"}],
        "userEmail": "ada@example.com",
        "activeProfile": "default",
        "profiles": {"default": {"provider": "ai-run-sso", "name": "default"}, "work": {"provider": "new"}},
    }
    (tmp_path / "codemie-cli.config.json").write_text(json.dumps(since, indent=2))
    kept(wiped)
    classic = next(entry for entry in wiped.history.entries() if entry.layout is CLASSIC)
    wiped.restore(classic)
    config = json.loads((tmp_path / "codemie-cli.config.json").read_bytes())
    assert config["codemieSkills"] == since["codemieSkills"]
    assert config["userEmail"] == "ada@example.com"
    assert config["profiles"]["default"] == since["profiles"]["default"]
    assert config["profiles"]["work"]["provider"] == "sso"
    assert config["activeProfile"] == "work"


def test_keys_that_only_the_old_file_had_are_restored_too(wiped: ConfigLoader, tmp_path: Path) -> None:
    data = json.dumps({**json.loads(BEFORE), "theme": {"dark": True}, "traySchema": 3}).encode()
    version = parse_config(data, path="x", layout=CLASSIC)
    present = parse_config(AFTER, path="y", layout=CLI)
    config = json.loads(restored(version, present).text)
    assert config["theme"] == {"dark": True}
    assert "traySchema" not in config


def test_a_version_is_restored_byte_for_byte_in_its_own_layout(tmp_path: Path) -> None:
    data = BEFORE.replace(b"\n", b"\r\n") + b"\r\n "
    loader = loader_of(tmp_path)
    (tmp_path / "config.json").write_bytes(data)
    first = kept(loader)
    loader.delete_profile("work")
    loader.restore(first)
    assert (tmp_path / "config.json").read_bytes() == data


def test_restoring_the_current_version_writes_nothing(tmp_path: Path) -> None:
    loader = loader_of(tmp_path)
    (tmp_path / "config.json").write_bytes(BEFORE)
    first = kept(loader)
    before = os.stat(tmp_path / "config.json")
    loader.restore(first)
    assert os.stat(tmp_path / "config.json").st_ino == before.st_ino


@pytest.mark.parametrize("layout", [CLASSIC, CLI], ids=lambda layout: layout.name)
def test_a_deleted_file_is_restored_under_its_own_name(tmp_path: Path, layout: Layout) -> None:
    loader = loader_of(tmp_path)
    path = tmp_path / layout.config_name
    path.write_bytes(BEFORE)
    first = kept(loader)
    path.unlink()
    loader.restore(first)
    assert path.read_bytes() == BEFORE
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600


def test_a_classic_version_is_restored_to_the_clis_file_in_a_cli_home(tmp_path: Path) -> None:
    loader = loader_of(tmp_path)
    (tmp_path / "config.json").write_bytes(BEFORE)
    first = kept(loader)
    (tmp_path / "config.json").unlink()
    (tmp_path / "sessions").mkdir()
    loader.restore(first)
    config = json.loads((tmp_path / CLI.config_name).read_bytes())
    assert (config["version"], config["activeProfile"]) == (2, "work")
    assert config["profiles"]["personal"]["apiKey"] == "sk-ant-sample-not-a-real-key"
    assert not (tmp_path / "config.json").exists()


@pytest.mark.parametrize(
    "typed", [b"", b"{", BEFORE[:-4], b"\xff\xfe{\x00}\x00", b"[1]", b"\x00" * 300, BEFORE * 2]
)
def test_a_broken_file_is_saved_unchanged_before_a_restore_replaces_it(tmp_path: Path, typed: bytes) -> None:
    loader = loader_of(tmp_path)
    (tmp_path / "config.json").write_bytes(BEFORE)
    first = kept(loader)
    (tmp_path / "config.json").write_bytes(typed)
    loader.restore(first)
    assert (tmp_path / "config.json").read_bytes() == BEFORE
    broken = next(entry for entry in loader.history.entries() if entry.origin is Origin.BROKEN)
    assert loader.history.read(broken) == typed
    with pytest.raises(VersionNotFound, match="its text is in"):
        loader.restore(broken)


def test_a_link_is_written_through(tmp_path: Path) -> None:
    home, dotfiles = tmp_path / "linked", tmp_path / "dotfiles"
    home.mkdir()
    dotfiles.mkdir()
    (dotfiles / "codemie.json").write_bytes(BEFORE)
    (home / "config.json").symlink_to(dotfiles / "codemie.json")
    loader = loader_of(home)
    first = kept(loader)
    (dotfiles / "codemie.json").write_bytes(b"{")
    loader.restore(first)
    assert (home / "config.json").is_symlink()
    assert (dotfiles / "codemie.json").read_bytes() == BEFORE


def test_an_unreadable_file_is_not_replaced(tmp_path: Path) -> None:
    loader = loader_of(tmp_path)
    (tmp_path / "config.json").write_bytes(BEFORE)
    first = kept(loader)
    (tmp_path / "config.json").unlink()
    (tmp_path / "config.json").mkdir()
    with pytest.raises(ConfigUnreadable, match="is a folder"):
        loader.restore(first)
    with pytest.raises(ConfigUnreadable) as caught:
        loader.load()
    assert loader.offer(caught.value) is None


def test_a_file_of_a_newer_version_is_not_replaced_by_a_restore(tmp_path: Path) -> None:
    loader = loader_of(tmp_path)
    (tmp_path / "config.json").write_bytes(BEFORE)
    first = kept(loader)
    newer = json.dumps({"profiles": {}, "traySchema": 99}).encode()
    (tmp_path / "config.json").write_bytes(newer)
    kept(loader)
    assert loader.offer(loader.load()) is None
    with pytest.raises(SchemaTooNew):
        loader.restore(first)
    assert (tmp_path / "config.json").read_bytes() == newer


def test_a_plan_writes_nothing(wiped: ConfigLoader, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    offer = wiped.offer(wiped.load())
    assert offer is not None
    present, planned = wiped.planned_restore(offer.version)
    assert present.profiles == ()
    assert "work" in json.loads(planned.text)["profiles"]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    shutil.rmtree(tmp_path / "tray")
    with pytest.raises(VersionNotFound):
        wiped.planned_restore(offer.version)


def test_a_restore_that_another_program_undoes_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = ConfigLoader(Home(str(tmp_path)), settle_seconds=0.05)
    (tmp_path / "config.json").write_bytes(BEFORE)
    first = kept(loader)
    (tmp_path / "config.json").unlink()
    path = tmp_path / "codemie-cli.config.json"
    path.write_bytes(AFTER)
    kept(loader)
    really_sleep = time.sleep
    undone: list[bool] = []

    def undo_once(seconds: float) -> None:
        if not undone:
            undone.append(True)
            path.write_bytes(AFTER)
        really_sleep(seconds)

    monkeypatch.setattr(time, "sleep", undo_once)
    loader.restore(first)
    assert undone
    assert set(json.loads(path.read_bytes())["profiles"]) == {"work", "personal"}


NO_TOKEN = (None, "")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
NAMES = st.text(min_size=1, max_size=5)
PROFILES = st.dictionaries(
    NAMES,
    st.dictionaries(st.sampled_from(["provider", "authToken", "apiKey", "x", "name"]), VALUES),
    max_size=3,
)
CONFIGS = st.fixed_dictionaries(
    {"profiles": PROFILES, "activeProfile": st.none() | NAMES},
    optional={"codemieSkills": VALUES, "theme": VALUES, "version": st.just(2), "mine": VALUES},
)


@given(version=CONFIGS, present=CONFIGS, to_cli=st.booleans(), indent=st.none() | st.integers(0, 4))
@example(
    version={"profiles": {"0": {"authToken": None, "apiKey": None}}, "activeProfile": None},
    present={"profiles": {}, "activeProfile": None},
    to_cli=False,
    indent=None,
)
@example(
    version={"profiles": {"0": {"authToken": "", "apiKey": "k"}}, "activeProfile": None},
    present={"profiles": {}, "activeProfile": None},
    to_cli=False,
    indent=None,
)
def test_a_restore_across_layouts_keeps_current_content_and_brings_back_every_profile(
    version: dict[str, Any], present: dict[str, Any], to_cli: bool, indent: int | None
) -> None:
    source, target = (CLASSIC, CLI) if to_cli else (CLI, CLASSIC)
    old = parse_config(json.dumps(version, indent=indent).encode(), path="a", layout=source)
    now = parse_config(json.dumps(present, indent=indent).encode(), path="b", layout=target)
    config = json.loads(restored(old, now).text)
    for key, value in present.items():
        if key not in ("profiles", "activeProfile", "version"):
            assert config[key] == value
    for key, value in version.items():
        if key not in ("profiles", "activeProfile", "version") and key not in present:
            assert config[key] == value
    for name, fields in present["profiles"].items():
        if name not in version["profiles"]:
            assert config["profiles"][name] == fields
    for name, fields in version["profiles"].items():
        back = dict(config["profiles"][name])
        expected = dict(fields)
        if source.token_field in expected and (
            target.token_field not in expected
            or (expected[target.token_field] in NO_TOKEN and expected[source.token_field] not in NO_TOKEN)
        ):
            expected[target.token_field] = expected.pop(source.token_field)
        if to_cli:
            expected.setdefault("name", name)
        assert back == expected
    if version["profiles"]:
        assert config["activeProfile"] in config["profiles"]

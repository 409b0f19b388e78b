"""Order and notes in the settings file: never in the configuration, never lost, never in anybody's way."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from codemie_core import ConfigLoader, Home
from codemie_core.config.model.arrangement import Arrangement
from codemie_core.config.settings import SettingsStore
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_core.errors import NoteInvalid, ProfileNotFound, SettingInvalid, StoreDenied
from codemie_core.profiles.transfer.importing import Existing, import_profiles
from codemie_core.profiles.transfer.portable import portable

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
CONFIG = {
    "version": 2,
    "activeProfile": "a",
    "profiles": {name: {"provider": "litellm", "model": f"model-{name}"} for name in "abcd"},
}


@pytest.fixture
def loader(home: Home) -> ConfigLoader:
    write_config(home, CONFIG)
    loader = ConfigLoader(home, settle_seconds=0)
    loader.load_and_keep()
    return loader


@pytest.fixture
def store(home: Home) -> ArrangementStore:
    return ArrangementStore(home)


def write_config(home: Home, config: Any) -> None:
    Path(home.join("config.json")).write_text(json.dumps(config), encoding="utf-8")


def config_bytes(home: Home) -> bytes:
    return Path(home.join("config.json")).read_bytes()


def present(loader: ConfigLoader) -> list[str]:
    return [one.name for one in loader.load().profiles]


def shown(loader: ConfigLoader, store: ArrangementStore) -> str:
    return "".join(one.name for one in store.load().sorted(loader.load().profiles))


def test_moving_and_noting_leave_the_configuration_alone(
    home: Home, loader: ConfigLoader, store: ArrangementStore
) -> None:
    before = config_bytes(home)
    store.move(present(loader), "d", "b", after=False)
    store.set_note(present(loader), "d", "for the evenings")
    assert shown(loader, store) == "adbc"
    assert store.load().note_on("d") == "for the evenings"
    assert config_bytes(home) == before
    written = json.loads(Path(store.path).read_text(encoding="ascii"))
    assert written == {"profileOrder": ["a", "d", "b", "c"], "profileNotes": {"d": "for the evenings"}}
    store.set_note(present(loader), "d", "")
    assert store.load().notes == {}


def test_a_profile_that_does_not_exist_is_not_moved(loader: ConfigLoader, store: ArrangementStore) -> None:
    for name, anchor in (("x", "a"), ("a", "x")):
        with pytest.raises(ProfileNotFound, match="no profile named 'x'"):
            store.move(present(loader), name, anchor, after=True)
    assert not os.path.exists(store.path)


def test_a_token_in_a_note_is_refused(loader: ConfigLoader, store: ArrangementStore) -> None:
    with pytest.raises(NoteInvalid, match="contains a token"):
        store.set_note(present(loader), "a", f"use {TOKEN}")
    assert not os.path.exists(store.path)


def test_other_settings_and_those_of_a_newer_version_are_kept(
    home: Home, loader: ConfigLoader, store: ArrangementStore
) -> None:
    SettingsStore(home).change(log_retention_days=9)
    values = json.loads(Path(store.path).read_text()) | {"later": [1]}
    Path(store.path).write_text(json.dumps(values))
    store.move(present(loader), "b", "a", after=False)
    assert json.loads(Path(store.path).read_text()) == {**values, "profileOrder": ["b", "a", "c", "d"]}


@pytest.mark.parametrize("value", [{"by": "name"}, ["a", 1], "a", None])
def test_an_order_that_a_newer_version_may_have_written_is_not_replaced(
    home: Home, loader: ConfigLoader, store: ArrangementStore, value: object
) -> None:
    os.makedirs(home.tray, mode=0o700, exist_ok=True)
    text = json.dumps({"profileOrder": value})
    Path(store.path).write_text(text)
    assert store.load() == Arrangement()
    with pytest.raises(SettingInvalid, match="profileOrder: must be a list of names") as raised:
        store.move(present(loader), "b", "a", after=False)
    assert store.path in raised.value.advice
    loader.rename_profile("a", "x")  # is done all the same
    assert isinstance(loader.not_carried, SettingInvalid)
    assert Path(store.path).read_text() == text


def test_a_broken_settings_file_is_set_aside_only_when_something_is_written(
    home: Home, loader: ConfigLoader, store: ArrangementStore
) -> None:
    os.makedirs(home.tray, mode=0o700, exist_ok=True)
    Path(store.path).write_text('{"profileOrder": ["b",')
    loader.rename_profile("a", "x")  # nothing to carry
    loader.rename_profile("x", "a")
    assert Path(store.path).read_text() == '{"profileOrder": ["b",'
    store.move(present(loader), "d", "b", after=False)
    aside = [name for name in os.listdir(home.tray) if ".broken-" in name]
    assert [Path(home.tray, name).read_text() for name in aside] == ['{"profileOrder": ["b",']
    assert shown(loader, store) == "adbc"


def test_read_only_settings_are_not_changed_and_a_rename_says_so(
    loader: ConfigLoader, store: ArrangementStore
) -> None:
    store.set_note(present(loader), "a", "mine")
    os.chmod(store.path, 0o400)
    try:
        with pytest.raises(StoreDenied, match="read-only"):
            store.set_note(present(loader), "a", "yours")
        loader.rename_profile("a", "x")
        assert "x" in present(loader)
        assert isinstance(loader.not_carried, StoreDenied)
        assert store.load().notes == {"a": "mine"}
    finally:
        os.chmod(store.path, 0o600)


def test_a_rename_by_us_carries_place_and_note(loader: ConfigLoader, store: ArrangementStore) -> None:
    store.move(present(loader), "d", "a", after=False)
    store.set_note(present(loader), "d", "mine")
    loader.rename_profile("d", "x")
    assert loader.not_carried is None
    assert shown(loader, store) == "xabc"
    assert store.load().notes == {"x": "mine"}


def test_a_rename_by_another_program_carries_place_and_note(
    home: Home, loader: ConfigLoader, store: ArrangementStore
) -> None:
    store.move(present(loader), "d", "a", after=False)
    store.set_note(present(loader), "d", "mine")
    fields = dict(CONFIG["profiles"])  # type: ignore[call-overload]
    fields["x"] = fields.pop("d")
    write_config(home, {**CONFIG, "profiles": fields})
    ConfigLoader(home).load_and_keep()
    assert shown(loader, store) == "xabc"
    assert store.load().notes == {"x": "mine"}


def test_a_profile_that_was_replaced_by_two_like_it_was_not_renamed(
    home: Home, loader: ConfigLoader, store: ArrangementStore
) -> None:
    store.set_note(present(loader), "d", "mine")
    fields = dict(CONFIG["profiles"])  # type: ignore[call-overload]
    fields["x"] = fields["y"] = fields.pop("d")
    write_config(home, {**CONFIG, "profiles": fields})
    ConfigLoader(home).load_and_keep()
    assert store.load().notes == {"d": "mine"}


def test_a_deleted_profile_comes_back_with_its_place_and_note(
    loader: ConfigLoader, store: ArrangementStore
) -> None:
    store.move(present(loader), "d", "a", after=False)
    store.set_note(present(loader), "d", "mine")
    before = loader.history.newest()
    assert before is not None
    loader.delete_profile("d")
    assert shown(loader, store) == "abc"
    loader.restore(before)
    assert shown(loader, store) == "dabc"
    assert store.load().note_on("d") == "mine"


def test_a_new_profile_of_a_deleted_one_s_name_starts_without_them(
    loader: ConfigLoader, store: ArrangementStore
) -> None:
    for add in (
        lambda: loader.add_profile("d", {"provider": "ollama"}),
        lambda: loader.duplicate_profile("a", "d"),
        lambda: import_profiles(loader, [portable("d", {"provider": "ollama"})], Existing.REFUSE),
    ):
        store.move(present(loader), "d", "a", after=False)
        store.set_note(present(loader), "d", "mine")
        loader.delete_profile("d")
        add()
        assert shown(loader, store) == "abcd"
        assert store.load().note_on("d") == ""


def test_what_many_windows_do_at_once_all_takes_effect(
    home: Home, loader: ConfigLoader, store: ArrangementStore
) -> None:
    names = present(loader)

    def note(name: str) -> None:
        own = ArrangementStore(home)
        for number in range(10):
            own.set_note(names, name, f"note {number}")
            own.move(names, name, "a" if name != "a" else "b", after=bool(number % 2))

    threads = [threading.Thread(target=note, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.load().notes == dict.fromkeys(names, "note 9")
    assert sorted(store.load().order) == names


def test_two_thousand_profiles_are_moved_and_noted(home: Home, store: ArrangementStore) -> None:
    names = [f"profile {number}" for number in range(2000)]
    store.move(names, "profile 1999", "profile 0", after=False)
    store.set_note(names, "profile 1999", "ünï" * 50)
    assert store.load().order[:2] == ("profile 1999", "profile 0")
    assert len(store.load().order) == 2000
    assert store.load().note_on("profile 1999") == "ünï" * 50


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits are POSIX")
def test_the_file_is_private(loader: ConfigLoader, store: ArrangementStore) -> None:
    store.set_note(present(loader), "a", "mine")
    assert os.stat(store.path).st_mode & 0o777 == 0o600

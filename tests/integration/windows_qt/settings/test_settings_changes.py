"""What the Settings window writes, with real files, and undoing it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from tests.core.credentials.os_keyring.file_keyring import FileKeyring
from tests.integration.windows_qt.conftest import CONFIG

from codemie_core import ConfigLoader, Home, Secret
from codemie_core.config.model.arrangement import Arrangement
from codemie_core.config.settings import Settings, SettingsStore
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_core.credentials import CredentialStore, Level, RecoveryCode
from codemie_core.errors import KeyringLocked, SettingInvalid, StoreError
from codemie_tray.windows.data.settings.change import Change, ChangedSince
from codemie_tray.windows.data.settings.cleaning import clean_now, preview
from codemie_tray.windows.data.settings.credentials import CredentialChanges
from codemie_tray.windows.data.settings.diagnosis import diagnosis
from codemie_tray.windows.data.settings.general import SettingsChanges
from codemie_tray.windows.data.settings.history import NOTHING_WOULD_CHANGE, HistoryChanges
from codemie_tray.windows.data.undo import UndoTooLate
from codemie_tray.windows.pure.settings.protection import Act

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
WITH_TOKEN = CONFIG.replace('"provider": "anthropic",', f'"provider": "anthropic", "apiKey": "{TOKEN}",')


@pytest.fixture
def settings_path(home: Home) -> Path:
    path = Path(SettingsStore(home).path)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return path


@pytest.fixture
def config_path(home: Home) -> Path:
    path = Path(home.join("config.json"))
    path.write_text(WITH_TOKEN, encoding="utf-8", newline="")
    os.chmod(path, 0o600)
    return path


def undone(change: Change) -> None:
    assert change.undo is not None
    assert change.undo().undo is None


def test_a_changed_setting_keeps_the_unknown_ones_and_undo_restores_it(
    home: Home, settings_path: Path
) -> None:
    settings_path.write_text('{"logRetentionDays": 7, "ofALaterVersion": [1, {"a": null}]}', encoding="utf-8")
    changes = SettingsChanges(home)
    change = changes.set("log_retention_days", 30)
    assert change.sentence == "Logs are kept for 30 days."
    written = json.loads(settings_path.read_text(encoding="utf-8"))
    assert written == {"logRetentionDays": 30, "ofALaterVersion": [1, {"a": None}]}
    undone(change)
    assert json.loads(settings_path.read_text(encoding="utf-8"))["logRetentionDays"] == 7


def test_the_order_of_the_profiles_can_be_reset_and_undo_restores_it(home: Home, config_path: Path) -> None:
    config, loader, store = config_path.read_bytes(), ConfigLoader(home), ArrangementStore(home)
    names = [profile.name for profile in loader.load().profiles]
    store.set_note(names, "work", "by day")
    store.move(names, "local proxy", "work", after=False)
    changes = SettingsChanges(home)
    change = changes.set("profile_order", ())
    assert change.sentence == "The profiles are in the order of the configuration now."
    assert store.load() == Arrangement((), {"work": "by day"})
    undone(change)
    assert store.load() == Arrangement(("local proxy", "work", "personal"), {"work": "by day"})
    assert config_path.read_bytes() == config
    again = changes.set("profile_order", ())
    store.move(names, "personal", "work", after=False)
    assert again.undo is not None
    with pytest.raises(ChangedSince):
        again.undo()


def test_undo_does_not_discard_what_another_program_wrote_since(home: Home) -> None:
    changes = SettingsChanges(home)
    change = changes.set("theme", "dark")
    SettingsStore(home).change(theme="light")
    assert change.undo is not None
    with pytest.raises(ChangedSince):
        change.undo()
    assert SettingsStore(home).load().settings.theme == "light"
    other = changes.set("daily_budget_usd", 5)
    SettingsStore(home).change(theme="system")  # something else changed, so undo is still possible
    undone(other)
    assert SettingsStore(home).load().settings == Settings()


def test_an_unchanged_value_writes_nothing_and_an_invalid_one_is_refused(
    home: Home, settings_path: Path
) -> None:
    changes = SettingsChanges(home)
    assert changes.set("log_retention_days", 5) == Change("")
    assert not settings_path.exists()
    with pytest.raises(SettingInvalid):
        changes.set("log_retention_days", 0)
    assert not settings_path.exists()


def test_a_broken_file_is_kept_under_another_name_when_a_setting_is_changed(
    home: Home, settings_path: Path
) -> None:
    settings_path.write_text('{"logRetentionDays": 7,,}', encoding="utf-8")
    changes = SettingsChanges(home)
    assert "line 1, column 24" in changes.read().notice
    changes.set("log_retention_days", 9)
    assert changes.read().notice == ""
    assert changes.read().settings.log_retention_days == 9
    aside = list(settings_path.parent.glob("settings.json.broken-*"))
    assert [path.read_text(encoding="utf-8") for path in aside] == ['{"logRetentionDays": 7,,}']


def test_a_read_only_file_says_how_to_allow_changes(home: Home, settings_path: Path) -> None:
    settings_path.write_text("{}", encoding="utf-8")
    settings_path.chmod(0o400)
    try:
        assert (
            SettingsChanges(home)
            .read()
            .read_only.startswith("settings.json is read-only. To allow changes, run:")
        )
    finally:
        settings_path.chmod(0o600)


def old_log(home: Home, days: int, size: int) -> Path:
    at = time.time() - days * 86_400
    path = Path(home.logs, time.strftime("debug-%Y-%m-%d.log", time.localtime(at)))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (at, at))
    return path


@pytest.mark.usefixtures("config_path")
def test_a_cleanup_removes_what_the_preview_counted_and_nothing_else(home: Home) -> None:
    new, old, older = old_log(home, 1, 10), old_log(home, 20, 300), old_log(home, 40, 4000)
    assert preview(home, 30, None).logs.files == 1
    asked = preview(home, 10, None)
    assert (asked.files, asked.size_bytes, asked.sessions) == (2, 4300, None)
    assert all(path.exists() for path in (new, old, older))
    result = clean_now(home, asked, lambda _done, _total: True)
    assert (result.files, result.size_bytes) == (2, 4300)
    assert [path.exists() for path in (new, old, older)] == [True, False, False]


@pytest.fixture
def credentials(home: Home, config_path: Path, tmp_path: Path) -> CredentialChanges:
    assert config_path.exists()
    store = CredentialStore(home, keyring=FileKeyring(str(tmp_path / "keyring")))
    return CredentialChanges(home, store)


def test_a_token_is_moved_into_the_store_and_undo_restores_the_file_byte_for_byte(
    home: Home, config_path: Path, credentials: CredentialChanges
) -> None:
    assert credentials.read().in_clear == ("personal",)
    change = credentials.carry_out(Act.MOVE_IN)
    assert TOKEN not in config_path.read_text(encoding="utf-8")
    assert (credentials.read().in_clear, credentials.read().stored) == ((), 1)
    undone(change)
    assert config_path.read_text(encoding="utf-8") == WITH_TOKEN
    assert CredentialStore(home).list() == ()


def test_a_token_moved_back_is_in_the_store_again_after_undo(
    home: Home, config_path: Path, credentials: CredentialChanges
) -> None:
    credentials.carry_out(Act.MOVE_IN)
    moved = config_path.read_text(encoding="utf-8")
    change = credentials.carry_out(Act.MOVE_OUT)
    assert TOKEN in config_path.read_text(encoding="utf-8")
    undone(change)
    assert config_path.read_text(encoding="utf-8") == moved
    name = CredentialStore(home).list()[0].name
    assert CredentialStore(home).get(name) == Secret(TOKEN)


def test_a_move_is_not_undone_over_what_another_program_wrote_since(
    home: Home, credentials: CredentialChanges
) -> None:
    change = credentials.carry_out(Act.MOVE_IN)
    ConfigLoader(home).switch_profile("personal")
    assert change.undo is not None
    with pytest.raises(UndoTooLate):
        change.undo()
    assert credentials.read().stored == 1
    assert len(CredentialStore(home).list()) == 1


def test_the_key_is_moved_into_the_keyring_and_back(credentials: CredentialChanges) -> None:
    credentials.carry_out(Act.MOVE_IN)
    assert credentials.read().protection.level is Level.MACHINE
    change = credentials.carry_out(Act.PROTECT)
    assert credentials.read().protection.level is Level.KEYRING
    undone(change)
    assert credentials.read().protection.level is Level.MACHINE
    credentials.carry_out(Act.PROTECT)
    undone(credentials.carry_out(Act.UNPROTECT))
    assert credentials.read().protection.level is Level.KEYRING


def test_a_locked_keyring_changes_nothing_and_says_what_to_do(
    home: Home, config_path: Path, tmp_path: Path
) -> None:
    assert config_path.exists()
    keyring = FileKeyring(str(tmp_path / "locked"))
    credentials = CredentialChanges(home, CredentialStore(home, keyring=keyring))
    credentials.carry_out(Act.MOVE_IN)
    before = Path(home.credentials).read_bytes()
    keyring.broken = KeyringLocked("Test Keyring is locked. Unlock it and try again.")
    with pytest.raises(KeyringLocked):
        credentials.carry_out(Act.PROTECT)
    assert Path(home.credentials).read_bytes() == before
    assert credentials.read().protection.level is Level.MACHINE
    keyring.broken = None
    credentials.carry_out(Act.PROTECT)
    keyring.broken = KeyringLocked("Test Keyring is locked. Unlock it and try again.")
    before = Path(home.credentials).read_bytes()
    for act in (Act.UNPROTECT, Act.MOVE_OUT):
        with pytest.raises(KeyringLocked):
            credentials.carry_out(act)
    assert Path(home.credentials).read_bytes() == before
    assert credentials.read().protection.level is Level.KEYRING  # reading asks no keyring


def test_a_recovery_code_is_valid_once_added_and_never_replaces_a_newer_one(
    home: Home, credentials: CredentialChanges
) -> None:
    code, other = RecoveryCode.new(), RecoveryCode.new()
    credentials.add_code(code, replace=False)
    assert credentials.read().protection.has_recovery
    with pytest.raises(ChangedSince):
        credentials.add_code(other, replace=False)
    assert CredentialStore(home).check_recovery(code)
    credentials.add_code(other, replace=True)
    assert CredentialStore(home).check_recovery(other)


@pytest.mark.parametrize("data", [b"", b"not a store", b"\0" * 400])
def test_a_damaged_store_is_reported_without_a_crash(
    home: Home, credentials: CredentialChanges, data: bytes
) -> None:
    Path(home.credentials).write_bytes(data)
    os.chmod(home.credentials, 0o600)
    shown = credentials.read()
    assert shown.problem.startswith(os.path.basename(home.credentials))
    assert shown.in_clear == ("personal",)  # the configuration can still be read


def test_a_broken_configuration_does_not_hide_the_store(
    credentials: CredentialChanges, config_path: Path
) -> None:
    credentials.carry_out(Act.MOVE_IN)
    config_path.write_text("{", encoding="utf-8")
    shown = credentials.read()
    assert shown.protection.level is Level.MACHINE
    assert shown.read_only.startswith("config.json can't be read")


def test_a_version_is_restored_byte_for_byte_and_undo_brings_the_previous_one_back(
    home: Home, config_path: Path
) -> None:
    history = HistoryChanges(home)
    ConfigLoader(home).load_and_keep()
    ConfigLoader(home).delete_profile("local proxy")
    now = config_path.read_text(encoding="utf-8")
    newest, first = history.read()
    assert "2 profiles" in newest.text
    shown = history.look_at(first.id)
    assert shown.restorable
    assert any(line.startswith("+") and "local proxy" in line for line in shown.lines)
    assert TOKEN not in "\n".join(shown.lines)
    assert history.look_at(newest.id).lines == (NOTHING_WOULD_CHANGE,)
    assert not history.look_at(newest.id).restorable
    change = history.restore(first.id)
    assert config_path.read_text(encoding="utf-8") == WITH_TOKEN
    undone(change)
    assert config_path.read_text(encoding="utf-8") == now


def test_restoring_a_version_saves_the_broken_file_it_replaces(home: Home, config_path: Path) -> None:
    ConfigLoader(home).load_and_keep()
    config_path.write_text('{"profiles": {', encoding="utf-8")
    history = HistoryChanges(home)
    [version] = history.read()
    assert history.look_at(version.id).restorable
    change = history.restore(version.id)
    assert change.undo is None
    assert config_path.read_text(encoding="utf-8") == WITH_TOKEN
    assert any("unreadable" in row.text for row in history.read())


def test_a_missing_version_is_reported(home: Home) -> None:
    shown = HistoryChanges(home).look_at("deadbeef")
    assert not shown.restorable
    assert shown.why_not


@pytest.mark.parametrize("why", ["too new", "read-only"])
def test_a_configuration_that_must_not_be_changed_is_not_replaced_by_a_version(
    home: Home, config_path: Path, why: str
) -> None:
    ConfigLoader(home).load_and_keep()
    ConfigLoader(home).delete_profile("local proxy")
    first = HistoryChanges(home).read()[-1]
    if why == "too new":
        newer = WITH_TOKEN.replace('"version": 2,', '"version": 2, "traySchema": 99,')
        config_path.write_text(newer, encoding="utf-8", newline="")
    else:
        config_path.chmod(0o400)
    before = config_path.read_bytes()
    shown = HistoryChanges(home).look_at(first.id)
    assert not shown.restorable
    assert ("newer CodeMie Tray" if why == "too new" else "chmod u+w") in shown.why_not
    assert TOKEN not in "\n".join(shown.lines)
    assert config_path.read_bytes() == before
    config_path.chmod(0o600)


@pytest.mark.usefixtures("config_path")
def test_the_diagnosis_is_the_output_of_the_command_without_secrets(home: Home) -> None:
    text = diagnosis(home)
    assert text.startswith("CodeMie Tray ")
    assert "personal" in text
    assert TOKEN not in text


def test_a_change_that_cannot_be_written_changes_nothing(home: Home, settings_path: Path) -> None:
    settings_path.mkdir()  # a folder in place of the file
    with pytest.raises(StoreError):
        SettingsChanges(home).set("theme", "dark")
    assert settings_path.is_dir()

"""The settings file: typed, validated, never lost."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemie_core import Home, SettingInvalid, StoreError
from codemie_core.config.settings import Settings, SettingsStore


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    os.mkdir(tmp_path / "tray")
    return SettingsStore(Home(str(tmp_path)))


def test_without_a_file_the_defaults_apply(store: SettingsStore) -> None:
    loaded = store.load()
    assert loaded.settings == Settings(log_retention_days=5, session_retention_days=None)
    assert loaded.problem is None
    assert not os.path.exists(store.path)


def test_a_change_is_saved_privately_and_unknown_settings_are_kept(store: SettingsStore) -> None:
    Path(store.path).write_text('{"later": [1, "x"], "logRetentionDays": 9}')
    assert store.change(session_retention_days=30) == Settings(9, 30)
    assert store.load().settings == Settings(9, 30)
    written = json.loads(Path(store.path).read_text())
    assert written == {"later": [1, "x"], "logRetentionDays": 9, "sessionRetentionDays": 30}
    store.change(session_retention_days=None)
    assert store.load().settings == Settings(9, None)


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_file_is_private_from_its_creation(store: SettingsStore, umask: int) -> None:
    before = os.umask(umask)
    try:
        store.change(log_retention_days=7)
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(store.path).st_mode) == 0o600


@pytest.mark.parametrize("value", [0, -1, 3651, 2.5, "5", True, None, [5]])
def test_an_impossible_value_is_refused_and_nothing_is_written(store: SettingsStore, value: object) -> None:
    with pytest.raises(SettingInvalid, match="whole number from 1 to 3650"):
        store.change(log_retention_days=value)
    assert not os.path.exists(store.path)


@pytest.mark.parametrize("value", [0, 1, "true", None, []])
def test_a_flag_is_true_or_false_and_nothing_like_it(store: SettingsStore, value: object) -> None:
    with pytest.raises(SettingInvalid, match="warnAboutClearTokens: must be true or false"):
        store.change(warn_about_clear_tokens=value)
    assert store.load().settings.warn_about_clear_tokens
    assert not store.change(warn_about_clear_tokens=False).warn_about_clear_tokens
    assert not store.load().settings.warn_about_clear_tokens


def test_one_invalid_value_does_not_affect_the_others(store: SettingsStore) -> None:
    Path(store.path).write_text('{"logRetentionDays": "soon", "sessionRetentionDays": 14}')
    loaded = store.load()
    assert loaded.settings == Settings(5, 14)
    assert loaded.problem == (
        "settings.json: logRetentionDays: must be a whole number from 1 to 3650; the default applies"
    )
    assert "soon" in Path(store.path).read_text()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"logRetentionDays": 9', b"[]", b"5", b"\xff\xfe\x00", b"\0" * 50, b"[" * 200_000],
)
def test_a_broken_file_is_reported_to_every_reader_and_saved_when_a_setting_changes(
    store: SettingsStore, content: bytes
) -> None:
    Path(store.path).write_bytes(content)
    for _ in range(2):
        loaded = store.load()
        assert loaded.settings == Settings()
        assert loaded.problem is not None
        assert loaded.problem.startswith("settings.json ")
        assert loaded.problem.endswith("; the defaults apply until it is fixed")
    assert Path(store.path).read_bytes() == content
    store.change(log_retention_days=8)
    assert store.load().settings.log_retention_days == 8
    assert store.load().problem is None
    (aside,) = Path(store.path).parent.glob("settings.json.broken-*")
    assert aside.read_bytes() == content


def test_a_file_that_is_being_written_is_waited_for(store: SettingsStore) -> None:
    code = (
        "import sys, time\nf = open(sys.argv[1], 'w')\nf.write('{\"logRet')\nf.flush()\n"
        "print('half', flush=True)\ntime.sleep(0.1)\nf.write('entionDays\": 9}')\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code, store.path], stdout=subprocess.PIPE)
    assert writer.stdout
    assert writer.stdout.readline().strip() == b"half"
    assert store.load().settings.log_retention_days == 9
    writer.wait()
    writer.stdout.close()


def test_a_folder_in_place_of_the_file_is_reported_and_nothing_breaks(store: SettingsStore) -> None:
    os.mkdir(store.path)
    assert "is a folder, not a file; remove it" in (store.load().problem or "")
    with pytest.raises(StoreError):
        store.change(log_retention_days=8)


def test_eight_concurrent_processes_lose_no_change(store: SettingsStore, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom codemie_core import Home\nfrom codemie_core.config.settings import SettingsStore\n"
        "s = SettingsStore(Home(sys.argv[1]))\n"
        "for n in range(20):\n"
        "    s.change(**{sys.argv[2]: n + 1})\n"
        "    assert getattr(s.load().settings, sys.argv[2]) >= 1\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    names = ["log_retention_days", "session_retention_days"] * 4
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], env=environ) for name in names
    ]
    assert [writer.wait(60) for writer in writers] == [0] * 8
    assert store.load().settings == Settings(20, 20)
    assert sorted(os.listdir(tmp_path / "tray")) == ["lock", "settings.json"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["logRetentionDays", "sessionRetentionDays", "x"]), VALUES) | VALUES)
def test_any_json_yields_valid_settings(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    home = tmp_path_factory.mktemp("home")
    os.mkdir(home / "tray")
    store = SettingsStore(Home(str(home)), torn_patience_seconds=0)
    Path(store.path).write_text(json.dumps(value))
    loaded = store.load().settings
    assert 1 <= loaded.log_retention_days <= 3650
    assert loaded.session_retention_days is None or 1 <= loaded.session_retention_days <= 3650

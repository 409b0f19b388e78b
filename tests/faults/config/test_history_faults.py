"""Every fault at every call of what the history and the migrations write: old or new, nothing lost."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there is no fork here", allow_module_level=True)

from tests.faults.os_calls import End, Ended, run_every_fault
from tests.support.scale import rounds

from codemie_core import CodeMieError, ConfigLoader, Home, StoreError
from codemie_core.config.history import History
from codemie_core.config.history.folder import HistoryFolder
from codemie_core.config.migrations.runner import MigrationRunner
from codemie_core.config.model.layout import CLASSIC

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

GOLDEN = Path(__file__).parents[2] / "golden"
BEFORE = (GOLDEN / "wiped-by-migration" / "before-config.json").read_bytes()
AFTER = (GOLDEN / "wiped-by-migration" / "after-codemie-cli.config.json").read_bytes()
MIGRATED = (GOLDEN / "migrations" / "all-of-a-seed-home" / "after.json").read_bytes()
REFUSALS = (CodeMieError,)


def loader_of(folder: str) -> ConfigLoader:
    return ConfigLoader(Home(folder), settle_seconds=0)


def write(folder: str, name: str, data: bytes) -> None:
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


EVERY = rounds(7, 1)


def read(folder: str, name: str) -> bytes:
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def contents(folder: str) -> list[bytes]:
    """The contents of the history; a name without its content fails here."""
    history = History(Home(folder))
    return [history.read(entry) for entry in history.entries()]


def no_litter(folder: str, end: End) -> None:
    """After a handled error nothing temporary is left, unless its removal failed."""
    if end.ended is not Ended.KILLED and end.fault.call not in ("unlink", "scandir", "listdir"):
        left = [name for _, _, names in os.walk(folder) for name in names if name.endswith(".tmp")]
        assert not left, f"left behind: {left}"


def after_the_next_start(folder: str, wanted: Callable[[list[bytes]], bool]) -> None:
    """The next start works, saves the current version, and removes what a kill left in the history."""
    loader = loader_of(folder)
    loader.keep_seen()
    assert wanted(contents(folder)), "a version is in neither the file nor the history"
    loader.save_profile("one more", {"provider": "x"})
    left = [name for name in os.listdir(Home(folder).history) if name.endswith(".tmp")]
    assert not left, f"orphans: {left}"


def test_another_programs_version_is_saved_or_not_and_the_rest_is_kept(tmp_path: Path) -> None:
    newer = BEFORE.replace(b"work", b"play")

    def prepare(folder: str) -> None:
        write(folder, "config.json", BEFORE)
        loader_of(folder).keep_seen()
        write(folder, "config.json", newer)

    def check(folder: str, end: End) -> None:
        assert read(folder, "config.json") == newer
        kept = contents(folder)
        assert kept[-1] == BEFORE
        assert kept[:-1] in ([], [newer])
        if end.ended is Ended.SUCCEEDED:
            assert kept[:-1] == [newer], "success was reported falsely"
        no_litter(folder, end)
        after_the_next_start(folder, lambda states: BEFORE in states and newer in states)

    def operation(folder: str) -> None:
        if loader_of(folder).keep_seen() is None:
            raise StoreError(folder, "there was nothing that could be kept")

    report = run_every_fault(str(tmp_path), prepare, operation, check, refusals=REFUSALS, every=EVERY)
    print(report)
    assert not report.violations, report


def test_a_switch_happens_or_not_and_the_replaced_version_is_saved(tmp_path: Path) -> None:
    switched = BEFORE.replace(b'"activeProfile": "work"', b'"activeProfile": "personal"')

    def prepare(folder: str) -> None:
        write(folder, "config.json", BEFORE)

    def check(folder: str, end: End) -> None:
        now = read(folder, "config.json")
        assert now in (BEFORE, switched)
        assert all(state in (BEFORE, switched) for state in contents(folder))
        if end.ended is Ended.SUCCEEDED:
            assert now == switched
        no_litter(folder, end)
        after_the_next_start(folder, lambda states: now in states)

    report = run_every_fault(
        str(tmp_path),
        prepare,
        lambda f: loader_of(f).switch_profile("personal"),
        check,
        refusals=REFUSALS,
        every=EVERY,
    )
    print(report)
    assert not report.violations, report


def test_a_restore_brings_the_profiles_back_or_changes_nothing(tmp_path: Path) -> None:
    def prepare(folder: str) -> None:
        write(folder, "config.json", BEFORE)
        loader_of(folder).keep_seen()
        os.unlink(os.path.join(folder, "config.json"))
        write(folder, "codemie-cli.config.json", AFTER)

    def operation(folder: str) -> None:
        loader = loader_of(folder)
        loader.restore(next(entry for entry in loader.history.entries() if entry.layout is CLASSIC))

    def check(folder: str, end: End) -> None:
        now = read(folder, "codemie-cli.config.json")
        back = now != AFTER
        if back:
            config = json.loads(now)
            assert list(config["profiles"]) == ["work", "personal"]
            assert config["profiles"]["personal"]["apiKey"] == "sk-ant-sample-not-a-real-key"
            assert AFTER in contents(folder), "the replaced version was not saved"
        if end.ended is Ended.SUCCEEDED:
            assert back
        assert BEFORE in contents(folder)
        no_litter(folder, end)
        after_the_next_start(folder, lambda states: BEFORE in states and AFTER in states and now in states)

    report = run_every_fault(
        str(tmp_path), prepare, operation, check, refusals=(*REFUSALS, StopIteration), every=EVERY
    )
    print(report)
    assert not report.violations, report


def test_a_migration_is_applied_completely_or_not_at_all(tmp_path: Path) -> None:
    def prepare(folder: str) -> None:
        write(folder, "config.json", BEFORE)

    def check(folder: str, end: End) -> None:
        now = read(folder, "config.json")
        assert now in (BEFORE, MIGRATED)
        if now == MIGRATED:
            assert BEFORE in contents(folder), "the migrated version was not saved"
        if end.ended is Ended.SUCCEEDED:
            assert now == MIGRATED
        no_litter(folder, end)
        after_the_next_start(folder, lambda states: BEFORE in states and now in states)

    report = run_every_fault(
        str(tmp_path),
        prepare,
        lambda f: MigrationRunner(loader_of(f)).run(),
        check,
        refusals=REFUSALS,
        every=EVERY,
    )
    print(report)
    assert not report.violations, report


def test_an_unsafe_history_is_caught_by_these_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a history that writes in place, under the final name, must be caught."""

    def in_place(self: HistoryFolder, entry: object, data: bytes, *, durable: bool) -> None:
        os.makedirs(self.path, exist_ok=True)
        fd = os.open(self.path_of(entry), os.O_WRONLY | os.O_CREAT, 0o600)  # type: ignore[arg-type]
        try:
            os.write(fd, data)
        finally:
            os.close(fd)

    monkeypatch.setattr(HistoryFolder, "write", in_place)

    def prepare(folder: str) -> None:
        write(folder, "config.json", BEFORE)
        os.mkdir(os.path.join(folder, "tray"))

    def check(folder: str, end: End) -> None:
        assert all(state == BEFORE for state in contents(folder))

    def operation(folder: str) -> None:
        loader_of(folder).keep_seen()

    def strict(folder: str, end: End) -> None:
        try:
            check(folder, end)
        except CodeMieError as error:
            raise AssertionError(str(error)) from error

    report = run_every_fault(
        str(tmp_path), prepare, operation, strict, refusals=(*REFUSALS, OSError), every=EVERY
    )
    assert report.violations

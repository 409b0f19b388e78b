"""Each operation on the configuration, failing at every system call: old or new, and correctly reported."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

import pytest
from tests.support.scale import rounds

if sys.platform == "win32":
    pytest.skip("forks", allow_module_level=True)

from pathlib import Path

from tests.faults.os_calls import End, Ended, Fault, Kind, run_every_fault

from codemie_core import CodeMieError, ConfigLoader, Home
from codemie_core.profiles.transfer.importing import Existing, import_profiles
from codemie_core.profiles.transfer.portable import Portable

pytestmark = pytest.mark.faults

OLD = (
    '{\r\n  "activeProfile": "a",\r\n  "profiles": {\r\n'
    '    "a": {"model": "m1", "authToken": "sk-planted"},\r\n'
    '    "b": {"model": "m2", "n": 1e3}\r\n  }\r\n}'
)
ORPHANS = {".config.json.4194304-0123abcd.tmp", ".real.json.4194304-0123abcd.tmp"}

Change = Callable[[ConfigLoader], object]


def imported(loader: ConfigLoader, names: Sequence[str]) -> None:
    """The others must leave the old file or the new one."""
    profiles = [Portable(name, {"model": "imported", "timeout": 3}) for name in names]
    import_profiles(loader, profiles, Existing.REPLACE)


CHANGES: dict[str, Change] = {
    "first save": lambda loader: loader.save_profile("first", {"authToken": "sk-planted", "model": "m"}),
    "switch": lambda loader: loader.switch_profile("b"),
    "save": lambda loader: loader.save_profile("b", {"model": "new", "timeout": 3}),
    "rename": lambda loader: loader.rename_profile("a", "c"),
    "duplicate": lambda loader: loader.duplicate_profile("a", "c"),
    "import": lambda loader: imported(loader, ("b", "c", "d")),
    "first import": lambda loader: imported(loader, ("first", "second")),
    "delete": lambda loader: loader.delete_profile("a"),
}
STATES_AT_LEAST = 100
EVERY = rounds(5, 1)
"""Every fifth state in the quick run: all calls, and all faults in turn."""


def loader_of(folder: str) -> ConfigLoader:
    return ConfigLoader(Home(os.path.join(folder, "home")), settle_seconds=0.0005, lock_timeout_seconds=1)


def prepare_of(name: str, *, linked: bool) -> Callable[[str], None]:
    def prepare(folder: str) -> None:
        home = Path(folder, "home")
        if name.startswith("first"):
            return
        (home / "tray").mkdir(parents=True)
        path, real = home / "config.json", home / "config.json"
        if linked:
            real = Path(folder, "dotfiles", "real.json")
            real.parent.mkdir()
            path.symlink_to("../dotfiles/real.json")
        real.with_name(f".{real.name}.4194304-0123abcd.tmp").write_text("left by a killed writer")
        path.write_bytes(OLD.encode())
        path.chmod(0o640)

    return prepare


def content(folder: str) -> bytes | None:
    try:
        return Path(folder, "home", "config.json").read_bytes()
    except FileNotFoundError:
        return None


def check_of(name: str, old: bytes | None, new: bytes) -> Callable[[str, End], None]:
    def check(folder: str, end: End) -> None:
        now = content(folder)
        assert now in {old, new}, f"torn or lost: {now!r}"
        if os.path.isdir(os.path.join(folder, "dotfiles")):
            assert os.path.islink(os.path.join(folder, "home", "config.json")), "the link was replaced"
        if end.ended is Ended.SUCCEEDED:
            assert now == new, "success was reported falsely"
        if end.ended is Ended.REFUSED:
            if "nothing was changed" in end.message:
                assert now == old, f"it claims that nothing was changed: {end.message}"
            assert "sk-planted" not in end.message
        if end.ended is not Ended.KILLED and end.fault.call not in ("unlink", "scandir"):
            assert temporaries(folder) <= ORPHANS, "a temporary file was left after a handled error"
            if now == new != old:
                assert not temporaries(folder), "the orphan was not swept"
        if now == old and old is not None:
            assert Path(folder, "home", "config.json").stat().st_mode & 0o777 == 0o640
        # The next start works, sweeps, and the change can be made.
        loader = ConfigLoader(Home(os.path.join(folder, "home")), settle_seconds=0)
        loader.sweep()
        assert not temporaries(folder), "an orphan survived the sweep"
        if now == old:
            CHANGES[name](loader)
            assert content(folder) == new

    return check


def temporaries(folder: str) -> set[str]:
    return {
        name
        for parent, _, names in os.walk(folder)
        for name in names
        if name.startswith(".") and "tmp" in name
    }


def result_of(folder: Path, name: str) -> tuple[bytes | None, bytes]:
    folder.mkdir()
    prepare_of(name, linked=False)(str(folder))
    old = content(str(folder))
    CHANGES[name](loader_of(str(folder)))
    new = content(str(folder))
    assert new is not None
    assert new != old
    return old, new


@pytest.mark.parametrize("name", CHANGES)
def test_every_call_of_a_change_may_fail_or_be_the_last(tmp_path: Path, name: str) -> None:
    old, new = result_of(tmp_path / "whole", name)
    report = run_every_fault(
        str(tmp_path),
        prepare_of(name, linked=name in ("switch", "rename")),
        lambda folder: CHANGES[name](loader_of(folder)),
        check_of(name, old, new),
        refusals=(CodeMieError,),
        every=EVERY,
    )
    assert not report.violations, report
    assert report.states >= STATES_AT_LEAST, report
    assert report.calls["fsync"] >= 2, report
    assert report.ends[Ended.KILLED] * EVERY >= report.calls.total(), report


def in_place(folder: str) -> None:
    """What the CLI does."""
    new = OLD.replace('"activeProfile": "a"', '"activeProfile": "b"').encode()
    fd = os.open(os.path.join(folder, "home", "config.json"), os.O_WRONLY | os.O_TRUNC)
    os.write(fd, new)
    os.close(fd)


def rename_without_care(folder: str) -> None:
    """A temporary file and a rename, without checking the count or cleaning up."""
    new = OLD.replace('"activeProfile": "a"', '"activeProfile": "b"').encode()
    temporary = os.path.join(folder, "home", ".config.json.1-00000000.tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640)
    os.write(fd, new)
    os.close(fd)
    os.replace(temporary, os.path.join(folder, "home", "config.json"))


@pytest.mark.parametrize("writer", [in_place, rename_without_care])
def test_a_naive_writer_is_caught(tmp_path: Path, writer: Callable[[str], None]) -> None:
    old, new = result_of(tmp_path / "whole", "switch")
    report = run_every_fault(
        str(tmp_path),
        prepare_of("switch", linked=False),
        writer,
        check_of("switch", old, new),
        refusals=(CodeMieError, OSError),
    )
    kinds = {"torn or lost", "temporary file was left", "orphan was not swept"}
    assert len(report.violations) >= 5, report
    assert any(kind in line for line in report.violations for kind in kinds)


def test_a_false_success_is_caught(tmp_path: Path) -> None:
    def swallow(folder: str) -> None:
        try:
            CHANGES["switch"](loader_of(folder))
        except CodeMieError:
            return

    old, new = result_of(tmp_path / "whole", "switch")
    report = run_every_fault(
        str(tmp_path),
        prepare_of("switch", linked=False),
        swallow,
        check_of("switch", old, new),
        refusals=(CodeMieError,),
        calls=("fsync", "write"),
    )
    assert any("success was reported falsely" in line for line in report.violations), report


def test_an_injected_fault_names_itself() -> None:
    assert str(Fault("write", 0, Kind.KILL_WITHIN)) == "write #0: kill within"

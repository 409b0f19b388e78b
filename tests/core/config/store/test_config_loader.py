"""What each operation does to a home: first run, both layouts, and every possible kind of file."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core.config.two_profiles import PLANTED, TWO, loader, path, stored

from codemie_core import (
    CodeMieError,
    Config,
    ConfigCorrupt,
    ConfigError,
    ConfigLoader,
    ConfigMissing,
    ConfigUnreadable,
    Home,
    ProfileExists,
    ProfileNotFound,
    StoreDenied,
    StoreFull,
)
from codemie_core.config import reader as config_reader

__all__ = ["loader", "path"]

GOLDEN = Path(__file__).parents[3] / "golden"

OPERATIONS: dict[str, Callable[[ConfigLoader], Config]] = {
    "switch": lambda loader: loader.switch_profile("b"),
    "save": lambda loader: loader.save_profile("b", {"model": "new"}),
    "save new": lambda loader: loader.save_profile("c", {"model": "new"}),
    "rename": lambda loader: loader.rename_profile("a", "c"),
    "duplicate": lambda loader: loader.duplicate_profile("a", "c"),
    "delete": lambda loader: loader.delete_profile("a"),
}
each_operation = pytest.mark.parametrize("change", OPERATIONS.values(), ids=OPERATIONS.keys())


# ---- the operations ------------------------------------------------------------------------------------


def test_profiles_are_listed_in_the_order_of_the_file(loader: ConfigLoader, path: Path) -> None:
    config = loader.load()
    assert [profile.name for profile in config.profiles] == ["a", "b"]
    assert config.active_profile == config.profile("a")
    assert config.profile("b").model == "m2"
    assert config.path == str(path)


def test_a_switch_is_on_disk_when_the_call_returns(loader: ConfigLoader, path: Path) -> None:
    assert loader.switch_profile("b").active == "b"
    assert path.read_text() == TWO.replace('"activeProfile": "a"', '"activeProfile": "b"')


def written(path: Path) -> tuple[int, ...]:
    """Return what a write changes; without the access time, which a mount may or may not record."""
    status = path.stat()
    return (status.st_ino, status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def test_a_switch_to_the_active_profile_writes_nothing(loader: ConfigLoader, path: Path) -> None:
    before = written(path)
    loader.switch_profile("a")
    assert written(path) == before
    loader.switch_profile("b")
    assert written(path) != before, "it would be seen"


def test_deleting_the_active_profile_activates_the_first_remaining_one(
    loader: ConfigLoader, path: Path
) -> None:
    assert loader.delete_profile("a").active == "b"
    assert loader.delete_profile("b").active == "default"
    assert stored(path) == {"activeProfile": "default", "profiles": {}}


def test_the_value_returned_is_the_state_on_disk(loader: ConfigLoader, path: Path) -> None:
    for change in OPERATIONS.values():
        path.write_text(TWO)
        assert change(loader) == loader.load()


def test_refusals_name_the_profile_and_change_nothing(loader: ConfigLoader, path: Path) -> None:
    refusals: tuple[tuple[type[CodeMieError], Callable[[], object]], ...] = (
        (ProfileNotFound, lambda: loader.switch_profile("none")),
        (ProfileNotFound, lambda: loader.delete_profile("none")),
        (ProfileNotFound, lambda: loader.rename_profile("none", "x")),
        (ProfileExists, lambda: loader.rename_profile("a", "b")),
        (ProfileExists, lambda: loader.duplicate_profile("a", "b")),
    )
    for error, change in refusals:
        with pytest.raises(error):
            change()
    assert path.read_text() == TWO


# ---- the first run -------------------------------------------------------------------------------------


def test_a_missing_configuration_is_a_first_run_and_not_an_error(loader: ConfigLoader, home: Home) -> None:
    with pytest.raises(ConfigMissing, match="there is no configuration yet"):
        loader.load()
    with pytest.raises(ConfigMissing):
        loader.switch_profile("a")
    assert not os.path.exists(home.join("config.json"))


def test_the_first_profile_creates_a_configuration_that_the_cli_adopts(
    loader: ConfigLoader, home: Home
) -> None:
    config = loader.save_profile("first", {"provider": "sso"})
    assert config.active == "first"
    assert stored(Path(home.join("config.json"))) == {
        "version": 2,
        "activeProfile": "first",
        "profiles": {"first": {"provider": "sso"}},
    }


@pytest.mark.parametrize("trace", ["migrations.json", "sessions"])
def test_the_first_profile_in_a_cli_home_is_written_to_the_clis_file(
    loader: ConfigLoader, home: Home, trace: str
) -> None:
    if trace == "sessions":
        os.mkdir(home.sessions)
    else:
        Path(home.join(trace)).write_text("{}")
    config = loader.save_profile("first", {"apiKey": PLANTED})
    assert config.layout.name == "cli"
    assert not os.path.exists(home.join("config.json"))
    assert stored(Path(home.join("codemie-cli.config.json")))["profiles"] == {
        "first": {"apiKey": PLANTED, "name": "first"}
    }


def test_a_missing_home_is_created_by_the_first_profile_and_by_nothing_else(tmp_path: Path) -> None:
    loader = ConfigLoader(Home(str(tmp_path / "deep" / "new")), settle_seconds=0)
    changes: tuple[Callable[[], object], ...] = (
        loader.sweep,
        lambda: loader.switch_profile("a"),
        lambda: loader.delete_profile("a"),
    )
    for change in changes:
        with contextlib.suppress(ConfigMissing):
            assert change() == 0
        assert not (tmp_path / "deep").exists()
    loader.save_profile("a", {})
    assert (tmp_path / "deep" / "new" / "tray").is_dir()
    if os.name == "posix":
        assert (tmp_path / "deep" / "new" / "config.json").stat().st_mode & 0o777 == 0o644
        assert (tmp_path / "deep" / "new").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "deep" / "new" / "tray").stat().st_mode & 0o777 == 0o700


def test_the_configuration_of_the_cli_takes_precedence(loader: ConfigLoader, home: Home, path: Path) -> None:
    Path(home.join("codemie-cli.config.json")).write_text('{"version": 2, "profiles": {"x": {}}}')
    assert [profile.name for profile in loader.load().profiles] == ["x"]
    loader.switch_profile("x")
    assert path.read_text() == TWO


def test_a_home_that_is_a_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    loader = ConfigLoader(Home(str(tmp_path / "file")), settle_seconds=0)
    with pytest.raises(ConfigUnreadable, match="is not a folder"):
        loader.load()
    with pytest.raises(CodeMieError, match="is not a folder"):
        loader.save_profile("a", {})
    assert (tmp_path / "file").read_text() == "x"


# ---- what the file can be ------------------------------------------------------------------------------


@each_operation
def test_a_link_is_written_through(
    loader: ConfigLoader, path: Path, tmp_path: Path, change: Callable[[ConfigLoader], Config]
) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    shutil.move(path, dotfiles / "real.json")
    (dotfiles / "middle.json").symlink_to("real.json")
    path.symlink_to(dotfiles / "middle.json")
    config = change(loader)
    assert path.is_symlink()
    assert (dotfiles / "middle.json").is_symlink()
    assert config.path == str(path)
    assert (dotfiles / "real.json").read_text() == config.document.text != TWO
    assert sorted(entry.name for entry in dotfiles.iterdir()) == ["middle.json", "real.json"]


@each_operation
def test_a_dangling_link_is_reported_and_kept(
    loader: ConfigLoader, path: Path, tmp_path: Path, change: Callable[[ConfigLoader], Config]
) -> None:
    path.unlink()
    path.symlink_to(tmp_path / "gone.json")
    with pytest.raises(ConfigUnreadable, match=r"is a link to .*gone\.json, which does not exist"):
        change(loader)
    assert path.is_symlink()
    assert not (tmp_path / "gone.json").exists()


def test_a_link_to_itself_is_reported(loader: ConfigLoader, path: Path) -> None:
    path.unlink()
    path.symlink_to("config.json")
    attempts: tuple[Callable[[], object], ...] = (loader.load, lambda: loader.save_profile("a", {}))
    for attempt in attempts:
        with pytest.raises(ConfigUnreadable, match="is a link that loops back to itself"):
            attempt()


def test_the_other_of_two_hard_links_keeps_the_old_content(
    loader: ConfigLoader, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").hardlink_to(path)
    loader.switch_profile("b")
    assert (tmp_path / "other").read_text() == TWO
    assert loader.load().active == "b"


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no named pipes in folders on Windows")
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("no sockets in folders on Windows")
    # By its relative name: a socket's path has at most 107 bytes.
    with socket.socket(socket.AF_UNIX) as server, contextlib.chdir(path.parent):
        server.bind(path.name)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (a_folder, "is a folder, not a file"),
        (a_pipe, "is not a file"),
        (a_device, "is not a file"),
        (a_socket, "can't be read: No such device or address"),
    ],
)
def test_anything_but_a_file_is_reported_immediately_and_left_alone(
    loader: ConfigLoader, path: Path, make: Callable[[Path], None], reason: str
) -> None:
    path.unlink()
    make(path)
    before = path.lstat()
    attempts: tuple[Callable[[], object], ...] = (
        loader.load,
        lambda: loader.save_profile("a", {}),
        lambda: loader.switch_profile("a"),
    )
    for attempt in attempts:
        with pytest.raises(ConfigUnreadable, match=reason):
            attempt()
    assert path.lstat().st_mode == before.st_mode


def test_a_file_too_large_for_a_configuration_is_not_read_completely(
    loader: ConfigLoader, path: Path
) -> None:
    with path.open("r+b") as file:
        file.truncate(40 << 30)  # sparse; reading it would take the memory of most machines
    with pytest.raises(ConfigUnreadable, match="is 40960 MB; CodeMie Tray reads up to 256 KB"):
        loader.load()


def test_an_edit_does_not_produce_a_file_that_could_not_be_read_again(
    loader: ConfigLoader, path: Path
) -> None:
    with pytest.raises(StoreFull, match=r"would be 2\.1 MB; .* up to 256 KB; nothing was changed"):
        loader.save_profile("a", {"note": "x" * (2 << 20)})
    assert path.read_text() == TWO


# ---- errors with a place -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "line", "column", "reason"),
    [
        (b"", 1, 1, "the file is empty"),
        (b"\n\n", 3, 1, "the file is empty"),
        (b'{\n  "profiles": {\n    "a": {},\n  }\n}', 4, 3, "expected a name in double quotes, found '}'"),
        (b'{\n  "activeProfile": "a"\n  "profiles": {}\n}', 3, 3, "expected a comma or }, found '\"'"),
        (b'{"profiles": {"a": {"n": NaN}}}', 1, 26, "expected a value, found 'N'"),
        (b'{"profiles": {"a": {"n": 01}}}', 1, 26, "expected a value, found '0'"),
        (b'{"profiles": {"a": {"n": "x\ty"}}}', 1, 26, "this string has no end, or a character that must"),
        (b'{"profiles": {}', 1, 16, "expected a comma or }, found the end of the file"),
        (b'{"profiles": {}} {}', 1, 18, "nothing may follow the closing brace"),
        (b"\xef\xbb\xbf[]", 1, 1, "the configuration must be a JSON object, not a list"),
        (b'{\n"profiles": []}', 2, 13, "profiles must be a JSON object, not a list"),
        (b'{"activeProfile": 7}', 1, 19, "activeProfile must be a profile's name, not a number"),
        ('{"ключ": "\xe9"}'.encode().replace(b"\xc3\xa9", b"\xe9"), 1, 11, "not UTF-8 text"),
        ('{"a": 1}'.encode("utf-16"), 1, 1, "saved as UTF-16; save it as UTF-8"),
        (b"\x00" * 64, 1, 1, "expected a value, found '\\x00'"),
    ],
)
def test_an_invalid_configuration_is_reported_with_its_location_and_never_overwritten(
    loader: ConfigLoader,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    data: bytes,
    line: int,
    column: int,
    reason: str,
) -> None:
    monkeypatch.setattr(config_reader, "TORN_PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(config_reader, "CHANGE_PATIENCE_SECONDS", 0.01)
    path.write_bytes(data)
    with pytest.raises(ConfigCorrupt) as caught:
        loader.load()
    assert (caught.value.line, caught.value.column) == (line, column)
    assert reason in caught.value.reason
    assert str(caught.value) == f"{path}, line {line}, column {column}: {caught.value.reason}"
    for change in OPERATIONS.values():
        with pytest.raises(ConfigCorrupt):
            change(loader)
    assert path.read_bytes() == data


def test_a_half_written_file_is_read_again_before_it_is_called_corrupt(
    loader: ConfigLoader, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(TWO[:40])
    pauses = []

    def the_other_program_finishes(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            path.write_text(TWO)

    monkeypatch.setattr("codemie_core.config.commit.commit.time.sleep", the_other_program_finishes)
    assert loader.load().active == "a"
    assert len(pauses) == 3


def test_nothing_printable_contains_a_secret(loader: ConfigLoader, path: Path) -> None:
    printed = [repr(loader.load()), repr(loader.load().profiles), str(loader.load()), repr(loader)]
    at = TWO.index(PLANTED)
    for damaged in (
        TWO[: at + 5],
        TWO[:at] + "\t" + TWO[at:],
        TWO.replace(PLANTED, PLANTED + '" "'),
        TWO.replace(f'"{PLANTED}"', PLANTED),
        TWO.replace(f'"{PLANTED}"', f'"\\q{PLANTED}"'),
    ):
        path.write_text(damaged)
        printed += printed_errors(loader.load)
    path.write_bytes(TWO.encode().replace(PLANTED.encode(), PLANTED.encode() + b"\xff"))
    printed += printed_errors(loader.load)
    path.write_text(TWO)
    printed += printed_errors(lambda: loader.save_profile("b", {"authToken": [PLANTED, float("nan")]}))
    printed += printed_errors(lambda: loader.save_profile("", {"authToken": PLANTED}))
    assert len(printed) > 10
    assert not [text for text in printed if PLANTED in text]


def printed_errors(attempt: Callable[[], object]) -> list[str]:
    with pytest.raises(CodeMieError) as caught:
        attempt()
    return [str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value))]


# ---- the real CLI's files ------------------------------------------------------------------------------


def test_the_clis_own_home_is_read_and_edited_byte_for_byte(home: Home) -> None:
    shutil.copytree(GOLDEN / "cli-home", home.path, dirs_exist_ok=True)
    path = Path(home.join("codemie-cli.config.json"))
    before = path.read_bytes()
    loader = ConfigLoader(home, settle_seconds=0)
    config = loader.load()
    assert config.layout.name == "cli"
    assert [profile.name for profile in config.profiles] == ["work", "personal", "büro-测试"]
    assert config.active == "personal"
    assert [profile.has_secret for profile in config.profiles] == [False, True, True]
    loader.switch_profile("büro-测试")
    assert path.read_bytes() == before.replace(
        b'"activeProfile": "personal"', '"activeProfile": "büro-测试"'.encode()
    )
    loader.switch_profile("personal")
    assert path.read_bytes() == before
    loader.save_profile("work", {"timeout": 60})
    assert path.read_bytes() == before.replace(b'"timeout": 0,', b'"timeout": 60,')
    loader.save_profile("new", {"provider": "litellm", "jwtConfig": {"tokenEnvVar": "T"}})
    whole = json.loads(path.read_bytes())
    assert path.read_text(encoding="utf-8") == json.dumps(whole, indent=2, ensure_ascii=False)


def test_a_home_emptied_by_the_clis_migration_can_be_used_again(home: Home) -> None:
    path = Path(home.join("codemie-cli.config.json"))
    shutil.copy(GOLDEN / "wiped-by-migration" / "after-codemie-cli.config.json", path)
    loader = ConfigLoader(home, settle_seconds=0)
    assert loader.load().active_profile is None
    loader.save_profile("work", {"provider": "sso"})
    assert path.read_text() == json.dumps(
        {
            "version": 2,
            "activeProfile": "work",
            "profiles": {"work": {"provider": "sso", "name": "work"}},
            "codemieSkills": [],
            "codemieAssistants": [],
        },
        indent=2,
    )


def test_every_configuration_error_names_the_file(loader: ConfigLoader, home: Home) -> None:
    for text in (None, "{", "[]"):
        if text is not None:
            Path(home.join("config.json")).write_text(text)
        with pytest.raises(ConfigError) as caught:
            loader.load()
        assert caught.value.path == home.join("config.json")
        assert str(caught.value).startswith(home.join("config.json"))


def test_a_read_only_file_is_refused_even_if_its_folder_is_writable(loader: ConfigLoader, path: Path) -> None:
    path.chmod(0o400)
    with pytest.raises(StoreDenied, match="is read-only; nothing was changed"):
        loader.switch_profile("b")
    assert path.read_text() == TWO

"""Names come from a file that anyone may have written."""

from __future__ import annotations

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core import CodeMieError, ConfigCorrupt, ProfileNotFound, StoreError, VersionNotFound
from codemie_core.errors import (
    CredentialsDamaged,
    KeyMissing,
    KeyringAbsent,
    KeyringDenied,
    KeyringLocked,
    MachineUnknown,
    StoreDenied,
    StoreFull,
    store_error,
)
from codemie_tray.text.errors import in_a_row, not_kept, title_of
from codemie_tray.text.plain_text import initial, plain, short_path


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("work", "work"),
        ("  two\nlines\t", "two lines"),
        ("\x1b[31mred", "[31mred"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("x" * 60, "x" * 47 + "…"),
        ("büro-测试", "büro-测试"),
        ("\ud800half", "half"),
        ("", ""),
    ],
)
def test_a_label_is_one_plain_line(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_a_long_name_is_not_cut_inside_a_combined_character() -> None:
    assert plain("a" * 46 + "e\u0301" + "b" * 10) == "a" * 46 + "…"


@given(st.text(), st.integers(min_value=2, max_value=80))
def test_a_label_does_not_exceed_its_limit(text: str, limit: int) -> None:
    shown = plain(text, limit)
    assert len(shown) <= limit
    assert shown == plain(shown, limit)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("work", "W"),
        ("über", "Ü"),
        ("e\u0301t\u00e9", "E\u0301"),
        ("测试", "测"),
        ("ßx", "ß"),
        ("", ""),
        (" a", "A"),
    ],
)
def test_the_initial_is_the_first_letter_with_its_marks(name: str, letter: str) -> None:
    assert initial(name) == letter


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/ada/.codemie", "~/.codemie"),
        ("/home/ada", "~"),
        ("/home/adams/.codemie", "/home/adams/.codemie"),
        ("/srv/codemie", "/srv/codemie"),
    ],
)
def test_a_path_is_shown_as_its_owner_writes_it(
    path: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("USERPROFILE", _written_here("/home/ada"))
    assert short_path(_written_here(path)) == _written_here(shown)


def _written_here(path: str) -> str:
    return path.replace("/", os.sep)


def test_error_texts_are_short_enough_for_a_row() -> None:
    path = "/home/somebody/with/a/long/way/.codemie/config.json"
    full = store_error(path, OSError(errno.ENOSPC, "No space left on device"))
    assert in_a_row(full) == "config.json: can't be written, nothing was changed: No space left on device"
    assert in_a_row(ConfigCorrupt(path, "expected a comma", line=3, column=1)) == (
        "config.json, line 3, column 1: expected a comma"
    )
    assert in_a_row(CredentialsDamaged(path, "was cut off")) == "config.json: was cut off"
    assert in_a_row(MachineUnknown(f"{path} can't be opened"), path) == "config.json can't be opened"
    assert in_a_row(VersionNotFound("ab", "No kept version is called 'ab'.")) == (
        "No kept version is called 'ab'."
    )
    assert not_kept(full) == "Could not save to the history: No space left on device"
    assert not_kept(StoreError(path, "can't be locked: No locks")) == (
        "Could not save to the history: can't be locked: No locks"
    )


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (KeyringLocked("x"), "The keyring is locked"),
        (KeyringDenied("x"), "The keyring denied access"),
        (KeyringAbsent("x"), "The keyring can't be used"),
        (KeyMissing("x"), "The stored credentials can't be used"),
        (StoreFull("/x", "no space"), "No space left to save the change"),
        (StoreDenied("/x", "read-only"), "The change could not be saved"),
        (ConfigCorrupt("/x", "not JSON"), "The configuration can't be used"),
        (ProfileNotFound("x", "There is none."), "Something went wrong"),
    ],
)
def test_the_title_of_a_notification_says_what_failed(error: CodeMieError, title: str) -> None:
    assert title_of(error) == title

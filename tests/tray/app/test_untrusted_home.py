"""The tray in a home that another user could have changed: it reports this and uses no secret."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codemie_core import Home
from codemie_core.credentials import CredentialStore, Secret
from codemie_core.errors import HomeUntrusted
from codemie_tray.background.credential_actions import CredentialAction, carry_out
from codemie_tray.text.plain_text import plain, short_path
from codemie_tray.view.actions import Do, KeepTokensInStore
from codemie_tray.view.problems import LIMIT, rows_of
from codemie_tray.view.read_state import read_state

if sys.platform == "win32":
    pytest.skip("permission bits", allow_module_level=True)

CONFIG = '{"version": 2, "activeProfile": "a", "profiles": {"a": {"authToken": "sk-planted-0123456789"}}}'


@pytest.fixture
def open_home(home: Home) -> Home:
    Path(home.join("config.json")).write_text(CONFIG)
    Path(home.join("config.json")).chmod(0o600)
    Path(home.path).chmod(0o777)
    return home


def test_a_row_names_who_could_have_changed_the_home_and_opens_the_folder(open_home: Home) -> None:
    (row,) = rows_of(read_state(open_home))
    assert row.action == Do.OPEN_FOLDER
    problem = f"{short_path(open_home.path)}: can be changed by every user of this machine"
    assert read_state(open_home).credentials.problem == problem
    assert row.label == plain(problem, LIMIT)
    Path(open_home.path).chmod(0o755)
    assert rows_of(read_state(open_home)) == ()


def test_the_first_state_does_not_check_owners(open_home: Home) -> None:
    assert read_state(open_home, credentials=False).credentials.problem is None


@pytest.mark.parametrize(
    "action", [KeepTokensInStore(True), KeepTokensInStore(False), Do.UNPROTECT_CREDENTIALS]
)
def test_a_click_on_credentials_is_refused_and_changes_nothing(
    open_home: Home, action: CredentialAction
) -> None:
    store = CredentialStore(open_home)
    store.set("x", Secret("1"))
    before = {path: path.read_bytes() for path in Path(open_home.path).rglob("*") if path.is_file()}
    with pytest.raises(HomeUntrusted, match="can be changed by every user"):
        carry_out(action, open_home, store)
    assert {path: path.read_bytes() for path in Path(open_home.path).rglob("*") if path.is_file()} == before


def test_the_same_click_works_if_only_the_owner_can_write(open_home: Home) -> None:
    Path(open_home.path).chmod(0o755)
    reported = carry_out(KeepTokensInStore(True), open_home, CredentialStore(open_home))
    assert reported is not None
    assert "1 token moved" in reported[0]

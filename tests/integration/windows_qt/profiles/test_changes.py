"""What the Profiles window writes, with the real store and real files, and undoing it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.windows_qt.conftest import CONFIG
from tests.integration.windows_qt.profiles.conftest import text_in

from codemie_core import ConfigLoader, Home, ProfileNotFound, Secret
from codemie_core.credentials import CredentialStore
from codemie_core.errors import CredentialNotFound, ProfileExists, SchemaTooNew
from codemie_core.profiles.providers import provider_named
from codemie_tray.windows.data.changes import Done, NewToken, ProfileChanges
from codemie_tray.windows.data.read import Loaded, Nothing, Unreadable, read_home
from codemie_tray.windows.data.undo import UndoTooLate
from codemie_tray.windows.pure.fields.form import Form, form_of, new_form, with_provider, with_text

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3


def form_in(home: Home, name: str) -> Form:
    return form_of(ConfigLoader(home).load().profile(name))


def reference(home: Home, name: str) -> str:
    text = ConfigLoader(home).load().profile(name).fields["authToken"]
    assert isinstance(text, str)
    return text.removeprefix("credential:")


def test_a_rename_and_a_changed_field_are_one_write(home: Home, changes: ProfileChanges) -> None:
    before = form_in(home, "personal")
    after = Form("mine", "anthropic", with_text(before, "model", "other").texts)
    done = changes.save(before, after)
    expected = CONFIG.replace('"personal"', '"mine"').replace(
        '"model": "claude-4-5-sonnet",\n      "timeout"', '"model": "other",\n      "timeout"'
    )
    assert text_in(home) == expected
    assert len(ConfigLoader(home).history.entries()) == 2  # the state before, and the one after
    assert done.undo is not None
    changes.undo(done.undo)
    assert text_in(home) == CONFIG


def test_every_change_can_be_undone_byte_for_byte(home: Home, changes: ProfileChanges) -> None:
    each: tuple[Callable[[], Done], ...] = (
        lambda: changes.switch("personal"),
        lambda: changes.duplicate("personal"),
        lambda: changes.delete("work"),
        lambda: changes.add(new_form(provider_named("ollama"), "new"), None, use=True),
        lambda: changes.save(form_in(home, "work"), with_provider(form_in(home, "work"), "anthropic")),
    )
    for change in each:
        done = change()
        assert text_in(home) != CONFIG
        assert done.undo is not None
        changes.undo(done.undo)
        assert text_in(home) == CONFIG


def test_a_new_token_is_stored_for_its_address_and_undo_restores_the_old_one(
    home: Home, changes: ProfileChanges
) -> None:
    store = CredentialStore(home)
    before = form_in(home, "personal")
    first = changes.save(before, before, NewToken(Secret(TOKEN), in_store=True))
    name = reference(home, "personal")
    assert store.entries()[name].origins == ("https://api.anthropic.com",)
    moved = with_text(before, "baseUrl", "https://gateway.example.com")
    second = changes.save(before, moved, NewToken(Secret(TOKEN + "2"), in_store=True))
    assert store.get(name).reveal() == TOKEN + "2"
    assert "https://gateway.example.com" in store.entries()[name].origins
    assert second.undo is not None
    changes.undo(second.undo)
    assert store.get(name).reveal() == TOKEN
    assert store.entries()[name].origins == ("https://api.anthropic.com",)  # no longer the new one
    assert form_in(home, "personal") == before
    assert first.undo is not None
    changes.undo(first.undo)
    assert text_in(home) == CONFIG
    with pytest.raises(CredentialNotFound):
        store.get(name)


def test_a_token_can_be_written_to_the_file_on_request(home: Home, changes: ProfileChanges) -> None:
    before = form_in(home, "personal")
    done = changes.save(before, before, NewToken(Secret(TOKEN), in_store=False))
    assert f'"authToken": "{TOKEN}"' in text_in(home)
    assert os.stat(home.join("config.json")).st_mode & 0o077 == 0
    assert done.undo is not None
    changes.undo(done.undo)
    assert text_in(home) == CONFIG


def test_a_removed_token_can_be_restored_and_a_shared_one_stays(home: Home, changes: ProfileChanges) -> None:
    store = CredentialStore(home)
    before = form_in(home, "personal")
    changes.save(before, before, NewToken(Secret(TOKEN), in_store=True))
    name, text = reference(home, "personal"), text_in(home)
    done = changes.remove_token("personal")
    assert "authToken" not in ConfigLoader(home).load().profile("personal").fields
    with pytest.raises(CredentialNotFound):
        store.get(name)
    assert done.undo is not None
    changes.undo(done.undo)
    assert (text_in(home), store.get(name).reveal()) == (text, TOKEN)
    changes.duplicate("personal")
    changes.remove_token("personal copy")
    assert store.get(name).reveal() == TOKEN


def test_undo_never_discards_another_programs_change(home: Home, changes: ProfileChanges) -> None:
    copied, deleted = changes.duplicate("personal"), changes.delete("work")
    ConfigLoader(home).save_profile("personal", {"model": "theirs"})
    text = text_in(home)
    assert copied.undo is not None
    with pytest.raises(UndoTooLate):
        changes.undo(copied.undo)
    assert text_in(home) == text
    assert deleted.undo is not None
    changes.undo(deleted.undo)  # a deleted profile can be added next to it
    config = ConfigLoader(home).load()
    assert config.profile("personal").model == "theirs"
    assert config.profile("work").fields["apiKey"] == "sso-provided"


def test_a_first_profile_and_its_token_create_the_configuration(home: Home) -> None:
    changes = ProfileChanges(home)
    form = with_text(new_form(provider_named("anthropic"), "first"), "model", "claude-4-5-sonnet")
    done = changes.add(form, NewToken(Secret(TOKEN), in_store=True), use=True)
    config = ConfigLoader(home).load()
    assert config.active == "first"
    assert CredentialStore(home).get(reference(home, "first")).reveal() == TOKEN
    assert TOKEN not in text_in(home)
    assert done.undo is not None
    changes.undo(done.undo)
    assert not ConfigLoader(home).load().profiles


def test_a_refused_change_changes_nothing(home: Home, changes: ProfileChanges) -> None:
    before = form_in(home, "personal")
    with pytest.raises(ProfileExists):
        changes.save(before, Form("work", "anthropic", before.texts))
    with pytest.raises(ProfileNotFound):
        changes.save(Form("gone", "anthropic", {}), Form("gone", "anthropic", {"model": "m"}))
    with pytest.raises(ProfileExists):
        changes.add(new_form(provider_named("ollama"), "work"), None, use=True)
    assert text_in(home) == CONFIG
    newer = CONFIG.replace('"version": 2,', '"version": 2, "traySchema": 99,')
    Path(home.join("config.json")).write_text(newer, encoding="utf-8", newline="")
    with pytest.raises(SchemaTooNew):
        changes.delete("work")
    with pytest.raises(SchemaTooNew):
        changes.duplicate("work")
    assert text_in(home) == newer


def test_any_home_can_be_read(home: Home, changes: ProfileChanges) -> None:
    loader = ConfigLoader(home)
    path = Path(home.join("config.json"))
    shown = read_home(home, loader)
    assert isinstance(shown, Loaded)
    assert (shown.read_only, shown.store_problem, shown.offered) == ("", "", None)
    changes.duplicate("work")
    path.write_text('{\n "profiles": {\n  "a" {}\n }\n}\n', encoding="utf-8")
    broken = read_home(home, loader)
    assert isinstance(broken, Unreadable)
    assert broken.sentence.startswith("config.json, line 3: ")
    assert broken.offered is not None
    done = changes.restore(broken.offered.version)
    assert done.sentence == "Restored."
    assert "work copy" in text_in(home)
    path.write_text('{"version": 2, "activeProfile": "x", "profiles": {}}', encoding="utf-8")
    emptied = read_home(home, loader)
    assert isinstance(emptied, Loaded)
    assert (
        set(emptied.lost) == {"work", "personal", "local proxy", "work copy"} or emptied.offered is not None
    )
    path.write_text('{"provider": "anthropic", "apiKey": "x1", "model": "m"}', encoding="utf-8")
    single = read_home(home, loader)
    assert isinstance(single, Loaded)
    assert "migrate up" in single.read_only
    path.unlink()
    assert isinstance(read_home(home, loader), Nothing)

"""What the window does to order, notes and files of profiles, with the real store, and undoing it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.integration.windows_qt.conftest import CONFIG
from tests.integration.windows_qt.profiles.conftest import text_in

from codemie_core import ConfigLoader, Home, Secret
from codemie_core.config.model.arrangement import Arrangement
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_core.errors import (
    ConfigCorrupt,
    ConfigUnreadable,
    NoteInvalid,
    ProfileNotFound,
    StoreDenied,
)
from codemie_core.profiles.transfer.importing import Fate
from codemie_tray.windows.data import transfer
from codemie_tray.windows.data.arranging import Move
from codemie_tray.windows.data.changes import NewToken, ProfileChanges
from codemie_tray.windows.data.read import Loaded, read_home
from codemie_tray.windows.pure.fields.form import Form, form_of, with_text
from codemie_tray.windows.pure.fields.merge import merge, resolved
from codemie_tray.windows.pure.fields.problems import NOTE, has_errors, problems_in
from codemie_tray.windows.pure.importing import import_rows, question_of
from codemie_tray.windows.pure.rows import found, neighbour, rows_of

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
SHOWN_AT_ONCE_SECONDS = 1.0
"""The quickest of a few moves: a busy machine makes them slower, and nothing makes them quicker."""


def order_in(home: Home) -> list[str]:
    return [one.name for one in ArrangementStore(home).load().sorted(ConfigLoader(home).load().profiles)]


def form_in(home: Home, name: str) -> Form:
    return form_of(ConfigLoader(home).load().profile(name), ArrangementStore(home).load().note_on(name))


def with_note(form: Form, note: str) -> Form:
    return Form(form.name, form.provider, form.texts, note)


def test_a_move_is_undone_exactly(home: Home, changes: ProfileChanges) -> None:
    done = changes.move(Move("local proxy", "work", after=False))
    assert done.sentence == "local proxy is number 1 of 3 now."
    assert order_in(home) == ["local proxy", "work", "personal"]
    assert done.undo is not None
    changes.undo(done.undo)
    assert ArrangementStore(home).load() == Arrangement()
    assert text_in(home) == CONFIG


def test_undoing_a_move_keeps_what_another_window_moved_since(home: Home, changes: ProfileChanges) -> None:
    done = changes.move(Move("local proxy", "work", after=False))
    ProfileChanges(home).move(Move("personal", "work", after=False))
    assert order_in(home) == ["local proxy", "personal", "work"]
    assert done.undo is not None
    changes.undo(done.undo)
    assert order_in(home) == ["personal", "local proxy", "work"]


def test_a_profile_that_another_program_removed_is_not_moved(home: Home, changes: ProfileChanges) -> None:
    ConfigLoader(home).delete_profile("personal")
    with pytest.raises(ProfileNotFound):
        changes.move(Move("local proxy", "personal", after=False))


def test_a_note_is_saved_with_the_form_and_leaves_the_configuration_alone(
    home: Home, changes: ProfileChanges
) -> None:
    before = form_in(home, "personal")
    done = changes.save(before, with_note(before, "mine"))
    assert done.sentence == "Saved."  # no session uses a note
    assert text_in(home) == CONFIG
    assert form_in(home, "personal").note == "mine"
    assert done.undo is not None
    changes.undo(done.undo)
    assert ArrangementStore(home).load() == Arrangement()


def test_a_rename_a_field_and_a_note_are_saved_and_undone_together(
    home: Home, changes: ProfileChanges
) -> None:
    before = form_in(home, "personal")
    after = Form("mine", "anthropic", with_text(before, "model", "other").texts, "new")
    done = changes.save(before, after)
    assert ArrangementStore(home).load().notes == {"mine": "new"}
    assert done.undo is not None
    changes.undo(done.undo)
    assert text_in(home) == CONFIG
    assert ArrangementStore(home).load() == Arrangement()


def test_undoing_a_rename_takes_the_note_back_even_if_another_window_moved_something(
    home: Home, changes: ProfileChanges
) -> None:
    first = form_in(home, "personal")
    changes.save(first, with_note(first, "mine"))
    before = form_in(home, "personal")
    done = changes.save(before, Form("renamed", before.provider, before.texts, before.note))
    ProfileChanges(home).move(Move("local proxy", "work", after=False))
    assert done.undo is not None
    changes.undo(done.undo)
    assert form_in(home, "personal").note == "mine"
    assert order_in(home)[0] == "local proxy"


def test_if_the_note_cannot_be_saved_nothing_is(home: Home, changes: ProfileChanges) -> None:
    before = form_in(home, "personal")
    changes.save(before, with_note(before, "kept"))
    path = ArrangementStore(home).path
    os.chmod(path, 0o400)
    try:
        now = form_in(home, "personal")
        with pytest.raises(StoreDenied):
            changes.save(now, Form("x", now.provider, with_text(now, "model", "m").texts, "other"))
        assert text_in(home) == CONFIG
        assert form_in(home, "personal").note == "kept"
        done = changes.save(now, Form("x", now.provider, now.texts, now.note))  # a rename alone is done
        assert "could not be updated" in done.sentence
    finally:
        os.chmod(path, 0o600)


def test_if_the_configuration_cannot_be_saved_the_note_is_not_either(
    home: Home, changes: ProfileChanges
) -> None:
    before = form_in(home, "personal")
    ConfigLoader(home).delete_profile("personal")
    after = Form("personal", before.provider, with_text(before, "model", "m").texts, "new")
    with pytest.raises(ProfileNotFound):
        changes.save(before, after)
    assert ArrangementStore(home).load().notes == {}


def test_a_token_in_a_note_is_an_error_of_its_field(home: Home, changes: ProfileChanges) -> None:
    before = form_in(home, "personal")
    problems = problems_in(with_note(before, f"key {TOKEN}"), names=["personal"], before=before)
    assert "contains a token" in problems[NOTE].sentence
    assert has_errors(problems)
    with pytest.raises(NoteInvalid):
        changes.save(before, with_note(before, TOKEN))
    assert TOKEN not in "".join(p.read_text() for p in Path(home.path).rglob("*.json"))


def test_two_notes_typed_at_once_are_a_conflict_and_one_is_merged() -> None:
    base = Form("p", "anthropic", {}, "old")
    assert merge(base, with_note(base, "theirs"), base).form.note == "theirs"
    both = merge(base, with_note(base, "theirs"), with_note(base, "mine"))
    (conflict,) = both.conflicts
    assert (conflict.label, conflict.theirs, conflict.mine) == ("Your note", "theirs", "mine")
    assert resolved(both.form, both.conflicts, frozenset([NOTE])).note == "theirs"


def test_the_list_shows_order_and_notes_and_finds_by_note(home: Home, changes: ProfileChanges) -> None:
    changes.move(Move("personal", "work", after=False))
    before = form_in(home, "work")
    changes.save(before, with_note(before, "for weekdays"))
    shown = read_home(home, ConfigLoader(home))
    assert isinstance(shown, Loaded)
    rows = rows_of(shown.config.profiles, shown.config.active, shown.arrangement)
    assert [row.name for row in rows] == ["personal", "work", "local proxy"]
    assert rows[1].spoken == "work, CodeMie · claude-4-5-sonnet, for weekdays, active"
    assert [row.name for row in found(rows, "weekdays")] == ["work"]
    assert neighbour(rows, "personal", -1) is None
    assert neighbour(rows, "personal", 1) == "work"
    assert neighbour(rows, "gone", 1) is None


def test_broken_settings_are_named_and_the_configuration_s_order_is_shown(
    home: Home, changes: ProfileChanges
) -> None:
    changes.move(Move("personal", "work", after=False))
    Path(ArrangementStore(home).path).write_text('{"profileOrder": [')
    shown = read_home(home, ConfigLoader(home))
    assert isinstance(shown, Loaded)
    assert "settings.json is not valid JSON: line 1" in shown.settings_problem
    assert shown.arrangement == Arrangement()


def test_one_profile_is_exported_without_its_token_and_note(
    home: Home, changes: ProfileChanges, tmp_path: Path
) -> None:
    before = form_in(home, "personal")
    changes.save(before, with_note(before, "private"), NewToken(Secret(TOKEN), in_store=True))
    file = tmp_path / "out.json"
    exported = transfer.export(ConfigLoader(home), "personal", str(file))
    assert exported.sentence.startswith("Saved personal to ")
    assert "Left out: hooks.before, authToken." in exported.sentence
    text = file.read_text(encoding="utf-8")
    assert list(json.loads(text)["profiles"]) == ["personal"]
    assert not any(word in text for word in (TOKEN, "credential:", "private", "make"))


def test_an_import_first_says_what_it_would_do_and_can_be_undone(
    home: Home, changes: ProfileChanges, tmp_path: Path
) -> None:
    loader, file = ConfigLoader(home), tmp_path / "in.json"
    profiles = {
        "new": {"provider": "ollama", "model": "m"},
        "personal": {"model": "other"},
        "work": {"provider": "ai-run-sso"},
    }
    file.write_text(json.dumps({"format": "codemie-tray-profiles", "version": 1, "profiles": profiles}))
    plan = transfer.plan_of(loader, str(file))
    assert text_in(home) == CONFIG
    assert question_of(plan) == "Import 3 profiles?"
    assert import_rows(plan, replace=False) == (
        ("new", "is added"),
        ("personal", "exists already, and is left as it is"),
        ("work", "exists already, and is the same"),
    )
    assert plan.names(Fate.REPLACE) == ["personal"]
    done = transfer.carry_out(loader, plan, replace=False)
    assert done.sentence == "Added new."
    assert ConfigLoader(home).load().profile("personal").model == "claude-4-5-sonnet"
    assert done.undo is not None
    changes.undo(done.undo)
    assert text_in(home) == CONFIG
    done = transfer.carry_out(loader, plan, replace=True)
    assert done.sentence == "Added new. Changed personal."
    assert ConfigLoader(home).load().profile("personal").model == "other"


@pytest.mark.parametrize("content", ["{", "[]", '{"format": "codemie-tray-profiles", "version": 2}'])
def test_a_file_that_is_no_export_changes_nothing(
    home: Home, changes: ProfileChanges, tmp_path: Path, content: str
) -> None:
    del changes
    file = tmp_path / "in.json"
    file.write_text(content)
    with pytest.raises(ConfigCorrupt):
        transfer.plan_of(ConfigLoader(home), str(file))
    with pytest.raises(ConfigUnreadable, match="no such file"):
        transfer.plan_of(ConfigLoader(home), str(tmp_path / "missing"))
    assert text_in(home) == CONFIG


def test_a_first_configuration_can_be_imported(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    profiles = {"first": {"provider": "ollama", "model": "m"}}
    file.write_text(json.dumps({"format": "codemie-tray-profiles", "version": 1, "profiles": profiles}))
    loader = ConfigLoader(home)
    done = transfer.carry_out(loader, transfer.plan_of(loader, str(file)), replace=False)
    assert done.profile == "first"
    assert [one.name for one in ConfigLoader(home).load().profiles] == ["first"]


def test_a_move_among_two_thousand_profiles_is_shown_at_once(home: Home) -> None:
    pytest.importorskip("PySide6")
    from tests.integration.windows_qt.rig.looks import looks_of

    profiles = {f"p{at:04}": {"provider": "ollama", "model": "m"} for at in range(2000)}
    text = json.dumps({"version": 2, "activeProfile": "p0000", "profiles": profiles})
    Path(home.join("config.json")).write_text(text, encoding="utf-8")
    ArrangementStore(home).set_note(list(profiles), "p0007", "one with a note, so that rows differ in height")
    moved = looks_of("many", Path(home.path), "1", 5)
    assert moved["rows"] == 2000
    assert moved["first"] == "p1995"
    assert order_in(home)[:5] == ["p1995", "p1996", "p1997", "p1998", "p1999"]
    assert min(moved["seconds"]) < SHOWN_AT_ONCE_SECONDS, moved
    assert text_in(home) == text

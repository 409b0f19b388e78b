"""The menu and the notifications in every language."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.tray.text.language.conftest import TRANSLATED
from tests.tray.view.test_menu_of_state import PERSONAL, WORK, ready

from codemie_tray.view.menu import Item, Menu
from codemie_tray.view.menu_builder import usage_in_words, view_of
from codemie_tray.view.state import (
    Credentials,
    LogsFound,
    Missing,
    ModelUsed,
    Ready,
    Restorable,
    State,
    Tokens,
    UsageToday,
    Windows,
)

Use = Callable[[str], None]
FROM_FILES = {
    "work — sso · claude-4-5-sonnet",
    "personal — anthropic · claude-4-5-sonnet",
    "codemie-tray run -- codemie",
}


def states() -> Iterator[State]:
    """Yield states that together have most rows."""
    config = Ready("/h/config.json", "work", (WORK, PERSONAL), tokens=Tokens(2, 0, read_by_cli=True))
    today = UsageToday(12_400, 3, 7, (ModelUsed("claude-4-5-sonnet", 12_400, 7),))
    full = State(
        "/h",
        config,
        today=today,
        credentials=Credentials(protected=True, keyring_name="GNOME Keyring"),
        restorable=Restorable("1", "14:02", ("old", "older")),
        logs=LogsFound(5, 1_400_000),
        starts_at_login=True,
        warns_about_clear_tokens=True,
        windows=Windows.READY,
    )
    yield full
    yield dataclasses.replace(
        full, windows=Windows.GLIBC_TOO_OLD, logs=LogsFound(0, 0), today=UsageToday(0, 0, 0)
    )
    yield dataclasses.replace(full, windows=Windows.MACOS_TOO_OLD)
    yield dataclasses.replace(full, config=Missing("/h/config.json"), today=None, logs=None)
    yield dataclasses.replace(full, config=dataclasses.replace(config, overlooked=("work",), in_danger=True))
    yield ready(WORK, PERSONAL, active="gone")


def labels(menu: Menu) -> Iterator[str]:
    for entry in menu:
        if isinstance(entry, Item):
            yield entry.label
            yield from labels(entry.items)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_row_stays_english(language: str, in_language: Use) -> None:
    english = {label for state in states() for label in labels(view_of(state).menu)}
    in_language(language)
    for state in states():
        view = view_of(state)
        assert not set(labels(view.menu)) & english - FROM_FILES
        assert len({entry.action for entry in view.menu if isinstance(entry, Item)}) > 4


def test_a_menu_in_polish(in_language: Use) -> None:
    in_language("pl")
    rows = list(labels(view_of(next(states())).menu))
    assert "Dzisiaj: 12,4k tokenów, 3 sesje" in rows
    assert "Wyczyść dzienniki teraz (5 plików, 1,4 MB)" in rows
    assert "Każdy uruchomiony program może odczytać 2 tokeny w pliku config.json" in rows


def test_a_notification_in_japanese(in_language: Use) -> None:
    in_language("ja")
    today = next(states()).today
    assert today is not None
    assert usage_in_words(today)[0] == "今日: 12.4k トークン, 3 セッション"


def test_the_menu_changes_with_the_setting(
    in_language: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings name the language, the follower reads them, and the presenter shows the menu again."""
    from codemie_core import Home
    from codemie_core.config.settings import SettingsStore
    from codemie_tray.text.language.choice import choose, chosen

    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    store = SettingsStore(Home(str(tmp_path)))
    state = next(states())
    before = view_of(state)
    for code in ("de", "uk", "en"):
        store.change(language=code)
        choose(store.load().settings.language)
        state = dataclasses.replace(state, language=chosen())
        assert chosen() == code
        assert (view_of(state) == before) == (code == "en")

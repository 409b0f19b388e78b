"""Every possible menu, without a screen."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core.config.model.arrangement import Arrangement
from codemie_tray.view.actions import (
    Do,
    Explain,
    KeepTokensInStore,
    RestoreVersion,
    StartAtLogin,
    SwitchProfile,
)
from codemie_tray.view.colour import NOBODY, PALETTE, colour_of
from codemie_tray.view.menu import SEPARATOR, Item, Menu
from codemie_tray.view.menu_builder import view_of
from codemie_tray.view.rows.profile_rows import MENU_LIMIT, TOP_ROWS
from codemie_tray.view.state import (
    Broken,
    Credentials,
    LogsCleaning,
    LogsFound,
    Missing,
    ProfileRow,
    Ready,
    Restorable,
    State,
    Tokens,
    UsageToday,
    Windows,
)

WORK = ProfileRow("work", "sso", "claude-4-5-sonnet", None)
PERSONAL = ProfileRow("personal", "anthropic", "claude-4-5-sonnet", None)


def ready(*rows: ProfileRow, active: str | None = "work", trouble: str | None = None) -> State:
    return State("/home/ada/.codemie", Ready("/home/ada/.codemie/config.json", active, rows), trouble)


def items(menu: Menu) -> list[Item]:
    return [entry for entry in menu if isinstance(entry, Item)]


def labels(menu: Menu) -> list[str]:
    return [entry.label if isinstance(entry, Item) else "--" for entry in menu]


def radios(menu: Menu) -> list[tuple[str, bool]]:
    return [(item.label.split(" — ")[0], bool(item.checked)) for item in items(menu) if item.radio]


def test_two_profiles_are_two_radio_rows_and_the_active_one_is_marked() -> None:
    view = view_of(ready(WORK, PERSONAL))
    assert labels(view.menu) == [
        "work — sso · claude-4-5-sonnet",
        "personal — anthropic · claude-4-5-sonnet",
        "--",
        "Today: counting...",
        "Old logs: counting...",
        "--",
        "Protect credentials with the system's keyring",
        "Start at login",
        "Open the CodeMie folder",
        "About / Help",
        "Quit",
    ]
    assert radios(view.menu) == [("work", True), ("personal", False)]
    assert items(view.menu)[1].action == SwitchProfile("personal")
    assert items(view.menu)[-1].action == Do.QUIT


def test_with_windows_the_profiles_are_followed_by_a_row_that_opens_theirs() -> None:
    state = dataclasses.replace(ready(WORK, PERSONAL), windows=Windows.READY)
    menu = view_of(state).menu
    assert labels(menu)[2:4] == ["Manage profiles...", "--"]
    assert items(menu)[2].action == Do.MANAGE_PROFILES
    broken = dataclasses.replace(state, config=Broken("/home/ada/.codemie/config.json", "cut", 3, True))
    assert Do.MANAGE_PROFILES in [item.action for item in items(view_of(broken).menu)]


def test_where_windows_can_be_opened_today_opens_one_whatever_was_used() -> None:
    state = dataclasses.replace(ready(WORK), windows=Windows.READY)
    for today in (None, UsageToday(0, 0, 0), UsageToday(5, 1, 1)):
        rows = items(view_of(dataclasses.replace(state, today=today)).menu)
        [row] = [row for row in rows if row.label.startswith("Today")]
        assert (row.action, row.enabled) == (Do.SHOW_USAGE, True)
        assert Item("Usage...", Do.OPEN_USAGE) in rows
        assert Item("Settings...", Do.OPEN_SETTINGS) in rows
    without = items(view_of(dataclasses.replace(state, windows=Windows.ABSENT)).menu)
    assert not {"Usage...", "Settings..."} & {row.label for row in without}
    [row] = [row for row in without if row.label.startswith("Today")]
    assert not row.enabled


def test_without_a_profile_the_first_row_opens_the_window_to_add_one() -> None:
    for config in (ready().config, Missing("/home/ada/.codemie/config.json")):
        state = dataclasses.replace(ready(), config=config, windows=Windows.READY)
        rows = items(view_of(state).menu)
        assert rows[0] == Item("Add your first profile...", Do.ADD_PROFILE)
        assert not [row for row in rows if row.action in (Do.MANAGE_PROFILES, Do.CREATE_FIRST_PROFILE)]


@pytest.mark.parametrize(
    ("old", "needs"),
    [
        (Windows.GLIBC_TOO_OLD, "Debian 12, Ubuntu 22.04 or newer"),
        (Windows.MACOS_TOO_OLD, "macOS 14 or newer"),
    ],
)
def test_a_system_too_old_for_windows_says_so_and_offers_the_alternative(old: Windows, needs: str) -> None:
    rows = items(view_of(dataclasses.replace(ready(WORK), windows=old)).menu)
    assert rows[1] == Item(f"Manage profiles: needs {needs}", enabled=False)
    assert not {"Usage...", "Settings..."} & {row.label for row in rows}
    rows = items(view_of(dataclasses.replace(ready(), windows=old)).menu)
    assert rows[0].action == Do.CREATE_FIRST_PROFILE
    assert not [row for row in rows if row.label.startswith("Manage")]


def test_icon_and_tooltip_show_the_active_profile() -> None:
    view = view_of(ready(WORK, PERSONAL))
    assert (view.icon.initial, view.icon.colour, view.icon.attention) == ("W", colour_of("work"), False)
    assert (view.tooltip_title, view.tooltip_text) == ("CodeMie: work", "sso · claude-4-5-sonnet")


def test_the_logs_row_shows_counts_progress_and_a_disabled_state() -> None:
    def row(logs: LogsFound | LogsCleaning) -> Item:
        state = dataclasses.replace(ready(WORK), logs=logs)
        return next(i for i in items(view_of(state).menu) if i.action in (Do.CLEAN_LOGS, Do.STOP_CLEANING))

    assert row(LogsFound(3, 12_000_000)) == Item("Clean up logs now (3 files, 12 MB)", Do.CLEAN_LOGS)
    assert row(LogsFound(1, 1)).label == "Clean up logs now (1 file, 1 byte)"
    assert row(LogsFound(0, 0)) == Item("Logs are clean", Do.CLEAN_LOGS, enabled=False)
    assert row(LogsCleaning(34_000, 100_000)) == Item(
        "Cleaning up: 34,000 of 100,000 - click to stop", Do.STOP_CLEANING
    )


def test_start_at_login_is_a_check_mark_that_a_click_toggles() -> None:
    for on in (True, False):
        menu = view_of(dataclasses.replace(ready(WORK), starts_at_login=on)).menu
        assert Item("Start at login", StartAtLogin(on=not on), checked=on) in menu


def test_a_crash_of_the_last_run_shows_as_a_badge() -> None:
    view = view_of(dataclasses.replace(ready(WORK), notes=("The last run crashed",)))
    assert items(view.menu)[0] == Item("The last run crashed", Do.OPEN_FOLDER)
    assert view.icon.attention


def test_a_missing_configuration_offers_the_first_profile() -> None:
    view = view_of(State("/h", Missing("/h/config.json")))
    assert items(view.menu)[0] == Item("Create your first profile...", Do.CREATE_FIRST_PROFILE)
    assert not view.icon.attention
    assert view.tooltip_text == "No profile yet"


def test_a_configuration_without_profiles_offers_the_first_one_too() -> None:
    view = view_of(ready(active="default"))
    assert items(view.menu)[0].action == Do.CREATE_FIRST_PROFILE
    assert not view.icon.attention


def test_a_broken_configuration_says_where_with_a_badge_and_opens_the_file() -> None:
    broken = Broken("/h/config.json", "expected a comma or }, found 'x'", 12, editable=True)
    view = view_of(State("/h", broken))
    first = items(view.menu)[0]
    assert first.label == "config.json, line 12: expected a comma or }, found 'x'"
    assert first.action == Do.OPEN_CONFIG
    assert view.icon.attention
    assert view.tooltip_text == first.label
    assert not any(item.radio for item in items(view.menu))


def test_an_unreadable_configuration_opens_the_folder_instead() -> None:
    broken = Broken("/h/config.json", "can't be read: Permission denied", None, editable=False)
    first = items(view_of(State("/h", broken)).menu)[0]
    assert first.label == "config.json: can't be read: Permission denied"
    assert first.action == Do.OPEN_FOLDER


def test_a_missing_active_profile_is_reported_and_the_others_can_be_chosen() -> None:
    view = view_of(ready(WORK, PERSONAL, active="gone"))
    assert labels(view.menu)[:2] == ["The active profile “gone” does not exist: choose one", "--"]
    assert radios(view.menu) == [("work", False), ("personal", False)]
    assert view.icon.attention
    assert view.icon.initial == ""
    assert view.icon.colour == NOBODY


def test_a_problem_with_the_last_click_is_on_top_until_it_is_resolved() -> None:
    view = view_of(ready(WORK, trouble="No space left on device"))
    assert labels(view.menu)[:2] == ["No space left on device", "--"]
    row = items(view.menu)[0]
    assert (row.enabled, row.action) == (True, Explain("Your last action failed", "No space left on device."))
    assert view.icon.attention
    assert not view_of(ready(WORK)).icon.attention


def test_an_unusable_profile_is_disabled_with_the_reason() -> None:
    row = ProfileRow("", "", "", "it has no name")
    item = items(view_of(ready(WORK, row)).menu)[1]
    assert (item.label, item.enabled) == ("(no name) — it has no name", False)


def test_a_name_written_from_right_to_left_does_not_turn_its_row() -> None:
    hebrew = dataclasses.replace(WORK, name="\u05e9\u05dc\u05d5\u05dd 2")
    label = items(view_of(ready(hebrew, WORK)).menu)[0].label
    name, _, details = label.partition(" — ")
    assert name == f"\u200e\u2068{hebrew.name}\u2069"  # a mark, which decides the direction; then an isolate
    assert details
    assert items(view_of(ready(hebrew, WORK)).menu)[1].label.startswith("work")


def test_with_more_than_ten_profiles_all_but_five_are_in_one_submenu() -> None:
    rows = [dataclasses.replace(WORK, name=f"p{number:02}") for number in range(20)]
    top = items(view_of(ready(*rows, active="p03")).menu)
    assert [item.label.split(" — ")[0] for item in top[: TOP_ROWS + 1]] == [
        *(f"p{number:02}" for number in range(5)),
        "More (15)",
    ]
    assert [item.label.split(" — ")[0] for item in items(top[TOP_ROWS].items)] == [
        f"p{number:02}" for number in range(5, 20)
    ]


def test_up_to_ten_profiles_need_no_submenu() -> None:
    rows = [dataclasses.replace(WORK, name=f"p{number:02}") for number in range(10)]
    assert len(radios(view_of(ready(*rows, active="p03")).menu)) == 10


def test_many_profiles_keep_the_order_of_the_list_whichever_is_active() -> None:
    rows = [dataclasses.replace(WORK, name=f"p{number:02}") for number in range(25)]
    for active in ("p03", "p14", "p24"):
        top = items(view_of(ready(*rows, active=active)).menu)
        everything = radios(tuple(top)) + radios(top[TOP_ROWS].items)
        assert everything == [(row.name, row.name == active) for row in rows]


def test_the_row_of_the_submenu_names_the_active_profile_if_that_is_in_it() -> None:
    rows = [dataclasses.replace(WORK, name=f"p{number:02}") for number in range(25)]
    for active, label in (("p04", "More (20)"), ("p05", "More (20), active: p05"), (None, "More (20)")):
        assert items(view_of(ready(*rows, active=active)).menu)[TOP_ROWS + (active is None)].label == label


NAMES = st.text(max_size=60)
ROWS = st.lists(st.builds(ProfileRow, NAMES, NAMES, NAMES, st.none() | NAMES), max_size=40)


@given(
    rows=ROWS,
    active=st.none() | NAMES,
    trouble=st.none() | NAMES,
    lost=st.lists(NAMES, max_size=5),
    overlooked=st.lists(NAMES, max_size=5),
    notes=st.lists(NAMES, max_size=2),
)
def test_every_state_makes_a_valid_menu(
    rows: list[ProfileRow],
    active: str | None,
    trouble: str | None,
    lost: list[str],
    overlooked: list[str],
    notes: list[str],
) -> None:
    config = Ready("/h/config.json", active, tuple(rows), overlooked=tuple(overlooked))
    restorable = Restorable("413ab049", "14:02", tuple(lost))
    view = view_of(State("/h", config, trouble, restorable=restorable, notes=tuple(notes)))
    assert [row.action for row in items(view.menu)].count(RestoreVersion("413ab049")) == 1
    assert view.menu[0] != SEPARATOR
    assert view.menu[-1] == Item("Quit", Do.QUIT)
    for first, second in zip(view.menu, view.menu[1:], strict=False):
        assert SEPARATOR not in (first, second) or first != second
    nested = [sub for item in items(view.menu) for sub in items(item.items)]
    for item in (*items(view.menu), *nested):
        assert item.label.strip()
        assert len(item.label) <= 160
        assert "\n" not in item.label
        assert not any("\ud800" <= char <= "\udfff" for char in item.label)
        assert all(not sub.items for sub in items(item.items)), "one level of submenus at most"


def contrast_to_white(colour: str) -> float:
    """The ratio of WCAG 2, 1 to 21."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_white_letters_are_readable_on_every_colour() -> None:
    assert len(set(PALETTE)) == len(PALETTE)
    for colour in (*PALETTE, NOBODY):
        assert contrast_to_white(colour) >= 4.5, colour


@given(st.text(min_size=1))
def test_a_name_has_one_colour(name: str) -> None:
    assert colour_of(name) in PALETTE
    assert colour_of(name) == colour_of(name)


def protection_row(credentials: Credentials) -> Item:
    state = dataclasses.replace(ready(WORK), credentials=credentials)
    return next(item for item in items(view_of(state).menu) if item.checked is not None and not item.radio)


def test_the_credentials_row_names_the_keyring_and_can_be_undone() -> None:
    assert protection_row(Credentials(keyring_name="KeePassXC")) == Item(
        "Protect credentials with KeePassXC", Do.PROTECT_CREDENTIALS, checked=False
    )
    protected = Credentials(protected=True, keyring_name="GNOME Keyring")
    state = dataclasses.replace(ready(WORK), credentials=protected)
    row = next(item for item in items(view_of(state).menu) if item.label.startswith("Credentials are"))
    assert (row.label, row.action) == ("Credentials are protected with GNOME Keyring", None)
    assert [(item.label, item.action) for item in items(row.items)] == [
        ("Without it, any program you run can read them.", None),
        ("Stop protecting credentials", Do.UNPROTECT_CREDENTIALS),
    ]


def test_the_credentials_row_is_disabled_during_a_keyring_call() -> None:
    row = protection_row(Credentials(keyring_name="GNOME Keyring", busy=True))
    assert (row.label, row.enabled, row.action) == ("Waiting for GNOME Keyring...", False, None)


TOKENS_ROW = "Keep tokens in the encrypted store"
STORED_ROW = "Tokens are in the encrypted store"


def tokens_row(tokens: Tokens, credentials: Credentials = Credentials(), **of_config: str) -> Item | None:  # noqa: B008
    config = Ready("/h/config.json", "work", (WORK,), tokens=tokens, **of_config)  # type: ignore[arg-type]
    view = view_of(State("/h", config, credentials=credentials))
    return next((item for item in items(view.menu) if item.label in (TOKENS_ROW, STORED_ROW)), None)


def test_without_tokens_no_row_mentions_them() -> None:
    assert tokens_row(Tokens()) is None
    assert tokens_row(Tokens(in_clear=1), read_only="made by a newer version") is None


def warned(tokens: Tokens, **of_config: str) -> State:
    config = Ready("/h/config.json", "work", (WORK,), tokens=tokens, **of_config)  # type: ignore[arg-type]
    return State("/h", config, warns_about_clear_tokens=True)


def test_tokens_in_the_clear_are_a_problem_that_is_explained_and_solved_or_accepted_where_it_is_shown() -> (
    None
):
    for read_by_cli in (False, True):
        state = warned(Tokens(in_clear=2, read_by_cli=read_by_cli))
        view = view_of(state)
        says, move, leave = items(view.menu)[:3]
        assert says.label == view.tooltip_text == "Any program you run can read 2 tokens in config.json"
        assert says.action == Explain(
            says.label,
            "So can whoever gets a copy of the file, such as a backup. "
            "“Keep tokens in the encrypted store” in the menu encrypts them.",
        )
        assert (move.label, bool(move.items)) == (TOKENS_ROW, read_by_cli)
        assert leave == Item("Leave them there", Do.LEAVE_TOKENS_IN_CLEAR)
        assert view.icon.attention
        accepted = view_of(dataclasses.replace(state, warns_about_clear_tokens=False))
        assert not accepted.icon.attention
        for menu in (view.menu, accepted.menu):
            assert labels(menu).count(TOKENS_ROW) == 1
    assert not view_of(warned(Tokens(stored=2))).icon.attention
    assert len(view_of(warned(Tokens(in_clear=1), read_only="a newer one wrote it")).menu) == len(
        view_of(warned(Tokens(), read_only="a newer one wrote it")).menu
    )


def test_one_click_moves_tokens_into_the_store_and_no_single_click_moves_them_out() -> None:
    assert tokens_row(Tokens(in_clear=2)) == Item(TOKENS_ROW, KeepTokensInStore(on=True), checked=False)
    assert tokens_row(Tokens(in_clear=1, stored=1)) == Item(
        TOKENS_ROW, KeepTokensInStore(on=True), checked=False
    )
    for read_by_cli in (False, True):
        row = tokens_row(Tokens(stored=2, read_by_cli=read_by_cli))
        assert row is not None
        assert (row.label, row.action) == (STORED_ROW, None)
        assert [(item.label, item.action) for item in items(row.items)] == [
            ("Outside it, any program and any copy of the file exposes them.", None),
            ("Move 2 tokens back to config.json", KeepTokensInStore(on=False)),
        ]


def test_no_top_level_row_removes_protection() -> None:
    """What lowers a protection is in a submenu, below a row that states the consequences."""
    down = {KeepTokensInStore(on=False), Do.UNPROTECT_CREDENTIALS}
    state = dataclasses.replace(
        ready(WORK),
        config=Ready("/h/config.json", "work", (WORK,), tokens=Tokens(stored=1)),
        credentials=Credentials(protected=True, keyring_name="KeePassXC"),
    )
    rows = items(view_of(state).menu)
    assert not [item for item in rows if item.action in down]
    nested = [items(item.items) for item in rows if any(inner.action in down for inner in items(item.items))]
    assert len(nested) == len(down)
    assert all(not inner[0].enabled and inner[0].action is None for inner in nested)


def test_the_consequences_are_shown_before_tokens_that_the_cli_reads_are_moved() -> None:
    row = tokens_row(Tokens(in_clear=1, read_by_cli=True))
    assert row is not None
    assert row.action is None
    assert [item.label for item in items(row.items)] == [
        "The CLI then gets no token by itself. Start it with:",
        "codemie-tray run -- codemie",
        "Move 1 token into the store",
    ]
    assert [item.action for item in items(row.items) if item.enabled] == [KeepTokensInStore(on=True)]


def test_tokens_are_not_moved_while_the_store_cannot_be_used() -> None:
    for credentials in (Credentials(problem="cut off"), Credentials(busy=True)):
        row = tokens_row(Tokens(in_clear=1), credentials)
        assert row is not None
        assert not row.enabled
        for tokens in (Tokens(in_clear=1, read_by_cli=True), Tokens(stored=1)):
            explained = tokens_row(tokens, credentials)
            assert explained is not None
            assert not any(item.enabled for item in items(explained.items))


def test_an_unusable_store_is_reported_and_offers_no_protection() -> None:
    problem = ".credentials: its checksum does not match; it was truncated or changed; nothing was changed"
    state = dataclasses.replace(ready(WORK), credentials=Credentials(problem=problem))
    view = view_of(state)
    assert items(view.menu)[0].label.startswith(".credentials: its checksum does not match")
    assert view.icon.attention
    assert not protection_row(Credentials(problem=problem)).enabled


def test_the_menu_shows_up_to_five_hundred_profiles_and_says_how_to_reach_the_others() -> None:
    rows = tuple(ProfileRow(f"p{number:04}", "sso", "m", None) for number in range(2000))
    menu = view_of(State("/h", Ready("/h/c", "p1999", rows))).menu
    more = next(item for item in items(menu) if item.label.startswith("More"))
    shown = [item for item in (*items(menu), *items(more.items)) if isinstance(item.action, SwitchProfile)]
    assert more.label == "More (1,995), active: p1999"
    assert len(shown) == MENU_LIMIT
    last = items(more.items)[-1]
    assert (last.label, last.enabled) == ("1,500 more: codemie-tray switch NAME", False)


def test_the_menu_follows_the_user_s_own_order_and_new_profiles_come_last() -> None:
    rows = tuple(ProfileRow(name, "anthropic", "", None) for name in ("a", "b", "c", "d"))
    state = dataclasses.replace(ready(*rows, active="b"), arrangement=Arrangement(("c", "gone", "a")))
    assert radios(view_of(state).menu) == [("c", False), ("a", False), ("b", True), ("d", False)]


def test_with_many_profiles_the_first_of_the_user_s_order_are_in_the_menu_itself() -> None:
    rows = tuple(ProfileRow(f"p{at:02}", "anthropic", "", None) for at in range(20))
    state = dataclasses.replace(ready(*rows, active="p19"), arrangement=Arrangement(("p19", "p07")))
    shown = [label for label, _ in radios(view_of(state).menu)]
    assert shown == ["p19", "p07", "p00", "p01", "p02"]


def test_the_note_on_the_active_profile_is_in_the_tooltip() -> None:
    arrangement = Arrangement((), {"work": "only on weekdays " * 5, "personal": "not this one"})
    view = view_of(dataclasses.replace(ready(WORK, PERSONAL), arrangement=arrangement))
    details, note = view.tooltip_text.split("\n")
    assert details == "sso · claude-4-5-sonnet"
    assert note.startswith("only on weekdays only on")
    assert len(f"{view.tooltip_title}\n{view.tooltip_text}") < 128

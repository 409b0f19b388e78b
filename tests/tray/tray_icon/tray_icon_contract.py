"""What every system's tray icon must do: one class of tests, inherited once per backend.

A backend's tests make a `Stage`: the system as the user sees it, and the user's clicks.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.integration.desktop.rig.processes.waiting import until
from tests.tray.tray_icon.views import a_view

from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.view.actions import Action, Do, SwitchProfile
from codemie_tray.view.menu import Item
from codemie_tray.view.view import View


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the menu as the system shows it; no label: a separator."""

    label: str
    enabled: bool = True
    checked: bool = False
    rows: tuple[Row, ...] = ()


@dataclass(slots=True)
class Changes:
    """How often the system received something new."""

    menu: int = 0
    icon: int = 0
    tooltip: int = 0


class Stage(ABC):
    """A system with a place for tray icons."""

    icon: TrayIconBackend
    actions: list[Action]

    def __init__(self) -> None:
        self.actions = []
        self.ready = threading.Semaphore(0)
        """Released at each call of `on_ready`."""
        self._thread: threading.Thread | None = None

    @abstractmethod
    def make(self, view: View, on_action: Callable[[Action], None]) -> TrayIconBackend:
        """Return an icon that was not run."""

    def run(self, icon: TrayIconBackend, on_ready: Callable[[], object]) -> None:
        """Start it on the main thread of that system: a separate thread unless overridden."""
        self._thread = threading.Thread(target=icon.run, args=(on_ready,), name="tray")
        self._thread.start()

    def ended(self) -> bool:
        """Wait until `run` returned; false if it did not within a minute."""
        assert self._thread is not None
        self._thread.join(60)
        return not self._thread.is_alive()

    @abstractmethod
    def is_shown(self) -> bool:
        """Return whether the system shows the icon."""

    @abstractmethod
    def picture(self) -> object:
        """Return the shown icon; equal if it looks the same."""

    @abstractmethod
    def tooltip(self) -> str:
        """Return the tooltip."""

    @abstractmethod
    def menu(self) -> tuple[Row, ...]:
        """Return the menu."""

    @abstractmethod
    def choose(self, label: str, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Open the menu, call `meanwhile`, and choose a row of that menu or its submenus."""

    @abstractmethod
    def notifications(self) -> list[tuple[str, str]]:
        """Return title and text of each notification, oldest first."""

    @abstractmethod
    def changes(self) -> Changes:
        """Return the changes since the icon was shown."""

    @abstractmethod
    def close(self) -> None:
        """End all that is left."""

    def begin(self, view: View | None = None) -> TrayIconBackend:
        """Make an icon, run it, and wait until it is shown."""
        self.icon = self.make(view or a_view(), self.actions.append)
        self.run(self.icon, self.ready.release)
        assert self.ready.acquire(timeout=60)
        until("the icon", self.is_shown)
        return self.icon


class TrayIconContract:
    """Inherit it and give it a fixture `stage`."""

    def test_shows_the_icon_its_tooltip_and_the_menu_as_described(self, stage: Stage) -> None:
        stage.begin(a_view("work"))
        assert stage.tooltip() == "CodeMie: work\nsso · claude-4-5-sonnet"
        assert stage.menu() == (
            Row("work", checked=True),
            Row("personal"),
            Row("proxy"),
            Row("More", rows=(Row("spare_1"), Row("spare_2"))),
            Row(""),
            Row("Logs are clean", enabled=False),
            Row("Open the CodeMie folder"),
            Row(""),
            Row("Quit"),
        )

    def test_readiness_is_reported_once(self, stage: Stage) -> None:
        stage.begin().show(a_view("personal"))
        until("the view", lambda: stage.tooltip().startswith("CodeMie: personal"))
        assert not stage.ready.acquire(timeout=0.2)

    def test_a_chosen_row_reports_its_action_once(self, stage: Stage) -> None:
        stage.begin()
        for label in ("personal", "spare_2", "Open the CodeMie folder", "Quit"):
            stage.choose(label)
        expected = [SwitchProfile("personal"), SwitchProfile("spare_2"), Do.OPEN_FOLDER, Do.QUIT]
        until("the actions", lambda: len(stage.actions) >= 4)
        assert stage.actions == expected

    def test_a_changed_view_is_shown(self, stage: Stage) -> None:
        icon = stage.begin(a_view("work"))
        before = stage.picture()
        icon.show(a_view("personal", profiles=("personal", "new"), attention=True))
        until("the tooltip", lambda: stage.tooltip().startswith("CodeMie: personal"))
        until("the menu", lambda: [row.label for row in stage.menu()][:3] == ["personal", "new", "More"])
        assert stage.menu()[0].checked
        until("the picture", lambda: stage.picture() != before)

    def test_unchanged_parts_are_not_updated(self, stage: Stage) -> None:
        icon = stage.begin(a_view("work"))
        for _ in range(5):
            icon.show(a_view("work"))
        icon.show(a_view("work", tooltip_text="only this is new"))
        until("the tooltip", lambda: "only this is new" in stage.tooltip())
        until("the word of it", lambda: stage.changes().tooltip)  # may follow what it reports
        assert stage.changes() == Changes(tooltip=1)
        icon.show(replace(a_view("work", clean=False), tooltip_text="only this is new"))
        until("the menu", lambda: any(row.label == "Clean up logs now" for row in stage.menu()))
        until("the word of it", lambda: stage.changes().menu)
        assert stage.changes() == Changes(menu=1, tooltip=1)

    def test_a_choice_means_what_the_user_saw_even_if_rows_moved(self, stage: Stage) -> None:
        icon = stage.begin(a_view("work", profiles=("work", "personal", "proxy")))

        def another() -> None:
            icon.show(a_view("work", profiles=("zero", "one", "work", "personal")))
            icon.notify("after", "the view")  # served by now, the view is
            until("the notification", stage.notifications)

        stage.choose("personal", another)
        until("the action", lambda: stage.actions)
        assert stage.actions == [SwitchProfile("personal")]
        until("the new menu", lambda: [row.label for row in stage.menu()][:2] == ["zero", "one"])
        stage.choose("one")
        until("the action", lambda: len(stage.actions) == 2)
        assert stage.actions[1] == SwitchProfile("one")

    def test_access_key_markers_are_ordinary_characters_in_a_label(self, stage: Stage) -> None:
        view = replace(a_view(), menu=(Item("R&D_team && co", SwitchProfile("rd")), Item("Quit", Do.QUIT)))
        stage.begin(view)
        assert [row.label for row in stage.menu()] == ["R&D_team && co", "Quit"]
        stage.choose("R&D_team && co")
        until("the action", lambda: stage.actions == [SwitchProfile("rd")])

    def test_a_notification_has_its_title_and_text(self, stage: Stage) -> None:
        icon = stage.begin()
        icon.notify("Switched to personal", 'New "sessions" use it;\nrunning ones keep theirs.')
        until("the notification", stage.notifications)
        assert stage.notifications() == [
            ("Switched to personal", 'New "sessions" use it;\nrunning ones keep theirs.')
        ]

    def test_a_notification_of_any_length_is_shown(self, stage: Stage) -> None:
        icon = stage.begin()
        for number, (title, text) in enumerate((("t" * 500, "\U0001f680" * 500), ("title", "")), start=1):
            icon.notify(title, text)
            until("the notification", lambda: len(stage.notifications()) == number)  # noqa: B023 - at once
            assert stage.notifications()[-1][0].startswith(title[:40])

    def test_a_tooltip_of_any_length_is_shown(self, stage: Stage) -> None:
        icon = stage.begin(a_view(tooltip_text="\U0001f680" * 300))
        assert stage.tooltip().startswith("CodeMie: work\n\U0001f680\U0001f680")
        icon.show(a_view("personal", tooltip_text="x" * 5000))
        until("the tooltip", lambda: stage.tooltip().startswith("CodeMie: personal\nxxx"))

    def test_views_from_many_threads_result_in_one_complete_view(self, stage: Stage) -> None:
        icon = stage.begin()

        def show_twice(name: str) -> None:
            for _ in range(2):
                icon.show(a_view(name, profiles=(name,)))

        threads = [threading.Thread(target=show_twice, args=(f"profile{number}",)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        icon.show(a_view("last", profiles=("last",)))
        until("the last view", lambda: stage.tooltip().startswith("CodeMie: last"))
        until("its menu", lambda: stage.menu()[0] == Row("last", checked=True))

    def test_a_view_shown_before_the_start_appears_first(self, stage: Stage) -> None:
        stage.icon = icon = stage.make(a_view("work"), stage.actions.append)
        icon.show(a_view("personal"))
        stage.run(icon, stage.ready.release)
        assert stage.ready.acquire(timeout=60)
        until("the view", lambda: stage.is_shown() and stage.tooltip().startswith("CodeMie: personal"))

    def test_a_stopped_icon_is_gone_and_may_be_stopped_again(self, stage: Stage) -> None:
        icon = stage.begin()
        icon.stop()
        icon.stop()
        assert stage.ended()
        until("the icon to go", lambda: not stage.is_shown())
        icon.show(a_view("personal"))
        icon.notify("nobody", "sees this")
        icon.stop()

    def test_an_icon_stopped_before_it_runs_never_appears(self, stage: Stage) -> None:
        stage.icon = icon = stage.make(a_view(), stage.actions.append)
        icon.stop()
        stage.run(icon, stage.ready.release)
        assert stage.ended()
        assert not stage.is_shown()

    def test_an_icon_stopped_while_its_menu_is_open_ends(self, stage: Stage) -> None:
        icon = stage.begin()
        stage.choose("personal", icon.stop)
        assert stage.ended()

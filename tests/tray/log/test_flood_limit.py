"""One kind of event can't fill the log; what is left out is counted."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemie_core import Home
from codemie_tray.log.daily_file import LONGEST_CHARACTERS, DailyLog
from codemie_tray.log.flood_limit import BURST, REFILL_SECONDS, FloodLimit
from codemie_tray.log.redaction import Redactor


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Log:
    """A logger that writes to a home's log twice, like one with a terminal."""

    def __init__(self, folder: Path) -> None:
        self.time = Time()
        self.logger = logging.getLogger("codemie_tray.flood")
        self.logger.setLevel(logging.DEBUG)
        self.logger.propagate = False
        self._homes = [Home(str(folder / name)) for name in ("one", "two")]
        for home in self._homes:
            handler = DailyLog(home, Redactor(), level=logging.DEBUG)
            handler.addFilter(FloodLimit(self.time))
            self.logger.addHandler(handler)

    def often(self, times: int, level: int = logging.WARNING) -> None:
        for number in range(times):
            self.logger.log(level, "refused: %s", number)

    def lines(self) -> list[str]:
        """Return what was logged; the same in both places."""
        one, two = (
            [line for path in sorted(Path(home.logs).iterdir()) for line in path.read_text().splitlines()]
            for home in self._homes
        )
        assert [line.partition("] ")[2] for line in one] == [line.partition("] ")[2] for line in two]
        return one


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    made = Log(tmp_path)
    yield made
    made.logger.handlers.clear()


def test_a_kind_that_is_too_frequent_is_omitted_and_counted_and_others_are_not(log: Log) -> None:
    log.often(10_000)
    log.logger.warning("something else")
    assert len(log.lines()) == BURST + 1
    assert log.lines()[-1].endswith("something else")
    log.time.now += REFILL_SECONDS
    log.often(3)
    assert len(log.lines()) == BURST + 2
    expected = f"refused: 0 ({10_000 - BURST} similar messages were left out since the last one)"
    assert log.lines()[-1].endswith(expected)


def test_a_day_of_flooding_is_a_few_lines_per_minute(log: Log) -> None:
    for _ in range(24 * 60):
        log.often(5)
        log.time.now += 60
    assert len(log.lines()) <= 24 * 60 + BURST
    assert len(log.lines()) >= 24 * 60


def test_requested_details_are_not_limited(log: Log) -> None:
    log.often(100, logging.DEBUG)
    assert len(log.lines()) == 100


def test_a_line_has_a_maximum_length(log: Log) -> None:
    log.logger.warning("%s", "so it is " * 100_000)
    (line,) = log.lines()
    assert len(line) < LONGEST_CHARACTERS + 200
    assert line.endswith(f"({900_000 - LONGEST_CHARACTERS} characters more)")


if sys.platform.startswith("linux"):
    from tests.tray.platforms.linux.conftest import bare_host, bus, host
    from tests.tray.platforms.linux.private_bus import PrivateBus
    from tests.tray.platforms.linux.started import Started, started, until
    from tests.tray.platforms.linux.stub_host import WATCHER, StubHost

    __all__ = ["bare_host", "bus", "host", "started"]

    def test_a_program_on_the_bus_cannot_fill_the_log(
        started: Started, bus: PrivateBus, host: StubHost
    ) -> None:
        started.start("--background", bus=bus.address)
        host.properties()
        for number in range(200):
            host.give_up(WATCHER)
            host.take(WATCHER)
            until(lambda number=number: len(host.registered) >= number + 1, started)  # type: ignore[misc]
            host.press(number, "default")
        host.ping()
        lines = started.log().splitlines()
        assert sum("is in the tray" in line for line in lines) <= BURST + 1
        assert len(lines) < 4 * BURST

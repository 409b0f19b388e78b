"""How the tray's memory and descriptors develop while other programs change the files continuously.

    python -m benchmarks.program.soak [--minutes 30]

Another program makes twenty changes per second (in place, as the CLI does, and by renaming, as editors do;
now and then a broken one), a panel reads the menu, and there is a click every few seconds. `make bench` runs
two minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import time

from tests.tray.platforms.linux.stub_host import StubHost

from benchmarks.program.tray import CONFIG, PROFILE_NAMES, Tray, desktop
from benchmarks.report.table import Row, at_most, show

CHANGES_A_SECOND = 20
WARM_SECONDS = 60.0
"""Growth is measured from here on: caches are filled by then."""
_MENU_EVERY, _CLICK_EVERY, _BROKEN_EVERY, _SAMPLE_EVERY = 10, 100, 97, 600
"""Changes."""


def run(*, quick: bool = False) -> list[Row]:
    """Measure for two minutes."""
    return soak(10, warm_seconds=5) if quick else soak(2 * 60)


def soak(seconds: float, *, warm_seconds: float = WARM_SECONDS) -> list[Row]:
    """Measure for so long; growth counts from `warm_seconds` on."""
    with desktop() as (bus, host, home):
        tray = Tray(bus, host, home)
        try:
            return _soak(tray, host, home, seconds, warm_seconds)
        finally:
            tray.end()


def _soak(tray: Tray, host: StubHost, home: str, seconds: float, warm_seconds: float) -> list[Row]:
    host.properties()
    began = time.monotonic()
    warm: tuple[float, int] | None = None
    most = 0.0
    change = 0
    while (passed := time.monotonic() - began) < seconds:
        change += 1
        _change(home, change)
        if change % _MENU_EVERY == 0:
            host.properties()
            host.menu()
            host.signals.clear()
            host.notifications.clear()
        if change % _CLICK_EVERY == 0:
            rows = [row for row in host.menu().all() if row.label.startswith(PROFILE_NAMES)]
            if rows:
                host.click(rows[change // _CLICK_EVERY % len(rows)].number)
        if warm is None and passed >= warm_seconds:
            warm = tray.memory_mib()[0], _descriptors(tray)
        elif warm is not None and change % _SAMPLE_EVERY == 0:
            most = max(most, tray.memory_mib()[0])
        time.sleep(max(0.0, began + change / CHANGES_A_SECOND - time.monotonic()))
    _write(home, json.dumps(CONFIG))
    time.sleep(2)
    end = tray.memory_mib()[0], _descriptors(tray)
    if warm is None:
        raise ValueError(f"{seconds:g} s is shorter than the {warm_seconds:g} s of warming up")
    return [
        Row(
            f"{change} changes in {seconds / 60:.2g} minutes: RSS",
            f"{warm[0]:.1f} MiB after {warm_seconds:g} s, at most {max(most, end[0]):.1f}, "
            f"{end[0]:.1f} at the end",
            at_most(max(most, end[0]) - warm[0], 2, " MiB more"),
        ),
        Row(
            "descriptors",
            f"{warm[1]} after {warm_seconds:g} s, {end[1]} at the end",
            at_most(end[1] - warm[1], 0, " more"),
        ),
    ]


def _change(home: str, number: int) -> None:
    text = json.dumps({**CONFIG, "activeProfile": PROFILE_NAMES[number % 2], "turn": number})
    if number % _BROKEN_EVERY == 0:
        text = text[: len(text) // 2]
    if number % 3:
        _write(home, text)
    else:
        path = os.path.join(home, "config.json")
        with open(path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(path + ".new", path)


def _write(home: str, text: str) -> None:
    with open(os.path.join(home, "config.json"), "w", encoding="utf-8") as file:
        file.write(text)


def _descriptors(tray: Tray) -> int:
    return len(os.listdir(f"/proc/{tray.process.pid}/fd"))


def main() -> None:
    """Measure for as long as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    show(soak(parser.parse_args().minutes * 60))


if __name__ == "__main__":
    main()

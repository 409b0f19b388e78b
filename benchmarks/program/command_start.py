"""What one command costs from exec to exit, compared with bare Python: `codemie-tray switch NAME`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report.table import Row, at_most
from benchmarks.store.config_save import config_text


def run(*, quick: bool = False) -> list[Row]:
    """Measure in rounds, each with bare Python and the commands."""
    rounds = 3 if quick else 25
    with tempfile.TemporaryDirectory() as home:
        Path(home, "codemie-cli.config.json").write_text(config_text(), encoding="utf-8")
        environ = environment(home)
        bare, switch, status = "python -c pass", "codemie-tray switch NAME", "codemie-tray status"
        times: dict[str, list[float]] = {bare: [], switch: [], status: []}
        for number in range(rounds + 1):
            for name, arguments in (
                (bare, ["-c", "pass"]),
                (switch, ["-m", "codemie_tray", "switch", "ab"[number % 2]]),
                (status, ["-m", "codemie_tray", "status"]),
            ):
                began = time.perf_counter()
                subprocess.run(
                    [sys.executable, *arguments], env=environ, check=True, stdout=subprocess.DEVNULL
                )
                if number:  # the first round writes the bytecode
                    times[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(values) * 1000 for name, values in times.items()}
    over = {name: f"{median:.1f} ms, +{median - medians[bare]:.1f} ms" for name, median in medians.items()}
    return [
        Row(bare, f"{medians[bare]:.1f} ms"),
        Row(switch, over[switch], at_most(medians[switch] - medians[bare], 60, " ms more")),
        Row(status, over[status]),
    ]


def environment(home: str) -> dict[str, str]:
    """Return the environment for a command on this home; bytecode is cached, as in an installed program."""
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return environ | {"CODEMIE_HOME": home, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

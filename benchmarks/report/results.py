"""Keeps what each benchmark measured, so that docs/benchmarks.md can be measured in parts.

One JSON file per benchmark, written when it ends; a benchmark that runs again replaces its own.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.report.table import Check, Row

FOLDER = peers.FOLDER / "results"
QUICK_FOLDER = peers.FOLDER / "quick"
"""For a run with small inputs, whose figures are not for the page."""
_CHART = "growth.svg"


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark measured, when, and on what."""

    name: str
    day: str
    machine: str
    load: str
    """How busy the machine was when the benchmark began; empty where the system does not say."""
    versions: tuple[str, ...]
    rows: tuple[Row, ...]


def folder(*, quick: bool) -> Path:
    """Return where results are kept."""
    return QUICK_FOLDER if quick else FOLDER


def keep(name: str, rows: Sequence[Row], *, load: str, quick: bool = False) -> None:
    """Keep what was just measured.

    Args:
        name: of the benchmark.
        rows: its table.
        load: `peers.load()` before it began.
        quick: it was measured with small inputs.
    """
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    result = Result(name, day, peers.machine(), load, tuple(peers.versions()), tuple(rows))
    _write(f"{name}.json", json.dumps(asdict(result), indent=2) + "\n", quick=quick)


def keep_chart(picture: str, *, quick: bool = False) -> None:
    """Keep the chart of `growth`, an SVG."""
    _write(_CHART, picture, quick=quick)


def chart(*, quick: bool = False) -> str | None:
    """Return the chart that is kept, or None."""
    path = folder(quick=quick) / _CHART
    return path.read_text(encoding="utf-8") if path.exists() else None


def kept(*, quick: bool = False) -> list[Result]:
    """Return everything that is kept, by name."""
    paths = sorted(folder(quick=quick).glob("*.json"))
    return [_result(json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def _write(name: str, text: str, *, quick: bool) -> None:
    where = folder(quick=quick)
    where.mkdir(parents=True, exist_ok=True)
    part = where / f"{name}.part"
    part.write_text(text, encoding="utf-8")
    part.replace(where / name)


def _result(fields: dict[str, Any]) -> Result:
    rows = (
        Row(row["what"], row["value"], tuple(Check(**check) for check in row["checks"]))
        for row in fields["rows"]
    )
    return Result(**{**fields, "versions": tuple(fields["versions"]), "rows": tuple(rows)})

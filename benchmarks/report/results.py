"""Keeps what each benchmark measured, so that docs/benchmarks.md can be measured in parts.

One JSON file per benchmark, written when it ends; a benchmark that runs again replaces its own.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks import peers
from benchmarks.report.table import Check, Row

FOLDER = peers.FOLDER / "results"


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


def keep(name: str, rows: Sequence[Row], *, load: str) -> None:
    """Keep what was just measured.

    Args:
        name: of the benchmark.
        rows: its table.
        load: `peers.load()` before it began.
    """
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    result = Result(name, day, peers.machine(), load, tuple(peers.versions()), tuple(rows))
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = FOLDER / f"{name}.json.part"
    part.write_text(json.dumps(asdict(result), indent=2) + "\n", encoding="utf-8")
    part.replace(FOLDER / f"{name}.json")


def kept() -> list[Result]:
    """Return everything that is kept, by name."""
    return [_result(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.json"))]


def _result(fields: dict[str, Any]) -> Result:
    rows = (
        Row(row["what"], row["value"], tuple(Check(**check) for check in row["checks"]))
        for row in fields["rows"]
    )
    return Result(**{**fields, "versions": tuple(fields["versions"]), "rows": tuple(rows)})

"""Secrets as their issuers document them, and harmless values; all made up.

The secrets are stored in pieces, so that no scanner takes the data file for a leak.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Shape:
    """One kind of secret."""

    issuer: str
    source: str
    """The title of the public page that describes it."""
    field: str
    """The name of a field that would hold it."""
    by_shape: bool
    """Whether it is recognised by its shape; otherwise by its field's name alone."""
    before: str
    secret: str
    after: str

    @property
    def value(self) -> str:
        return self.before + self.secret + self.after

    def is_in(self, text: str) -> bool:
        """Return whether a text contains it, plainly or as JSON escapes it."""
        lines = [line for line in self.secret.split("\n") if len(line) >= 4]
        return any(line in text or json.dumps(line)[1:-1] in text for line in lines)


def secret_shapes() -> list[Shape]:
    rows = json.loads((DATA / "secret_shapes.json").read_text(encoding="utf-8"))
    return [
        Shape(
            row["issuer"],
            row["source"],
            row["field"],
            row["by"] == "shape",
            *("".join(row[part]) for part in ("before", "secret", "after")),
        )
        for row in rows
    ]


def harmless_values() -> list[tuple[tuple[str, ...], Any]]:
    rows = json.loads((DATA / "harmless_values.json").read_text(encoding="utf-8"))
    return [(tuple(row["field"].split(".")), row["value"]) for row in rows]

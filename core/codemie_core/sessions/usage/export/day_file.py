"""One exported day: a gzipped file, replaced as a whole, and only by one with as many tokens or more."""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from datetime import date

from codemie_core.errors import store_error
from codemie_core.files.atomic_file import ANY_VERSION, read_whole, replace_whole, sweep_temporaries
from codemie_core.sessions.usage.export.rows import Row

_LIMIT_BYTES = 1 << 30


def write_day(out: str, day: date, source: str, rows: list[Row]) -> str:
    """Write one day; return what happened to it, as named in `Exported`."""
    folder = os.path.join(out, f"year={day:%Y}", f"month={day:%m}", f"day={day:%d}")
    path = os.path.join(folder, f"usage-{source}.jsonl.gz")
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode("ascii")
    try:
        os.makedirs(folder, exist_ok=True)
        sweep_temporaries(path)
        before = _content(path)
        if before == text:
            return "unchanged"
        if before is not None and _tokens(text) < _tokens(before):
            return "kept"
        data = gzip.compress(text, mtime=0)
        replace_whole(path, data, mode=0o666, expected=ANY_VERSION)
    except OSError as error:
        raise store_error(path, error) from error
    return "written"


def _content(path: str) -> bytes | None:
    """Return what was exported before; None if nothing readable was."""
    try:
        data, _ = read_whole(path, limit_bytes=_LIMIT_BYTES)
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(_LIMIT_BYTES)
    except FileNotFoundError:
        return None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return None


def _tokens(text: bytes) -> int:
    total = 0
    for line in text.splitlines():
        try:
            tokens = json.loads(line)["tokens"]
        except (ValueError, KeyError, TypeError):
            continue
        total += tokens if isinstance(tokens, int) else 0
    return total

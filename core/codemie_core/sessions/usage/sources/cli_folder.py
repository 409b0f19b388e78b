"""The files of the cli layout that are counted: one name per session and kind, and their versions.

Each question looks at every file, and there can be thousands. So names are compared by their shape, all at
once, and files are examined relative to their open folder, which is twice as fast as by their paths.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable

from codemie_core.sessions.usage.sources.version import NO_VERSION, Version, version_of_status

SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID, as the CLI names each session."""

_DIGIT, _BETWEEN = "\0", "/"
"""What replaces a digit, and what separates names: neither can be part of one."""
_SHAPE = str.maketrans(dict.fromkeys("0123456789abcdefABCDEF", _DIGIT))
_ID = "-".join("0" * length for length in (8, 4, 4, 4, 12))
_COMPLETED = "completed_"
_METRICS, _METADATA = "_metrics.jsonl", ".json"


def _shapes() -> dict[str, tuple[bool, str, int, int]]:
    """Return shape -> whether it is metrics, its ending, and where its session id begins and ends."""
    return {
        f"{before}{_ID}{ending}".translate(_SHAPE): (
            *(ending == _METRICS, ending, len(before), len(before) + len(_ID)),
        )
        for before in ("", _COMPLETED)
        for ending in (_METRICS, _METADATA)
    }


_SHAPES = _shapes()


def counted_names(names: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of the metrics files, and of the metadata, by session id.

    These are the files that the CLI's own analytics reads: one per session id, without `completed_` if both
    exist. A name with something more after the id is a copy made by a backup or by file synchronization.

    Args:
        names: all names in the folder.
    """
    metrics: dict[str, str] = {}
    metadata: dict[str, str] = {}
    shapes = map(_SHAPES.get, _BETWEEN.join(names).translate(_SHAPE).split(_BETWEEN))
    for name, shape in zip(names, shapes, strict=False):  # of no names, there is one shape
        if shape is None:
            continue
        is_metrics, ending, begin, end = shape
        # The shape takes `c` and `E` in the other parts for digits, too.
        if name.endswith(ending) and (not begin or name.startswith(_COMPLETED)):
            chosen = metrics if is_metrics else metadata
            if not begin or name[begin:end] not in chosen:
                chosen[name[begin:end]] = name
    return metrics, metadata


def scan_folder(path: str) -> tuple[dict[str, str], dict[str, str], dict[str, Version]]:
    """Return the results of `counted_names`, and the current version of each of these names.

    The version of a file that can't be read is `NO_VERSION`.

    Raises:
        OSError: the folder can't be read.
    """
    if sys.platform == "win32":
        metrics, metadata = counted_names(os.listdir(path))
        return metrics, metadata, _versions((*metrics.values(), *metadata.values()), os.path.join(path, ""))
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        metrics, metadata = counted_names(os.listdir(folder))
        return metrics, metadata, _versions((*metrics.values(), *metadata.values()), "", folder)
    finally:
        os.close(folder)


def _versions(names: Iterable[str], before: str, folder: int | None = None) -> dict[str, Version]:
    versions = {}
    stat = os.stat
    for name in names:
        try:
            versions[name] = version_of_status(stat(before + name, dir_fd=folder))
        except OSError:
            versions[name] = NO_VERSION
    return versions

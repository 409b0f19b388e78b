"""Updates the index and reads it in one transaction; if it can't be used, reads everything."""

from __future__ import annotations

import contextlib
import gc
import os
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from codemie_core.errors import StoreError, StoreFull
from codemie_core.home import Home
from codemie_core.sessions.usage.index.database import IndexCorrupt, IndexUnusable
from codemie_core.sessions.usage.index.index import UsageIndex
from codemie_core.sessions.usage.index.pool import open_index
from codemie_core.sessions.usage.refresh.changed_files import current_versions, refresh
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed
from codemie_core.sessions.usage.sources.files import home_files

Answer = TypeVar("Answer")


def index_path(home: Home) -> str:
    """Return the path of this machine's index of a home.

    Each machine has its own, because SQLite's shared-memory log does not work across a network drive.
    """
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    host = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_"))
    return os.path.join(home.tray, f"usage-{host or 'index'}.sqlite3")


def with_index(
    home: Home,
    answer: Callable[[UsageIndex, Refreshed], Answer],
    *,
    progress: Progress | None = None,
    clock_ns: Callable[[], int] = time.time_ns,
    use_index: bool = True,
    in_parallel: bool = True,
) -> Answer:
    """Answer from an updated index, within one transaction.

    Args:
        home: whose sessions.
        answer: called with the index; called again if the index turns out to be damaged.
        progress: as for `ask`, like the arguments below.
        clock_ns: the wall clock.
        use_index: False reads everything and keeps nothing.
        in_parallel: whether several processes may read a large amount.

    Raises:
        StoreError: as for `ask`.
    """
    progress = progress or Progress()
    files = home_files(home)
    path_here = index_path(home)
    paths = [path_here, path_here, None] if use_index else [None]
    for path in paths:
        try:
            with open_index(path) as index:
                try:
                    with index.reading():
                        if index.versions() == current_versions(index, files.versions):
                            return answer(index, Refreshed())
                    with index.writing(), _no_cyclic_collection():
                        refreshed = refresh(
                            index,
                            files,
                            clock_ns=clock_ns,
                            progress=progress,
                            in_parallel=in_parallel,
                        )
                        return answer(index, refreshed)
                except IndexCorrupt:
                    index.discard()
        except (IndexUnusable, StoreError, OSError) as error:
            # There is no place for an index, or it can't be used now. The numbers don't depend on it.
            if path is not None:
                continue
            if not isinstance(error, IndexUnusable):
                raise
            import tempfile  # loads `shutil`, `random` and their libraries

            raise StoreFull(tempfile.gettempdir(), f"no room for temporary files: {error}") from error
    raise IndexCorrupt("rebuilt, and damaged again")


@contextlib.contextmanager
def _no_cyclic_collection() -> Iterator[None]:
    """Stop looking for reference cycles: counting makes none, and the search through its totals took a tenth.

    Other threads' cycles wait until the end, a few seconds at most.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

"""The result of a cleanup in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codemie_tray.text.amounts import amount, counted

if TYPE_CHECKING:
    from codemie_core.retention import Cleanup


def words_of(result: Cleanup) -> tuple[str, str]:
    """Return the title and the text of the notification."""
    if result.unrecognized and not result.files:
        return "Nothing was removed", not_a_home(result.unrecognized)
    removed = f"{counted(result.files, 'old file')} removed ({amount(result.size_bytes)})."
    if result.stopped:
        return "Cleanup stopped", removed
    if result.failed:
        return "Some files could not be removed", f"{removed} {trouble_of(result)}"
    return "Logs are clean", removed if result.files else "There was nothing to remove."


def not_a_home(path: str) -> str:
    """Return why nothing in a folder is removed."""
    return (
        f"{path} does not look like a CodeMie folder (it has no configuration), so no old files were "
        "removed. Check CODEMIE_HOME."
    )


def trouble_of(result: Cleanup) -> str | None:
    """Return the menu's row after a cleanup; None if all went well."""
    if not result.failed:
        return None
    reason = f": {result.failures[0].reason}" if result.failures else ""
    return f"{counted(result.failed, 'file')} could not be removed{reason}"

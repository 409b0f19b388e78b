"""The result of a cleanup in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codemie_tray.text.amounts import amount
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import number

if TYPE_CHECKING:
    from codemie_core.retention import Cleanup


def words_of(result: Cleanup) -> tuple[str, str]:
    """Return the title and the text of the notification."""
    if result.unrecognized and not result.files:
        return _("Nothing was removed"), not_a_home(result.unrecognized)
    removed = ngettext(
        "{count} old file removed ({size}).", "{count} old files removed ({size}).", result.files
    ).format(count=number(result.files), size=amount(result.size_bytes))
    if result.stopped:
        return _("Cleanup stopped"), removed
    if result.failed:
        return _("Some files could not be removed"), f"{removed} {trouble_of(result)}"
    return _("Logs are clean"), removed if result.files else _("There was nothing to remove.")


def not_a_home(path: str) -> str:
    """Return why nothing in a folder is removed."""
    return _(
        "{path} does not look like a CodeMie folder (it has no configuration), so no old files were "
        "removed. Check CODEMIE_HOME."
    ).format(path=path)


def trouble_of(result: Cleanup) -> str | None:
    """Return the menu's row after a cleanup; None if all went well."""
    if not result.failed:
        return None
    count = number(result.failed)
    if not result.failures:
        return ngettext(
            "{count} file could not be removed", "{count} files could not be removed", result.failed
        ).format(count=count)
    return ngettext(
        "{count} file could not be removed: {reason}",
        "{count} files could not be removed: {reason}",
        result.failed,
    ).format(count=count, reason=result.failures[0].reason)

"""What a cleanup would remove, as rows and sentences."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core.retention import Cleanup
from codemie_tray.text.amounts import amount, files, sessions
from codemie_tray.text.cleanup import not_a_home, words_of
from codemie_tray.text.language import _, ngettext, pgettext
from codemie_tray.text.language.formats import number


@dataclass(frozen=True, slots=True)
class Preview:
    """What a cleanup with certain settings would remove."""

    log_days: int
    session_days: int | None
    logs: Cleanup
    sessions: Cleanup | None
    """None if sessions are not removed."""

    @property
    def files(self) -> int:
        """How many files in all."""
        return self.logs.files + (self.sessions.files if self.sessions else 0)

    @property
    def size_bytes(self) -> int:
        """Their length."""
        return self.logs.size_bytes + (self.sessions.size_bytes if self.sessions else 0)

    @property
    def session_count(self) -> int:
        """How many sessions."""
        return self.sessions.sessions if self.sessions else 0


Row = tuple[str, str, str]
"""What, how many, which size."""


def preview_rows(preview: Preview | None) -> tuple[Row, Row]:
    """Return the rows of the preview.

    Args:
        preview: None while it is being counted.
    """
    if preview is None:
        return (_("Logs"), _("counting…"), ""), (_("Sessions"), _("counting…"), "")
    found = preview.sessions
    return (
        (_("Logs"), files(preview.logs.files), amount(preview.logs.size_bytes)),
        (_("Sessions"), pgettext("sessions to be removed", "none"), "")
        if found is None
        else (_("Sessions"), sessions(found.sessions), amount(found.size_bytes)),
    )


def why_nothing(preview: Preview) -> str:
    """Return why a cleanup would remove less than it should, as a sentence; empty if it would not."""
    for part in filter(None, (preview.logs, preview.sessions)):
        if part.unrecognized:
            return not_a_home(part.unrecognized)
        if part.failures:
            failure = part.failures[0]
            return _("{path} can't be read: {reason}.").format(path=failure.path, reason=failure.reason)
    return ""


def clean_caption(preview: Preview | None) -> str:
    """Return the text of the button."""
    if preview is None or not preview.files:
        return _("Clean up &now")
    return _("Clean up &now ({files})…").format(files=files(preview.files))


def question(preview: Preview) -> tuple[str, str]:
    """Return what is asked before a cleanup, and what it means."""
    asked = ngettext(
        "Remove {count} old file ({size})?", "Remove {count} old files ({size})?", preview.files
    ).format(count=number(preview.files), size=amount(preview.size_bytes))
    if not (count := preview.session_count):
        return asked, _("This can't be undone.")
    means = ngettext(
        "{count} session will be removed. It can't be resumed. This can't be undone.",
        "{count} sessions will be removed. A removed session can't be resumed. This can't be undone.",
        count,
    )
    return asked, means.format(count=number(count))


def result_sentence(result: Cleanup) -> str:
    """Return how a cleanup ended, as sentences."""
    title, text = words_of(result)
    return f"{title}. {text}" if result.stopped or result.failed or result.unrecognized else text

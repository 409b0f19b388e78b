"""What a cleanup would remove, as rows and sentences."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core.retention import Cleanup
from codemie_tray.text.amounts import amount, counted, plural
from codemie_tray.text.cleanup import not_a_home, words_of


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
        return ("Logs", "counting…", ""), ("Sessions", "counting…", "")
    sessions = preview.sessions
    return (
        ("Logs", counted(preview.logs.files, "file"), amount(preview.logs.size_bytes)),
        ("Sessions", "none", "")
        if sessions is None
        else ("Sessions", counted(sessions.sessions, "session"), amount(sessions.size_bytes)),
    )


def why_nothing(preview: Preview) -> str:
    """Return why a cleanup would remove less than it should, as a sentence; empty if it would not."""
    for part in filter(None, (preview.logs, preview.sessions)):
        if part.unrecognized:
            return not_a_home(part.unrecognized)
        if part.failures:
            return f"{part.failures[0].path} can't be read: {part.failures[0].reason}."
    return ""


def clean_caption(preview: Preview | None) -> str:
    """Return the text of the button."""
    if preview is None or not preview.files:
        return "Clean up &now"
    return f"Clean up &now ({counted(preview.files, 'file')})…"


def question(preview: Preview) -> tuple[str, str]:
    """Return what is asked before a cleanup, and what it means."""
    asked = f"Remove {counted(preview.files, 'old file')} ({amount(preview.size_bytes)})?"
    if not preview.session_count:
        return asked, "This can't be undone."
    gone = plural(preview.session_count, "session")
    it = "A removed session" if preview.session_count > 1 else "It"
    return (
        asked,
        f"{gone[:1].upper()}{gone[1:]} will be removed. {it} can't be resumed. This can't be undone.",
    )


def result_sentence(result: Cleanup) -> str:
    """Return how a cleanup ended, as sentences."""
    title, text = words_of(result)
    return text if title == "Logs are clean" else f"{title}. {text}"

"""What the dialog of a recovery code shows and accepts."""

from __future__ import annotations

from codemie_tray.text.language import _

_PER_LINE = 4
_LOOKALIKES = str.maketrans({"0": "O", "1": "I", "8": "B", "|": "I"})


def code_lines(code: str) -> str:
    """Return a code of eight groups on two lines."""
    groups = code.split("-")
    return "\n".join("  ".join(groups[at : at + _PER_LINE]) for at in range(0, len(groups), _PER_LINE))


def spoken(code: str) -> str:
    """Return a code as a screen reader should say it: one character after the other."""
    return ", ".join(" ".join(group) for group in code.split("-"))


def is_last_group(typed: str, code: str) -> bool:
    """Return whether the last group of a code was typed; case, blanks and lookalikes don't matter."""
    last = code.rpartition("-")[2]
    return "".join(typed.split()).upper().translate(_LOOKALIKES) == last


def problem_of(typed: str, code: str) -> str:
    """Return what is wrong with what was typed as the last group, as a sentence; empty if nothing is."""
    text = "".join(typed.split())
    if len(text) < len(code.rpartition("-")[2]) or is_last_group(typed, code):
        return ""
    return _("That is not the last group of this code.")

"""Chooses the language of a process: the user's setting, or else the system's language."""

from __future__ import annotations

from codemie_tray.text.language import message
from codemie_tray.text.language.languages import ENGLISH, LANGUAGES, language_of
from codemie_tray.text.language.system import wanted_languages

SYSTEM = "system"
"""The setting's value for the language of the system."""

_chosen = ENGLISH


def chosen() -> str:
    """Return the code of the language in use."""
    return _chosen


def choose(setting: str = SYSTEM) -> bool:
    """Use a language from now on; return whether it is another one than before.

    Without a usable catalogue, texts are English, and so are numbers and dates.

    Args:
        setting: a code of `LANGUAGES`, or `system`.
    """
    global _chosen
    code = setting if setting in LANGUAGES else language_of(wanted_languages())
    if code == _chosen:
        return False
    catalogue = None
    if code != ENGLISH:
        from codemie_tray.text.language.catalogue import load

        catalogue = load(code)
    before, _chosen = _chosen, ENGLISH if catalogue is None else code
    message.use(catalogue)
    return _chosen != before

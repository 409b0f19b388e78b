"""The two desktop entries: one for the applications menu, one that starts the tray at login."""

from __future__ import annotations

from collections.abc import Mapping

from installers import product
from installers.linux.metadata import translations

FILE_NAME = f"{product.PROGRAM_NAME}.desktop"
"""Of both. A file of this name in a user's own autostart folder overrides the system's: with `Hidden=true` in
it, the tray is off for that user alone."""

LOGIN_ARGUMENT = "--background"


def application(program: str) -> str:
    """Return the entry of the applications menu.

    Args:
        program: absolute path of the program to start.
    """
    return _entry(
        {
            "Type": "Application",
            "Name": product.NAME,
            "GenericName": "Profile Switcher",
            **_in_each_language("GenericName", translations.GENERIC_NAMES),
            "Comment": product.SUMMARY,
            **_in_each_language("Comment", translations.SUMMARIES),
            "Icon": product.PROGRAM_NAME,
            "Exec": program,
            "TryExec": program,
            "Terminal": "false",
            "StartupNotify": "false",
            "Categories": "Utility;",
            "Keywords": "profile;AI;CLI;tray;token;model;",
        }
    )


def autostart(program: str) -> str:
    """Return the entry that starts the tray at login."""
    return _entry(
        {
            "Type": "Application",
            "Name": product.NAME,
            "Comment": product.SUMMARY,
            **_in_each_language("Comment", translations.SUMMARIES),
            "Icon": product.PROGRAM_NAME,
            "Exec": f"{program} {LOGIN_ARGUMENT}",
            "TryExec": program,
            "Terminal": "false",
            "StartupNotify": "false",
            "X-CodeMie-Version": product.VERSION,
        }
    )


def _in_each_language(key: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {f"{key}[{language}]": text for language, text in texts.items()}


def _entry(keys: Mapping[str, str]) -> str:
    return "[Desktop Entry]\n" + "".join(f"{key}={value}\n" for key, value in keys.items())

"""The languages of the program, and which of them a system's language means."""

from __future__ import annotations

from collections.abc import Iterable

ENGLISH = "en"
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "pl": "Polski",
    "uk": "Українська",
    "ja": "日本語",
    "zh_CN": "简体中文",
}
"""Code of each language -> its own name for itself. The settings file names the codes."""

_TRADITIONAL = {"hant", "tw", "hk", "mo"}
"""Scripts and regions that write traditional Chinese, for which there is no translation."""


def language_of(wanted: Iterable[str]) -> str:
    """Return the first language that we have; English if there is none.

    Args:
        wanted: names of languages, the preferred first, as systems write them: `de_AT.UTF-8`, `pl-PL`,
            `zh-Hans-CN`, `sr_RS@latin`.
    """
    for name in wanted:
        parts = name.partition(".")[0].partition("@")[0].replace("-", "_").lower().split("_")
        if parts[0] == "zh" and ("hans" in parts or not _TRADITIONAL & set(parts)):
            return "zh_CN"
        if parts[0] in LANGUAGES:
            return parts[0]
    return ENGLISH
